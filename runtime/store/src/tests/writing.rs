//! What becomes of what is written: attributes, events, runs, large batches, two writers, the end.

use super::{ALWAYS, EVERY, Lab, attribute, parse, poll, series};
use crate::{Store, StoreError, TransformRun};
use model::{AttrValue, Attribute, Event, Kind, Labels, Output, Sample, Series, Severity, Value};
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;

const T: i64 = 1_700_000_000_000;

fn event(at: i64, text: &str) -> Event {
    let body = serde_json::json!({ "n": [1, 2] });
    let kind = "trap".to_owned();
    Event { at, device: None, kind, severity: Severity::Warning, text: text.to_owned(), body }
}

#[test]
fn a_changed_attribute_is_an_event_and_a_new_or_volatile_one_is_not() {
    let lab = Lab::new();
    let number =
        |value| Attribute { row: Labels::none(), name: "ifNumber".to_owned(), value: AttrValue::Number(value) };
    for (n, alias) in ["old", "old", "up\r\n link", ""].into_iter().enumerate() {
        let mut polled = poll(T + n as i64, Vec::new());
        polled.attributes = vec![
            attribute("Gi0/1", "ifAlias", alias),
            attribute("Gi0/1", "ifLastChange", &n.to_string()),
            number(if n < 3 { 2.0 } else { 3.0 }),
        ];
        lab.write(polled);
    }
    let lab = lab.reopened();
    let events = lab.store.reader().events(10).expect("events");
    let texts: Vec<_> = events.iter().map(|event| (event.at, event.text.as_str())).collect();
    assert_eq!(
        texts,
        [
            (T + 3, "r1: ifNumber is now 3"),
            (T + 3, "r1 Gi0/1: ifAlias is now empty"),
            (T + 2, "r1 Gi0/1: ifAlias is now “up link”"),
        ]
    );
    assert_eq!((events[2].kind.as_str(), events[2].severity), ("attribute.changed", Severity::Info));
    assert_eq!(events[2].body["old"], "old");
    assert_eq!(events[2].body["new"], "up\r\n link");
    assert_eq!(events[2].body["row"]["ifName"], "Gi0/1");
}

#[test]
fn events_come_newest_first_and_the_oldest_go() {
    let lab = Lab::new();
    lab.wait(lab.store.writer().event(event(T + 5, "late"))).expect("an event");
    let mut polled = poll(T, Vec::new());
    polled.events = vec![event(T, "early"), event(T + 9, "newest")];
    lab.write(polled);
    let two = lab.store.reader().events(2).expect("events");
    assert_eq!(two, [event(T + 9, "newest"), event(T + 5, "late")]);
    let mut flood = poll(T, Vec::new());
    flood.events = vec![event(T + 10, "again"); crate::keep::EVENTS as usize - 1];
    lab.write(flood);
    let all = lab.store.reader().events(usize::MAX).expect("events");
    assert_eq!(all.len() as i64, crate::keep::EVENTS);
    assert_eq!(all.last(), Some(&event(T + 9, "newest")));
}

#[test]
fn a_failed_run_leaves_the_outputs_of_the_last_good_one() {
    let lab = Lab::new();
    let widget = r#"{"widget":{"id":"now","title":"Now","unit":"bit/s","kind":"number","data":{"value":5.0}}}"#;
    let good = TransformRun {
        transform: "traffic".to_owned(),
        version: "1.0.0".to_owned(),
        ran_at: T,
        ok_at: Some(T - 1),
        error: None,
        took: 12,
        outputs: vec![Output::parse(widget).expect("an output")],
    };
    let bad = TransformRun {
        version: "1.0.1".to_owned(),
        ran_at: T + EVERY,
        ok_at: None,
        error: Some("it trapped".to_owned()),
        outputs: Vec::new(),
        ..good.clone()
    };
    let never = TransformRun { transform: "broken".to_owned(), ok_at: Some(T), ..bad.clone() };
    for run in [&good, &bad, &never] {
        lab.wait(lab.store.writer().ran(run.clone())).expect("a run");
    }
    let lab = lab.reopened();
    let stands = TransformRun { ok_at: good.ok_at, outputs: good.outputs.clone(), ..bad };
    let nothing = TransformRun { ok_at: None, ..never };
    assert_eq!(lab.store.reader().runs().expect("runs"), [nothing, stands]);
    lab.wait(lab.store.writer().ran(good.clone())).expect("well again");
    lab.wait(lab.store.writer().keep_transforms(vec!["traffic".to_owned()])).expect("fewer");
    assert_eq!(lab.store.reader().runs().expect("runs"), [good]);
}

