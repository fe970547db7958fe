//! Debian's snmpd, with a v2c community and a v3 user.

use super::files::{scratch, write};
use super::ports::free_port;
use super::process::{Running, find, run};
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

/// The community that may read.
pub const COMMUNITY: &str = "watch-only";
/// The v3 user, with SHA-256 and AES-128.
pub const USER: &str = "watcher";
/// The v3 user's password for authentication.
pub const AUTH: &str = "a-long-auth-password";
/// The v3 user's password for privacy.
pub const PRIVACY: &str = "a-long-privacy-password";

/// A running agent.
pub struct Snmpd {
    process: Running, // dropped before its folder
    folder: TempDir,
    port: u16,
}

impl Snmpd {
    /// Starts an agent of that name on a loopback port and waits until it answers.
    pub fn start(name: &str) -> Snmpd {
        let (folder, port) = (scratch(), free_port());
        let config = write(
            folder.path().join("snmpd.conf"),
            format!(
                "agentaddress udp:127.0.0.1:{port}\n\
                 sysName {name}\nsysDescr Linux {name}\n\
                 rocommunity {COMMUNITY} 127.0.0.1\nrwcommunity settings 127.0.0.1\n\
                 createUser {USER} SHA-256 {AUTH} AES {PRIVACY}\nrouser {USER} authPriv\n"
            ),
        );
        let mut command = Command::new(find("snmpd"));
        command.args(["-f", "-Loe", "-r", "-C", "-I", "-smux", "-p"]).arg(folder.path().join("pid"));
        command.arg("-c").arg(config).env("SNMP_PERSISTENT_DIR", folder.path()).env("MIBS", "");
        let process = Running::start(&mut command, folder.path().join("log"));
        let mut agent = Snmpd { process, folder, port };
        agent.settle(name);
        agent
    }

    /// Waits for the agent, and lets it read its interfaces' counters anew every second (by itself, every third).
    fn settle(&mut self, name: &str) {
        let (port, folder) = (self.port, self.folder.path().to_owned());
        self.process.ready("snmpd", Duration::from_secs(20), || {
            let name_now = ask("snmpget", port, &folder, &v2c(COMMUNITY), &["1.3.6.1.2.1.1.5.0"])?;
            if name_now == name { Ok(()) } else { Err(name_now) }
        });
        const CACHE_TIMEOUT_OF_IF_TABLE: &str = "1.3.6.1.4.1.8072.1.5.3.1.2.1.3.6.1.2.1.2.2";
        ask("snmpset", port, &folder, &v2c("settings"), &[CACHE_TIMEOUT_OF_IF_TABLE, "i", "1"])
            .expect("the cache is set");
    }

    /// `127.0.0.1:<port>`.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// What snmpget reads with v2c.
    pub fn get(&self, oid: &str) -> String {
        ask("snmpget", self.port, self.folder.path(), &v2c(COMMUNITY), &[oid]).expect("snmpget has an answer")
    }

    /// What snmpget reads with v3.
    pub fn get_v3(&self, oid: &str) -> String {
        let user = ["-v3", "-l", "authPriv", "-u", USER, "-a", "SHA-256", "-A", AUTH, "-x", "AES", "-X", PRIVACY];
        ask("snmpget", self.port, self.folder.path(), &user, &[oid]).expect("snmpget has an answer")
    }

    /// An interface's octets in and out (ifHCInOctets, ifHCOutOctets of RFC 2863), read together.
    pub fn octets(&self, if_index: u32) -> (u64, u64) {
        let oids = [6, 10].map(|column| format!("1.3.6.1.2.1.31.1.1.1.{column}.{if_index}"));
        let text = ask("snmpget", self.port, self.folder.path(), &v2c(COMMUNITY), &oids.each_ref().map(String::as_str));
        let text = text.expect("snmpget has an answer");
        let both: Vec<u64> = text.lines().map(|line| line.parse().expect("a counter")).collect();
        (both[0], both[1])
    }
}

fn v2c(community: &str) -> [&str; 3] {
    ["-v2c", "-c", community]
}

/// Runs one of net-snmp's tools and gives the bare values that it printed.
fn ask(tool: &str, port: u16, folder: &std::path::Path, who: &[&str], what: &[&str]) -> Result<String, String> {
    let mut command = Command::new(find(tool));
    command.args(who).args(["-Oqv", "-r", "1", "-t", "2"]).arg(format!("127.0.0.1:{port}")).args(what);
    let said = run(command.env("SNMP_PERSISTENT_DIR", folder).env("MIBS", ""), Duration::from_secs(20));
    let text = said.out.trim().replace('"', "");
    if said.code == Some(0) { Ok(text) } else { Err(said.err) }
}

#[test]
fn snmpd_answers_snmpget_with_v2c_and_v3() {
    let agent = Snmpd::start("bench-1");
    assert_eq!(agent.get("1.3.6.1.2.1.1.5.0"), "bench-1");
    assert_eq!(agent.get_v3("1.3.6.1.2.1.1.5.0"), "bench-1");
}
