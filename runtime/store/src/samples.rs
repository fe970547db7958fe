//! How samples lie on disk. This module alone knows; another way to keep them (blocks, compression) is exchanged here.

use model::{Bits, Continuity, Counter, Kind, Millis, Value, restarted};
use rusqlite::{Connection, OptionalExtension, Result, Row, params};
use std::collections::HashMap;

/// A series' name on disk.
pub(crate) type Id = i64;

/// The count wraps at 2^32.
const NARROW: i64 = 1;
/// The count started anew since the sample before.
const RESTARTED: i64 = 2;

/// A sample as it was stored; a counter comes without its continuity, of which `restarted` is the essence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Stored {
    /// When it was taken.
    pub(crate) at: Millis,
    /// The interval in force then.
    pub(crate) every: Millis,
    /// The value as it came.
    pub(crate) value: Value,
    /// Whether the count is known to have started anew since the sample before.
    pub(crate) restarted: bool,
}

/// What a device last said of a counter's continuity. An uptime that did not come with a poll is remembered from the one before.
#[derive(Debug, Clone, Copy)]
struct Last {
    at: Millis,
    uptime: Option<u32>,
    uptime_at: Millis,
    discontinuity: Option<u32>,
}

impl Last {
    fn first(at: Millis, new: Continuity) -> Last {
        Last { at, uptime: new.uptime, uptime_at: at, discontinuity: new.discontinuity }
    }

    fn restarted(&self, at: Millis, new: Continuity) -> bool {
        let old = Continuity { uptime: self.uptime, discontinuity: self.discontinuity };
        restarted(old, new, at - self.uptime_at)
    }

    fn next(&self, at: Millis, new: Continuity) -> Last {
        let (uptime, uptime_at) = if new.uptime.is_some() { (new.uptime, at) } else { (self.uptime, self.uptime_at) };
        Last { at, uptime, uptime_at, discontinuity: new.discontinuity.or(self.discontinuity) }
    }
}

/// Stores samples and notices counters that started anew.
#[derive(Default)]
pub(crate) struct Recorder {
    last: HashMap<Id, Last>,
}

impl Recorder {
    /// Stores a sample. Where one of that series and time is there already, that one stands: writing twice changes nothing.
    pub(crate) fn record(
        &mut self,
        db: &Connection,
        series: Id,
        at: Millis,
        every: Millis,
        value: &Value,
    ) -> Result<()> {
        match value {
            Value::Gauge(value) => insert(db, series, at, every, value, 0).map(drop),
            Value::State(number) => insert(db, series, at, every, number, 0).map(drop),
            Value::Counter(counter) => self.count(db, series, at, every, counter),
        }
    }

    fn count(&mut self, db: &Connection, series: Id, at: Millis, every: Millis, counter: &Counter) -> Result<()> {
        let last = self.last(db, series)?;
        let newest = last.is_none_or(|last| at > last.at);
        let new = counter.continuity;
        let restarted = match last {
            Some(last) if newest => last.restarted(at, new),
            // A straggler: what the device said around it is no longer known. Where the counter started anew across it, neither half of that
            // stretch is to be trusted.
            Some(_) => after(db, series, at)?,
            None => false,
        };
        let narrow = if counter.bits == Bits::B32 { NARROW } else { 0 };
        let marks = narrow | if restarted { RESTARTED } else { 0 };
        // SQLite's integers are signed; the bits are what counts.
        let stored = insert(db, series, at, every, &counter.raw.cast_signed(), marks)?;
        if stored && newest {
            let last = last.map_or_else(|| Last::first(at, new), |last| last.next(at, new));
            self.last.insert(series, last);
            let sql = "INSERT OR REPLACE INTO continuity VALUES (?, ?, ?, ?, ?)";
            db.prepare_cached(sql)?.execute(params![series, at, last.uptime, last.uptime_at, last.discontinuity])?;
        }
        Ok(())
    }

    fn last(&mut self, db: &Connection, series: Id) -> Result<Option<Last>> {
        if let Some(last) = self.last.get(&series) {
            return Ok(Some(*last));
        }
        let sql = "SELECT at, uptime, uptime_at, discontinuity FROM continuity WHERE series = ?";
        let read = |row: &Row| {
            Ok(Last { at: row.get(0)?, uptime: row.get(1)?, uptime_at: row.get(2)?, discontinuity: row.get(3)? })
        };
        let last = db.prepare_cached(sql)?.query_row([series], read).optional()?;
        if let Some(last) = last {
            self.last.insert(series, last);
        }
        Ok(last)
    }
}