#[test]
fn ten_thousand_samples_in_one_poll_are_all_there() {
    let lab = Lab::new();
    let samples = (0..10_000).map(|n| Sample {
        series: series("ifSpeed", &format!("Gi{n}"), Kind::Gauge),
        at: T,
        value: Value::Gauge(f64::from(n)),
    });
    lab.write(poll(T, samples.collect()));
    let raw = lab.store.reader().raw(&parse("ifSpeed"), ALWAYS).expect("samples");
    assert_eq!(raw.len(), 10_000);
    assert_eq!(raw.iter().map(|sample| sample.value.as_f64()).sum::<f64>(), 49_995_000.0);
}

#[test]
fn series_differ_by_each_part_of_their_identity() {
    let lab = Lab::new();
    let one = series("load", "", Kind::Gauge);
    let others = [
        Series { device: "r2".to_owned(), ..(*one).clone() },
        Series { metric: "Load".to_owned(), ..(*one).clone() },
        Series { labels: Labels::one("core", "0"), ..(*one).clone() },
        Series { unit: "%".to_owned(), ..(*one).clone() },
        Series { kind: Kind::State, ..(*one).clone() },
    ];
    for series in [(*one).clone()].into_iter().chain(others) {
        let value = if series.kind == Kind::State { Value::State(-3) } else { Value::Gauge(f64::MIN_POSITIVE) };
        lab.sample(&Arc::new(series), T, value);
    }
    lab.sample(&one, T + 1, Value::Gauge(f64::NAN));
    let raw = lab.store.reader().raw(&parse("{device=*}"), ALWAYS).expect("samples");
    assert_eq!(raw.len(), 6, "{raw:?}");
    assert_eq!(raw.iter().filter(|sample| sample.value == Value::State(-3)).count(), 1);
}

#[test]
fn a_second_writer_is_refused_and_the_folder_is_private() {
    let lab = Lab::new();
    let inner = lab.folder.path().join("a/b");
    let store = Store::open(&inner).expect("a store in a new folder");
    let refused = Store::open(&inner).err().expect("refused");
    assert!(matches!(&refused, StoreError::Busy(folder) if *folder == inner), "{refused}");
    let mode = |path: &std::path::Path| std::fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!((mode(&inner), mode(&crate::database::path(&inner))), (0o700, 0o600));
    store.close();
    Store::open(&inner).expect("free again").close();
    drop(Store::open(&inner).expect("free again"));
    Store::open(&inner).expect("free again");
}

#[test]
fn what_is_queued_when_the_store_closes_is_committed_and_later_calls_are_told() {
    let lab = Lab::new();
    let writer = lab.store.writer();
    let gauge = series("load", "", Kind::Gauge);
    let polls = (0..50).map(|n| {
        let sample = Sample { series: gauge.clone(), at: T + n, value: Value::Gauge(1.0) };
        Box::pin(writer.polled(poll(T + n, vec![sample])))
    });
    let (mut waiting, mut answers) = (Vec::new(), Vec::new());
    // Each is sent; most have not been answered when the store closes.
    lab.wait(async {
        for mut call in polls {
            match std::future::poll_fn(|context| std::task::Poll::Ready(call.as_mut().poll(context))).await {
                std::task::Poll::Ready(answer) => answers.push(answer),
                std::task::Poll::Pending => waiting.push(call),
            }
        }
    });
    let lab = lab.reopened();
    let raw = lab.store.reader().raw(&parse("load"), ALWAYS).expect("samples");
    assert_eq!(raw.len(), 50);
    answers.extend(waiting.into_iter().map(|call| lab.wait(call)));
    assert!(answers.len() == 50 && answers.iter().all(Result::is_ok), "{answers:?}");
    let late = lab.wait(writer.event(event(T, "too late")));
    assert!(matches!(late, Err(StoreError::Closed)), "{late:?}");
}

#[test]
fn samples_of_more_than_a_week_ago_go_as_new_ones_come() {
    let lab = Lab::new();
    let (old, both) = (series("old", "", Kind::Gauge), series("both", "", Kind::Gauge));
    let sample = |series: &Arc<Series>, at| Sample { series: series.clone(), at, value: Value::Gauge(1.0) };
    let before = T - crate::retention::RAW - 1;
    lab.write(poll(T, vec![sample(&old, before), sample(&both, before), sample(&both, T)]));
    // It tidies up after the answer, and before the next command.
    lab.wait(lab.store.writer().event(event(T, "next"))).expect("an event");
    assert_eq!(lab.points("both"), [(T, Some(1.0))]);
    assert_eq!(lab.store.reader().series(&parse("old")).expect("series"), []);
    lab.sample(&old, T, Value::Gauge(2.0));
    assert_eq!(lab.points("old"), [(T, Some(2.0))], "it may come back");
}
