//! The way out: selected series, their points, and what is known of the devices. All calls block; call them from a blocking task.

use crate::curve::{Pen, Steps};
use crate::pool::Pool;
use crate::samples::{self, Id};
use crate::select::select;
use crate::{StoreError, TransformRun, attributes, json};
use model::{
    Attribute, Device, DeviceState, Event, Kind, Millis, Output, Point, Sample, Selector, Series, Severity, StateName,
};
use rusqlite::{Connection, Result as Read, Row};
use std::path::Path;
use std::sync::Arc;

/// From (inclusive) and until (inclusive).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The first moment.
    pub from: Millis,
    /// The last.
    pub until: Millis,
}

/// Points are gathered into steps of this many milliseconds, aligned to the epoch; a step's point stands at its start. Steps without a point
/// are left out, those with nothing but a gap are null, and where a line is broken at least one null stands between its parts.
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
    /// Their mean. A counter's rate counts for as long as it held, in each step that it reaches into, so that this is what was counted by the
    /// time that is known, whatever the spacing of the polls; gauges and states count alike.
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
    pub(crate) pool: Arc<Pool>,
}

impl Reader {
    pub(crate) fn open(folder: &Path) -> Result<Reader, StoreError> {
        Ok(Reader { pool: Arc::new(Pool::open(folder)?) })
    }

    /// All devices, in order of name.
    pub fn devices(&self) -> Result<Vec<Device>, StoreError> {
        let sql = "SELECT name, tags, state, since, seen_at, every, trouble FROM devices ORDER BY name";
        self.rows(sql, |row| {
            Ok(Device {
                name: row.get(0)?,
                tags: json::column(row, 1)?,
                state: json::named(row, 2, DeviceState::parse)?,
                since: row.get(3)?,
                seen_at: row.get(4)?,
                every: row.get(5)?,
                trouble: row.get(6)?,
            })
        })
    }

    /// What describes a device and its rows, in order of row and name.
    pub fn attributes(&self, device: &str) -> Result<Vec<Attribute>, StoreError> {
        self.pool.read(|db| attributes::of(db, device))
    }

    /// The names of the numbers of all state metrics, in order of metric and number.
    pub fn state_names(&self) -> Result<Vec<StateName>, StoreError> {
        let sql = "SELECT metric, number, name FROM state_names ORDER BY metric, number";
        self.rows(sql, |row| Ok(StateName { metric: row.get(0)?, number: row.get(1)?, name: row.get(2)? }))
    }

    /// The series that a selector means, in order of device, metric and labels. A name in its braces is a label, else `device`, else a
    /// tag of the device, else an attribute of the row, else of the device.
    pub fn series(&self, selector: &Selector) -> Result<Vec<Found>, StoreError> {
        self.each(selector, |db, id, series| {
            let ends = samples::ends(db, id)?;
            Ok(ends.map(|(first_at, last_at)| Found { series: series.clone(), first_at, last_at }))
        })
    }

    /// The points of the selected series in a range. A counter's first point in the range is the rate since the sample before it, which may
    /// lie outside. Where samples are further apart than two and a half of their intervals, a null stands one interval after the earlier one.
    /// A series without a point in the range is there with none.
    pub fn points(&self, selector: &Selector, range: Range, step: Option<Step>) -> Result<Vec<Curve>, StoreError> {
        self.each(selector, |db, id, series| curve(db, id, series, range, step))
    }

    /// The latest point of each selected series: its time, and its value or rate.
    pub fn latest(&self, selector: &Selector) -> Result<Vec<Curve>, StoreError> {
        self.each(selector, |db, id, series| match samples::ends(db, id)? {
            Some((_, last)) => curve(db, id, series, Range { from: last, until: last }, None),
            None => Ok(None),
        })
    }

