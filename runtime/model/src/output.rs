//! What a transform says: output documents, as guest-sdk/schema/output.json describes them.

use crate::{Point, plain};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// One output document. Further kinds may come; a host that does not know one says so and keeps the others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Output {
    /// Something to show: a figure, a chart, a list.
    Widget(Widget),
}

/// Why a document is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutputError {
    /// It is of a kind that a later version may know.
    #[error("of a kind that this version does not know: `{0}`")]
    Unknown(String),
    /// It is no output document.
    #[error("not an output document: {0}")]
    Wrong(String),
}

impl Output {
    /// Reads one document; its texts are made [`plain`].
    pub fn parse(json: &str) -> Result<Output, OutputError> {
        let wrong = |why: serde_json::Error| OutputError::Wrong(why.to_string());
        let mut document: Json = serde_json::from_str(json).map_err(wrong)?;
        if let Some(object) = document.as_object()
            && object.len() == 1
            && let Some(kind) = object.keys().find(|kind| *kind != "widget")
        {
            return Err(OutputError::Unknown(kind.clone()));
        }
        make_plain(&mut document);
        serde_json::from_value(document).map_err(wrong)
    }
}

/// Makes every text in a document plain.
fn make_plain(document: &mut Json) {
    match document {
        Json::String(text) => *text = plain(text),
        Json::Array(all) => all.iter_mut().for_each(make_plain),
        Json::Object(all) => all.values_mut().for_each(make_plain),
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

/// Something to show on the site.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "RawWidget", into = "RawWidget")]
pub struct Widget {
    /// Its name within the transform; with the transform's it becomes `<transform>.<widget>`.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// A second, fainter part of the heading, such as an interface's alias.
    pub subtitle: Option<String>,
    /// The unit of its numbers: `bit/s`, `octet`, `packet/s`, `%`, `s`, or empty.
    pub unit: String,
    /// What it shows.
    pub body: Body,
}

/// What a widget shows, by kind.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    /// `number`: one figure.
    Number(Number),
    /// `line`: values over time.
    Line(Line),
    /// `leaderboard`: who is ahead.
    Leaderboard(Leaderboard),
    /// `rag`: how many are red, amber and green.
    Rag(Rag),
    /// `table`: rows and columns.
    Table(Table),
    /// A kind without a drawing of its own: its data is shown as a table.
    Other(String, Json),
}

/// Which of a pair a value or line is, so that it gets that one's colour everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Into the interface.
    In,
    /// Out of it.
    Out,
}

/// One figure with its context.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Number {
    /// The figure; none where it is not known now.
    pub value: Option<f64>,
    /// One short line of context, such as `41 % of 1 Gbit/s, peak 640 Mbit/s at 13:12`; the site puts the peak in when none is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What the figure can be at most, such as the link's speed, in the same unit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// Its recent past, for a sparkline.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub spark: Vec<Point>,
    /// Its colour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
}

/// Lines over time.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// The lines, the most important first.
    pub series: Vec<Trace>,
    /// What a value can be at most, such as the link's speed; the scale follows the data where that is far below.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
}

/// One line.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Trace {
    /// Its name in the legend.
    pub name: String,
    /// Where it comes from.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// Its colour.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Its points in order of time; a null is a gap.
    pub points: Vec<Point>,
}

/// A ranking, the first ahead.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Leaderboard {
    /// The ranked.
    pub items: Vec<Leader>,
}

/// One of a ranking.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Leader {
    /// Who.
    pub label: String,
    /// How much.
    pub value: f64,
    /// The rank before, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_rank: Option<u32>,
}

/// Red, amber and green.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Rag {
    /// How many are bad.
    pub red: Light,
    /// How many are doubtful.
    pub amber: Light,
    /// How many are well.
    pub green: Light,
}

/// One light of three.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Light {
    /// How many.
    pub value: f64,
    /// The word beside it.
    pub text: String,
}

/// Rows and columns.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, each with a cell for every column.
    pub rows: Vec<Vec<Cell>>,
}

/// A column of a table.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// Its heading.
    pub title: String,
    /// How its cells are written.
    #[serde(default)]
    pub format: Format,
    /// The unit of its numbers, where the format is `number`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub unit: String,
}

/// How the cells of a column are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// As they are.
    #[default]
    Text,
    /// With the column's unit and an SI or IEC prefix.
    Number,
    /// A number of seconds, as `42 d`.
    Duration,
    /// A time in milliseconds since the epoch, as a time of day in the site's zone, which a script turns into an age.
    Time,
    /// `up`, `late`, `down` or `unknown`, with its colour and shape.
    State,
    /// The name of a device, with a link to its page.
    Device,
}

