//! What readers get: selectors, steps, descriptions, the newest points, and all of it while somebody writes.

use super::{ALWAYS, EVERY, Lab, SECOND, attribute, parse, poll, series};
use crate::{Agg, Range, Step, Store, StoreError};
use model::{Counter, Device, DeviceState, Kind, Sample, StateName, Value};
use std::collections::BTreeMap;

const T: i64 = 1_700_000_000_000;

fn device(name: &str, role: &str) -> Device {
    Device {
        name: name.to_owned(),
        tags: BTreeMap::from([("role".to_owned(), role.to_owned())]),
        state: DeviceState::Up,
        since: T,
        seen_at: Some(T),
        every: EVERY,
        trouble: Some("two tables were late".to_owned()),
    }
}

/// Two interfaces and one value of the device itself.
fn lab() -> Lab {
    let lab = Lab::new();
    let (one, two) = (series("ifInOctets", "Gi0/1", Kind::Counter), series("ifInOctets", "Gi0/2", Kind::Counter));
    let temperature = series("temperature", "", Kind::Gauge);
    for n in 0..4_u32 {
        let at = T + i64::from(n) * EVERY;
        let sample = |series, value| Sample { series, at, value };
        let mut polled = poll(
            at,
            vec![
                sample(one.clone(), Value::Counter(Counter::b32(n * 3_000))),
                sample(two.clone(), Value::Counter(Counter::b32(n * 6_000))),
                sample(temperature.clone(), Value::Gauge(f64::from(n) / 2.0)),
            ],
        );
        polled.attributes = vec![attribute("Gi0/1", "ifAlias", "uplink"), attribute("", "sysName", "core")];
        polled.states = vec![StateName { metric: "ifOperStatus".to_owned(), number: 1, name: "up".to_owned() }];
        lab.write(polled);
    }
    lab.wait(lab.store.writer().devices(vec![device("r2", "edge"), device("r1", "core")])).expect("devices");
    lab
}

#[test]
fn selectors_know_labels_the_device_tags_and_attributes() {
    let lab = lab();
    for (selector, wanted) in [
        ("ifInOctets", "r1 ifInOctets{ifName=Gi0/1}; r1 ifInOctets{ifName=Gi0/2}"),
        ("if*{ifName=Gi0/2}", "r1 ifInOctets{ifName=Gi0/2}"),
        ("{ifAlias=uplink}", "r1 ifInOctets{ifName=Gi0/1}"),
        ("{ifAlias=}", "r1 ifInOctets{ifName=Gi0/2}; r1 temperature"),
        ("temperature,nothing{role=core, sysName=core, device=r?}", "r1 temperature"),
        ("ifInOctets{sysName=core,ifName!=Gi0/2}", "r1 ifInOctets{ifName=Gi0/1}"),
        ("{role=edge}", ""),
        ("{device=r2}", ""),
    ] {
        let found = lab.store.reader().series(&parse(selector)).expect(selector);
        let names: Vec<_> = found.iter().map(|found| found.series.to_string()).collect();
        assert_eq!(names.join("; "), wanted, "{selector}");
        assert!(found.iter().all(|found| (found.first_at, found.last_at) == (T, T + 3 * EVERY)), "{selector}");
    }
}

#[test]
fn a_range_includes_both_ends_and_its_first_rate_reaches_back() {
    let lab = lab();
    let range = Range { from: T + EVERY, until: T + 2 * EVERY };
    let curves = lab.store.reader().points(&parse("ifInOctets{ifName=Gi0/1}"), range, None).expect("points");
    assert_eq!(curves[0].points, [(T + EVERY, Some(100.0)), (T + 2 * EVERY, Some(100.0))]);
    assert_eq!((curves[0].unit.as_str(), curves[0].every), ("octet/s", EVERY));
    let raw = lab.store.reader().raw(&parse("temperature"), range).expect("samples");
    assert_eq!(raw.iter().map(|sample| sample.value.as_f64()).collect::<Vec<_>>(), [0.5, 1.0]);
    let nothing = lab.store.reader().points(&parse("temperature"), Range { from: 0, until: 1 }, None).expect("none");
    assert_eq!(nothing[0].points, []);
}

