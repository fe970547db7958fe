//! Commits: shared by those who wait, and what becomes of them when the disk is full.

use super::{ALWAYS, Lab, parse, poll, series};
use crate::commit::{Command, Committer, Mail, Message, run};
use crate::{Reader, StoreError, database};
use model::{Event, Kind, Sample, Severity, Value};
use std::path::Path;
use std::sync::{Arc, mpsc};
use tokio::sync::{Semaphore, oneshot};

const T: i64 = 1_700_000_000_000;

fn gauge(n: i64) -> Command {
    let sample = Sample { series: series("load", "", Kind::Gauge), at: T + n, value: Value::Gauge(1.0) };
    Command::Polled(poll(T + n, vec![sample]))
}

/// Far more than the few free pages that a test leaves.
fn flood() -> Command {
    let sample =
        |n| Sample { series: series("flood", &format!("Gi{n}"), Kind::Gauge), at: T, value: Value::Gauge(1.0) };
    Command::Polled(poll(T, (0..5_000).map(sample).collect()))
}

fn event(text: &str) -> Command {
    let body = serde_json::Value::Null;
    let kind = "test".to_owned();
    Command::Event(Event { at: T, device: None, kind, severity: Severity::Info, text: text.to_owned(), body })
}

/// How many commits the write-ahead log holds: frames whose header gives the file's size after a commit
/// (<https://www.sqlite.org/fileformat2.html#walformat>).
fn commits(folder: &Path) -> usize {
    let log = std::fs::read(database::path(folder).with_extension("db-wal")).expect("a log");
    let number = |at: usize| u32::from_be_bytes(log[at..at + 4].try_into().expect("four bytes"));
    let frame = 24 + number(8) as usize;
    (32..log.len()).step_by(frame).filter(|at| number(at + 4) > 0 && number(at + 8) == number(16)).count()
}

#[test]
fn all_who_wait_share_one_commit() {
    let folder = tempfile::tempdir().expect("a folder");
    let lock = database::lock(folder.path()).expect("a lock");
    let committer = Committer::new(database::writing(folder.path()).expect("a database"));
    // As long as somebody is in the middle of reading, the log stays.
    let reading = database::reading(folder.path()).expect("a connection");
    reading.execute_batch("BEGIN; SELECT count(*) FROM series").expect("a transaction");
    let reader = Reader::open(folder.path()).expect("a reader");
    let before = commits(folder.path());
    let (sender, receiver) = mpsc::channel();
    let room = Arc::new(Semaphore::new(1_000));
    let answers: Vec<_> = (0..100)
        .map(|n| {
            let (done, answer) = oneshot::channel();
            let room = room.clone().try_acquire_owned().expect("room");
            let message = Message { command: gauge(n), done, room };
            sender.send(Mail::Message(Box::new(message))).expect("an open channel");
            answer
        })
        .collect();
    sender.send(Mail::Close).expect("an open channel");
    run(committer, &receiver, lock);
    for answer in answers {
        answer.blocking_recv().expect("an answer").expect("committed");
    }
    assert_eq!(reader.raw(&parse("load"), ALWAYS).expect("samples").len(), 100);
    assert_eq!(commits(folder.path()) - before, 1);
    assert_eq!(room.available_permits(), 1_000);
}

/// A committer whose database can grow by some pages only.
fn cramped(folder: &Path) -> Committer {
    let db = database::writing(folder).expect("a database");
    let pages: i64 = db.pragma_query_value(None, "page_count", |row| row.get(0)).expect("a count");
    db.pragma_update_and_check(None, "max_page_count", pages + 10, |_| Ok(())).expect("a limit");
    Committer::new(db)
}

#[test]
fn a_full_disk_is_told_to_those_whose_data_are_lost_and_the_writer_lives_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut committer = cramped(folder.path());
    assert!(committer.commit(&[&gauge(0)]).iter().all(Result::is_ok));
    let batch = [event("before"), flood(), gauge(1), event("after")];
    let results = committer.commit(&batch.iter().collect::<Vec<_>>());
    let why = results[1].as_ref().expect_err("the disk is full").to_string();
    assert!(why.contains("full"), "{why}");
    assert!(committer.commit(&[&gauge(2)])[0].is_ok(), "there is room for little");
    committer.tidy();
    // Whatever was said is true.
    let reader = Reader::open(folder.path()).expect("a reader");
    let texts: Vec<_> = reader.events(9).expect("events").into_iter().map(|event| event.text).collect();
    for (at, text) in [(0, "before"), (3, "after")] {
        assert_eq!(results[at].is_ok(), texts.iter().any(|stored| stored == text), "{text}");
    }
    let loads = reader.raw(&parse("load"), ALWAYS).expect("samples").len();
    assert_eq!(loads, 2 + usize::from(results[2].is_ok()));
    assert_eq!(reader.series(&parse("flood")).expect("series"), []);
}

#[test]
fn a_transaction_that_fails_as_a_whole_is_told_to_all() {
    let lab = Lab::new();
    let other = rusqlite::Connection::open(database::path(lab.folder.path())).expect("the file");
    let refuse = "CREATE TRIGGER refuse BEFORE INSERT ON events WHEN new.text = 'poison'
        BEGIN SELECT raise(ROLLBACK, 'out of order'); END";
    other.execute_batch(refuse).expect("a trigger");
    lab.store.close();
    let mut committer = Committer::new(database::writing(lab.folder.path()).expect("a database"));
    let batch = [gauge(0), event("poison"), event("after")];
    let results = committer.commit(&batch.iter().collect::<Vec<_>>());
    for result in &results {
        assert!(matches!(result, Err(StoreError::NotStored(why)) if why == "out of order"), "{result:?}");
    }
    assert_eq!(results.len(), 3);
    assert!(committer.commit(&[&gauge(0), &event("well again")]).iter().all(Result::is_ok));
    committer.close();
    let reader = Reader::open(lab.folder.path()).expect("a reader");
    assert_eq!(reader.raw(&parse("load"), ALWAYS).expect("samples").len(), 1);
    assert_eq!(reader.events(9).expect("events").len(), 1);
}