/// A cell of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Cell {
    /// A number.
    Number(f64),
    /// Text.
    Text(String),
    /// Nothing known.
    Empty,
}

impl Body {
    /// The kind's name in the document.
    pub fn kind(&self) -> &str {
        match self {
            Body::Number(_) => "number",
            Body::Line(_) => "line",
            Body::Leaderboard(_) => "leaderboard",
            Body::Rag(_) => "rag",
            Body::Table(_) => "table",
            Body::Other(kind, _) => kind,
        }
    }
}

/// The document as it is written: the data stand beside the kind that says how to read them.
#[derive(Serialize, Deserialize)]
struct RawWidget {
    id: String,
    title: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    subtitle: Option<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    unit: String,
    kind: String,
    data: Json,
}

impl TryFrom<RawWidget> for Widget {
    type Error = String;

    fn try_from(raw: RawWidget) -> Result<Widget, String> {
        fn read<T: serde::de::DeserializeOwned>(raw: &RawWidget) -> Result<T, String> {
            T::deserialize(&raw.data).map_err(|why| format!("the data of the {} widget `{}`: {why}", raw.kind, raw.id))
        }
        let body = match raw.kind.as_str() {
            "number" => Body::Number(read(&raw)?),
            "line" => Body::Line(read(&raw)?),
            "leaderboard" => Body::Leaderboard(read(&raw)?),
            "rag" => Body::Rag(read(&raw)?),
            "table" => Body::Table(read(&raw)?),
            _ => Body::Other(raw.kind, raw.data),
        };
        Ok(Widget { id: raw.id, title: raw.title, subtitle: raw.subtitle, unit: raw.unit, body })
    }
}

impl From<Widget> for RawWidget {
    fn from(widget: Widget) -> RawWidget {
        let kind = widget.body.kind().to_owned();
        let data = match widget.body {
            Body::Number(number) => serde_json::to_value(number),
            Body::Line(line) => serde_json::to_value(line),
            Body::Leaderboard(board) => serde_json::to_value(board),
            Body::Rag(rag) => serde_json::to_value(rag),
            Body::Table(table) => serde_json::to_value(table),
            Body::Other(_, data) => Ok(data),
        };
        let data = data.unwrap_or(Json::Null);
        RawWidget { id: widget.id, title: widget.title, subtitle: widget.subtitle, unit: widget.unit, kind, data }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_survives_being_written() {
        let json = r#"{"widget":{"id":"in","title":"R1 in","unit":"bit/s","kind":"number","data":{"value":412e6,"role":"in","spark":[[0,1],[1,null]]}}}"#;
        let output = Output::parse(json).expect("a widget");
        let Output::Widget(widget) = &output;
        assert!(
            matches!(&widget.body, Body::Number(number) if number.value == Some(412e6) && number.spark[1] == (1, None))
        );
        assert_eq!(Output::parse(&serde_json::to_string(&output).expect("JSON")), Ok(output));
    }

    #[test]
    fn a_document_of_a_later_version_is_told_apart_and_texts_are_plain() {
        assert_eq!(Output::parse(r#"{"page":{}}"#), Err(OutputError::Unknown("page".to_owned())));
        assert!(matches!(Output::parse("{}"), Err(OutputError::Wrong(_))));
        let json = r#"{"widget":{"id":"x","title":"a\u202eb\u001b[1m","kind":"table","data":{"columns":[],"rows":[["\u0000c"]]}}}"#;
        let Ok(Output::Widget(widget)) = Output::parse(json) else { panic!("a widget") };
        assert_eq!(widget.title, "ab [1m");
        assert!(matches!(widget.body, Body::Table(table) if table.rows == [[Cell::Text("c".to_owned())]]));
    }

    #[test]
    fn an_unknown_kind_is_kept_and_a_wrong_shape_is_named() {
        let other = Output::parse(r#"{"widget":{"id":"x","title":"X","kind":"radar","data":[1,2]}}"#);
        assert!(matches!(other, Ok(Output::Widget(Widget { body: Body::Other(kind, _), .. })) if kind == "radar"));
        let wrong =
            Output::parse(r#"{"widget":{"id":"x","title":"X","kind":"rag","data":{}}}"#).expect_err("no lights");
        assert!(wrong.to_string().contains("the data of the rag widget `x`: missing field `red`"), "{wrong}");
    }
}
