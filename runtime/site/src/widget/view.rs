//! Widgets as their templates want them: figures written, pictures drawn.

use super::shape::{Shown, name, slack};
use super::table::{self, TableView};
use crate::clock::Clock;
use crate::draw::chart::{self, Chart, ChartLine, Entry};
use crate::draw::coordinate;
use crate::draw::spark::{Range, Spark, SparkLine};
use crate::draw::tone;
use crate::quantity::{Prefixes, quantity};
use model::{Body, Leaderboard, Light, Line, Millis, Number, Rag};
use serde::Serialize;
use std::collections::BTreeMap;

/// What all widgets are written with.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Writing<'a> {
    /// The site's zone.
    pub(crate) clock: &'a Clock,
    /// Which prefixes bits and bytes carry.
    pub(crate) prefixes: Prefixes,
    /// The pages of devices by name, relative to the site's root.
    pub(crate) devices: &'a BTreeMap<String, String>,
}

/// What a template gets as `data`, by kind.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum View {
    /// For `widgets/number.html`.
    Number(NumberView),
    /// For `widgets/line.html`.
    Line(LineView),
    /// For `widgets/leaderboard.html`.
    Leaderboard(BoardView),
    /// For `widgets/rag.html`.
    Rag(RagView),
    /// For `widgets/table.html`.
    Table(TableView),
}

/// A figure.
#[derive(Debug, Serialize)]
pub(crate) struct NumberView {
    /// The digits; a dash where it is not known.
    pub(crate) figure: String,
    /// The unit with its prefix.
    pub(crate) unit: String,
    /// The line of context.
    pub(crate) text: Option<String>,
    /// The sparkline, drawn.
    pub(crate) spark: Option<String>,
    /// The class of its colour.
    pub(crate) tone: &'static str,
    /// From when to when the sparkline is.
    pub(crate) span: Option<String>,
}

/// A chart.
#[derive(Debug, Serialize)]
pub(crate) struct LineView {
    /// The inside of the chart's `<svg>`.
    pub(crate) plot: String,
    /// The legend.
    pub(crate) legend: Vec<Entry>,
    /// The legend's words for gaps.
    pub(crate) gap: Option<String>,
    /// What else the legend says.
    pub(crate) note: Option<String>,
    /// The chart in a sentence.
    pub(crate) sentence: String,
}

/// A ranking.
#[derive(Debug, Serialize)]
pub(crate) struct BoardView {
    /// The ranked.
    pub(crate) rows: Vec<BoardRow>,
}

/// One of a ranking.
#[derive(Debug, Serialize)]
pub(crate) struct BoardRow {
    /// Who.
    pub(crate) label: String,
    /// How much.
    pub(crate) value: String,
    /// The bar's length as a percentage.
    pub(crate) share: String,
    /// `up from 5` or `down from 1`.
    pub(crate) moved: Option<String>,
}

/// Three lights.
#[derive(Debug, Serialize)]
pub(crate) struct RagView {
    /// Red, amber, green.
    pub(crate) rows: Vec<RagRow>,
}

/// One light.
#[derive(Debug, Serialize)]
pub(crate) struct RagRow {
    /// `down`, `late` or `up`: the class of its colour and shape.
    pub(crate) state: &'static str,
    /// How many.
    pub(crate) value: String,
    /// The word beside it.
    pub(crate) text: String,
    /// Whether nothing is counted here, so that the colour rests.
    pub(crate) none: bool,
}

/// How many of a ranking a card shows.
const BOARD: usize = 10;

/// The view of a widget.
pub(crate) fn view(widget: &Shown, writing: Writing<'_>) -> View {
    match &widget.body {
        Body::Number(data) => View::Number(number(widget, data, writing)),
        Body::Line(data) => View::Line(line_view(&chart(widget, data, writing))),
        Body::Leaderboard(data) => View::Leaderboard(leaderboard(widget, data, writing)),
        Body::Rag(data) => View::Rag(rag(data)),
        Body::Table(data) => View::Table(rows(widget, data, writing)),
        Body::Other(_, data) => View::Table(rows(widget, &table::of_json(data), writing)),
    }
}

