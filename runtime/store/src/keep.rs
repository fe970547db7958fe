//! What becomes of each command within a transaction.

use crate::attributes;
use crate::commit::Command;
use crate::samples::{self, Id};
use crate::{TransformRun, json};
use model::{Device, Event, Millis, Polled, Sample, Series, StateName, Value};
use rusqlite::{Connection, Result, params};
use std::collections::HashMap;
use std::sync::Arc;

/// So many of the newest events are kept.
pub(crate) const EVENTS: i64 = 10_000;

/// Keeps data, and remembers what it need not look up again. After a rollback it must [`forget`](Keeper::forget).
#[derive(Default)]
pub(crate) struct Keeper {
    ids: HashMap<Arc<Series>, Id>,
    states: HashMap<(String, i64), String>,
    samples: samples::Recorder,
    newest: Option<Millis>,
    written: usize,
}

impl Keeper {
    /// Does what a command says.
    pub(crate) fn keep(&mut self, db: &Connection, command: &Command) -> Result<()> {
        match command {
            Command::Polled(polled) => self.polled(db, polled),
            Command::Devices(list) => devices(db, list),
            Command::Event(one) => event(db, one),
            Command::Ran(run) => ran(db, run),
            Command::KeepTransforms(names) => {
                let sql = "DELETE FROM runs WHERE transform NOT IN (SELECT value FROM json_each(?))";
                db.execute(sql, [json::text(names)?]).map(drop)
            }
        }
    }

    /// Forgets all that is remembered: the database may no longer be as it was.
    pub(crate) fn forget(&mut self) {
        self.ids.clear();
        self.states.clear();
        self.samples = samples::Recorder::default();
    }

    /// The time of the newest sample, and how many were written since the last call.
    pub(crate) fn take_written(&mut self) -> (Option<Millis>, usize) {
        (self.newest, std::mem::take(&mut self.written))
    }

    fn polled(&mut self, db: &Connection, polled: &Polled) -> Result<()> {
        for sample in &polled.samples {
            self.sample(db, sample, polled.every)?;
        }
        for attribute in &polled.attributes {
            if let Some(changed) = attributes::keep(db, &polled.device, polled.at, attribute)? {
                event(db, &changed)?;
            }
        }
        for state in &polled.states {
            self.state(db, state)?;
        }
        polled.events.iter().try_for_each(|one| event(db, one))
    }

    fn sample(&mut self, db: &Connection, sample: &Sample, every: Millis) -> Result<()> {
        // SQLite has no NaN, and no reader could use it.
        if matches!(sample.value, Value::Gauge(value) if value.is_nan()) {
            return Ok(());
        }
        let id = self.id(db, &sample.series)?;
        self.samples.record(db, id, sample.at, every, &sample.value)?;
        self.newest = self.newest.max(Some(sample.at));
        self.written += 1;
        Ok(())
    }

    fn id(&mut self, db: &Connection, series: &Arc<Series>) -> Result<Id> {
        if let Some(id) = self.ids.get(series) {
            return Ok(*id);
        }
        let labels = json::text(&series.labels)?;
        let key = params![series.device, series.metric, labels, series.unit, series.kind.as_str()];
        let add =
            "INSERT INTO series (device, metric, labels, unit, kind) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";
        db.prepare_cached(add)?.execute(key)?;
        let find = "SELECT id FROM series WHERE (device, metric, labels, unit, kind) = (?, ?, ?, ?, ?)";
        let id = db.prepare_cached(find)?.query_row(key, |row| row.get(0))?;
        self.ids.insert(series.clone(), id);
        Ok(id)
    }

    fn state(&mut self, db: &Connection, state: &StateName) -> Result<()> {
        let StateName { metric, number, name } = state;
        let known = self.states.entry((metric.clone(), *number)).or_default();
        if known != name {
            let sql = "INSERT OR REPLACE INTO state_names (metric, number, name) VALUES (?, ?, ?)";
            db.prepare_cached(sql)?.execute(params![metric, number, name])?;
            known.clone_from(name);
        }
        Ok(())
    }
}

fn devices(db: &Connection, list: &[Device]) -> Result<()> {
    db.execute("DELETE FROM devices", [])?;
    let sql = "INSERT OR REPLACE INTO devices (name, tags, state, since, seen_at, every, trouble) VALUES (?, ?, ?, ?, ?, ?, ?)";
    let mut statement = db.prepare_cached(sql)?;
    for device in list {
        let Device { name, tags, state, since, seen_at, every, trouble } = device;
        statement.execute(params![name, json::text(tags)?, state.as_str(), since, seen_at, every, trouble])?;
    }
    Ok(())
}

fn event(db: &Connection, event: &Event) -> Result<()> {
    let sql = "INSERT INTO events (at, device, kind, severity, text, body) VALUES (?, ?, ?, ?, ?, ?)";
    let Event { at, device, kind, severity, text, body } = event;
    db.prepare_cached(sql)?.execute(params![at, device, kind, severity.as_str(), text, json::text(body)?])?;
    let oldest = db.last_insert_rowid() - EVENTS;
    db.prepare_cached("DELETE FROM events WHERE id <= ?")?.execute([oldest]).map(drop)
}

fn ran(db: &Connection, run: &TransformRun) -> Result<()> {
    let TransformRun { transform, version, ran_at, ok_at, error, took, outputs } = run;
    let took = i64::try_from(*took).unwrap_or(i64::MAX);
    if error.is_some() {
        let sql = "INSERT INTO runs (transform, version, ran_at, ok_at, error, took, outputs)
            VALUES (?, ?, ?, NULL, ?, ?, '[]') ON CONFLICT DO UPDATE
            SET version = excluded.version, ran_at = excluded.ran_at, error = excluded.error, took = excluded.took";
        return db.execute(sql, params![transform, version, ran_at, error, took]).map(drop);
    }
    let sql = "INSERT OR REPLACE INTO runs (transform, version, ran_at, ok_at, error, took, outputs)
        VALUES (?, ?, ?, ?, NULL, ?, ?)";
    db.execute(sql, params![transform, version, ran_at, ok_at.unwrap_or(*ran_at), took, json::text(outputs)?]).map(drop)
}
