//! A widget's data as a plain file, for whoever wants to draw it otherwise.

use super::Shown;
use super::geckoboard::figure;
use super::table;
use crate::draw::thin::{MOST, thin};
use model::{Body, Cell, Format, Millis, Number, Point, Table};
use serde::Serialize;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// `data/<id>.json`.
#[derive(Debug, Serialize)]
pub(crate) struct DataFile<'a> {
    id: &'a str,
    title: &'a str,
    kind: &'a str,
    /// The time of the data, in milliseconds since the epoch.
    collected_at: Millis,
    /// The shown unit; empty for bare numbers, and for a table, whose columns differ.
    unit: &'a str,
    series: Vec<DataSeries>,
}

/// One series of it.
#[derive(Debug, PartialEq, Serialize)]
struct DataSeries {
    name: String,
    labels: BTreeMap<String, String>,
    /// `[ms since the epoch, value or null]`, in order of time, thinned as the drawing is.
    points: Vec<(Millis, Json)>,
}

/// The file of this widget. What has no past has one point a series, of the time of the data. A row of a table gives a series for each of its
/// numbers, and its texts are their labels.
pub(crate) fn file(widget: &Shown) -> DataFile<'_> {
    let at = widget.collected_at;
    let now = |name: &str, value: f64| series(name, BTreeMap::new(), &[(at, Some(value))]);
    let series = match &widget.body {
        Body::Number(number) => vec![series(&widget.title, BTreeMap::new(), &past(number, at))],
        Body::Line(line) => {
            line.series.iter().map(|trace| series(&trace.name, trace.labels.clone(), &trace.points)).collect()
        }
        Body::Leaderboard(board) => board.items.iter().map(|item| now(&item.label, item.value)).collect(),
        Body::Rag(rag) => [&rag.red, &rag.amber, &rag.green].map(|light| now(&light.text, light.value)).into(),
        Body::Table(table) => rows(table, at),
        Body::Other(_, json) => rows(&table::of_json(json), at),
    };
    DataFile {
        id: &widget.id,
        title: &widget.title,
        kind: widget.body.kind(),
        collected_at: at,
        unit: &widget.unit,
        series,
    }
}

fn series(name: &str, labels: BTreeMap<String, String>, points: &[Point]) -> DataSeries {
    let points = thin(points, MOST);
    let points = points.into_iter().map(|(at, value)| (at, value.map_or(Json::Null, figure))).collect();
    DataSeries { name: name.to_owned(), labels, points }
}

/// The sparkline's points, the last of which is the figure itself.
fn past(number: &Number, at: Millis) -> Vec<Point> {
    let mut points = thin(&number.spark, MOST - 1);
    match points.last() {
        Some(last) if last.1 == number.value || last.0 >= at => {}
        _ => points.push((at, number.value)),
    }
    points
}

fn rows(table: &Table, at: Millis) -> Vec<DataSeries> {
    let mut all = Vec::new();
    for row in &table.rows {
        let cells = || table.columns.iter().zip(row);
        let labels: BTreeMap<String, String> = cells()
            .filter_map(|(column, cell)| match cell {
                Cell::Text(text) => Some((column.title.clone(), text.clone())),
                _ => None,
            })
            .collect();
        for (column, cell) in cells() {
            match (column.format, cell) {
                (_, Cell::Number(value)) => all.push(series(&column.title, labels.clone(), &[(at, Some(*value))])),
                (Format::Number | Format::Duration | Format::Time, Cell::Empty) => {
                    all.push(series(&column.title, labels.clone(), &[(at, None)]));
                }
                _ => {}
            }
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::super::shape::{shown_widgets, tests as made};
    use super::*;
    use model::{Column, Line, Trace};
    use serde_json::json;

    fn of(unit: &str, body: Body) -> Json {
        let shown = shown_widgets(&[made::run("t", 9_000, [made::widget("w", unit, body)])]);
        serde_json::to_value(file(&shown[0])).expect("JSON")
    }

    #[test]
    fn a_line_keeps_its_labels_and_gaps() {
        let labels = BTreeMap::from([("ifName".to_owned(), "Gi0/1".to_owned())]);
        let trace = Trace { name: "in".to_owned(), labels, role: None, points: vec![(0, Some(1.0)), (5, None)] };
        assert_eq!(
            of("octet/s", Body::Line(Line { series: vec![trace], max: None })),
            json!({"id":"t.w","title":"w","kind":"line","collected_at":9000,"unit":"bit/s",
                   "series":[{"name":"in","labels":{"ifName":"Gi0/1"},"points":[[0,8],[5,null]]}]})
        );
    }

    #[test]
    fn a_number_ends_with_its_figure() {
        let number = |spark| Body::Number(Number { value: Some(2.5), spark, ..Number::default() });
        assert_eq!(of("%", number(vec![]))["series"][0]["points"], json!([[9000, 2.5]]));
        assert_eq!(of("%", number(vec![(1, Some(2.5))]))["series"][0]["points"], json!([[1, 2.5]]));
        assert_eq!(of("%", number(vec![(1, Some(3.0))]))["series"][0]["points"], json!([[1, 3], [9000, 2.5]]));
    }

    #[test]
    fn the_numbers_of_a_row_are_labelled_by_its_texts() {
        let column = |title: &str, format| Column { title: title.to_owned(), format, unit: String::new() };
        let columns = vec![column("Device", Format::Device), column("Uptime", Format::Duration)];
        let rows =
            vec![vec![Cell::Text("R1".to_owned()), Cell::Number(60.0)], vec![Cell::Text("R5".to_owned()), Cell::Empty]];
        assert_eq!(
            of("", Body::Table(Table { columns, rows }))["series"],
            json!([{"name":"Uptime","labels":{"Device":"R1"},"points":[[9000,60]]},
                   {"name":"Uptime","labels":{"Device":"R5"},"points":[[9000,null]]}])
        );
        assert_eq!(
            of("", Body::Other("radar".to_owned(), json!({"a": 1})))["series"],
            json!([{"name":"value","labels":{"name":"a"},"points":[[9000,1]]}])
        );
    }
}
