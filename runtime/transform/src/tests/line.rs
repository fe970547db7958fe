//! A store filled with what a case says was polled.

use model::{
    AttrValue, Attribute, Counter, Device, Kind, Labels, Millis, Outcome, Polled, Sample, Series, StateName, Value,
};
use serde::Deserialize;
use serde_json::Map;
use std::collections::BTreeMap;
use std::sync::Arc;
use store::Store;
use tempfile::TempDir;

/// What a case's `given.json` holds.
#[derive(Deserialize)]
pub(super) struct Given {
    pub(super) now: Millis,
    #[serde(default)]
    pub(super) settings: Map<String, serde_json::Value>,
    devices: Vec<Device>,
    #[serde(default)]
    attributes: Vec<GivenAttribute>,
    #[serde(default)]
    states: Vec<StateName>,
    series: Vec<GivenSeries>,
}

#[derive(Deserialize)]
struct GivenAttribute {
    device: String,
    row: Labels,
    name: String,
    value: AttrValue,
}

/// A series polled regularly; a null is a poll that gave nothing.
#[derive(Deserialize)]
struct GivenSeries {
    device: String,
    metric: String,
    labels: Labels,
    unit: String,
    kind: Kind,
    from: Millis,
    every: Millis,
    values: Vec<Option<f64>>,
}

/// A store in a folder that vanishes with it.
pub(super) struct Line {
    pub(super) store: Store,
    _folder: TempDir,
}

impl Line {
    pub(super) async fn empty() -> Line {
        let folder = tempfile::tempdir().expect("a folder");
        Line { store: Store::open(folder.path()).expect("a store"), _folder: folder }
    }

    pub(super) async fn of(given: &Given) -> Line {
        let line = Line::empty().await;
        let writer = line.store.writer();
        for poll in given.polls().into_values() {
            writer.polled(poll).await.expect("kept");
        }
        writer.devices(given.devices.clone()).await.expect("kept");
        line
    }
}

impl Given {
    /// The polls in order of time.
    fn polls(&self) -> BTreeMap<(Millis, &str), Polled> {
        let mut polls = BTreeMap::new();
        for given in &self.series {
            let GivenSeries { device, metric, labels, unit, kind, from, every, values } = given;
            let series = Arc::new(Series {
                device: device.clone(),
                metric: metric.clone(),
                labels: labels.clone(),
                unit: unit.clone(),
                kind: *kind,
            });
            for (at, value) in (*from..).step_by(*every as usize).zip(values) {
                let Some(value) = *value else { continue };
                let poll = polls.entry((at, device.as_str())).or_insert_with(|| self.poll(device, at, *every));
                let value = match kind {
                    Kind::Gauge => Value::Gauge(value),
                    Kind::Counter => Value::Counter(Counter::b64(value as u64)),
                    Kind::State => Value::State(value as i64),
                };
                poll.samples.push(Sample { series: series.clone(), at, value });
            }
        }
        polls
    }

    fn poll(&self, device: &str, at: Millis, every: Millis) -> Polled {
        let own = self.attributes.iter().filter(|attribute| attribute.device == device);
        let attribute = |given: &GivenAttribute| Attribute {
            row: given.row.clone(),
            name: given.name.clone(),
            value: given.value.clone(),
        };
        Polled {
            attributes: own.map(attribute).collect(),
            states: self.states.clone(),
            ..Polled::nothing(device, at, every, Outcome::Answered)
        }
    }
}
