//! What describes devices and their rows: current values, and an event where one changes.

use crate::json;
use model::{AttrValue, Attribute, Event, Millis, Severity};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Connection, OptionalExtension, Result, Row, ToSql, params};

/// Longer values are cut in an event's text; its body has them whole.
const SHOWN: usize = 120;

/// Attributes that change by themselves: no event.
fn volatile(name: &str) -> bool {
    ["Time", "Uptime", "Date", "LastChange"].iter().any(|end| name.ends_with(end))
}

struct Column<'v>(&'v AttrValue);

impl ToSql for Column<'_> {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            AttrValue::Number(number) => ToSqlOutput::Owned(Value::Real(*number)),
            AttrValue::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
        })
    }
}

fn value(row: &Row, column: usize) -> Result<AttrValue> {
    Ok(match row.get_ref(column)? {
        ValueRef::Text(text) => AttrValue::Text(String::from_utf8_lossy(text).into_owned()),
        number => AttrValue::Number(number.as_f64()?),
    })
}

/// Keeps a value; returns the event that its change makes. First sight is no change.
pub(crate) fn keep(db: &Connection, device: &str, at: Millis, attribute: &Attribute) -> Result<Option<Event>> {
    let Attribute { row, name, value: new } = attribute;
    // SQLite has no NaN.
    if matches!(new, AttrValue::Number(number) if number.is_nan()) {
        return Ok(None);
    }
    let labels = json::text(row)?;
    let find = "SELECT value FROM attributes WHERE device = ? AND labels = ? AND name = ?";
    let old = db.prepare_cached(find)?.query_row(params![device, labels, name], |row| value(row, 0)).optional()?;
    if old.as_ref() == Some(new) {
        return Ok(None);
    }
    let set = "INSERT OR REPLACE INTO attributes (device, labels, name, value, changed_at) VALUES (?, ?, ?, ?, ?)";
    db.prepare_cached(set)?.execute(params![device, labels, name, Column(new), at])?;
    let Some(old) = old.filter(|_| !volatile(name)) else { return Ok(None) };
    let place = [device].into_iter().chain(row.iter().map(|(_, value)| value)).collect::<Vec<_>>().join(" ");
    Ok(Some(Event {
        at,
        device: Some(device.to_owned()),
        kind: "attribute.changed".to_owned(),
        severity: Severity::Info,
        text: format!("{place}: {name} is now {}", shown(new)),
        body: serde_json::json!({ "row": row, "name": name, "old": old, "new": new }),
    }))
}

/// A value within one line.
fn shown(value: &AttrValue) -> String {
    let text = value.to_string();
    let words = text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|word| !word.is_empty());
    let line = words.collect::<Vec<_>>().join(" ");
    match value {
        AttrValue::Number(_) => line,
        AttrValue::Text(_) if line.is_empty() => "empty".to_owned(),
        AttrValue::Text(_) if line.chars().count() > SHOWN => {
            format!("“{}…”", line.chars().take(SHOWN).collect::<String>())
        }
        AttrValue::Text(_) => format!("“{line}”"),
    }
}

/// A device's attributes, in order of row and name.
pub(crate) fn of(db: &Connection, device: &str) -> Result<Vec<Attribute>> {
    let mut statement = db.prepare_cached("SELECT labels, name, value FROM attributes WHERE device = ?")?;
    let read = |row: &Row| Ok(Attribute { row: json::column(row, 0)?, name: row.get(1)?, value: value(row, 2)? });
    let mut attributes = statement.query_map([device], read)?.collect::<Result<Vec<_>>>()?;
    attributes.sort_by(|a, b| (&a.row, &a.name).cmp(&(&b.row, &b.name)));
    Ok(attributes)
}

/// Forgets the attributes of a row of which no series is left.
pub(crate) fn forget(db: &Connection, device: &str, labels: &str) -> Result<()> {
    let sql = "DELETE FROM attributes WHERE device = ?1 AND labels = ?2
        AND NOT EXISTS (SELECT 1 FROM series WHERE device = ?1 AND labels = ?2)";
    db.prepare_cached(sql)?.execute([device, labels]).map(drop)
}
