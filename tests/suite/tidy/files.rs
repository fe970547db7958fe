//! How long files are and where they stand.

use super::{nothing, texts, tracked};
use crate::parts::files::{root, source};
use crate::parts::process::{find, run};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

/// What may stand at the top.
const TOP: [&str; 18] = [
    ".ci",
    ".gitattributes",
    ".gitignore",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE",
    "README.md",
    "clippy.toml",
    "deploy",
    "guest-sdk",
    "probes",
    "runtime",
    "rust-toolchain.toml",
    "rustfmt.toml",
    "site-templates",
    "tests",
];

#[test]
fn the_top_of_the_tree_is_fixed() {
    let tracked = tracked();
    let top: BTreeSet<&str> = tracked.iter().filter_map(|path| path.split('/').next()).collect();
    let wrong = top.into_iter().filter(|name| !TOP.contains(name)).map(str::to_owned).collect();
    nothing("a new name at the top", wrong);
}

#[test]
fn files_are_short() {
    let written = texts(&[".rs", ".html", ".svg", ".css", ".js", ".sh", ".wit", "/run"]);
    let mut lengths: Vec<(usize, String)> =
        written.into_iter().map(|(path, text)| (text.lines().count(), path)).collect();
    lengths.sort();
    let long = lengths.iter().filter(|(lines, _)| *lines > 500).map(|(lines, path)| format!("{path}: {lines} lines"));
    nothing("a file of more than 500 lines", long.collect());
    let part = |of_ten: usize| &lengths[lengths.len() * of_ten / 10];
    assert!(part(5).0 <= 150, "half of the files have more than {} lines", part(5).0);
    assert!(part(9).0 < 300, "one in ten files has {} lines or more, the first {}", part(9).0, part(9).1);
    let short =
        [("runtime/appliance/src/main.rs", 40), ("runtime/appliance/src/pipeline.rs", 200), ("ARCHITECTURE.md", 200)];
    for (path, most) in short {
        let lines = source(path).lines().count();
        assert!(lines < most, "{path} has {lines} lines, under {most} is the rule");
    }
}

#[test]
fn every_module_of_this_suite_runs() {
    let (suite, main) = (root().join("tests/suite"), source("tests/suite/main.rs"));
    let names = std::fs::read_dir(suite).expect("the suite").map(|entry| entry.expect("an entry").file_name());
    let names = names.map(|name| name.to_string_lossy().trim_end_matches(".rs").to_owned());
    let wrong = names.filter(|name| name != "main" && !main.contains(&format!("mod {name};")));
    nothing("a file of the suite that main.rs does not name", wrong.collect());
}

#[test]
fn scripts_are_executable_and_shell_can_read_them() {
    use std::os::unix::fs::PermissionsExt;
    let mut wrong = Vec::new();
    for (path, text) in texts(&[""]) {
        let Some(shell) = text.strip_prefix("#!").and_then(|rest| rest.lines().next()) else { continue };
        let file = root().join(&path);
        if file.metadata().expect("the file").permissions().mode() & 0o100 == 0 {
            wrong.push(format!("{path} is not executable"));
        }
        if shell.ends_with("sh") {
            let shell = shell.rsplit(['/', ' ']).next().expect("a name");
            let said = run(Command::new(find(shell)).arg("-n").arg(&file), Duration::from_secs(10));
            if said.code != Some(0) {
                wrong.push(format!("{path}: {}", said.err.trim()));
            }
        }
    }
    nothing("a script that does not run", wrong);
}

#[test]
fn links_in_documents_lead_somewhere() {
    let mut wrong = Vec::new();
    for (path, text) in texts(&[".md"]) {
        let folder = Path::new(&path).parent().expect("a folder");
        // [text](target) and ![text](target); a target with a scheme is not ours to check.
        for target in text.split("](").skip(1).filter_map(|rest| rest.split([')', ' ']).next()) {
            let file = target.split('#').next().unwrap_or_default();
            if !file.is_empty() && !file.contains("://") && !root().join(folder).join(file).exists() {
                wrong.push(format!("{path}: {target}"));
            }
        }
    }
    nothing("a link to nothing", wrong);
}
