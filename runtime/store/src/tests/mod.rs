//! The store as its users see it.

mod commits;
mod counters;
mod killed;
mod random;
mod reading;
mod versions;
mod writing;

use crate::{Curve, Range, Store};
use model::{
    Attribute, Continuity, Counter, Kind, Labels, Millis, Outcome, Point, Polled, Sample, Selector, Series, Value,
};
use std::sync::Arc;
use tempfile::TempDir;

pub(crate) const SECOND: Millis = 1_000;
pub(crate) const EVERY: Millis = 30 * SECOND;

/// A store in a folder that vanishes, and what drives its asynchronous calls.
pub(crate) struct Lab {
    pub(crate) folder: TempDir,
    pub(crate) store: Store,
    runtime: tokio::runtime::Runtime,
}

impl Lab {
    pub(crate) fn new() -> Lab {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path()).expect("a new store");
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        Lab { folder, store, runtime }
    }

    /// The same folder, closed and opened again.
    pub(crate) fn reopened(self) -> Lab {
        self.store.close();
        let store = Store::open(self.folder.path()).expect("the same store");
        Lab { store, ..self }
    }

    pub(crate) fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    pub(crate) fn write(&self, polled: Polled) {
        self.wait(self.store.writer().polled(polled)).expect("an acknowledged poll");
    }

    pub(crate) fn sample(&self, series: &Arc<Series>, at: Millis, value: Value) {
        self.write(poll(at, vec![Sample { series: series.clone(), at, value }]));
    }

    pub(crate) fn count(&self, series: &Arc<Series>, at: Millis, counter: Counter) {
        self.sample(series, at, Value::Counter(counter));
    }

    /// All points of the one series that a selector means.
    pub(crate) fn points(&self, selector: &str) -> Vec<Point> {
        let curves = self.store.reader().points(&parse(selector), ALWAYS, None).expect("points");
        let [Curve { points, .. }] = <[Curve; 1]>::try_from(curves).expect("one series");
        points
    }
}

pub(crate) const ALWAYS: Range = Range { from: Millis::MIN, until: Millis::MAX };

pub(crate) fn parse(selector: &str) -> Selector {
    selector.parse().expect("a good selector")
}

pub(crate) fn poll(at: Millis, samples: Vec<Sample>) -> Polled {
    Polled { samples, ..Polled::nothing("r1", at, EVERY, Outcome::Answered) }
}

pub(crate) fn series(metric: &str, row: &str, kind: Kind) -> Arc<Series> {
    let labels = if row.is_empty() { Labels::none() } else { Labels::one("ifName", row) };
    Arc::new(Series { device: "r1".to_owned(), metric: metric.to_owned(), labels, unit: "octet".to_owned(), kind })
}

pub(crate) fn up(seconds: Millis) -> Continuity {
    Continuity { uptime: Some((seconds * 100) as u32), discontinuity: None }
}

pub(crate) fn attribute(row: &str, name: &str, value: &str) -> Attribute {
    let row = if row.is_empty() { Labels::none() } else { Labels::one("ifName", row) };
    Attribute { row, name: name.to_owned(), value: model::AttrValue::Text(value.to_owned()) }
}
