//! Hostile guests (tests/guests): each loses its own run, with a sentence that names the limit, and nothing else.

use crate::parts::files::root;
use model::{Every, Output};
use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;
use store::Store;
use transform::{Config, FileRun, inspect, run_file};

/// The folder of the guests: that of `LIGHTSHIP_GUESTS`, or the one that `guest-sdk/build.sh` fills.
fn guest(name: &str) -> String {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| match std::env::var_os("LIGHTSHIP_GUESTS") {
        Some(folder) => PathBuf::from(folder),
        None => {
            let built = Command::new(root().join("guest-sdk/build.sh")).status().expect("a shell");
            assert!(built.success(), "guest-sdk/build.sh builds the guests");
            root().join(".cache/guests")
        }
    });
    folder.join(name).with_extension("wasm").to_str().expect("a name in UTF-8").to_owned()
}

fn hostile(deed: &str) -> Config {
    let mut config = Config::new(guest("hostile"));
    config.settings.insert("deed".to_owned(), deed.into());
    config.limits.time = Every(Duration::from_millis(500));
    config
}

fn run(config: &Config) -> FileRun {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).expect("a store");
    run_file(config, &store.reader(), 1_790_000_000_000).expect("no fault of ours")
}

#[test]
fn every_bad_deed_costs_one_run_and_is_told_in_a_sentence() {
    for (deed, wanted) in [
        ("loop", "it computed for longer than 500ms; let it do less, or raise limits.time"),
        ("memory", "it wanted more memory than 64.0 MiB; let it do less, or raise limits.memory"),
        ("recursion", "it broke off: call stack exhausted"),
        ("panic", "it broke off: wasm `unreachable` instruction executed; its last words were: panicked at "),
        ("output", "it gave more output than 4.0 MiB; let it say less, or raise limits.output"),
        ("widgets", "it gave 501 outputs, and at most 500 are taken"),
        ("calls", "it called the host more than 10000 times in one run"),
        ("shape", "its output 1 is not an output document: the data of the rag widget `odd`: "),
        ("number", "its output 1 is not an output document: the data of the leaderboard widget `nan`: "),
        ("twice", "its output 2 is a second widget of the id `A`"),
        ("failure", "settings.deed: it is `failure`; write another"),
    ] {
        let fault = run(&hostile(deed)).outputs.expect_err(deed).to_string();
        assert!(fault.starts_with(wanted), "{deed}: {fault}");
    }
}

#[test]
fn a_flood_of_log_lines_is_cut_and_the_run_counts() {
    let FileRun { outputs, log, .. } = run(&hostile("log"));
    assert!(matches!(outputs.as_deref(), Ok([Output::Widget(widget)]) if widget.id == "quiet"), "{outputs:?}");
    let (last, lines) = log.split_last().expect("some lines");
    assert!(lines.iter().map(|line| line.text.len()).sum::<usize>() <= 64 << 10);
    assert!(lines.iter().all(|line| !line.text.contains('\n')), "a guest cannot begin a line of its own");
    assert!(last.text.ends_with("bytes of log lines were cut off"), "{last:?}");
}

#[test]
fn a_guest_that_broods_over_what_it_is_is_stopped() {
    let mut config = Config::new(guest("brooding"));
    config.limits.time = Every(Duration::from_millis(200));
    let wanted = "it computed for longer than 200ms; let it do less, or raise limits.time";
    assert_eq!(inspect(&config.wasm, &config.limits).expect_err("it never answers").to_string(), wanted);
}

#[test]
fn a_limit_can_be_raised_and_a_good_guest_runs() {
    let mut config = hostile("output");
    config.limits.output = model::Size(6 << 20);
    assert!(run(&config).outputs.is_ok());
    assert!(run(&hostile("none")).outputs.is_ok());
    assert!(run(&hostile("hoard")).outputs.is_ok());
}

#[test]
fn loops_are_stopped_side_by_side() {
    let config = hostile("loop");
    std::thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| assert!(run(&config).outputs.is_err()));
        }
    });
}
