//! A process that is killed without warning has lost nothing that it was told is stored.

use super::{ALWAYS, parse, poll, series};
use crate::{Store, StoreError};
use model::{Counter, Kind, Sample, Value};
use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

const NAME: &str = "tests::killed::what_was_acknowledged_survives_a_kill";
/// The folder for the child, which is this very test run once more.
const CHILD: &str = "LIGHTSHIP_TEST_STORE";
const TASKS: i64 = 4;

#[test]
fn what_was_acknowledged_survives_a_kill() {
    if let Some(folder) = std::env::var_os(CHILD) {
        return child(Path::new(&folder));
    }
    let folder = tempfile::tempdir().expect("a folder");
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .args([NAME, "--exact", "--nocapture"])
        .env(CHILD, folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a child");
    let output = BufReader::new(child.stdout.take().expect("its output"));
    let mut acknowledged = BTreeSet::new();
    for line in output.lines().map_while(Result::ok) {
        let Some(at) = line.strip_prefix("ack ") else { continue };
        // The line that the kill cut off has no end and may be short.
        acknowledged.insert(at.parse::<i64>().expect("a number"));
        if acknowledged.len() == 100 {
            let beside = Store::read(folder.path()).expect("a reader in another process");
            let stored = beside.raw(&parse("count"), ALWAYS).expect("samples").len();
            assert!(stored >= 100, "{stored}");
            assert!(matches!(Store::open(folder.path()), Err(StoreError::Busy(_))));
        }
        if acknowledged.len() == 500 {
            child.kill().expect("killed");
        }
    }
    assert!(!child.wait().expect("it ended").success());
    assert!(acknowledged.len() >= 500);
    let store = Store::open(folder.path()).expect("the store opens at once");
    let stored = store.reader().raw(&parse("count"), ALWAYS).expect("samples");
    let stored: BTreeSet<_> = stored.iter().map(|sample| sample.at).collect();
    let lost: Vec<_> = acknowledged.difference(&stored).collect();
    assert!(lost.is_empty(), "{lost:?}");
}

/// Writes until it is killed, and says what was acknowledged.
fn child(folder: &Path) {
    let store = Store::open(folder).expect("a store");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().expect("a runtime");
    let count = series("count", "", Kind::Counter);
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let (writer, series) = (store.writer(), count.clone());
            runtime.spawn(async move {
                for n in 0_i64.. {
                    let at = 1_000 + n * TASKS + task;
                    let value = Value::Counter(Counter::b64(at as u64));
                    let polled = poll(at, vec![Sample { series: series.clone(), at, value }]);
                    writer.polled(polled).await.expect("acknowledged");
                    // Whole lines at once; once nobody reads them any more it is time to end.
                    if std::io::stdout().write_all(format!("\nack {at}\n").as_bytes()).is_err() {
                        return;
                    }
                }
            })
        })
        .collect();
    for task in tasks {
        let _ = runtime.block_on(task);
    }
}
