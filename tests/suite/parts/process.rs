//! Programs that are started, watched and ended.

use super::wait::wait_for;
use rustix::process::{Pid, Signal, kill_process};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A program that runs until this value is dropped; what it says goes to a file.
pub struct Running {
    child: Child,
    log: PathBuf,
}

impl Running {
    /// Starts a program that stays in the foreground.
    pub fn start(command: &mut Command, log: PathBuf) -> Running {
        let file = File::create(&log).expect("the log can be written");
        let both = file.try_clone().expect("the log's handle can be doubled");
        command.stdin(Stdio::null()).stdout(file).stderr(both);
        let child = command.spawn().unwrap_or_else(|why| panic!("{command:?} does not start: {why}"));
        Running { child, log }
    }

    /// What it has said so far.
    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// Waits until it is ready; panics with its words when it ends before.
    pub fn ready<T>(&mut self, what: &str, limit: Duration, mut ask: impl FnMut() -> Result<T, String>) -> T {
        wait_for(what, limit, || {
            if let Ok(Some(status)) = self.child.try_wait() {
                panic!("{what}: ended with {status}:\n{}", self.log());
            }
            ask().map_err(|why| format!("{why}\n{}", self.log()))
        })
    }

    /// Its exit code when it has ended within the limit.
    pub fn wait(&mut self, limit: Duration) -> Option<std::process::ExitStatus> {
        let end = Instant::now() + limit;
        while Instant::now() < end {
            if let Ok(Some(status)) = self.child.try_wait() {
                return Some(status);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        None
    }

    /// Its process id.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        send(self.id(), signal);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let family = descendants(self.id());
        self.signal(Signal::TERM);
        if self.wait(Duration::from_secs(10)).is_none() {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
        let alive = |(id, started): &&(u32, u64)| stat(*id).is_some_and(|now| now.started == *started);
        family.iter().filter(alive).for_each(|(id, _)| send(*id, Signal::KILL));
        // They are not our children, so there is nothing to wait on but their end.
        let end = Instant::now() + Duration::from_secs(5);
        while family.iter().any(|one| alive(&one)) && Instant::now() < end {
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

fn send(id: u32, signal: Signal) {
    if let Some(id) = i32::try_from(id).ok().and_then(Pid::from_raw) {
        let _ = kill_process(id, signal);
    }
}

/// The processes that this one started, and theirs, each with the time of its start so that a reused id is noticed.
fn descendants(of: u32) -> Vec<(u32, u64)> {
    let ids = fs::read_dir("/proc").into_iter().flatten();
    let ids = ids.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    let all: Vec<(u32, Stat)> = ids.filter_map(|id| Some((id, stat(id)?))).collect();
    let mut found = Vec::new();
    let mut parents = vec![of];
    while let Some(parent) = parents.pop() {
        for (id, stat) in all.iter().filter(|(_, stat)| stat.parent == parent) {
            parents.push(*id);
            found.push((*id, stat.started));
        }
    }
    found
}

/// What proc(5) says of a process.
struct Stat {
    parent: u32,
    /// In ticks since the machine's start.
    started: u64,
}

/// A process that lives; one that has ended and waits for its parent's notice counts as gone.
fn stat(id: u32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    let fields: Vec<&str> = text.rsplit_once(") ")?.1.split(' ').collect();
    if fields[0] == "Z" {
        return None;
    }
    Some(Stat { parent: fields.get(1)?.parse().ok()?, started: fields.get(19)?.parse().ok()? })
}

/// What a program that has ended said.
pub struct Said {
    /// Its exit code; none when a signal ended it.
    pub code: Option<i32>,
    /// Its standard output.
    pub out: String,
    /// Its standard error.
    pub err: String,
}

/// Runs a program to its end; panics when that takes longer than the limit.
pub fn run(command: &mut Command, limit: Duration) -> Said {
    let folder = super::files::scratch();
    let (out, err) = (folder.path().join("out"), folder.path().join("err"));
    let file = |path: &Path| File::create(path).expect("a file for the output");
    command.stdin(Stdio::null()).stdout(file(&out)).stderr(file(&err));
    let child = command.spawn().unwrap_or_else(|why| panic!("{command:?} does not start: {why}"));
    let text = |path: &Path| String::from_utf8_lossy(&fs::read(path).unwrap_or_default()).into_owned();
    let mut running = Running { child, log: err.clone() };
    match running.wait(limit) {
        Some(status) => Said { code: status.code(), out: text(&out), err: text(&err) },
        None => panic!("{command:?} still runs after {limit:?}\n{}\n{}", text(&out), text(&err)),
    }
}

/// Runs a program that must succeed and gives its standard output.
pub fn must(command: &mut Command) -> String {
    let said = run(command, Duration::from_secs(30));
    assert!(said.code == Some(0), "{command:?} ended with {:?}: {}{}", said.code, said.out, said.err);
    said.out
}

/// Where a program is, also in the folders for administrators, which are not on everyone's path.
pub fn find(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .chain(["/usr/sbin".into(), "/sbin".into()])
        .map(|folder| folder.join(name))
        .find(|program| program.is_file())
        .unwrap_or_else(|| panic!("`{name}` is not installed; tests/run says what is needed"))
}
