//! The rules of the tree that a test can check, so that they hold without anyone's attention.

mod crates;
mod files;
mod words;

use crate::parts::files::root;
use crate::parts::process::{find, must};
use std::process::Command;

/// Every file that git tracks, relative to the root.
fn tracked() -> Vec<String> {
    let mut command = Command::new(find("git"));
    command.current_dir(root()).args(["-c", "safe.directory=*", "ls-files", "-z"]);
    let list = must(&mut command);
    let files: Vec<String> = list.split('\0').filter(|path| root().join(path).is_file()).map(str::to_owned).collect();
    assert!(files.len() > 20, "git lists the tree's files: {files:?}");
    files
}

/// The tracked files with one of these endings, each with its text.
fn texts(endings: &[&str]) -> Vec<(String, String)> {
    let wanted = |path: &String| endings.iter().any(|ending| path.ends_with(ending));
    let read = |path: String| Some((path.clone(), std::fs::read_to_string(root().join(path)).ok()?));
    tracked().into_iter().filter(wanted).filter_map(read).collect()
}

/// Fails with the list of what is wrong, if there is anything.
fn nothing(rule: &str, wrong: Vec<String>) {
    assert!(wrong.is_empty(), "{rule}:\n  {}", wrong.join("\n  "));
}