fn rows(widget: &Shown, data: &model::Table, writing: Writing<'_>) -> TableView {
    table::view(data, writing.devices, writing.clock, writing.prefixes, widget.collected_at)
}

/// The figure, its context and its sparkline.
pub(crate) fn number(widget: &Shown, number: &Number, writing: Writing<'_>) -> NumberView {
    let tone = tone(number.role, 0);
    let value = number.value.map(|value| quantity(value, &widget.unit, writing.prefixes));
    let span = number.spark.first().map(|first| (first.0, widget.collected_at.max(first.0)));
    let lines = [SparkLine { tone, points: &number.spark }];
    let label = name(widget);
    let spark =
        span.map(|span| Spark { lines: &lines, span, slack: slack(&number.spark), range: Range::Zero, label: &label });
    NumberView {
        figure: value.as_ref().map_or_else(|| "—".to_owned(), |value| value.figure.clone()),
        unit: value.map(|value| value.unit()).unwrap_or_default(),
        text: number.text.clone().filter(|text| !text.is_empty()).or_else(|| context(widget, number, writing)),
        spark: spark.map(|spark| spark.svg()),
        tone,
        span: span.map(|span| since(span.0, widget.collected_at, writing.clock)),
    }
}

/// `41 % of 1 Gbit/s · peak 640 Mbit/s at 13:12`, as far as it is known.
fn context(widget: &Shown, number: &Number, writing: Writing<'_>) -> Option<String> {
    let say = |value: f64| quantity(value, &widget.unit, writing.prefixes).to_string();
    let share = number.value.zip(number.max).filter(|(_, max)| *max > 0.0);
    let share = share.map(|(value, max)| {
        format!("{} of {}", quantity((value / max * 100.0).round(), "%", writing.prefixes), say(max))
    });
    let peak = number.spark.iter().filter_map(|(at, value)| Some((*at, (*value)?)));
    let peak = peak.max_by(|one, other| one.1.total_cmp(&other.1));
    let peak = peak
        .map(|(at, value)| format!("peak {} at {}", say(value), writing.clock.moment(at, Some(widget.collected_at))));
    let parts: Vec<String> = share.into_iter().chain(peak).collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

fn since(from: Millis, until: Millis, clock: &Clock) -> String {
    format!("since {}", clock.moment(from, Some(until)))
}

/// The chart of a line widget. It ends with the last point, or with the run's time where the points ended long before.
pub(crate) fn chart<'a>(widget: &'a Shown, line: &'a Line, writing: Writing<'a>) -> Chart<'a> {
    let times = || line.series.iter().flat_map(|trace| trace.points.iter().map(|point| point.0));
    let from = times().min().unwrap_or(widget.collected_at);
    let last = times().max().unwrap_or(widget.collected_at);
    let slack = line.series.iter().map(|trace| slack(&trace.points)).max().unwrap_or_default();
    let until = if widget.collected_at.saturating_sub(last) > slack { widget.collected_at } else { last };
    let traces = line.series.iter().enumerate();
    let lines = traces.map(|(at, trace)| ChartLine {
        name: trace.name.clone(),
        tone: tone(trace.role, at),
        points: &trace.points,
        now: chart::now(&trace.points, until, slack),
    });
    Chart {
        lines: lines.collect(),
        span: (from, until),
        slack,
        limit: line.max,
        unit: &widget.unit,
        prefixes: writing.prefixes,
        clock: writing.clock,
    }
}

/// A chart drawn for its template.
pub(crate) fn line_view(chart: &Chart<'_>) -> LineView {
    let (plot, legend) = (chart.plot(), chart.legend());
    LineView { plot, legend, gap: chart.gap_words(), note: None, sentence: chart.sentence() }
}

