//! nginx and Apache with the snippets of deploy/public-host, serving a folder on a loopback port.

use super::files::{adapted, is_root, mode, public_scratch, write};
use super::http::{Response, get, request};
use super::ports::free_port;
use super::process::{Running, find};
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

/// The servers' parts as operators get them.
const NGINX: &str = "deploy/public-host/nginx.conf";
const APACHE: &str = "deploy/public-host/apache.conf";

/// A running web server.
pub struct Web {
    _process: Running, // dropped before its folder
    _folder: TempDir,
    address: String,
}

impl Web {
    /// Starts nginx over a folder.
    pub fn nginx(site: &Path) -> Web {
        let (folder, port) = (public_scratch(), free_port());
        let at = |name: &str| folder.path().join(name).display().to_string();
        let user = if is_root() { "user www-data;\n" } else { "" };
        let places: String = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|kind| format!("{kind}_temp_path {};\n", at(kind)))
            .concat();
        let change = |word: &str, line: &str| match word {
            "listen" if line.contains('[') => Some(String::new()),
            "listen" => Some(format!("listen 127.0.0.1:{port};")),
            "root" => Some(format!("root {};", site.display())),
            _ => None,
        };
        let server = adapted(NGINX, change);
        let config = format!(
            "{user}daemon off;\npid {};\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\ninclude /etc/nginx/mime.types;\n\
             {places}{server}\n}}\n",
            at("pid")
        );
        let config = write(folder.path().join("nginx.conf"), config);
        let mut command = Command::new(find("nginx"));
        command.arg("-p").arg(folder.path()).arg("-e").arg("stderr").arg("-c").arg(config);
        Web::start(command, folder, port)
    }

    /// Starts Apache over a folder.
    pub fn apache(site: &Path) -> Web {
        let (folder, port) = (public_scratch(), free_port());
        let at = |name: &str| folder.path().join(name).display().to_string();
        let user = if is_root() { "User www-data\nGroup www-data\n" } else { "" };
        let modules = "/usr/lib/apache2/modules";
        let load: String = ["mpm_event", "authz_core", "mime", "dir", "headers", "setenvif", "alias", "reqtimeout"]
            .map(|name| format!("LoadModule {name}_module {modules}/mod_{name}.so\n"))
            .concat();
        let change = |word: &str, line: &str| match word {
            "<VirtualHost" => Some(format!("<VirtualHost 127.0.0.1:{port}>")),
            "DocumentRoot" => Some(format!("DocumentRoot {}", site.display())),
            "<Directory" if line.contains("/srv/") => Some(format!("<Directory {}>", site.display())),
            "ErrorLog" | "CustomLog" => Some(String::new()),
            _ => None,
        };
        let host = adapted(APACHE, change);
        let config = format!(
            "ServerRoot {}\nServerName 127.0.0.1\nListen 127.0.0.1:{port}\nPidFile {}\nErrorLog {}\n{user}{load}\
             TypesConfig /etc/mime.types\n{host}\n",
            folder.path().display(),
            at("pid"),
            at("error.log")
        );
        let config = write(folder.path().join("apache.conf"), config);
        let mut command = Command::new(find("apache2"));
        command.args(["-D", "FOREGROUND", "-f"]).arg(config);
        Web::start(command, folder, port)
    }

    fn start(mut command: Command, folder: TempDir, port: u16) -> Web {
        let address = format!("127.0.0.1:{port}");
        let mut process = Running::start(&mut command, folder.path().join("log"));
        process.ready("the web server", Duration::from_secs(20), || get(&address, "/"));
        Web { _process: process, _folder: folder, address }
    }

    /// `127.0.0.1:<port>`.
    pub fn address(&self) -> &str {
        &self.address
    }

    fn get(&self, path: &str) -> Response {
        get(&self.address, path).unwrap_or_else(|why| panic!("{why}"))
    }

    /// Demands what the snippets promise: caching by class of file, embedding of `widgets/` and `data/` alone, and that nothing
    /// that was ever put into the folder is more than a file.
    pub fn demand_headers(&self, site: &Path) {
        let name = |folder: &str, end: &str| {
            let files = super::files::tree(&site.join(folder));
            let file =
                files.into_iter().find(|file| file.ends_with(end)).unwrap_or_else(|| panic!("no {end} in {folder}"));
            format!("/{folder}/{file}")
        };
        for (path, kind, cache, open) in [
            ("/".to_owned(), "text/html", "no-cache", false),
            ("/status.json".to_owned(), "application/json", "no-cache", false),
            (name("assets", ".css"), "text/css", "immutable", false),
            (name("data", ".json"), "application/json", "no-cache", true),
            (name("widgets", ".html"), "text/html", "no-cache", true),
            (name("widgets", ".svg"), "image/svg+xml", "no-cache", true),
        ] {
            let answer = self.get(&path);
            let said = |header: &str| answer.header(header).to_owned();
            assert_eq!(answer.status, 200, "{path}");
            assert!(said("content-type").starts_with(kind), "{path}: {answer:?}");
            assert_eq!(said("x-content-type-options"), "nosniff", "{path}");
            assert!(said("cache-control").contains(cache), "{path}: {}", said("cache-control"));
            assert_eq!(said("access-control-allow-origin"), if open { "*" } else { "" }, "{path}");
            let frames = said("content-security-policy").contains("frame-ancestors *");
            assert_eq!(frames, open && kind == "text/html", "{path}: {}", said("content-security-policy"));
            let frames = if open { "" } else { "SAMEORIGIN" };
            assert_eq!(said("x-frame-options"), frames, "{path}");
            let same = [("If-None-Match", answer.header("etag"))];
            let again = request(&self.address, "GET", &path, &same, None).expect("the server answers");
            assert!(
                (again.status, again.body.len()) == (304, 0),
                "{path} came again though it had not changed: {again:?}"
            );
        }
    }

    /// Demands that neither scripts nor settings nor lists nor hidden files are served; leaves what it tried in the folder.
    fn demand_plain_files(&self, site: &Path) {
        write(site.join(".htaccess"), "Redirect / http://www.example.net/\n");
        write(site.join("shell.php"), "<?php echo 1+1; ?>");
        write(site.join("shell.cgi"), "#!/bin/sh\necho; id\n");
        mode(&site.join("shell.cgi"), 0o755);
        fs::create_dir_all(site.join("assets")).expect("a folder");
        mode(&site.join("assets"), 0o755);
        assert_eq!(self.get("/index.html").status, 200, "a .htaccess has no effect");
        assert_ne!(self.get("/.htaccess").status, 200, "a hidden file is not served");
        assert_ne!(self.get("/assets/").status, 200, "folders are not listed");
        for script in ["/shell.php", "/shell.cgi"] {
            let answer = self.get(script);
            let text = answer.text();
            assert!(answer.status != 200 || text.contains("echo"), "{script} was run: {text}");
        }
        std::os::unix::fs::symlink("/etc/hostname", site.join("link.txt")).expect("a link");
        assert_ne!(self.get("/link.txt").status, 200, "a link out of the site is not followed");
    }
}

#[test]
fn nginx_and_apache_serve_plain_files_and_nothing_else() {
    let site = public_scratch();
    write(site.path().join("index.html"), "<!doctype html><title>harbour</title>");
    for start in [Web::nginx as fn(&Path) -> Web, Web::apache] {
        let web = start(site.path());
        assert!(web.get("/").text().contains("harbour"));
        web.demand_plain_files(site.path());
        fs::remove_file(site.path().join("link.txt")).expect("the link is there");
    }
}
