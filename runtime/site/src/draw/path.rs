//! Lines and areas as SVG path data, and where nothing is known.

use super::coordinate;
use super::scale::Scale;
use model::{Millis, Point};
use std::collections::BTreeMap;

/// Points that are no further apart than this share of the height lie on each other.
const NEAR: f64 = 0.01;

/// Places points in a box of so many units: time to the right, value upwards.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame<'a> {
    /// The first moment shown.
    pub(crate) from: Millis,
    /// The last moment shown.
    pub(crate) until: Millis,
    /// The upright scale.
    pub(crate) scale: &'a Scale,
    /// The box's width.
    pub(crate) width: f64,
    /// The box's height.
    pub(crate) height: f64,
}

impl Frame<'_> {
    /// How far to the right a moment stands, from 0 to 1; never outside.
    pub(crate) fn along(&self, at: Millis) -> f64 {
        let length = (self.until as f64 - self.from as f64).max(1.0);
        ((at as f64 - self.from as f64) / length).clamp(0.0, 1.0)
    }

    fn x(&self, at: Millis) -> String {
        coordinate(self.along(at) * self.width, 1)
    }

    fn y(&self, value: f64) -> String {
        coordinate(self.scale.depth(value) * self.height, 1)
    }

    /// The line through the known points; it stops at a gap.
    pub(crate) fn line(&self, points: &[Point]) -> String {
        let mut path = String::new();
        for stretch in stretches(points).iter().filter(|stretch| stretch.len() > 1) {
            for (at, (time, value)) in stretch.iter().enumerate() {
                path.push_str(if at == 0 { "M" } else { "L" });
                path.push_str(&format!("{} {}", self.x(*time), self.y(*value)));
            }
        }
        path
    }

    /// The points that stand alone between gaps, which no line would show: round line caps make dots of them.
    pub(crate) fn dots(&self, points: &[Point]) -> String {
        let alone = stretches(points).into_iter().filter(|stretch| stretch.len() == 1).flatten();
        alone.map(|(time, value)| format!("M{} {}h0.1", self.x(time), self.y(value))).collect()
    }

    /// Line and dots as SVG.
    pub(crate) fn drawn(&self, tone: &str, points: &[Point]) -> String {
        let element = |class: &str, path: String| match path.is_empty() {
            true => String::new(),
            false => format!("<path class=\"line {class}{tone}\" d=\"{path}\"/>"),
        };
        element("", self.line(points)) + &element("alone ", self.dots(points))
    }

    /// The area between the line and zero.
    pub(crate) fn area(&self, points: &[Point]) -> String {
        let zero = self.y(0.0);
        let mut path = String::new();
        for stretch in stretches(points) {
            let (Some(first), Some(last)) = (stretch.first(), stretch.last()) else { continue };
            if stretch.len() < 2 {
                continue;
            }
            path.push_str(&format!("M{} {zero}", self.x(first.0)));
            for (time, value) in &stretch {
                path.push_str(&format!("L{} {}", self.x(*time), self.y(*value)));
            }
            path.push_str(&format!("L{} {zero}Z", self.x(last.0)));
        }
        path
    }
}

/// The classes of lines by their order: one that mostly covers an earlier one is dashed, so that both are seen. `height` is what the picture's
/// height stands for.
pub(crate) fn classes(lines: &[(&str, &[Point])], height: f64) -> Vec<String> {
    let covers = |one: &[Point], other: &[Point]| {
        let values: BTreeMap<Millis, f64> = one.iter().filter_map(|(at, value)| Some((*at, (*value)?))).collect();
        let apart = other.iter().filter_map(|(at, value)| Some((values.get(at)? - (*value)?).abs()));
        let (near, all) =
            apart.fold((0, 0), |(near, all), apart| (near + usize::from(apart <= height * NEAR), all + 1));
        near * 2 > all
    };
    let class = |at: usize| {
        let (tone, points) = lines[at];
        let over = lines[..at].iter().any(|(_, earlier)| covers(earlier, points));
        format!("{tone}{}", if over { " over" } else { "" })
    };
    (0..lines.len()).map(class).collect()
}

