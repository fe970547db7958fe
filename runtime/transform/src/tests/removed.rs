//! A device that left the configuration: its series are still in the store, and no guest sees them.

use super::line::{Given, Line};
use crate::batch::{gather, query};
use model::Selector;
use serde_json::json;
use store::Agg;

#[tokio::test]
async fn a_device_that_left_the_configuration_is_in_no_batch_and_no_history() {
    let series = |device: &str| {
        json!({"device": device, "metric": "load1", "labels": {}, "unit": "", "kind": "gauge",
               "from": 1_000_000, "every": 1000, "values": [1, 2, 3]})
    };
    let given = json!({"now": 1_002_000, "series": [series("kept"), series("removed")], "devices": [
        {"name": "kept", "tags": {}, "state": "up", "since": 0, "seen_at": 1_002_000, "every": 1000, "trouble": null}]});
    let given: Given = serde_json::from_value(given).expect("a case");
    let line = Line::of(&given).await;
    let reader = line.store.reader();
    let all: Selector = "load1".parse().expect("a selector");
    assert_eq!(reader.latest(&all).expect("readable").len(), 2, "the store has both");

    let gathered = gather(&reader, &[all], None, given.now).expect("readable");
    let found: Vec<_> =
        gathered.curves.iter().map(|curve| (curve.series.device.as_str(), curve.points.len())).collect();
    assert_eq!(found, [("kept", 3)]);

    // What is not there does not count towards the points that a run may have.
    let (select, start_ms, end_ms) = ("load1".to_owned(), 1_000_000.0, 1_002_000.0);
    let asked = query::Query { select, start_ms, end_ms, step_ms: 0, agg: Agg::Last };
    let Ok(batch) = query::ask(&reader, &asked, 3) else { panic!("three points are few enough") };
    assert_eq!((batch.series.len(), batch.value), (1, vec![1.0, 2.0, 3.0]));
}
