//! What the transforms said, made ready to be shown: ids, shown units, points in order.

use crate::quantity::shown;
use jiff::Timestamp;
use model::{Body, Cell, Format, Millis, Output, Point, Slugs, Widget, slug};
use std::borrow::Cow;
use store::TransformRun;

/// A widget with all that its files say.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Shown {
    /// `<transform>.<widget>`, as slugs.
    pub(crate) id: String,
    /// Its heading.
    pub(crate) title: String,
    /// The fainter part of it.
    pub(crate) subtitle: Option<String>,
    /// The shown unit: what came as octets per second is bit/s.
    pub(crate) unit: String,
    /// Its values, in the shown unit.
    pub(crate) body: Body,
    /// The time of its data.
    pub(crate) collected_at: Millis,
    /// Whether the last run failed, so that this is what an earlier one gave.
    pub(crate) stale: bool,
}

/// All widgets that stand, in order of transform and then as the guest gave them.
pub(crate) fn shown_widgets(runs: &[TransformRun]) -> Vec<Shown> {
    let mut slugs = Slugs::default();
    let mut widgets = Vec::new();
    for run in runs {
        let Some(ok_at) = run.ok_at else { continue };
        for output in &run.outputs {
            let Output::Widget(widget) = output;
            widgets.push(Shown {
                id: slugs.next(&format!("{}.{}", slug(&run.transform), slug(&widget.id))),
                title: widget.title.clone(),
                subtitle: widget.subtitle.clone().filter(|subtitle| !subtitle.is_empty()),
                unit: shown(&widget.unit).1.to_owned(),
                body: body(widget),
                collected_at: ok_at,
                stale: run.error.is_some(),
            });
        }
    }
    widgets
}

/// The widget's values in the shown unit; a guest's numbers that cannot be drawn are gaps.
fn body(widget: &Widget) -> Body {
    let (factor, _) = shown(&widget.unit);
    let scaled = |value: f64| Some(value * factor).filter(|value| value.abs() < 1e300);
    let mut body = widget.body.clone();
    match &mut body {
        Body::Number(number) => {
            number.value = number.value.and_then(scaled);
            number.max = number.max.and_then(scaled);
            points(&mut number.spark, scaled);
        }
        Body::Line(line) => {
            line.max = line.max.and_then(scaled);
            line.series.iter_mut().for_each(|trace| points(&mut trace.points, scaled));
        }
        Body::Leaderboard(board) => {
            board.items.retain_mut(|item| scaled(item.value).map(|value| item.value = value).is_some());
        }
        Body::Table(table) => {
            for (at, column) in table.columns.iter_mut().enumerate() {
                let (factor, unit) = shown(&column.unit);
                for row in &mut table.rows {
                    if let (Format::Number, Some(Cell::Number(value))) = (column.format, row.get_mut(at)) {
                        *value *= factor;
                    }
                }
                column.unit = unit.to_owned();
            }
        }
        Body::Rag(_) | Body::Other(..) => {}
    }
    body
}

/// Points in order of time, each time once, within the calendar.
fn points(points: &mut Vec<Point>, scaled: impl Fn(f64) -> Option<f64>) {
    points.retain(|point| Timestamp::from_millisecond(point.0).is_ok());
    points.sort_by_key(|point| point.0);
    points.dedup_by_key(|point| point.0);
    for point in points {
        point.1 = point.1.and_then(&scaled);
    }
}

/// The longest plausible time between two points of a line: more than twice the usual one is a gap.
pub(crate) fn slack(points: &[Point]) -> Millis {
    let mut steps: Vec<Millis> = points.windows(2).map(|pair| pair[1].0 - pair[0].0).collect();
    steps.sort_unstable();
    steps.get(steps.len() / 2).map_or(0, |usual| usual.saturating_mul(5) / 2)
}

/// A label for those who cannot see the picture.
pub(crate) fn name(widget: &Shown) -> Cow<'_, str> {
    match &widget.subtitle {
        Some(subtitle) => Cow::Owned(format!("{}, {subtitle}", widget.title)),
        None => Cow::Borrowed(&widget.title),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use model::{Column, Number, Table};

    /// A run at `ok_at` whose outputs are these widgets.
    pub(crate) fn run(transform: &str, ok_at: Millis, widgets: impl IntoIterator<Item = Widget>) -> TransformRun {
        TransformRun {
            transform: transform.to_owned(),
            version: "0.1.0".to_owned(),
            ran_at: ok_at,
            ok_at: Some(ok_at),
            error: None,
            took: 3,
            outputs: widgets.into_iter().map(Output::Widget).collect(),
        }
    }

    /// A widget of this id, whose title is the id too.
    pub(crate) fn widget(id: &str, unit: &str, body: Body) -> Widget {
        Widget { id: id.to_owned(), title: id.to_owned(), subtitle: None, unit: unit.to_owned(), body }
    }

    #[test]
    fn octet_rates_become_bits_once_and_points_stand_in_order() {
        let spark =
            vec![(20, Some(2.0)), (10, Some(1.0)), (20, Some(9.0)), (i64::MAX, Some(1.0)), (30, Some(f64::MAX))];
        let number = Number { value: Some(5.0), max: Some(100.0), spark, ..Number::default() };
        let shown = shown_widgets(&[run("Traffic!", 99, [widget("in", "octet/s", Body::Number(number))])]);
        assert_eq!((shown[0].id.as_str(), shown[0].unit.as_str()), ("traffic.in", "bit/s"));
        let Body::Number(number) = &shown[0].body else { panic!("a number") };
        assert_eq!((number.value, number.max), (Some(40.0), Some(800.0)));
        assert_eq!(number.spark, [(10, Some(8.0)), (20, Some(16.0)), (30, None)]);
    }

    #[test]
    fn columns_are_brought_to_their_unit_and_ids_stay_apart() {
        let column = Column { title: "rate".to_owned(), format: Format::Number, unit: "octet/s".to_owned() };
        let table =
            || Body::Table(Table { columns: vec![column.clone()], rows: vec![vec![Cell::Number(1.0)], vec![]] });
        let shown = shown_widgets(&[run("a", 1, [widget("t", "", table()), widget("T", "", table())])]);
        assert_eq!([&shown[0].id, &shown[1].id], ["a.t", "a.t-2"]);
        let Body::Table(table) = &shown[0].body else { panic!("a table") };
        assert_eq!((table.rows[0][0].clone(), table.columns[0].unit.as_str()), (Cell::Number(8.0), "bit/s"));
    }

    #[test]
    fn a_transform_that_never_succeeded_has_no_widgets() {
        let never = TransformRun { ok_at: None, ..run("a", 1, [widget("w", "", Body::Rag(Default::default()))]) };
        assert_eq!(shown_widgets(&[never]), []);
    }
}
