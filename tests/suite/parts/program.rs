//! The program under test.

use super::process::{Running, Said, run};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// Where the program is: in LIGHTSHIP_BIN, else where `cargo build -p lightship` put it, two folders above this test binary.
pub fn lightship_path() -> PathBuf {
    let path = match std::env::var_os("LIGHTSHIP_BIN") {
        Some(path) => PathBuf::from(path),
        None => {
            let tests = std::env::current_exe().expect("our own path");
            tests.ancestors().nth(2).expect("target/debug").join("lightship")
        }
    };
    assert!(path.is_file(), "{} is missing: run cargo build -p lightship", path.display());
    path
}

/// The program as a command in a folder, with nothing of our own environment that it would heed.
pub fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(lightship_path());
    command.current_dir(folder).args(arguments).env_remove("STATE_DIRECTORY").env_remove("RUST_LOG");
    command.env("TMPDIR", folder);
    command
}

/// Runs the program to its end, within a minute.
pub fn lightship(folder: &Path, arguments: &[&str]) -> Said {
    run(&mut command(folder, arguments), Duration::from_secs(60))
}

/// Runs the program, demands exit code 0 and gives its standard output.
pub fn lightship_ok(folder: &Path, arguments: &[&str]) -> String {
    let said = lightship(folder, arguments);
    assert!(said.code == Some(0), "lightship {arguments:?} ended with {:?}\n{}{}", said.code, said.out, said.err);
    said.out
}

/// Starts the program and lets it run; what it says goes to `lightship.log` in the folder.
pub fn start_lightship(folder: &Path, arguments: &[&str]) -> Running {
    Running::start(&mut command(folder, arguments), folder.join("lightship.log"))
}