/// The runs of known points between gaps.
pub(crate) fn stretches(points: &[Point]) -> Vec<Vec<(Millis, f64)>> {
    points
        .chunk_by(|one, next| one.1.is_some() == next.1.is_some())
        .map(|run| run.iter().filter_map(|(at, value)| value.map(|value| (*at, value))).collect::<Vec<_>>())
        .filter(|run| !run.is_empty())
        .collect()
}

/// The spans between `from` and `until` in which no line has anything, in order of time. A rest at either end that is not longer than
/// `slack` is none: the next poll is still to come.
pub(crate) fn gaps(lines: &[&[Point]], from: Millis, until: Millis, slack: Millis) -> Vec<(Millis, Millis)> {
    let mut known: Vec<(Millis, Millis)> = lines
        .iter()
        .flat_map(|points| stretches(points))
        .filter_map(|run| Some((run.first()?.0, run.last()?.0)))
        .collect();
    known.sort_unstable();
    let mut gaps = Vec::new();
    let mut reached = from;
    for (first, last) in known {
        if first > reached && (reached > from || first.saturating_sub(from) > slack) {
            gaps.push((reached, first.min(until)));
        }
        reached = reached.max(last);
    }
    if until.saturating_sub(reached) > slack {
        gaps.push((reached, until));
    }
    gaps.retain(|(start, end)| end > start);
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    const POINTS: [Point; 6] =
        [(0, Some(0.0)), (10, Some(10.0)), (20, None), (30, Some(5.0)), (40, None), (50, Some(10.0))];

    #[test]
    fn a_line_stops_at_a_gap_and_a_lone_point_is_a_dot() {
        let scale = Scale { low: 0.0, high: 10.0, ticks: vec![] };
        let frame = Frame { from: 0, until: 50, scale: &scale, width: 100.0, height: 20.0 };
        assert_eq!(frame.line(&POINTS), "M0 20L20 0");
        assert_eq!(frame.dots(&POINTS), "M60 10h0.1M100 0h0.1");
        assert_eq!(frame.area(&POINTS), "M0 20L0 20L20 0L20 20Z");
        assert_eq!(frame.line(&[(25, Some(1e9)), (99, Some(-7.0))]), "M50 0L100 20", "nothing leaves the frame");
        assert_eq!(frame.line(&[]), "");
    }

    #[test]
    fn a_line_that_covers_another_is_dashed() {
        let near: Vec<Point> = POINTS.iter().map(|(at, value)| (*at, value.map(|value| value + 0.05))).collect();
        let far: Vec<Point> = POINTS.iter().map(|(at, value)| (*at, value.map(|value| value + 1.0))).collect();
        let lines: [(&str, &[Point]); 4] = [("in", &POINTS), ("out", &near), ("c3", &far), ("c4", &[])];
        assert_eq!(classes(&lines, 10.0), ["in", "out over", "c3", "c4"]);
    }

    #[test]
    fn a_gap_is_where_no_line_has_anything() {
        let other = [(15, Some(1.0)), (28, Some(1.0))];
        assert_eq!(gaps(&[&POINTS], 0, 50, 5), [(10, 30), (30, 50)]);
        assert_eq!(gaps(&[&POINTS, &other], 0, 50, 5), [(10, 15), (28, 30), (30, 50)]);
        assert_eq!(gaps(&[&POINTS], -3, 54, 5), [(10, 30), (30, 50)], "the ends may be short of a poll");
        assert_eq!(gaps(&[&POINTS], -30, 99, 5), [(-30, 0), (10, 30), (30, 50), (50, 99)]);
        assert_eq!(gaps(&[], 0, 50, 5), [(0, 50)]);
    }
}
