//! A real OpenSSH server on a loopback port: with the jail that deploy/public-host describes where the test may use it (as root), and with
//! the same `internal-sftp` without a jail elsewhere.

use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

const SSHD: &str = "/usr/sbin/sshd";
const JAIL: &str = include_str!("../../../../deploy/public-host/sshd.conf");

/// A running server; it stops with this value.
pub(super) struct Sshd {
    home: TempDir,
    child: Child,
    /// The port on 127.0.0.1.
    pub(super) port: u16,
    /// The account that may log in.
    pub(super) user: String,
    /// The site's folder as it is named from inside.
    pub(super) inside: String,
    /// The same folder as this machine names it.
    pub(super) folder: PathBuf,
}

impl Drop for Sshd {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Sshd {
    /// Starts a server. `extra` lines come first in its configuration, and so win.
    pub(super) fn start(extra: &str) -> Sshd {
        assert!(Path::new(SSHD).exists(), "{SSHD} is missing: this test needs the package openssh-server");
        let home = home();
        let root = is_root(home.path());
        fs::set_permissions(home.path(), Permissions::from_mode(0o755)).expect("set");
        for (name, kind) in [("host", "ed25519"), ("user", "ed25519"), ("other", "ed25519"), ("user_ecdsa", "ecdsa")] {
            keygen(home.path(), name, &["-t", kind, "-N", ""]);
        }
        for name in ["host_rsa", "user_rsa"] {
            keygen(home.path(), name, &["-t", "rsa", "-b", "2048", "-N", ""]);
        }
        keygen(home.path(), "user_locked", &["-t", "ed25519", "-a", "1", "-N", "open sesame"]);
        let folder = home.path().join("jail/site");
        fs::create_dir_all(&folder).expect("made");
        let (user, inside) = if root {
            // Debian's account without rights; sshd needs its empty folder, which the service's unit makes otherwise.
            fs::create_dir_all("/run/sshd").expect("made");
            chown(&folder, Some(65534), Some(65534)).expect("given to nobody");
            ("nobody".to_owned(), "/site".to_owned())
        } else {
            let user = Command::new("id").arg("-un").output().expect("id").stdout;
            (String::from_utf8_lossy(&user).trim().to_owned(), folder.display().to_string())
        };
        let keys =
            ["user", "user_ecdsa", "user_rsa", "user_locked"].map(|name| read(home.path(), &format!("{name}.pub")));
        fs::write(home.path().join("keys"), keys.concat()).expect("written");
        let (child, port) = listen(home.path(), &config(home.path(), &user, root, extra));
        Sshd { home, child, port, user, inside, folder }
    }

    /// A file beside the server's configuration: `host.pub`, `user`, `user_rsa`, …
    pub(super) fn file(&self, name: &str) -> String {
        read(self.home.path(), name)
    }

    /// The jail's content is looked at from this folder's parent, which only root may write.
    pub(super) fn publish(&self) -> serde_json::Value {
        let to = format!("{}@127.0.0.1:{}", self.user, self.inside);
        serde_json::json!({ "to": to, "port": self.port, "key": { "file": "user" }, "host_key": self.file("host.pub") })
    }
}

/// sshd wants every folder above a jail and above the keys to be writable by root alone, which /tmp is not.
fn home() -> TempDir {
    tempfile::Builder::new().prefix("lightship-").tempdir_in("/run").or_else(|_| TempDir::new()).expect("a folder")
}

fn is_root(home: &Path) -> bool {
    fs::metadata(home).expect("there").uid() == 0
}

fn read(home: &Path, name: &str) -> String {
    fs::read_to_string(home.join(name)).expect(name)
}

fn keygen(home: &Path, name: &str, arguments: &[&str]) {
    let mut command = Command::new("ssh-keygen");
    let status = command.args(arguments).arg("-q").arg("-f").arg(home.join(name)).status();
    assert!(status.expect("ssh-keygen").success());
}

fn config(home: &Path, user: &str, root: bool, extra: &str) -> String {
    let here = home.display();
    let general = format!(
        "{extra}\nListenAddress 127.0.0.1\nHostKey {here}/host\nHostKey {here}/host_rsa\nPidFile none\nUsePAM no\n\
         StrictModes {}\nAuthorizedKeysFile {here}/keys\nSubsystem sftp internal-sftp -u 0022\nMaxStartups 100\n",
        if root { "yes" } else { "no" }
    );
    if !root {
        return general;
    }
    let jail = JAIL.replace("User lightship", &format!("User {user}"));
    let jail = jail.replace("/etc/ssh/lightship.keys", &format!("{here}/keys"));
    general + &jail.replace("/srv/lightship", &format!("{here}/jail"))
}

/// Starts the server on a free port and waits until it says that it listens.
fn listen(home: &Path, config: &str) -> (Child, u16) {
    loop {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).expect("a free port");
        let file = home.join("sshd_config");
        fs::write(&file, format!("Port {}\n{config}", free.port())).expect("written");
        let mut command = Command::new(SSHD);
        command.args(["-D", "-e", "-f"]).arg(file).stderr(Stdio::piped());
        let mut child = command.spawn().expect("sshd");
        let mut said = String::new();
        let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines();
        for line in lines.by_ref().map_while(Result::ok) {
            if line.contains("Server listening") {
                // The rest is read so that the server never waits for a reader; it ends with the server.
                std::thread::spawn(move || lines.for_each(drop));
                return (child, free.port());
            }
            said = said + &line + "\n";
        }
        child.wait().expect("ended");
        // Somebody else took the port in between: another one.
        assert!(said.contains("Address already in use"), "sshd does not start:\n{said}");
    }
}
