//! Geckoboard's legacy custom widgets: what it asks for at a widget's address (developer page "Custom widgets"; the `data` part alone).

use super::Shown;
use crate::clock::iso;
use crate::draw::thin::{MOST, thin};
use model::{Body, Leaderboard, Light, Line, Number, Point, Rag};
use serde_json::{Map, Value as Json, json};

/// The longest leaderboard that Geckoboard takes.
const LONGEST_BOARD: usize = 22;

/// The widget in Geckoboard's shape; none for a kind that it lacks.
pub(crate) fn widget(widget: &Shown) -> Option<Json> {
    match &widget.body {
        Body::Number(data) => Some(number(data, &widget.unit)),
        Body::Line(data) => Some(line(data)),
        Body::Leaderboard(data) => Some(leaderboard(data)),
        Body::Rag(data) => Some(rag(data)),
        Body::Table(_) | Body::Other(..) => None,
    }
}

/// A JSON number, whole where it is whole: some readers take `3.0` for text.
pub(crate) fn figure(value: f64) -> Json {
    const EXACT: f64 = 9_007_199_254_740_992.0; // 2^53
    if value.fract() == 0.0 && value.abs() < EXACT { json!(value as i64) } else { json!(value) }
}

/// Number, with its sparkline as the second item. `text` is the line below the figure, so the unit stands there.
fn number(number: &Number, unit: &str) -> Json {
    let mut first = Map::new();
    if let Some(value) = number.value {
        first.insert("value".to_owned(), figure(value));
    }
    let unit = Some(unit).filter(|unit| !unit.is_empty());
    let missing = number.value.is_none().then_some("not known now");
    let text: Vec<&str> = [missing, unit, number.text.as_deref()].into_iter().flatten().collect();
    if !text.is_empty() {
        first.insert("text".to_owned(), json!(text.join(", ")));
    }
    let mut items = vec![Json::Object(first)];
    // Its sparkline knows no gaps.
    let spark: Vec<Json> = thin(&number.spark, MOST).iter().filter_map(|point| point.1.map(figure)).collect();
    if !spark.is_empty() {
        items.push(Json::Array(spark));
    }
    json!({ "item": items })
}

/// Line chart, new form, with times. It has no gaps either: unknown points are left out.
fn line(line: &Line) -> Json {
    let pair = |point: &Point| Some(json!([iso(point.0), figure(point.1?)]));
    let series = line.series.iter().map(|trace| {
        let data: Vec<Json> = thin(&trace.points, MOST).iter().filter_map(pair).collect();
        json!({ "name": trace.name, "data": data })
    });
    json!({
        "series": series.collect::<Vec<_>>(),
        "x_axis": { "type": "datetime" },
        // No unit: Geckoboard takes that for a currency.
        "y_axis": { "format": "decimal" },
    })
}

fn leaderboard(board: &Leaderboard) -> Json {
    let items = board.items.iter().take(LONGEST_BOARD).map(|item| {
        let mut entry = json!({ "label": item.label, "value": figure(item.value) });
        if let (Some(rank), Some(entry)) = (item.previous_rank, entry.as_object_mut()) {
            entry.insert("previous_rank".to_owned(), json!(rank));
        }
        entry
    });
    json!({ "format": "decimal", "items": items.collect::<Vec<_>>() })
}

/// Exactly red, amber, green, in this order.
fn rag(rag: &Rag) -> Json {
    let light = |light: &Light| json!({ "value": figure(light.value), "text": light.text });
    json!({ "item": [light(&rag.red), light(&rag.amber), light(&rag.green)] })
}

#[cfg(test)]
mod tests {
    use super::super::shape::{shown_widgets, tests as made};
    use super::*;
    use model::{Leader, Table, Trace};

    fn of(unit: &str, body: Body) -> Option<Json> {
        let shown = shown_widgets(&[made::run("t", 1_000, [made::widget("w", unit, body)])]);
        widget(&shown[0])
    }

    #[test]
    fn a_number_stands_with_its_sparkline() {
        let number = Number {
            value: Some(274057.0),
            spark: vec![(0, Some(38594.5)), (1, None), (2, Some(35316.0))],
            ..Number::default()
        };
        assert_eq!(
            of("packet/s", Body::Number(number)),
            Some(json!({"item":[{"value":274057,"text":"packet/s"},[38594.5,35316]]}))
        );
        let unknown = Number { text: Some("since noon".to_owned()), ..Number::default() };
        assert_eq!(of("", Body::Number(unknown)), Some(json!({"item":[{"text":"not known now, since noon"}]})));
    }

    #[test]
    fn a_line_has_times_and_at_most_250_points_with_the_peak_among_them() {
        let mut points: Vec<Point> = (0..1_000).map(|at| (at * 1000, Some(1.5))).collect();
        points[777].1 = Some(99.0);
        points[10].1 = None;
        let trace = Trace { name: "in".to_owned(), points, ..Trace::default() };
        let json = of("", Body::Line(Line { series: vec![trace], max: None })).expect("a line");
        assert_eq!(json["x_axis"], json!({"type":"datetime"}));
        assert_eq!(json["y_axis"], json!({"format":"decimal"}));
        let series = &json["series"][0];
        assert_eq!(series["name"], "in");
        let data = series["data"].as_array().expect("points");
        assert!(data.len() <= MOST && data.contains(&json!(["1970-01-01T00:12:57Z", 99])), "{data:?}");
    }

    #[test]
    fn a_leaderboard_has_at_most_22_items() {
        let items = (0..30).map(|at| Leader {
            label: format!("r{at}"),
            value: f64::from(at),
            previous_rank: (at == 0).then_some(3),
        });
        let json = of("octet/s", Body::Leaderboard(Leaderboard { items: items.collect() })).expect("a leaderboard");
        assert_eq!(json["format"], "decimal");
        assert_eq!(json["items"].as_array().map(Vec::len), Some(22));
        assert_eq!(json["items"][0], json!({"label":"r0","value":0,"previous_rank":3}));
        assert_eq!(json["items"][1], json!({"label":"r1","value":8}));
    }

    #[test]
    fn rag_is_red_amber_green_and_a_table_is_not_geckoboard_s() {
        let light = |value: f64, text: &str| Light { value, text: text.to_owned() };
        let rag = Rag { green: light(90.0, "up"), amber: light(3.0, "late"), red: light(16.0, "down") };
        assert_eq!(
            of("", Body::Rag(rag)),
            Some(json!({"item":[{"value":16,"text":"down"},{"value":3,"text":"late"},{"value":90,"text":"up"}]}))
        );
        assert_eq!(of("", Body::Table(Table::default())), None);
        assert_eq!(of("", Body::Other("radar".to_owned(), json!([1]))), None);
    }
}
