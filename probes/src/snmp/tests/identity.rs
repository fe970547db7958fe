//! What a good device gives, and what its rows are called.

use super::*;
use model::{Bits, Continuity, Counter, Kind, Value};
use std::sync::Arc;

#[tokio::test]
async fn a_good_device_is_read_whole() {
    let polled = polled(&device(60)).await;
    assert_eq!((polled.outcome, polled.trouble.as_deref()), (Outcome::Answered, None));
    assert_eq!(names(&polled).len(), 60);
    let continuity = Continuity { uptime: Some(123_456), discontinuity: Some(7) };
    let found = sample(&polled, "ifOutOctets", "Gi0/60").expect("a sample");
    let wanted = Counter { raw: (1 << 40) + 120_000, bits: Bits::B64, continuity };
    assert_eq!(found.value, Value::Counter(wanted));
    assert_eq!((found.series.unit.as_str(), found.series.kind), ("octet", Kind::Counter));
    assert_eq!(raw(&polled, "ifInErrors", "Gi0/2"), Some((2_000 % 77).into()));
    assert_eq!(raw(&polled, "ifOperStatus", "Gi0/2"), Some(2.0));
    let uptime = polled.samples.iter().find(|sample| sample.series.metric == "sysUpTime").expect("an uptime");
    assert_eq!((uptime.value, uptime.series.unit.as_str()), (Value::Gauge(1_234.56), "s"));
    assert!(polled.samples.iter().all(|sample| (1_000_000..1_020_000).contains(&sample.at)));
    assert!(
        polled
            .states
            .iter()
            .any(|state| state.metric == "ifOperStatus" && state.number == 7 && state.name == "lowerLayerDown")
    );
    for (name, row, wanted) in [
        ("sysDescr", Labels::none(), "a test"),
        ("sysObjectID", Labels::none(), "1.3.6.1.4.1.1179"),
        ("sysName", Labels::none(), "r1"),
        ("ifIndex", Labels::one("ifName", "Gi0/3"), "3"),
        ("ifDescr", Labels::one("ifName", "Gi0/3"), "GigabitEthernet Gi0/3"),
        ("ifAlias", Labels::one("ifName", "Gi0/3"), "to the other side"),
        ("ifMtu", Labels::one("ifName", "Gi0/3"), "1500"),
        ("ifPhysAddress", Labels::one("ifName", "Gi0/3"), "00:1d:aa:94:30:04"),
        ("ifSpeed", Labels::one("ifName", "Gi0/3"), "10000000000"),
    ] {
        assert_eq!(attribute(&polled, name, &row).as_deref(), Some(wanted), "{name}");
    }
    assert!(polled.slowest.is_some_and(|slowest| slowest.part.starts_with("if")));
}

#[tokio::test]
async fn a_row_is_called_by_name_else_description_else_index_and_equal_names_are_told_apart() {
    let mut objects = device(0);
    for (index, name, description) in
        [(1, "a", "x"), (2, "b", "x"), (3, "b", "x"), (4, "", "descr"), (5, "", ""), (6, "b#2", "x"), (7, "c\0\0", "x")]
    {
        interface(&mut objects, index, name);
        objects.text(&format!("{IF}.2.{index}"), description);
    }
    assert_eq!(names(&polled(&objects).await), ["a", "b#2#2", "b#3", "descr", "5", "b#2#6", "c"]);
}

#[tokio::test]
async fn a_device_without_64_bit_counters_or_ifxtable_is_read_too() {
    let mut objects = device(3);
    objects.0.retain(|oid, _| oid.below(&agent::oid_of(IFX)).is_none());
    let polled = polled(&objects).await;
    assert_eq!((polled.outcome, polled.trouble.as_deref()), (Outcome::Answered, None));
    assert_eq!(names(&polled), ["GigabitEthernet Gi0/1", "GigabitEthernet Gi0/2", "GigabitEthernet Gi0/3"]);
    let found = sample(&polled, "ifInOctets", "GigabitEthernet Gi0/2").expect("a sample");
    let continuity = Continuity { uptime: Some(123_456), discontinuity: None };
    assert_eq!(found.value, Value::Counter(Counter { raw: 2_000 % 77, bits: Bits::B32, continuity }));
}

#[tokio::test]
async fn each_row_has_the_widest_counter_it_has() {
    let mut objects = device(3);
    objects.0.remove(&agent::oid_of(&format!("{IFX}.6.2")));
    let polled = polled(&objects).await;
    let width = |name| match sample(&polled, "ifInOctets", name).map(|sample| sample.value) {
        Some(Value::Counter(counter)) => counter.bits,
        other => panic!("{other:?}"),
    };
    assert_eq!(["Gi0/1", "Gi0/2", "Gi0/3"].map(width), [Bits::B64, Bits::B32, Bits::B64]);
    assert_eq!(names(&polled).len(), 3);
}

#[tokio::test]
async fn the_speed_is_ifhighspeed_if_there_is_any() {
    let mut objects = device(3);
    objects.number(&format!("{IFX}.15.1"), GAUGE32, 0);
    objects.number(&format!("{IF}.5.1"), GAUGE32, 64_000);
    objects.0.remove(&agent::oid_of(&format!("{IFX}.15.2")));
    let polled = polled(&objects).await;
    let speed = |name| attribute(&polled, "ifSpeed", &Labels::one("ifName", name));
    assert_eq!(
        ["Gi0/1", "Gi0/2", "Gi0/3"].map(|name| speed(name).expect("a speed")),
        ["64000", "4294967295", "10000000000"]
    );
}

#[tokio::test]
async fn a_renumbered_index_and_a_poll_without_names_keep_the_series() {
    let before = device(3);
    let mut after = device(0);
    for (index, name) in [(11, "Gi0/1"), (12, "Gi0/2"), (13, "Gi0/3")] {
        interface(&mut after, index, name);
    }
    let mut nameless = after.clone();
    nameless.0.retain(|oid, _| oid.below(&agent::oid_of(&format!("{IFX}.1"))).is_none());
    let mut agents = vec![nameless, after, before];
    let (next, asked) = std::sync::mpsc::channel();
    let mut objects = agents.pop().expect("three");
    let server = serve(move |bytes| {
        if asked.try_recv().is_ok() {
            objects = agents.pop().expect("three polls");
        }
        let request = Request::read(bytes);
        // The last agent does not answer where the names are.
        let silent = agents.is_empty()
            && request.oids.iter().any(|oid| oid.below(&agent::oid_of(IFX)).is_some_and(|at| at[0] == 1));
        if silent { Vec::new() } else { vec![objects.answer(&request)] }
    })
    .await;
    let mut job = impatient(server.address);
    let first = poll(&mut job).await;
    next.send(()).expect("the agent lives");
    let second = poll(&mut job).await;
    next.send(()).expect("the agent lives");
    let third = poll(&mut job).await;
    for later in [&second, &third] {
        assert_eq!(names(later), names(&first));
        for (old, new) in first.samples.iter().zip(&later.samples) {
            assert!(Arc::ptr_eq(&old.series, &new.series), "{} {}", old.series, new.series);
        }
    }
    assert_eq!(second.outcome, Outcome::Answered);
    assert_eq!(third.outcome, Outcome::Partial);
    assert!(third.trouble.as_deref().is_some_and(|trouble| trouble.contains("ifName")), "{:?}", third.trouble);
}