#[test]
fn the_latest_is_one_point_of_each_series() {
    let lab = lab();
    lab.sample(&series("ifOutOctets", "Gi0/1", Kind::Counter), T, Value::Counter(Counter::b64(5)));
    let curves = lab.store.reader().latest(&parse("{device=r1}")).expect("points");
    let points: Vec<_> = curves.iter().map(|curve| (curve.series.metric.as_str(), curve.points.as_slice())).collect();
    let end = T + 3 * EVERY;
    assert_eq!(
        points,
        [
            ("ifInOctets", [(end, Some(100.0))].as_slice()),
            ("ifInOctets", &[(end, Some(200.0))]),
            ("ifOutOctets", &[(T, None)]),
            ("temperature", &[(end, Some(1.5))]),
        ]
    );
}

#[test]
fn steps_are_aligned_to_the_epoch() {
    let lab = lab();
    let step = Step { length: 2 * EVERY, agg: Agg::Sum };
    let curves = lab.store.reader().points(&parse("temperature"), ALWAYS, Some(step)).expect("points");
    // The samples stand 20, 50, 80 and 110 seconds after the beginning of a step.
    let start = T - 20 * SECOND;
    assert_eq!(curves[0].points, [(start, Some(0.5)), (start + 2 * EVERY, Some(2.5))]);
}

#[test]
fn devices_attributes_and_state_names_come_back_in_order() {
    let lab = lab().reopened();
    let reader = lab.store.reader();
    assert_eq!(reader.devices().expect("devices"), [device("r1", "core"), device("r2", "edge")]);
    let wanted = [attribute("", "sysName", "core"), attribute("Gi0/1", "ifAlias", "uplink")];
    assert_eq!(reader.attributes("r1").expect("attributes"), wanted);
    assert_eq!(reader.state_names().expect("names")[0].name, "up");
    lab.wait(lab.store.writer().devices(vec![device("r2", "edge")])).expect("fewer devices");
    assert_eq!(reader.devices().expect("devices"), [device("r2", "edge")]);
    assert_eq!(reader.series(&parse("temperature")).expect("history").len(), 1, "history stays");
}

#[test]
fn a_long_read_sees_one_state_and_holds_up_no_write() {
    let lab = lab();
    let reader = lab.store.reader();
    let count =
        |db: &rusqlite::Connection| db.query_row("SELECT count(*) FROM samples", [], |row| row.get::<_, i64>(0));
    let seen = reader.pool.read(|db| {
        let before = count(db)?;
        // Acknowledged while this transaction is open.
        lab.sample(&series("temperature", "", Kind::Gauge), T + 4 * EVERY, Value::Gauge(9.0));
        assert_eq!(lab.points("temperature").last(), Some(&(T + 4 * EVERY, Some(9.0))), "others see it");
        Ok((before, count(db)?))
    });
    assert_eq!(seen.expect("a read"), (12, 12));
}

#[test]
fn who_only_reads_needs_a_database_but_no_lock() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(matches!(Store::read(folder.path()), Err(StoreError::Missing(_))));
    std::fs::write(crate::database::path(folder.path()), "").expect("an empty file");
    assert!(matches!(Store::read(folder.path()), Err(StoreError::Missing(_))));
    let lab = lab();
    let beside = Store::read(lab.folder.path()).expect("a reader beside the writer");
    lab.sample(&series("temperature", "", Kind::Gauge), T + 4 * EVERY, Value::Gauge(9.0));
    assert_eq!(beside.raw(&parse("temperature"), ALWAYS).expect("samples").len(), 5);
    drop(beside);
    let Lab { folder, store, .. } = lab;
    store.close();
    let alone = Store::read(folder.path()).expect("a reader alone");
    assert_eq!(alone.raw(&parse("temperature"), ALWAYS).expect("samples").len(), 5);
}
