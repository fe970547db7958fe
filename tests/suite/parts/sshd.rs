//! OpenSSH's server with the jail of deploy/public-host: one user, SFTP alone, shut into a folder.

use super::files::{adapted, is_root, mode, public_scratch, write};
use super::ports::free_port;
use super::process::{Running, find, must};
use std::fs;
use std::io::Read;
use std::net::TcpStream;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

/// The jail as operators get it.
const SNIPPET: &str = "deploy/public-host/sshd.conf";

/// A running server.
pub struct Sshd {
    process: Option<Running>, // dropped before its folder
    folder: TempDir,
    port: u16,
}

impl Sshd {
    /// Makes keys and a jail with an empty folder for the site, and starts the server.
    pub fn start() -> Sshd {
        let folder = public_scratch();
        let at = |name: &str| folder.path().join(name);
        for key in ["host_key", "id_ed25519"] {
            let comment = format!("{key} of a test");
            must(
                Command::new(find("ssh-keygen"))
                    .args(["-q", "-t", "ed25519", "-N", "", "-C", &comment, "-f"])
                    .arg(at(key)),
            );
        }
        let key = fs::read_to_string(at("id_ed25519.pub")).expect("the public key");
        write(at("authorized_keys"), format!("restrict {key}"));
        fs::create_dir_all(at("jail/site")).expect("the site's folder");
        for part in ["jail", "jail/site"] {
            mode(&at(part), 0o755);
        }
        if is_root() {
            let nobody = Some(65_534);
            chown(at("jail/site"), nobody, nobody).expect("the site's folder is the user's");
            // The server demands this folder, which Debian's start script makes.
            fs::create_dir_all("/run/sshd").expect("/run/sshd");
        }
        let mut sshd = Sshd { process: None, folder, port: free_port() };
        sshd.restart();
        sshd
    }

    /// Starts the server again after `stop`.
    pub fn restart(&mut self) {
        let config = write(self.folder.path().join("sshd_config"), self.config());
        let mut command = Command::new(find("sshd"));
        command.args(["-D", "-e", "-f"]).arg(config);
        let mut process = Running::start(&mut command, self.folder.path().join("log"));
        let port = self.port;
        process.ready("sshd", Duration::from_secs(20), || {
            let mut greeting = [0; 4];
            let said = |why: std::io::Error| why.to_string();
            TcpStream::connect(("127.0.0.1", port))
                .and_then(|mut stream| stream.read_exact(&mut greeting))
                .map_err(said)
        });
        self.process = Some(process);
    }

    /// Ends the server and its connections.
    pub fn stop(&mut self) {
        self.process = None;
    }

    /// The jail as operators get it, for our user and folder, after what a server of a test needs; the rest is as Debian has it.
    fn config(&self) -> String {
        let at = |name: &str| self.folder.path().join(name).display().to_string();
        let own = format!(
            "Port {}\nListenAddress 127.0.0.1\nHostKey {}\nPidFile none\nUsePAM no\nStrictModes no\n\
             Subsystem sftp /usr/lib/openssh/sftp-server\n",
            self.port,
            at("host_key"),
        );
        let jail = adapted(SNIPPET, |word, line| match word {
            "Match" if line.contains("User") => Some(format!("Match User {}", self.user())),
            "AuthorizedKeysFile" => Some(format!("AuthorizedKeysFile {}", at("authorized_keys"))),
            // Nobody but root can shut a user in.
            "ChrootDirectory" if !is_root() => Some(String::new()),
            "ChrootDirectory" => Some(format!("ChrootDirectory {}", at("jail"))),
            _ => None,
        });
        own + &jail
    }

    /// Whom we log in as: as root an unprivileged user that every Debian has, else ourselves.
    pub fn user(&self) -> String {
        if is_root() { "nobody".to_owned() } else { must(Command::new("id").arg("-un")).trim().to_owned() }
    }

    /// The address of the site's folder as the configuration names it: `user@host:/path`.
    pub fn to(&self) -> String {
        let path = if is_root() { "/site".to_owned() } else { self.site().display().to_string() };
        format!("{}@127.0.0.1:{path}", self.user())
    }

    /// The site's folder on this machine.
    pub fn site(&self) -> PathBuf {
        self.folder.path().join("jail/site")
    }

    /// The server's port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The key that opens the jail.
    pub fn key(&self) -> PathBuf {
        self.folder.path().join("id_ed25519")
    }

    /// The server's own key, as `ssh-ed25519 AAAA…`.
    pub fn host_key(&self) -> String {
        let text = fs::read_to_string(self.folder.path().join("host_key.pub")).expect("the public key");
        text.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
    }

    /// The lines of a table `[publish.sftp.<name>]` for this server; the key is copied into the folder of the configuration.
    pub fn table(&self, folder: &Path) -> String {
        fs::copy(self.key(), folder.join("id_ed25519")).expect("a copy of the key");
        mode(&folder.join("id_ed25519"), 0o600);
        let (to, port, host_key) = (self.to(), self.port, self.host_key());
        format!("to = \"{to}\"\nport = {port}\nkey = {{ file = \"id_ed25519\" }}\nhost_key = \"{host_key}\"\n")
    }

    /// Runs OpenSSH's own client for SFTP or a command.
    #[cfg(test)]
    fn client(&self, program: &str, arguments: &[&str]) -> super::process::Said {
        let known = format!("[127.0.0.1]:{} {}\n", self.port, self.host_key());
        let known = write(self.folder.path().join("known_hosts"), known);
        let mut command = Command::new(find(program));
        command.args(["-F", "none", "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes", "-i"]).arg(self.key());
        command
            .arg("-o")
            .arg(format!("UserKnownHostsFile={}", known.display()))
            .arg("-o")
            .arg(format!("Port={}", self.port));
        super::process::run(command.args(arguments), Duration::from_secs(20))
    }
}

#[test]
fn sshd_s_jail_takes_files_and_gives_no_shell() {
    let sshd = Sshd::start();
    let host = format!("{}@127.0.0.1", sshd.user());
    let local = write(sshd.folder.path().join("hello"), "ahoy");
    let remote = sshd.to().split_once(':').map(|(_, path)| path.to_owned()).expect("a path");
    let batch = format!("put {} {remote}/hello.txt\n", local.display());
    let batch = write(sshd.folder.path().join("batch"), batch);
    let said = sshd.client("sftp", &["-b", &batch.display().to_string(), &host]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert_eq!(fs::read_to_string(sshd.site().join("hello.txt")).expect("the file"), "ahoy");
    let shell = sshd.client("ssh", &["-T", &host, "echo a shell"]);
    assert!(!shell.out.contains("a shell"), "{}", shell.out);
}
