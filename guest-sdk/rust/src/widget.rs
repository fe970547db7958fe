//! What a transform shows; each writes itself as an output document of `guest-sdk/schema/output.json`.

use crate::Point;
use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// Something to show.
#[derive(Debug, Clone, PartialEq)]
pub struct Widget {
    /// Unique within the transform, and the same in every run: it becomes a file's name.
    pub id: String,
    /// The heading.
    pub title: String,
    /// A second, fainter part of the heading.
    pub subtitle: Option<String>,
    /// The unit of its numbers, such as `bit/s`, `%` or `s`; empty for bare ones.
    pub unit: String,
    /// What it shows.
    pub data: Data,
}

impl Widget {
    /// A widget without a unit.
    pub fn new(id: impl Into<String>, title: impl Into<String>, data: impl Into<Data>) -> Widget {
        Widget { id: id.into(), title: title.into(), subtitle: None, unit: String::new(), data: data.into() }
    }

    /// The same with this unit.
    pub fn unit(self, unit: impl Into<String>) -> Widget {
        Widget { unit: unit.into(), ..self }
    }

    /// The same with this second heading.
    pub fn subtitle(self, subtitle: impl Into<String>) -> Widget {
        Widget { subtitle: Some(subtitle.into()).filter(|text| !text.is_empty()), ..self }
    }

    /// The output document.
    pub fn to_json(&self) -> String {
        #[derive(Serialize)]
        struct Document<'w> {
            widget: &'w Widget,
        }
        serde_json::to_string(&Document { widget: self }).unwrap_or_default()
    }
}

impl Serialize for Widget {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", &self.id)?;
        map.serialize_entry("title", &self.title)?;
        if let Some(subtitle) = &self.subtitle {
            map.serialize_entry("subtitle", subtitle)?;
        }
        if !self.unit.is_empty() {
            map.serialize_entry("unit", &self.unit)?;
        }
        match &self.data {
            Data::Number(data) => entry(&mut map, "number", data)?,
            Data::Line(data) => entry(&mut map, "line", data)?,
            Data::Leaderboard(data) => entry(&mut map, "leaderboard", data)?,
            Data::Rag(data) => entry(&mut map, "rag", data)?,
            Data::Table(data) => entry(&mut map, "table", data)?,
            Data::Other(kind, data) => entry(&mut map, kind, data)?,
        }
        map.end()
    }
}

fn entry<M: SerializeMap>(map: &mut M, kind: &str, data: &impl Serialize) -> Result<(), M::Error> {
    map.serialize_entry("kind", kind)?;
    map.serialize_entry("data", data)
}

/// What a widget shows, by kind.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// One figure.
    Number(Number),
    /// Values over time.
    Line(Line),
    /// Who is ahead.
    Leaderboard(Leaderboard),
    /// How many are red, amber and green.
    Rag(Rag),
    /// Rows and columns.
    Table(Table),
    /// Any other kind, by its name; a site that has no drawing for it shows a table.
    Other(String, serde_json::Value),
}

macro_rules! from {
    ($($kind:ident),*) => {
        $(impl From<$kind> for Data {
            fn from(data: $kind) -> Data {
                Data::$kind(data)
            }
        })*
    };
}

from!(Number, Line, Leaderboard, Rag, Table);

/// Which of a pair a value is: each has its colour everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Into an interface.
    In,
    /// Out of it.
    Out,
}

/// One figure with its context.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Number {
    /// The figure; none where it is not known now.
    pub value: Option<f64>,
    /// One short line of context. Without it the site writes the share of `max` and the peak.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What it can be at most, in the same unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// Its recent past, for a sparkline.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub spark: Vec<Point>,
    /// Its colour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
}

/// Lines over time.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Line {
    /// The lines, the most important first.
    pub series: Vec<Trace>,
    /// What a value can be at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
}

/// One line.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Trace {
    /// Its name in the legend.
    pub name: String,
    /// Where it comes from.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Its colour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Its points in order of time; none is a gap.
    pub points: Vec<Point>,
}

/// A ranking, the first ahead.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Leaderboard {
    /// The ranked.
    pub items: Vec<Leader>,
}

/// One of a ranking.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Leader {
    /// Who.
    pub label: String,
    /// How much; never NaN or infinite.
    pub value: f64,
    /// The rank before, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_rank: Option<u32>,
}

/// Red, amber and green.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Rag {
    /// How many are bad.
    pub red: Light,
    /// How many are doubtful.
    pub amber: Light,
    /// How many are well.
    pub green: Light,
}

/// One light of three.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Light {
    /// How many.
    pub value: f64,
    /// The word beside it.
    pub text: String,
}

impl Light {
    /// So many, and the word beside it.
    pub fn new(value: usize, text: impl Into<String>) -> Light {
        Light { value: value as f64, text: text.into() }
    }
}

/// Rows and columns.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Table {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, each with a cell for every column.
    pub rows: Vec<Vec<Cell>>,
}

/// A column of a table.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Column {
    /// Its heading.
    pub title: String,
    /// How its cells are written.
    pub format: Format,
    /// The unit of its numbers, where the format is [`Format::Number`].
    #[serde(skip_serializing_if = "String::is_empty")]
    pub unit: String,
}

impl Column {
    /// A column without a unit.
    pub fn new(title: impl Into<String>, format: Format) -> Column {
        Column { title: title.into(), format, unit: String::new() }
    }
}

/// How the cells of a column are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// As they are.
    #[default]
    Text,
    /// With the column's unit and a prefix such as M or Ki.
    Number,
    /// A number of seconds.
    Duration,
    /// A time in milliseconds since the epoch.
    Time,
    /// `up`, `late`, `down` or `unknown`.
    State,
    /// The name of a device.
    Device,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Cell {
    /// A number.
    Number(f64),
    /// Text.
    Text(String),
    /// Nothing known.
    Empty,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }
}

impl From<Option<f64>> for Cell {
    fn from(number: Option<f64>) -> Cell {
        number.map_or(Cell::Empty, Cell::Number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_widget_writes_the_document_of_the_schema() {
        let number = Number { value: Some(4.5), role: Some(Role::In), spark: vec![(1, None)], ..Number::default() };
        assert_eq!(
            Widget::new("in", "R1 in", number).unit("bit/s").subtitle("").to_json(),
            r#"{"widget":{"id":"in","title":"R1 in","unit":"bit/s","kind":"number","data":{"value":4.5,"spark":[[1,null]],"role":"in"}}}"#
        );
        let table = Table {
            columns: vec![Column::new("Device", Format::Device)],
            rows: vec![vec!["R1".into()], vec![Cell::Empty]],
        };
        assert_eq!(
            Widget::new("all", "All", table).to_json(),
            r#"{"widget":{"id":"all","title":"All","kind":"table","data":{"columns":[{"title":"Device","format":"device"}],"rows":[["R1"],[null]]}}}"#
        );
    }
}
