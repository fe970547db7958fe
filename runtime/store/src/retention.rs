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
        let slice = self.slice(db, newest.min(clock).saturating_sub(RAW), most)?;
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
            if samples::ends(&transaction, id)?.is_none() {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commit::{Command, Committer};
    use crate::database;
    use model::{AttrValue, Attribute, Counter, Kind, Labels, Outcome, Polled, Sample, Series, Value};
    use std::sync::Arc;

    fn polled(metric: &str, row: &str, times: std::ops::Range<Millis>) -> Command {
        let (device, labels) = ("r1".to_owned(), Labels::one("ifName", row));
        let series =
            Arc::new(Series { device, metric: metric.to_owned(), labels, unit: String::new(), kind: Kind::Counter });
        let value = Value::Counter(Counter::b64(1));
        let mut polled = Polled::nothing("r1", times.end, 1, Outcome::Answered);
        polled.samples = times.map(|at| Sample { series: series.clone(), at, value }).collect();
        let (row, name) = (Labels::one("ifName", row), "ifAlias".to_owned());
        polled.attributes = vec![Attribute { row, name, value: AttrValue::Number(1.0) }];
        Command::Polled(polled)
    }

    fn filled(folder: &std::path::Path, commands: &[Command]) -> Connection {
        let mut committer = Committer::new(database::writing(folder).expect("a database"));
        assert!(committer.commit(&commands.iter().collect::<Vec<_>>()).iter().all(Result::is_ok));
        committer.close();
        database::writing(folder).expect("the same")
    }

    fn count(db: &Connection, table: &str) -> i64 {
        db.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).expect("a count")
    }

    #[test]
    fn slices_are_bounded_and_end_when_all_that_is_old_is_gone() {
        let folder = tempfile::tempdir().expect("a folder");
        let commands = [
            polled("in", "a", 0..100),
            polled("out", "a", 50..150),
            polled("in", "b", 0..10),
            polled("in", "c", 99..101),
        ];
        let db = filled(folder.path(), &commands);
        let mut retention = Retention::default();
        let mut left = vec![count(&db, "samples")];
        loop {
            let slice = retention.slice(&db, 100, 30).expect("a slice");
            left.push(count(&db, "samples"));
            if slice.swept {
                break;
            }
            assert!(left.len() < 100, "it gets ahead: {left:?}");
        }
        assert_eq!(left, [212, 182, 152, 122, 92, 62, 51]);
        assert_eq!(count(&db, "samples WHERE at < 100"), 0);
        // `in` of a and b are gone with what was known of them; a's row lives on in `out`.
        assert_eq!((count(&db, "series"), count(&db, "continuity"), count(&db, "attributes")), (2, 2, 2));
        assert_eq!(count(&db, "attributes WHERE labels LIKE '%b%'"), 0);
        assert!(retention.slice(&db, 100, 30).expect("a slice").swept, "the next sweep begins anew");
    }

    #[test]
    fn the_age_is_counted_from_the_newest_sample_but_never_from_the_future() {
        let folder = tempfile::tempdir().expect("a folder");
        let db = filled(folder.path(), &[polled("in", "a", 0..10)]);
        let tidied = |newest| Retention::default().tidy(&db, newest, 0).expect("a slice");
        assert!(!tidied(None));
        assert!(!tidied(Some(RAW)));
        assert_eq!(count(&db, "samples"), 10);
        tidied(Some(RAW + 4));
        assert_eq!(count(&db, "samples"), 6);
        assert!(tidied(Some(Millis::MAX)), "by the clock they are long gone");
        let soon = filled(folder.path(), &[polled("in", "a", Millis::MAX / 2..Millis::MAX / 2 + 1)]);
        Retention::default().tidy(&soon, Some(Millis::MAX), 0).expect("a slice");
        assert_eq!(count(&soon, "samples"), 1);
    }

    #[test]
    fn freed_pages_are_given_back_in_slices() {
        let folder = tempfile::tempdir().expect("a folder");
        let db = filled(folder.path(), &[polled("in", "a", 0..100_000)]);
        let pages = |name| db.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).expect("a number");
        Retention::default().slice(&db, 100_000, 200_000).expect("a slice");
        let (before, free) = (pages("page_count"), pages("freelist_count"));
        assert!(free > PAGES, "{free} of {before}");
        give_back(&db).expect("given back");
        assert_eq!((before - pages("page_count"), free - pages("freelist_count")), (PAGES, PAGES));
    }
}
