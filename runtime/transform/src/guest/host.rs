//! What a guest may call.

use super::bindings::lightship::transform::{devices, history, log, settings, types};
use super::limits::{CALLS, LOG, Meter, POINTS};
use super::{Level, LogLine};
use crate::batch::{pack, query};
use model::{AttrValue, Millis};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use store::Reader;
use wasmtime::{Error, Result, bail};

/// What stands behind an instance.
pub(crate) struct Host {
    pub(super) meter: Meter,
    pub(super) call: Call,
}

/// What one call of the guest may use, and what it left behind.
#[derive(Default)]
pub(crate) struct Call {
    settings: Map<String, Value>,
    /// None while the guest describes itself: then every call is denied.
    reader: Option<Reader>,
    calls: u32,
    points: usize,
    lines: Vec<LogLine>,
    logged: usize,
    /// How many bytes of log lines were cut off.
    cut: usize,
    /// Whether the guest was stopped because it called too often.
    pub(super) too_often: bool,
}

impl Call {
    /// A run that may ask for settings, history and devices.
    pub(crate) fn granted(settings: Map<String, Value>, reader: Reader) -> Call {
        Call { settings, reader: Some(reader), ..Call::default() }
    }

    /// The lines that the guest logged, and one more that says how much was cut off.
    pub(crate) fn into_log(self) -> Vec<LogLine> {
        let mut lines = self.lines;
        if self.cut > 0 {
            let text = format!("{} bytes of log lines were cut off", self.cut);
            lines.push(LogLine { level: Level::Warn, text });
        }
        lines
    }

    /// The last line that the guest logged as an error: after a panic that is its message.
    pub(super) fn last_words(&self) -> Option<&str> {
        self.lines.last().filter(|line| line.level == Level::Error).map(|line| line.text.as_str())
    }

    fn count(&mut self) -> Result<()> {
        self.calls += 1;
        if self.calls > CALLS {
            self.too_often = true;
            bail!("too many calls");
        }
        Ok(())
    }
}

impl types::Host for Host {}

impl log::Host for Host {
    fn write(&mut self, level: log::Level, text: String) -> Result<()> {
        let call = &mut self.call;
        if call.reader.is_none() || call.logged + text.len() > LOG {
            call.cut += text.len();
            return Ok(());
        }
        call.logged += text.len();
        let level = match level {
            log::Level::Debug => Level::Debug,
            log::Level::Info => Level::Info,
            log::Level::Warn => Level::Warn,
            log::Level::Error => Level::Error,
        };
        // One line each: a guest cannot forge lines of others.
        let text = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        call.lines.push(LogLine { level, text });
        Ok(())
    }
}

impl settings::Host for Host {
    fn get(&mut self, key: String) -> Result<Option<String>> {
        self.call.count()?;
        Ok(self.call.settings.get(&key).map(Value::to_string))
    }
}

impl history::Host for Host {
    fn query(
        &mut self,
        select: String,
        start_ms: f64,
        end_ms: f64,
        step_ms: u32,
        agg: history::Agg,
    ) -> Result<Result<types::Batch, history::QueryError>> {
        self.call.count()?;
        let refused = |code: &str, message: String| Ok(Err(history::QueryError { code: code.to_owned(), message }));
        let Some(reader) = &self.call.reader else {
            return refused("denied", "history is not granted here".to_owned());
        };
        let agg = match agg {
            history::Agg::Avg => store::Agg::Avg,
            history::Agg::Min => store::Agg::Min,
            history::Agg::Max => store::Agg::Max,
            history::Agg::Last => store::Agg::Last,
            history::Agg::Sum => store::Agg::Sum,
            history::Agg::Count => store::Agg::Count,
        };
        let asked = query::Query { select, start_ms, end_ms, step_ms, agg };
        match query::ask(reader, &asked, POINTS - self.call.points) {
            Ok(batch) => {
                self.call.points += batch.of.len();
                Ok(Ok(batch))
            }
            Err(query::Refused { code, message }) => refused(code, message),
        }
    }
}

impl devices::Host for Host {
    fn all(&mut self) -> Result<Vec<devices::Device>> {
        self.call.count()?;
        let Some(reader) = &self.call.reader else { return Ok(Vec::new()) };
        let known = reader.devices().map_err(Error::new)?;
        let device = |device: model::Device| devices::Device {
            name: device.name,
            tags: device.tags.into_iter().collect(),
            state: device.state.as_str().to_owned(),
            since_ms: pack::millis(device.since),
            seen_ms: device.seen_at.map(pack::millis),
            every_ms: pack::millis(device.every),
        };
        Ok(known.into_iter().map(device).collect())
    }

    fn rows(&mut self, device: String, table: String) -> Result<Vec<devices::Row>> {
        self.call.count()?;
        let Some(reader) = &self.call.reader else { return Ok(Vec::new()) };
        let mut rows: BTreeMap<model::Labels, Vec<(String, devices::Value)>> = BTreeMap::new();
        for attribute in reader.attributes(&device).map_err(Error::new)? {
            let value = match attribute.value {
                AttrValue::Number(number) => devices::Value::Number(number),
                AttrValue::Text(text) => devices::Value::Text(text),
            };
            rows.entry(attribute.row).or_default().push((attribute.name, value));
        }
        // ifNumber describes the device, not one of its interfaces.
        let meant = |labels: &model::Labels, attributes: &[(String, devices::Value)]| {
            table.is_empty() || (!labels.is_empty() && attributes.iter().any(|(name, _)| name.starts_with(&table)))
        };
        let rows = rows.into_iter().filter(|(labels, attributes)| meant(labels, attributes));
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Ok(rows
            .map(|(labels, attributes)| devices::Row { labels: labels.iter().map(owned).collect(), attributes })
            .collect())
    }
}

/// Times as the guest writes them: whole milliseconds, far from the ends of the range.
pub(crate) fn to_millis(at: f64) -> Option<Millis> {
    (at.is_finite() && at.abs() < 9e15).then_some(at.round() as Millis)
}