/// A ranking's bars and figures.
pub(crate) fn leaderboard(widget: &Shown, board: &Leaderboard, writing: Writing<'_>) -> BoardView {
    let most = board.items.iter().map(|item| item.value).fold(0.0, f64::max);
    let rows = board.items.iter().take(BOARD).enumerate().map(|(at, item)| {
        let share = if most > 0.0 { (item.value / most).clamp(0.0, 1.0) * 100.0 } else { 0.0 };
        let rank = at as u32 + 1;
        let moved = item.previous_rank.filter(|before| *before != rank);
        BoardRow {
            label: item.label.clone(),
            value: quantity(item.value, &widget.unit, writing.prefixes).aligned(),
            share: format!("{}%", coordinate(share, 1)),
            moved: moved.map(|before| format!("{} from {before}", if before > rank { "up" } else { "down" })),
        }
    });
    BoardView { rows: rows.collect() }
}

/// Three lights; the colour of one that counts nothing rests.
pub(crate) fn rag(rag: &Rag) -> RagView {
    let row = |state, light: &Light| RagRow {
        state,
        value: quantity(light.value, "", Prefixes::Si).to_string(),
        text: light.text.clone(),
        none: light.value == 0.0,
    };
    RagView { rows: vec![row("down", &rag.red), row("late", &rag.amber), row("up", &rag.green)] }
}

#[cfg(test)]
mod tests {
    use super::super::shape::{shown_widgets, tests as made};
    use super::*;
    use model::{Leader, Point, Trace};

    fn with<T>(unit: &str, body: Body, test: impl Fn(&Shown, Writing<'_>) -> T) -> T {
        let clock = Clock::new("UTC").expect("a zone");
        let writing = Writing { clock: &clock, prefixes: Prefixes::Si, devices: &BTreeMap::new() };
        test(&shown_widgets(&[made::run("t", 3_600_000, [made::widget("w", unit, body)])])[0], writing)
    }

    #[test]
    fn a_number_says_its_share_and_its_peak() {
        let spark: Vec<Point> = vec![(0, Some(640e6)), (60_000, Some(412e6))];
        let data = Number { value: Some(412e6), max: Some(1e9), spark, ..Number::default() };
        let view = with("bit/s", Body::Number(data.clone()), |widget, writing| number(widget, &data, writing));
        assert_eq!((view.figure.as_str(), view.unit.as_str()), ("412", "Mbit/s"));
        assert_eq!(view.text.as_deref(), Some("41 % of 1 Gbit/s · peak 640 Mbit/s at 00:00"));
        let unknown = Number::default();
        let view = with("bit/s", Body::Number(unknown.clone()), |widget, writing| number(widget, &unknown, writing));
        assert_eq!((view.figure.as_str(), view.text, view.spark), ("—", None, None));
    }

    #[test]
    fn a_chart_ends_with_its_points_or_says_that_they_ended() {
        let span = |last: Millis| {
            let trace =
                Trace { points: (0..=last / 60_000).map(|at| (at * 60_000, Some(1.0))).collect(), ..Trace::default() };
            let line = Line { series: vec![trace], max: None };
            with("", Body::Line(line.clone()), |widget, writing| chart(widget, &line, writing).span)
        };
        assert_eq!(span(3_540_000), (0, 3_540_000));
        assert_eq!(span(1_800_000), (0, 3_600_000));
    }

    #[test]
    fn a_ranking_tells_shares_and_moves() {
        let leader = |label: &str, value, previous_rank| Leader { label: label.to_owned(), value, previous_rank };
        let board = Leaderboard {
            items: vec![leader("a", 200.0, Some(2)), leader("b", 50.0, Some(2)), leader("c", -5.0, None)],
        };
        let rows =
            with("", Body::Leaderboard(board.clone()), |widget, writing| leaderboard(widget, &board, writing).rows);
        let told: Vec<_> = rows.iter().map(|row| (row.share.as_str(), row.moved.as_deref())).collect();
        assert_eq!(told, [("100%", Some("up from 2")), ("25%", None), ("0%", None)]);
    }
}