fn insert(
    db: &Connection,
    series: Id,
    at: Millis,
    every: Millis,
    value: &dyn rusqlite::ToSql,
    marks: i64,
) -> Result<bool> {
    let sql = "INSERT INTO samples VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
    Ok(db.prepare_cached(sql)?.execute(params![series, at, every, value, marks])? > 0)
}

/// Whether the sample after this time is marked as having started anew.
fn after(db: &Connection, series: Id, at: Millis) -> Result<bool> {
    let sql = "SELECT marks FROM samples WHERE series = ? AND at > ? ORDER BY at LIMIT 1";
    let marks: Option<i64> = db.prepare_cached(sql)?.query_row(params![series, at], |row| row.get(0)).optional()?;
    Ok(marks.is_some_and(|marks| marks & RESTARTED != 0))
}

const COLUMNS: &str = "SELECT at, every, value, marks FROM samples WHERE series = ?";

fn stored(row: &Row, kind: Kind) -> Result<Stored> {
    let marks: i64 = row.get(3)?;
    let value = match kind {
        Kind::Gauge => Value::Gauge(row.get(2)?),
        Kind::State => Value::State(row.get(2)?),
        Kind::Counter => {
            let bits = if marks & NARROW != 0 { Bits::B32 } else { Bits::B64 };
            let raw = row.get::<_, i64>(2)?.cast_unsigned();
            Value::Counter(Counter { raw, bits, continuity: Continuity::default() })
        }
    };
    Ok(Stored { at: row.get(0)?, every: row.get(1)?, value, restarted: marks & RESTARTED != 0 })
}

/// Hands over the samples between two times, both inclusive, in order of time.
pub(crate) fn scan(
    db: &Connection,
    series: Id,
    kind: Kind,
    (from, until): (Millis, Millis),
    mut each: impl FnMut(Stored),
) -> Result<()> {
    let mut statement = db.prepare_cached(&format!("{COLUMNS} AND at BETWEEN ? AND ? ORDER BY at"))?;
    let mut rows = statement.query(params![series, from, until])?;
    while let Some(row) = rows.next()? {
        each(stored(row, kind)?);
    }
    Ok(())
}

/// The last samples before a time, newest first.
pub(crate) fn before(db: &Connection, series: Id, kind: Kind, at: Millis, count: u32) -> Result<Vec<Stored>> {
    let mut statement = db.prepare_cached(&format!("{COLUMNS} AND at < ? ORDER BY at DESC LIMIT ?"))?;
    statement.query_map(params![series, at, count], |row| stored(row, kind))?.collect()
}

/// When the first and the last sample were taken; none where there are none.
pub(crate) fn ends(db: &Connection, series: Id) -> Result<Option<(Millis, Millis)>> {
    // Two statements, since SQLite seeks for a single min() or max() alone.
    let end = |sql| db.prepare_cached(sql)?.query_row([series], |row| row.get::<_, Option<Millis>>(0));
    let first = end("SELECT min(at) FROM samples WHERE series = ?")?;
    let last = end("SELECT max(at) FROM samples WHERE series = ?")?;
    Ok(first.zip(last))
}

/// Deletes up to so many of the samples before a time, oldest first; returns how many.
pub(crate) fn prune(db: &Connection, series: Id, before: Millis, most: usize) -> Result<usize> {
    // SQLite's DELETE knows no LIMIT as it is built here; the subquery finds where to stop.
    let sql = "DELETE FROM samples WHERE series = ?1 AND at < ifnull(
        (SELECT at FROM samples WHERE series = ?1 AND at < ?2 ORDER BY at LIMIT 1 OFFSET ?3), ?2)";
    db.prepare_cached(sql)?.execute(params![series, before, most as i64])
}

/// Forgets what is kept about a series besides its samples.
pub(crate) fn forget(db: &Connection, series: Id) -> Result<()> {
    db.prepare_cached("DELETE FROM continuity WHERE series = ?")?.execute([series]).map(drop)
}
