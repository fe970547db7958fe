//! The samples in deploy/config and the README, proven by `lightship check`: what a newcomer copies is right.

use crate::parts::files::{scratch, source, write};
use crate::parts::process::{find, must};
use crate::parts::program::lightship;
use crate::parts::site::{demand_modes, demand_whole};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

/// Puts a configuration into a folder with all the secrets that it names, and gives what `check` says when that is not good.
fn checked(text: &str) -> Result<(), String> {
    let folder = scratch();
    let keys = folder.path().join("keys");
    must(Command::new(find("ssh-keygen")).args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&keys));
    let public = fs::read_to_string(folder.path().join("keys.pub")).expect("a public key");
    let public: Vec<&str> = public.split(' ').take(2).collect();
    // The samples' host key is cut short so that nobody takes it for one.
    let text = text.replace("ssh-ed25519 AAAA…", &public.join(" "));
    for name in quoted_after(&text, "file = ") {
        let path = folder.path().join(&name);
        fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).map_err(|why| format!("{name}: {why}"))?;
        if name.contains("id_") {
            fs::copy(&keys, &path).expect("a copy");
        } else {
            write(path, "a-long-enough-secret\n");
        }
    }
    for name in quoted_after(&text, "\ntemplates = ") {
        fs::create_dir_all(folder.path().join(name)).expect("a folder");
    }
    write(folder.path().join("lightship.toml"), &text);
    let said = lightship(folder.path(), &["check"]);
    if said.code == Some(0) { Ok(()) } else { Err(format!("{}{}\n{text}", said.out, said.err)) }
}

/// The quoted texts that follow these words.
fn quoted_after(text: &str, words: &str) -> BTreeSet<String> {
    let quoted = |rest: &str| rest.strip_prefix('"').and_then(|rest| rest.split('"').next()).map(str::to_owned);
    text.split(words).skip(1).filter_map(quoted).collect()
}

/// The same configuration with every example in it brought to life: a line that begins with `# ` and a key or a table.
fn uncommented(text: &str) -> String {
    let alive = |line: &str| {
        let key = line.trim_start_matches('#').trim_start();
        let table = key.starts_with('[') && key.contains(']');
        let name = key.split_once(" = ").map(|(name, _)| name);
        let name = name
            .is_some_and(|name| !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'));
        if line.starts_with("# ") && (table || name) { key.to_owned() } else { line.to_owned() }
    };
    text.lines().map(|line| alive(line) + "\n").collect()
}

#[test]
fn every_sample_is_good_as_it_stands() {
    let samples = crate::parts::files::tree(&crate::parts::files::root().join("deploy/config"));
    let mut samples: Vec<_> = samples.into_iter().filter(|path| path.ends_with(".toml")).collect();
    samples.retain(|path| !path.contains("conf.d/"));
    assert!(samples.len() >= 2, "{samples:?}");
    for sample in samples {
        let text = source(&format!("deploy/config/{sample}"));
        checked(&text).unwrap_or_else(|said| panic!("deploy/config/{sample}: {said}"));
    }
}

#[test]
fn the_starter_s_examples_are_good_when_they_are_brought_to_life() {
    let text = uncommented(&source("deploy/config/starter.toml"));
    assert!(text.contains("\n[publish.sftp.cloud]") && text.contains("\n[devices.core-sw1]"), "{text}");
    checked(&text).unwrap_or_else(|said| panic!("{said}"));
}

#[test]
fn the_readme_s_examples_are_good() {
    let readme = source("README.md");
    // Blocks of code are indented by four blanks; those of configuration begin with a table.
    let mut config = String::new();
    let mut within = false;
    for line in readme.lines() {
        within = line.strip_prefix("    ").is_some_and(|code| within || code.starts_with('['));
        if within {
            config += &format!("{}\n", &line[4..]);
        }
    }
    for table in ["[devices.core-sw1]", "[probes.snmp.interfaces]", "[publish.sftp.cloud]"] {
        assert!(config.contains(table), "{config}");
    }
    checked(&config).unwrap_or_else(|said| panic!("{said}"));
}

#[test]
fn the_unit_s_command_keeps_its_state_reads_its_credentials_and_publishes_for_all_to_read() {
    let unit = source("deploy/systemd/lightship.service");
    let value = |key: &str| unit.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_else(|| panic!("no {key}"));
    let arguments = value("ExecStart=/usr/bin/lightship ");
    let folder = scratch();
    let at = |name: &str| folder.path().join(name);
    for part in ["state", "credentials"] {
        fs::create_dir(at(part)).expect("a folder");
    }
    write(at("credentials/community"), "watch-only\n");
    write(
        at("lightship.toml"),
        "[credentials.lab]\nsnmp = { version = \"2c\", community = { credential = \"community\" } }\n\
         [probes.host.this]\n[transforms.devices]\nwasm = \"bundled:devices\"\n[publish.dir.public]\nto = \"public\"\n",
    );
    // What systemd does before it starts the program: the mask of modes, the two folders, another place for the configuration.
    let arguments = arguments.replace("/etc/lightship/lightship.toml", &at("lightship.toml").display().to_string());
    let line = format!("umask {}; exec \"$0\" {arguments} --once", value("UMask="));
    let mut command = Command::new("sh");
    command.current_dir("/").arg("-c").arg(line).arg(crate::parts::program::lightship_path());
    command.env("STATE_DIRECTORY", at("state")).env("CREDENTIALS_DIRECTORY", at("credentials"));
    must(&mut command);
    assert!(at("state/lightship.db").is_file());
    demand_whole(&at("public"));
    demand_modes(&at("public"));
}
