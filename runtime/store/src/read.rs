//! The way out: selected series, their points, and what is known of the devices. All calls block; call them from a blocking task.

use crate::{StoreError, TransformRun};
use model::{Attribute, Device, Event, Millis, Point, Sample, Selector, Series, StateName};
use std::sync::Arc;

/// From (inclusive) and until (inclusive).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The first moment.
    pub from: Millis,
    /// The last.
    pub until: Millis,
}

/// Points are gathered into steps of this many milliseconds, aligned to the epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// The length of a step.
    pub length: Millis,
    /// What becomes of its points.
    pub agg: Agg,
}

/// What becomes of the points of one step; gaps do not count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agg {
    /// Their mean.
    Avg,
    /// The smallest.
    Min,
    /// The largest.
    Max,
    /// The latest.
    Last,
    /// Their sum.
    Sum,
    /// How many.
    Count,
}

/// A series that a selector found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// Which.
    pub series: Arc<Series>,
    /// When its first sample was taken.
    pub first_at: Millis,
    /// When its last sample was taken.
    pub last_at: Millis,
}

/// A series as it is drawn: gauges and states as they are, counters as rates per second, gaps as nulls.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// Which series.
    pub series: Arc<Series>,
    /// The unit of the points: the series', and `/s` behind it for a counter.
    pub unit: String,
    /// The interval at which it is polled now, in milliseconds.
    pub every: Millis,
    /// The points in order of time.
    pub points: Vec<Point>,
}

/// Reads the store.
#[derive(Clone)]
pub struct Reader {
    // a small pool of read-only connections
}

impl Reader {
    /// All devices, in order of name.
    pub fn devices(&self) -> Result<Vec<Device>, StoreError> {
        todo!()
    }

    /// What describes a device and its rows, in order of row and name.
    pub fn attributes(&self, device: &str) -> Result<Vec<Attribute>, StoreError> {
        todo!()
    }

    /// The names of the numbers of all state metrics.
    pub fn state_names(&self) -> Result<Vec<StateName>, StoreError> {
        todo!()
    }

    /// The series that a selector means, in order of device, metric and labels. A name in its braces is a label, else `device`, else a
    /// tag of the device, else an attribute of the row, else of the device.
    pub fn series(&self, selector: &Selector) -> Result<Vec<Found>, StoreError> {
        todo!()
    }

    /// The points of the selected series in a range. A counter's first point in the range is the rate since the sample before it, which may
    /// lie outside. Where samples are further apart than two and a half of their intervals, a null stands one interval after the earlier one.
    pub fn points(&self, selector: &Selector, range: Range, step: Option<Step>) -> Result<Vec<Curve>, StoreError> {
        todo!()
    }

    /// The latest point of each selected series: its time, and its value or rate.
    pub fn latest(&self, selector: &Selector) -> Result<Vec<Curve>, StoreError> {
        todo!()
    }

    /// The stored samples as they came.
    pub fn raw(&self, selector: &Selector, range: Range) -> Result<Vec<Sample>, StoreError> {
        todo!()
    }

    /// The newest events, newest first.
    pub fn events(&self, limit: usize) -> Result<Vec<Event>, StoreError> {
        todo!()
    }

    /// All transforms that ever ran and are still configured, in order of name.
    pub fn runs(&self) -> Result<Vec<TransformRun>, StoreError> {
        todo!()
    }
}
