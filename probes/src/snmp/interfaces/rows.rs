//! Samples and attributes of the rows.

use super::columns::{COUNTERS, Counter as Spec, STATES};
use super::{Columns, Memory};
use crate::gathered::Gathered;
use crate::series::Interner;
use crate::snmp::codec::Value;
use crate::snmp::text;
use crate::snmp::walk::Cell;
use model::{AttrValue, Attribute, Bits, Continuity, Counter, Kind, Labels, Sample, StateName};
use std::collections::BTreeMap;

/// sysUpTime as it bears on the counters of this poll.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::snmp) enum Uptime {
    /// The device does not tell.
    Unknown,
    /// In hundredths of a second.
    Ticks(u32),
    /// The agent restarted while the tables were read: nobody knows which counters are of before and which of after.
    Restarted,
}

/// Gives all samples and attributes of the rows that have a name.
pub(super) fn emit(
    columns: &Columns,
    names: &BTreeMap<u32, String>,
    uptime: Uptime,
    memory: &mut Memory,
    series: &mut Interner,
    into: &mut Gathered,
) {
    for (index, name) in names {
        let row = Row { columns, index: *index, labels: Labels::one("ifName", name.as_str()) };
        row.attributes(into);
        row.states(series, into);
        if uptime != Uptime::Restarted {
            row.counters(uptime, name, memory, series, into);
        }
    }
    for (metric, numbers) in STATES.iter().filter(|_| !names.is_empty()) {
        let state = |(number, name): &(i64, &str)| StateName {
            metric: (*metric).to_owned(),
            number: *number,
            name: (*name).to_owned(),
        };
        into.states.extend(numbers.iter().map(state));
    }
    if uptime == Uptime::Restarted {
        into.trouble.push("the agent restarted during the poll, so its counters are left out".to_owned());
    }
    memory.wide.retain(|(name, _)| names.values().any(|known| known == name));
}

struct Row<'c> {
    columns: &'c Columns,
    index: u32,
    labels: Labels,
}

impl Row<'_> {
    fn cell(&self, column: &str) -> Option<&Cell> {
        self.columns.get(column)?.cells.get(&[self.index][..])
    }

    fn number(&self, column: &str) -> Option<u64> {
        self.cell(column)?.value.unsigned()
    }

    fn octets(&self, column: &str) -> Option<&[u8]> {
        match &self.cell(column)?.value {
            Value::Octets(bytes) => Some(bytes),
            _ => None,
        }
    }

    /// The speed in bit/s: ifHighSpeed counts millions and is 0 below one; ifSpeed ends at 2^32 - 1 (RFC 2863 §3.1.8).
    fn speed(&self) -> Option<u64> {
        match self.number("ifHighSpeed") {
            Some(millions) if millions > 0 => millions.checked_mul(1_000_000),
            // Where ifHighSpeed did not come, ifSpeed may be at its end without meaning it.
            None if !self.columns.get("ifHighSpeed").is_some_and(|column| column.whole) => None,
            high => self.number("ifSpeed").or(high),
        }
    }

    fn attributes(&self, into: &mut Gathered) {
        let mut push = |name: &str, value: Option<AttrValue>| {
            let attribute = |value| Attribute { row: self.labels.clone(), name: name.to_owned(), value };
            into.attributes.extend(value.map(attribute));
        };
        let number = |number: Option<u64>| number.map(|number| AttrValue::Number(number as f64));
        push("ifIndex", number(Some(self.index.into())));
        push("ifDescr", self.octets("ifDescr").map(|bytes| AttrValue::Text(text::name(bytes))));
        push("ifAlias", self.octets("ifAlias").map(|bytes| AttrValue::Text(text::name(bytes))));
        push("ifType", number(self.number("ifType")));
        push("ifMtu", number(self.number("ifMtu")));
        let address = self.octets("ifPhysAddress").filter(|bytes| !bytes.is_empty());
        push("ifPhysAddress", address.map(|bytes| AttrValue::Text(text::physical_address(bytes))));
        push("ifSpeed", number(self.speed()));
    }

    fn states(&self, series: &mut Interner, into: &mut Gathered) {
        for (metric, _) in STATES {
            if let Some(Cell { value: Value::Integer(number), at }) = self.cell(metric) {
                let series = series.series(&self.labels, metric, "", Kind::State);
                into.samples.push(Sample { series, at: *at, value: model::Value::State(*number) });
            }
        }
    }

    fn counters(&self, uptime: Uptime, name: &str, memory: &mut Memory, series: &mut Interner, into: &mut Gathered) {
        let uptime = if let Uptime::Ticks(ticks) = uptime { Some(ticks) } else { None };
        let discontinuity = self.number("ifCounterDiscontinuityTime").and_then(|ticks| u32::try_from(ticks).ok());
        let continuity = Continuity { uptime, discontinuity };
        for spec in &COUNTERS {
            if let Some((counter, at)) = self.counter(spec, name, memory) {
                let series = series.series(&self.labels, spec.metric, spec.unit, Kind::Counter);
                into.samples.push(Sample { series, at, value: model::Value::Counter(counter.with(continuity)) });
            }
        }
    }

    /// The count of 64 bits where the row has one, else that of 32. Where the 64-bit column did not come whole, a row that had one gets
    /// nothing this time: a change of width and back would cost two gaps instead of one.
    fn counter(&self, spec: &Spec, name: &str, memory: &mut Memory) -> Option<(Counter, i64)> {
        if let Some((wide, _)) = spec.wide {
            let key = (name.to_owned(), spec.metric);
            if let Some(found) = self.cell(wide).and_then(|cell| Some((count(&cell.value, Bits::B64)?, cell.at))) {
                memory.wide.insert(key);
                return Some(found);
            }
            if memory.wide.contains(&key) {
                if !self.columns.get(wide).is_some_and(|column| column.whole) {
                    return None;
                }
                memory.wide.remove(&key);
            }
        }
        self.cell(spec.metric).and_then(|cell| Some((count(&cell.value, Bits::B32)?, cell.at)))
    }
}

/// A count of the width that its type on the wire has; some agents send counts as other types, which then have the width of their column.
fn count(value: &Value, column: Bits) -> Option<Counter> {
    match (value, column) {
        (Value::Counter32(raw), _) => Some(Counter::b32(*raw)),
        (Value::Counter64(raw), _) => Some(Counter::b64(*raw)),
        (other, Bits::B64) => other.unsigned().map(Counter::b64),
        (other, Bits::B32) => other.unsigned().and_then(|raw| u32::try_from(raw).ok()).map(Counter::b32),
    }
}
