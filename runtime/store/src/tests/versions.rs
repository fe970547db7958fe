//! Databases of other versions: every earlier one opens with all that is in it, a newer one is refused.

use super::{EVERY, Lab, poll, up};
use crate::database::{self, MIGRATIONS};
use crate::{Store, StoreError};
use model::{Counter, Kind, Sample, Value};
use rusqlite::Connection;
use std::path::Path;

/// A database as the program of that version left it: its schema, and the rows of `testdata/v<version>.sql`.
fn old(folder: &Path, version: usize) {
    let rows = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("testdata/v{version}.sql"));
    let rows = std::fs::read_to_string(&rows).expect("each version has rows to test with");
    let db = Connection::open(database::path(folder)).expect("a new file");
    for sql in MIGRATIONS[..version].iter().copied().chain([rows.as_str()]) {
        db.execute_batch(sql).expect("it was good SQL once");
    }
    db.pragma_update(None, "user_version", version as i64).expect("a version");
}

#[test]
fn every_earlier_version_opens_with_its_data_and_goes_on() {
    for version in 1..=MIGRATIONS.len() {
        let lab = Lab::new();
        lab.store.close();
        let folder = tempfile::tempdir().expect("a folder");
        old(folder.path(), version);
        let lab = Lab { store: Store::open(folder.path()).expect("an old database"), folder, ..Lab::new() };
        let t = 1_700_000_000_000;
        let reader = lab.store.reader();
        assert_eq!(lab.points("ifInOctets{role=core}"), [(t, None), (t + EVERY, Some(100.0))], "version {version}");
        assert_eq!(lab.points("temperature"), [(t, Some(21.5))]);
        assert_eq!(lab.points("ifOperStatus"), [(t, Some(1.0))]);
        assert_eq!(reader.attributes("r1").expect("attributes")[0].value.to_string(), "uplink");
        assert_eq!(reader.state_names().expect("names")[0].name, "up");
        assert_eq!(reader.devices().expect("devices")[0].name, "r1");
        assert_eq!(reader.events(9).expect("events")[0].kind, "device.up");
        let runs = reader.runs().expect("runs");
        assert_eq!(
            (runs[0].transform.as_str(), runs[0].outputs.len()),
            ("traffic", 1),
            "an unknown document is left out"
        );
        // The device started anew since the old program ended.
        let octets = super::series("ifInOctets", "Gi0/1", Kind::Counter);
        let value = Value::Counter(Counter::b32(9_000).with(up(20)));
        lab.write(poll(t + 2 * EVERY, vec![Sample { series: octets, at: t + 2 * EVERY, value }]));
        assert_eq!(lab.points("ifInOctets").last(), Some(&(t + 2 * EVERY, None)));
    }
}

#[test]
fn a_newer_version_is_refused_and_left_as_it_is() {
    let lab = Lab::new();
    lab.store.close();
    let path = database::path(lab.folder.path());
    let newer = MIGRATIONS.len() as i64 + 1;
    let db = Connection::open(&path).expect("the file");
    db.pragma_update(None, "user_version", newer).expect("a version");
    drop(db);
    for refused in [Store::open(lab.folder.path()).err(), Store::read(lab.folder.path()).err()] {
        let Some(StoreError::Newer { found, known, .. }) = refused else { panic!("{refused:?}") };
        assert_eq!((found, known), (newer, newer - 1));
    }
    let db = Connection::open(&path).expect("the file");
    let version: i64 = db.pragma_query_value(None, "user_version", |row| row.get(0)).expect("a version");
    assert_eq!(version, newer);
}

#[test]
fn a_new_database_can_give_space_back_and_lets_readers_read_while_it_is_written() {
    let lab = Lab::new();
    let db = Connection::open(database::path(lab.folder.path())).expect("the file");
    let auto_vacuum: i64 = db.pragma_query_value(None, "auto_vacuum", |row| row.get(0)).expect("a mode");
    let journal: String = db.pragma_query_value(None, "journal_mode", |row| row.get(0)).expect("a mode");
    assert_eq!((auto_vacuum, journal.as_str()), (2, "wal"));
}
