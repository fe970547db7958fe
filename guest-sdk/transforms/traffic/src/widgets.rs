//! What is shown of a chosen interface.

use crate::interface::{Interface, bits};
use lightship_guest::history::{self, Agg};
use lightship_guest::{Failure, Line, Millis, Number, Point, Role, Trace, Widget};

/// The sparkline's span and how many points it has at most.
const SPARK: Millis = 60 * 60 * 1000;
const SPARK_POINTS: Millis = 60;

/// As many points as a chart may have before they are gathered into steps.
const CHART_POINTS: Millis = 1440;

/// The widgets before any data: the figures are not known, and the places are kept.
pub(crate) fn unknown() -> [Widget; 3] {
    let number = |role| Number { role: Some(role), ..Number::default() };
    [
        Widget::new("in", "Traffic in", number(Role::In)).unit("bit/s"),
        Widget::new("out", "Traffic out", number(Role::Out)).unit("bit/s"),
        Widget::new("history", "Traffic", Line::default()).unit("bit/s"),
    ]
}

/// What is shown of one interface. The first keeps the short names, so that links to it last when the busiest one changes.
pub(crate) fn of(interface: &Interface, first: bool, now: Millis, span: Millis) -> Result<[Widget; 3], Failure> {
    let [received, sent] = curves(interface, now, span)?;
    let name = interface.full_name();
    let id = |part: &str| if first { part.to_owned() } else { format!("{part}-{}", slug(&name)) };
    let number = |part: &str, value, role, points: &[Point]| {
        let spark = thinned(points, now - SPARK);
        let data = Number { value, max: interface.speed, spark, role: Some(role), ..Number::default() };
        Widget::new(id(part), format!("{name} {part}"), data).unit("bit/s").subtitle(&interface.alias)
    };
    let trace = |name: &str, role, points: &[Point]| Trace {
        name: name.to_owned(),
        labels: [("device".to_owned(), interface.device.clone())].into_iter().chain(interface.labels.clone()).collect(),
        role: Some(role),
        points: points.to_vec(),
    };
    let line =
        Line { series: vec![trace("in", Role::In, &received), trace("out", Role::Out, &sent)], max: interface.speed };
    Ok([
        number("in", interface.now.received, Role::In, &received),
        number("out", interface.now.sent, Role::Out, &sent),
        Widget::new(id("history"), name.clone(), line).unit("bit/s").subtitle(&interface.alias),
    ])
}

/// What it received and sent in the time up to now, in bit/s.
fn curves(interface: &Interface, now: Millis, span: Millis) -> Result<[Vec<Point>; 2], Failure> {
    let every = interface.every.max(1);
    let step = if span / every > CHART_POINTS { (span / CHART_POINTS / every + 1) * every } else { 0 };
    let past = history::query(&interface.selector(), now - span, now, step as u32, Agg::Avg)?;
    let mut curves = [Vec::new(), Vec::new()];
    for series in past.series().filter(|series| interface.owns(series)) {
        let curve = &mut curves[usize::from(series.metric() == "ifOutOctets")];
        *curve = series.points().map(|(at, value)| (at, value.map(bits))).collect();
    }
    Ok(curves)
}

/// The points since a time, gathered into means of at most so many equal spans; a span in which only gaps lie is a gap.
fn thinned(points: &[Point], since: Millis) -> Vec<Point> {
    let recent: Vec<_> = points.iter().copied().filter(|(at, _)| *at > since).collect();
    if recent.len() as Millis <= SPARK_POINTS {
        return recent;
    }
    let width = SPARK / SPARK_POINTS;
    let spans = recent.chunk_by(|a, b| a.0.div_euclid(width) == b.0.div_euclid(width));
    let mean = |span: &[Point]| {
        let values: Vec<f64> = span.iter().filter_map(|(_, value)| *value).collect();
        let mean = (values.iter().sum::<f64>() / values.len() as f64).round();
        (span[span.len() - 1].0, (!values.is_empty()).then_some(mean))
    };
    spans.map(mean).collect()
}

/// The part of a widget's id that tells an interface from others.
fn slug(name: &str) -> String {
    let plain =
        name.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect::<String>();
    plain.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_hour_is_thinned_and_its_gaps_stay() {
        let second = |s: i64| (s * 1000, (s / 60 != 30).then_some(s as f64));
        let spark = thinned(&(0..3600).map(second).collect::<Vec<_>>(), -1);
        assert_eq!((spark.len(), spark[0], spark[30]), (60, (59_000, Some(30.0)), (1_859_000, None)));
    }
}
