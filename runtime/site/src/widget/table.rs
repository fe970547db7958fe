//! Tables: how their cells are written, and how data without a drawing of their own become one.

use crate::clock::{Clock, iso};
use crate::quantity::{Prefixes, quantity};
use model::{Cell, Column, DeviceState, Format, Millis, Table};
use serde::Serialize;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// A table as its template wants it.
#[derive(Debug, Serialize)]
pub(crate) struct TableView {
    columns: Vec<ColumnView>,
    rows: Vec<Vec<CellView>>,
    /// Whether its columns are few enough to be of equal width.
    even: bool,
    /// Whether it is so long that it gets a search and its own scrolling.
    long: bool,
}

#[derive(Debug, Serialize)]
struct ColumnView {
    title: String,
    /// Numbers stand to the right.
    right: bool,
}

/// How one cell is written.
#[derive(Debug, Default, Serialize)]
struct CellView {
    text: String,
    /// The page of the device that it names.
    href: Option<String>,
    /// The state whose shape stands before the text.
    state: Option<&'static str>,
    /// The time that a script turns into an age.
    at: Option<Millis>,
    iso: Option<String>,
}

/// From this many rows a table scrolls.
const LONG: usize = 30;

/// A table of up to so many columns is content with half the width.
pub(crate) const NARROW: usize = 5;

/// The table with its cells written; `devices` gives the pages of devices by name, relative to the site's root.
pub(crate) fn view(
    table: &Table,
    devices: &BTreeMap<String, String>,
    clock: &Clock,
    prefixes: Prefixes,
    today: Millis,
) -> TableView {
    let write = |column: &Column, cell: &Cell| -> CellView {
        let text = |text: String| CellView { text, ..CellView::default() };
        match (column.format, cell) {
            (_, Cell::Empty) => text("—".to_owned()),
            (Format::Number, Cell::Number(value)) => text(quantity(*value, &column.unit, prefixes).aligned()),
            (Format::Duration, Cell::Number(value)) => text(quantity(*value, "s", prefixes).to_string()),
            (Format::Time, Cell::Number(value)) => {
                let at = *value as Millis;
                CellView {
                    text: clock.moment(at, Some(today)),
                    at: Some(at),
                    iso: Some(iso(at)),
                    ..CellView::default()
                }
            }
            (Format::State, Cell::Text(word)) => {
                let state = DeviceState::parse(word).map(DeviceState::as_str);
                CellView { text: word.clone(), state, ..CellView::default() }
            }
            (Format::Device, Cell::Text(name)) => {
                CellView { text: name.clone(), href: devices.get(name).cloned(), ..CellView::default() }
            }
            (_, Cell::Number(value)) => text(quantity(*value, "", prefixes).to_string()),
            (_, Cell::Text(word)) => text(word.clone()),
        }
    };
    let column = |column: &Column| ColumnView {
        title: column.title.clone(),
        right: matches!(column.format, Format::Number | Format::Duration | Format::Time),
    };
    // A guest's row may be shorter or longer than its columns.
    let row = |row: &Vec<Cell>| {
        let cells = row.iter().chain(std::iter::repeat(&Cell::Empty));
        table.columns.iter().zip(cells).map(|(column, cell)| write(column, cell)).collect()
    };
    TableView {
        columns: table.columns.iter().map(column).collect(),
        rows: table.rows.iter().map(row).collect(),
        even: table.columns.len() <= NARROW,
        long: table.rows.len() > LONG,
    }
}

/// Any data as a table: a list of objects by their keys, an object by key and value, anything else by value.
pub(crate) fn of_json(json: &Json) -> Table {
    let column = |title: &str, format| Column { title: title.to_owned(), format, unit: String::new() };
    match json {
        Json::Array(items) if !items.is_empty() && items.iter().all(Json::is_object) => {
            let mut keys: Vec<&String> = Vec::new();
            for key in items.iter().filter_map(Json::as_object).flat_map(|object| object.keys()) {
                if !keys.contains(&key) {
                    keys.push(key);
                }
            }
            let number = |key: &str| items.iter().filter_map(|item| item.get(key)).all(|value| value.is_number());
            let columns = keys.iter().map(|key| column(key, if number(key) { Format::Number } else { Format::Text }));
            let row = |item: &Json| keys.iter().map(|key| item.get(key.as_str()).map_or(Cell::Empty, cell)).collect();
            Table { columns: columns.collect(), rows: items.iter().map(row).collect() }
        }
        Json::Object(object) => Table {
            columns: vec![column("name", Format::Text), column("value", Format::Text)],
            rows: object.iter().map(|(key, value)| vec![Cell::Text(key.clone()), cell(value)]).collect(),
        },
        Json::Array(items) => Table {
            columns: vec![column("value", Format::Text)],
            rows: items.iter().map(|item| vec![cell(item)]).collect(),
        },
        other => Table { columns: vec![column("value", Format::Text)], rows: vec![vec![cell(other)]] },
    }
}

fn cell(value: &Json) -> Cell {
    match value {
        Json::Null => Cell::Empty,
        Json::String(text) => Cell::Text(text.clone()),
        Json::Number(number) => number.as_f64().map_or(Cell::Empty, Cell::Number),
        other => Cell::Text(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_format_is_written_and_short_rows_are_filled() {
        let column = |format, unit: &str| Column { title: String::new(), format, unit: unit.to_owned() };
        let table = Table {
            columns: vec![
                column(Format::Device, ""),
                column(Format::State, ""),
                column(Format::Number, "bit/s"),
                column(Format::Duration, ""),
                column(Format::Time, ""),
            ],
            rows: vec![
                vec![
                    Cell::Text("R1".to_owned()),
                    Cell::Text("up".to_owned()),
                    Cell::Number(1.5e9),
                    Cell::Number(42.0 * 86_400.0),
                    Cell::Number(1_795_271_638_000.0),
                ],
                vec![Cell::Text("R9".to_owned())],
            ],
        };
        let clock = Clock::new("UTC").expect("a zone");
        let pages = BTreeMap::from([("R1".to_owned(), "devices/r1.html".to_owned())]);
        let view = view(&table, &pages, &clock, Prefixes::Si, 1_795_271_638_000);
        let texts: Vec<&str> = view.rows[0].iter().map(|cell| cell.text.as_str()).collect();
        assert_eq!(texts, ["R1", "up", "1.50 Gbit/s", "42 d", "14:33"]);
        assert_eq!(view.rows[0][0].href.as_deref(), Some("devices/r1.html"));
        assert_eq!(view.rows[0][1].state, Some("up"));
        assert_eq!(view.rows[1].len(), 5);
        assert_eq!(view.rows[1][0].href, None, "no page, no link");
    }

    #[test]
    fn any_data_become_a_table() {
        let table = of_json(&json!([{"a": 1, "b": "x"}, {"b": null, "c": [2]}]));
        assert_eq!(table.columns.iter().map(|column| column.title.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
        assert_eq!(table.rows[1], [Cell::Empty, Cell::Empty, Cell::Text("[2]".to_owned())]);
        assert_eq!(of_json(&json!({"a": 1})).rows, [[Cell::Text("a".to_owned()), Cell::Number(1.0)]]);
        assert_eq!(of_json(&json!([])).rows.len(), 0);
        assert_eq!(of_json(&json!("x")).rows, [[Cell::Text("x".to_owned())]]);
    }
}
