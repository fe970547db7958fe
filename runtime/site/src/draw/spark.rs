//! A sparkline: the recent past without axes.

use super::path::{Frame, classes, gaps};
use super::scale::Scale;
use super::thin::thin;
use super::{coordinate, escape};
use model::{Millis, Point};

/// The most points of a sparkline's line: it is drawn less than 200 pixels wide in most places.
const MOST: usize = 120;

/// One line of a sparkline.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SparkLine<'a> {
    /// Its colour's class.
    pub(crate) tone: &'a str,
    /// Its points.
    pub(crate) points: &'a [Point],
}

/// From where to where a sparkline is scaled.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Range {
    /// From zero to the largest value, with an area.
    Zero,
    /// From zero to this whole, of which the values are parts, with an area.
    Whole(f64),
    /// From the smallest value to the largest, without an area: zero means nothing there.
    Own,
}

/// What a sparkline shows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spark<'a> {
    /// The lines; the first has an area under it.
    pub(crate) lines: &'a [SparkLine<'a>],
    /// The first and last moment shown.
    pub(crate) span: (Millis, Millis),
    /// Rests at the ends that are no longer than this are no gap.
    pub(crate) slack: Millis,
    /// From where to where it is scaled.
    pub(crate) range: Range,
    /// What it is, for those who cannot see it; also how it is told from its neighbours.
    pub(crate) label: &'a str,
}

/// The size of the box in which a page's sparkline is drawn, before the style sheet stretches it.
pub(crate) const BOX: (f64, f64) = (240.0, 40.0);

impl Spark<'_> {
    /// The sparkline for a page, which stretches it and gives its classes their colours.
    pub(crate) fn svg(&self) -> String {
        let (width, height) = BOX;
        format!(
            "<svg class=\"spark\" viewBox=\"0 0 {width} {height}\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"{}\">{}</svg>",
            escape(self.label),
            self.inner(width, height)
        )
    }

    /// What is inside the box.
    pub(crate) fn inner(&self, width: f64, height: f64) -> String {
        let lines: Vec<(&str, Vec<Point>)> =
            self.lines.iter().map(|line| (line.tone, thin(line.points, MOST))).collect();
        let values = || lines.iter().flat_map(|(_, points)| points.iter().filter_map(|point| point.1));
        let (low, high) = (values().fold(0.0, f64::min), values().fold(0.0, f64::max));
        let (low, high) = match self.range {
            Range::Zero => (low, high),
            Range::Whole(whole) => (low, high.max(whole)),
            Range::Own => {
                let (low, high) = (values().fold(f64::MAX, f64::min), values().fold(f64::MIN, f64::max));
                // What hardly moves is drawn as hardly moving.
                let room = ((high - low) * 0.2).max(high.abs() * 0.05);
                (low - room, high + room)
            }
        };
        // No round top here: the highest value touches the upper edge, less half a line.
        let scale = Scale { low, high: if high > low { high } else { low + 1.0 }, ticks: Vec::new() };
        let pad = 1.5;
        let frame = Frame { from: self.span.0, until: self.span.1, scale: &scale, width, height: height - 2.0 * pad };
        let mut svg = String::new();
        let all: Vec<&[Point]> = lines.iter().map(|(_, points)| points.as_slice()).collect();
        for (start, end) in gaps(&all, self.span.0, self.span.1, self.slack) {
            let (x, end) = (frame.along(start) * width, frame.along(end) * width);
            svg.push_str(&format!(
                "<rect class=\"gap\" x=\"{}\" y=\"0\" width=\"{}\" height=\"{height}\"/>",
                coordinate(x, 1),
                coordinate((end - x).max(0.5), 1),
            ));
        }
        svg.push_str(&format!("<g transform=\"translate(0 {pad})\">"));
        if let Some((tone, points)) = lines.first().filter(|_| self.range != Range::Own) {
            svg.push_str(&format!("<path class=\"fill {tone}\" d=\"{}\"/>", frame.area(points)));
        }
        let whole: Vec<(&str, &[Point])> = self.lines.iter().map(|line| (line.tone, line.points)).collect();
        for (class, (_, points)) in classes(&whole, scale.high - scale.low).iter().zip(&lines) {
            svg.push_str(&frame.drawn(class, points));
        }
        svg + "</g>"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_stops_where_the_grey_band_begins() {
        let points: Vec<Point> = vec![(0, Some(1.0)), (10, Some(2.0)), (20, None), (60, Some(2.0))];
        let lines = [SparkLine { tone: "in", points: &points }];
        let spark = Spark { lines: &lines, span: (0, 60), slack: 10, range: Range::Zero, label: "R1 <in>" };
        let svg = spark.svg();
        assert!(svg.contains("<rect class=\"gap\" x=\"40\" y=\"0\" width=\"200\""), "{svg}");
        assert!(svg.contains("d=\"M0 18.5L40 0\"/><path class=\"line alone in\" d=\"M240 0h0.1\""), "{svg}");
        assert!(svg.contains("R1 &lt;in&gt;"), "{svg}");
    }

    #[test]
    fn what_zero_means_nothing_to_is_drawn_by_its_own_range() {
        let points: Vec<Point> = vec![(0, Some(40.0)), (60, Some(60.0))];
        let lines = [SparkLine { tone: "c3", points: &points }];
        let spark = Spark { lines: &lines, span: (0, 60), slack: 10, range: Range::Own, label: "" };
        assert!(spark.inner(100.0, 17.0).contains("d=\"M0 12L100 2\""), "{}", spark.inner(100.0, 17.0));
        let whole = Spark { range: Range::Whole(120.0), ..spark }.inner(100.0, 17.0);
        assert!(whole.contains("class=\"line c3\" d=\"M0 9.3L100 7\""), "{whole}");
    }

    #[test]
    fn nothing_known_is_one_grey_band() {
        let svg = Spark { lines: &[], span: (0, 60), slack: 10, range: Range::Zero, label: "" }.inner(100.0, 20.0);
        assert!(svg.contains("width=\"100\""), "{svg}");
    }
}
