//! What stands below the heading of a picture.

use super::{PAD, shorten};
use crate::draw::chart::{Chart, GUTTER};
use crate::draw::escape;
use crate::draw::spark::{Range, Spark, SparkLine};
use crate::widget::Shown;
use crate::widget::shape::slack;
use crate::widget::view::{BoardView, LineView, NumberView, RagView};
use model::Number;

/// A figure with its context and its sparkline.
pub(super) fn figure(widget: &Shown, number: &Number, data: &NumberView) -> String {
    let mut svg = format!(
        "<text x=\"{PAD}\" y=\"76\"><tspan class=\"big\">{}</tspan><tspan class=\"unit\" dx=\"7\">{}</tspan></text>",
        escape(&data.figure),
        escape(&data.unit)
    );
    if let Some(text) = &data.text {
        svg += &format!("<text class=\"soft\" x=\"{PAD}\" y=\"98\">{}</text>", escape(&shorten(text, 46)));
    }
    if let Some(first) = number.spark.first() {
        let lines = [SparkLine { tone: data.tone, points: &number.spark }];
        let span = (first.0, widget.collected_at.max(first.0));
        let spark = Spark { lines: &lines, span, slack: slack(&number.spark), range: Range::Zero, label: "" };
        svg += &format!("<g transform=\"translate({PAD} 110)\">{}</g>", spark.inner(320.0 - 2.0 * PAD, 44.0));
    }
    svg
}

/// A chart with its legend.
pub(super) fn plot(chart: &Chart<'_>, data: &LineView) -> String {
    let mut svg = format!(
        "<svg x=\"{}\" y=\"64\" width=\"{}\" height=\"204\" overflow=\"visible\">{}</svg>",
        PAD + GUTTER,
        760.0 - 2.0 * PAD - GUTTER,
        chart.plot()
    );
    let mut x = PAD;
    for entry in &data.legend {
        let now = entry.now.as_deref().unwrap_or("—");
        let rest = match (&entry.avg, &entry.max) {
            (Some(avg), Some(max)) => format!("avg {avg}, max {max}"),
            _ => String::new(),
        };
        svg += &format!(
            "<path class=\"line {}\" d=\"M{x} 314h14\"/><text class=\"soft\" x=\"{}\" y=\"318\">{} <tspan class=\"strong\">{}</tspan> {}</text>",
            entry.tone,
            x + 20.0,
            escape(&shorten(&entry.name, 16)),
            escape(now),
            escape(&rest)
        );
        // No font is known here, so the width is a guess on the wide side.
        x += 48.0 + 6.9 * (entry.name.chars().take(16).count() + now.chars().count() + rest.chars().count()) as f64;
        if x > 560.0 {
            break;
        }
    }
    svg
}

/// A ranking.
pub(super) fn board(data: &BoardView) -> String {
    if data.rows.is_empty() {
        return format!("<text class=\"soft\" x=\"{PAD}\" y=\"64\">nothing yet</text>");
    }
    let mut svg = String::new();
    for (at, row) in data.rows.iter().enumerate() {
        let y = 64.0 + 28.0 * at as f64;
        svg += &format!(
            "<text class=\"ink\" x=\"{PAD}\" y=\"{y}\">{}</text>\
             <svg x=\"206\" y=\"{}\" width=\"96\" height=\"8\"><rect class=\"track\" width=\"100%\" height=\"8\" rx=\"4\"/><rect class=\"bar\" width=\"{}\" height=\"8\" rx=\"4\"/></svg>\
             <text class=\"strong\" x=\"402\" y=\"{y}\" text-anchor=\"end\">{}</text>",
            escape(&shorten(&row.label, 24)),
            y - 9.0,
            row.share,
            escape(&row.value)
        );
    }
    svg
}

/// Three lights, each with its shape: a square is down, a triangle late, a disc up.
pub(super) fn lights(data: &RagView) -> String {
    let mut svg = String::new();
    for (at, row) in data.rows.iter().enumerate() {
        let y = 44.0 + 45.0 * at as f64;
        let class = if row.none { "none" } else { row.state };
        let shape = match row.state {
            "down" => format!("<rect class=\"mark\" x=\"32\" y=\"{}\" width=\"12\" height=\"12\" rx=\"2\"/>", y + 13.0),
            "late" => format!("<path class=\"mark\" d=\"M38 {}l7 12.5h-14z\"/>", y + 12.5),
            _ => format!("<circle class=\"mark\" cx=\"38\" cy=\"{}\" r=\"6.5\"/>", y + 19.0),
        };
        svg += &format!(
            "<g class=\"light {class}\"><rect class=\"field\" x=\"{PAD}\" y=\"{y}\" width=\"284\" height=\"38\" rx=\"9\"/>{shape}\
             <text class=\"count\" x=\"60\" y=\"{}\">{}<tspan class=\"word\" dx=\"10\">{}</tspan></text></g>",
            y + 26.0,
            escape(&row.value),
            escape(&shorten(&row.text, 24))
        );
    }
    svg
}

#[cfg(test)]
mod tests {
    use super::super::picture;
    use crate::clock::Clock;
    use crate::quantity::Prefixes;
    use crate::widget::shape::{shown_widgets, tests as made};
    use crate::widget::view::Writing;
    use model::{Body, Leader, Leaderboard, Light, Line, Number, Rag, Role, Table, Trace};
    use std::collections::BTreeMap;

    fn drawn(unit: &str, body: Body) -> Option<String> {
        let clock = Clock::new("UTC").expect("a zone");
        let writing = Writing { clock: &clock, prefixes: Prefixes::Si, devices: &BTreeMap::new() };
        picture(&shown_widgets(&[made::run("t", 120_000, [made::widget("R1 <in>", unit, body)])])[0], writing)
    }

    #[test]
    fn pictures_carry_title_desc_and_their_own_colours() {
        let spark = vec![(0, Some(1e6)), (60_000, None), (120_000, Some(2e6))];
        let number = Number { value: Some(2e6), spark: spark.clone(), role: Some(Role::Out), ..Number::default() };
        let line =
            Line { series: vec![Trace { name: "in & out".to_owned(), points: spark, ..Trace::default() }], max: None };
        let board = Leaderboard { items: vec![Leader { label: "a<b".to_owned(), value: 5.0, previous_rank: None }] };
        let light = |value, text: &str| Light { value, text: text.to_owned() };
        let rag = Rag { red: light(0.0, "down"), amber: light(1.0, "late"), green: light(5.0, "up") };
        for (body, part) in [
            (Body::Number(number), "2 Mbit/s; peak 2 Mbit/s at 00:02"),
            (Body::Line(line), "in &amp; out"),
            (Body::Leaderboard(board), "a&lt;b"),
            (Body::Rag(rag), "0 down, 1 late, 5 up"),
        ] {
            let svg = drawn("bit/s", body).expect("a picture");
            for part in [
                "<title id=\"t\">R1 &lt;in&gt;</title>",
                "<desc id=\"d\">",
                "prefers-color-scheme:dark",
                "viewBox",
                part,
            ] {
                assert!(svg.contains(part), "{part} in {svg}");
            }
            let opened = svg.matches('<').count() - svg.matches("</").count() - svg.matches("/>").count();
            assert_eq!(opened, svg.matches("</").count(), "every element is closed: {svg}");
        }
    }

    #[test]
    fn a_table_is_no_picture() {
        assert_eq!(drawn("", Body::Table(Table::default())), None);
    }
}