    /// The stored samples as they came, series by series in order of time. Counters come without their continuity.
    pub fn raw(&self, selector: &Selector, range: Range) -> Result<Vec<Sample>, StoreError> {
        let by_series = self.each(selector, |db, id, series| {
            let mut all = Vec::new();
            samples::scan(db, id, series.kind, (range.from, range.until), |stored| {
                all.push(Sample { series: series.clone(), at: stored.at, value: stored.value });
            })?;
            Ok(Some(all))
        })?;
        Ok(by_series.into_iter().flatten().collect())
    }

    /// The newest events, newest first.
    pub fn events(&self, limit: usize) -> Result<Vec<Event>, StoreError> {
        let sql = "SELECT at, device, kind, severity, text, body FROM events ORDER BY at DESC, id DESC LIMIT ?";
        self.pool.read(|db| {
            let read = |row: &Row| {
                Ok(Event {
                    at: row.get(0)?,
                    device: row.get(1)?,
                    kind: row.get(2)?,
                    severity: json::named(row, 3, Severity::parse)?,
                    text: row.get(4)?,
                    body: json::column(row, 5)?,
                })
            };
            db.prepare_cached(sql)?.query_map([i64::try_from(limit).unwrap_or(i64::MAX)], read)?.collect()
        })
    }

    /// All transforms that ever ran and are still configured, in order of name.
    pub fn runs(&self) -> Result<Vec<TransformRun>, StoreError> {
        let sql = "SELECT transform, version, ran_at, ok_at, error, took, outputs FROM runs ORDER BY transform";
        self.rows(sql, |row| {
            // A document that this version cannot read must not hide the others.
            let documents: Vec<serde_json::Value> = json::column(row, 6)?;
            let outputs = documents.into_iter().filter_map(|document| serde_json::from_value::<Output>(document).ok());
            Ok(TransformRun {
                transform: row.get(0)?,
                version: row.get(1)?,
                ran_at: row.get(2)?,
                ok_at: row.get(3)?,
                error: row.get(4)?,
                took: row.get::<_, i64>(5)?.cast_unsigned(),
                outputs: outputs.collect(),
            })
        })
    }

    fn rows<T>(&self, sql: &str, read: impl FnMut(&Row) -> Read<T>) -> Result<Vec<T>, StoreError> {
        self.pool.read(|db| db.prepare_cached(sql)?.query_map([], read)?.collect())
    }

    fn each<T>(
        &self,
        selector: &Selector,
        mut read: impl FnMut(&Connection, Id, &Arc<Series>) -> Read<Option<T>>,
    ) -> Result<Vec<T>, StoreError> {
        self.pool.read(|db| {
            let chosen = select(db, selector)?;
            chosen.iter().filter_map(|(id, series)| read(db, *id, series).transpose()).collect()
        })
    }
}

/// Draws one series; none where it has no samples at all.
fn curve(db: &Connection, id: Id, series: &Arc<Series>, range: Range, step: Option<Step>) -> Read<Option<Curve>> {
    let newest = samples::before(db, id, series.kind, Millis::MAX, 1)?;
    let Some(every) = newest.first().map(|newest| newest.every) else { return Ok(None) };
    let predecessor = match series.kind {
        Kind::Counter => samples::before(db, id, series.kind, range.from, 1)?.pop(),
        Kind::Gauge | Kind::State => None,
    };
    let mut points = Vec::new();
    let mut pen = Pen::after(predecessor);
    let mut steps = step.map(Steps::new);
    samples::scan(db, id, series.kind, (range.from, range.until), |stored| {
        pen.draw(stored, &mut |point: Point, since| match &mut steps {
            // The gap before the first sample may lie outside.
            _ if point.0 < range.from => {}
            Some(steps) => steps.take(point, since, &mut |point| points.push(point)),
            None => points.push(point),
        });
    })?;
    if let Some(steps) = steps {
        steps.finish(&mut |point| points.push(point));
    }
    Ok(Some(Curve { series: series.clone(), unit: series.read_unit(), every, points }))
}
