//! Old samples go, a slice at a time, so that neither the file nor a pause of the writer grows without bound.

use crate::attributes;
use crate::samples::{self, Id};
use model::Millis;
use rusqlite::{Connection, Result, Transaction, TransactionBehavior};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Samples are kept for seven days.
pub(crate) const RAW: Millis = 7 * 24 * 60 * 60 * 1000;

/// Between two slices of a sweep over all series.
const SLICE: Duration = Duration::from_secs(1);
/// Between two sweeps.
const SWEEP: Duration = Duration::from_secs(10 * 60);
/// A slice looks at so many series,
const SERIES: usize = 500;
/// and deletes so many samples besides twice what was written since the one before, so that it always gets ahead.
const SAMPLES: usize = 1_000;
/// A slice gives so many pages back to the disk, where more than a quarter of the file is free. Fewer free pages are soon used again.
const PAGES: i64 = 256;

/// Where the sweep stands.
#[derive(Default)]
pub(crate) struct Retention {
    due: Option<Instant>,
    written: usize,
    /// The series up to this one are done.
    done: Id,
}

impl Retention {
    /// Deletes a slice where one is due. Returns whether whole series went. The age is counted from the newest sample that was written, or from now
    /// where that is earlier: samples of a simulated past, and a device's clock that runs ahead, do no harm.
    pub(crate) fn tidy(&mut self, db: &Connection, newest: Option<Millis>, written: usize) -> Result<bool> {
        self.written += written;
        let now = Instant::now();
        let Some(newest) = newest.filter(|_| self.due.is_none_or(|due| now >= due)) else { return Ok(false) };
        self.due = Some(now + SLICE);
        let clock = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |age| age.as_millis() as Millis);
        let most = SAMPLES + 2 * std::mem::take(&mut self.written);
        let slice = self.slice(db, newest.min(clock) - RAW, most)?;
        if slice.swept {
            self.due = Some(now + SWEEP);
        }
        give_back(db)?;
        Ok(slice.forgotten)
    }

    fn slice(&mut self, db: &Connection, before: Millis, mut most: usize) -> Result<Slice> {
        let transaction = Transaction::new_unchecked(db, TransactionBehavior::Immediate)?;
        let next = next(&transaction, self.done)?;
        let mut slice = Slice { swept: next.len() < SERIES, forgotten: false };
        let mut done = self.done;
        for (id, device, labels) in next {
            let gone = samples::prune(&transaction, id, before, most)?;
            most -= gone;
            if most == 0 {
                slice.swept = false;
                break;
            }
            if gone > 0 && samples::ends(&transaction, id)?.is_none() {
                samples::forget(&transaction, id)?;
                transaction.prepare_cached("DELETE FROM series WHERE id = ?")?.execute([id])?;
                attributes::forget(&transaction, &device, &labels)?;
                slice.forgotten = true;
            }
            done = id;
        }
        transaction.commit()?;
        self.done = if slice.swept { 0 } else { done };
        Ok(slice)
    }
}

struct Slice {
    /// The last series was reached.
    swept: bool,
    /// Whole series were deleted.
    forgotten: bool,
}

fn next(db: &Connection, done: Id) -> Result<Vec<(Id, String, String)>> {
    let mut statement = db.prepare_cached("SELECT id, device, labels FROM series WHERE id > ? ORDER BY id LIMIT ?")?;
    let rows = statement.query_map([done, SERIES as Id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    rows.collect()
}

fn give_back(db: &Connection) -> Result<()> {
    let pragma = |name| db.pragma_query_value(None, name, |row| row.get::<_, i64>(0));
    if 4 * pragma("freelist_count")? > pragma("page_count")? {
        // Each step frees one page.
        let mut statement = db.prepare_cached(&format!("PRAGMA incremental_vacuum({PAGES})"))?;
        let mut pages = statement.query([])?;
        while pages.next()?.is_some() {}
    }
    Ok(())
}
