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

/// What it received and sent in the time up to now, in bit/s. A long time is gathered into means, among which the largest rate and the one
/// that the figures show stand as they were polled: the peak of a chart is a peak, and its end is now.
fn curves(interface: &Interface, now: Millis, span: Millis) -> Result<[Vec<Point>; 2], Failure> {
    let every = interface.every.max(1);
    let step = if span / every > CHART_POINTS { (span / CHART_POINTS / every + 1) * every } else { 0 };
    let mut curves = asked(interface, now - span, now, step, Agg::Avg)?;
    if step == 0 {
        return Ok(curves);
    }
    let peaks = asked(interface, now - span, now, step, Agg::Max)?.map(|points| largest(&points));
    let current = [interface.now.received, interface.now.sent];
    for (at, (curve, value)) in curves.iter_mut().zip(current).enumerate() {
        if let Some((start, _)) = peaks[at] {
            let polled = asked(interface, start.max(now - span), start + step - 1, 0, Agg::Max)?;
            if let Some((time, rate)) = largest(&polled[at]) {
                place(curve, (time, Some(rate)));
            }
        }
        if interface.polled > now - span {
            place(curve, (interface.polled, value));
        }
    }
    Ok(curves)
}

/// The points of both directions, in bit/s.
fn asked(
    interface: &Interface,
    from: Millis,
    until: Millis,
    step: Millis,
    agg: Agg,
) -> Result<[Vec<Point>; 2], Failure> {
    let past = history::query(&interface.selector(), from, until, step as u32, agg)?;
    let mut curves = [Vec::new(), Vec::new()];
    for series in past.series().filter(|series| interface.owns(series)) {
        let curve = &mut curves[usize::from(series.metric() == "ifOutOctets")];
        *curve = series.points().map(|(at, value)| (at, value.map(bits))).collect();
    }
    Ok(curves)
}

/// The largest of the known points.
fn largest(points: &[Point]) -> Option<(Millis, f64)> {
    let known = points.iter().filter_map(|(at, value)| Some((*at, (*value)?)));
    known.reduce(|best, next| if next.1 > best.1 { next } else { best })
}

/// Puts a point among those in order of time, instead of one that stands there.
fn place(points: &mut Vec<Point>, point: Point) {
    let at = points.partition_point(|(before, _)| *before < point.0);
    match points.get_mut(at) {
        Some(there) if there.0 == point.0 => *there = point,
        _ => points.insert(at, point),
    }
}

/// The points since a time: of many, the smallest and the largest of each of so many equal spans, and the last, so that peaks are true; a span
/// in which only gaps lie is a gap.
fn thinned(points: &[Point], since: Millis) -> Vec<Point> {
    let recent: Vec<_> = points.iter().copied().filter(|(at, _)| *at > since).collect();
    if recent.len() as Millis <= SPARK_POINTS {
        return recent;
    }
    let width = SPARK * 2 / SPARK_POINTS;
    let mut kept = Vec::new();
    for span in recent.chunk_by(|a, b| a.0.div_euclid(width) == b.0.div_euclid(width)) {
        let known = || span.iter().filter(|(_, value)| value.is_some());
        let by_value = |a: &&Point, b: &&Point| a.1.unwrap_or_default().total_cmp(&b.1.unwrap_or_default());
        match (known().min_by(by_value), known().max_by(by_value)) {
            (Some(least), Some(most)) => kept.extend(if least.0 <= most.0 { [*least, *most] } else { [*most, *least] }),
            _ => kept.push(span[0]),
        }
    }
    kept.extend(recent.last());
    kept.dedup_by_key(|point| point.0);
    kept
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
    fn a_long_hour_keeps_its_peaks_its_gaps_and_its_end() {
        let second = |s: i64| (s * 1000, (s / 120 != 15).then_some((s % 100) as f64));
        let points: Vec<Point> = (0..3600).map(second).collect();
        let spark = thinned(&points, -1);
        assert_eq!((spark.len(), spark[0], spark[1]), (59, (0, Some(0.0)), (99_000, Some(99.0))));
        assert!(spark.contains(&(1_800_000, None)) && spark.last() == points.last(), "{spark:?}");
        assert!(spark.windows(2).all(|pair| pair[0].0 < pair[1].0), "in order of time");
    }

    #[test]
    fn a_point_finds_its_place() {
        let mut points: Vec<Point> = vec![(10, Some(1.0)), (20, None), (30, Some(3.0))];
        for point in [(20, 9.0), (25, 5.0), (31, 4.0)] {
            place(&mut points, (point.0, Some(point.1)));
        }
        assert_eq!(points, [(10, Some(1.0)), (20, Some(9.0)), (25, Some(5.0)), (30, Some(3.0)), (31, Some(4.0))]);
        assert_eq!(largest(&points), Some((20, 9.0)));
    }
}
