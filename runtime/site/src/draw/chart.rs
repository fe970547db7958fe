//! Lines over time, with axes.
//!
//! The plot is drawn in shares of whatever box it stands in: labels and grid lines at percentages, the lines in a box that is stretched
//! (their strokes are not). One drawing so fits a phone, a wall screen and a picture file, and its text is never distorted.

use super::path::{Frame, classes, gaps};
use super::scale::Scale;
use super::thin::{MOST, thin};
use super::ticks::ticks;
use super::weigh::{mean, percentile, weighed};
use super::{coordinate, escape};
use crate::clock::Clock;
use crate::quantity::{Prefixes, base_of, quantity};
use model::{Millis, Point};
use serde::Serialize;

/// One line of a chart.
#[derive(Debug, Clone)]
pub(crate) struct ChartLine<'a> {
    /// Its name in the legend.
    pub(crate) name: String,
    /// Its colour's class.
    pub(crate) tone: &'static str,
    /// Its points in order of time, in the shown unit.
    pub(crate) points: &'a [Point],
    /// The rate or value now, in the shown unit, where it is known: the one that figures beside the chart show too.
    pub(crate) now: Option<f64>,
}

/// What a chart shows.
#[derive(Debug, Clone)]
pub(crate) struct Chart<'a> {
    /// The lines, the most important first: it gets the area.
    pub(crate) lines: Vec<ChartLine<'a>>,
    /// The first and last moment shown.
    pub(crate) span: (Millis, Millis),
    /// Rests at the ends that are no longer than this are no gap.
    pub(crate) slack: Millis,
    /// What a value can be at most, such as the link's speed.
    pub(crate) limit: Option<f64>,
    /// The shown unit.
    pub(crate) unit: &'a str,
    /// Which prefixes bits and bytes carry.
    pub(crate) prefixes: Prefixes,
    /// The site's zone.
    pub(crate) clock: &'a Clock,
}

/// What the legend says of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Entry {
    /// The line's name.
    pub(crate) name: String,
    /// Its colour's class.
    pub(crate) tone: &'static str,
    /// Its last value, if it has one now.
    pub(crate) now: Option<String>,
    /// Its mean.
    pub(crate) avg: Option<String>,
    /// Its largest value.
    pub(crate) max: Option<String>,
    /// When that was.
    pub(crate) max_at: Option<String>,
}

/// Room to the left of the plot for the labels of the grid lines, in pixels; the style sheet leaves as much.
pub(crate) const GUTTER: f64 = 46.0;

/// The box of the lines before it is stretched.
const BOX: (f64, f64) = (1000.0, 300.0);

/// A percentile that is no higher above zero than this share of the plot is not told.
const HARDLY: f64 = 0.04;

/// The most ticks along the foot; the narrow ones of a phone show every other.
const TICKS: usize = 7;

impl Chart<'_> {
    /// The inside of an `<svg>` that has no viewBox and shows what overflows: the labels stand outside of the plot.
    pub(crate) fn plot(&self) -> String {
        let thinned: Vec<Vec<Point>> = self.lines.iter().map(|line| thin(line.points, MOST)).collect();
        let points: Vec<&[Point]> = thinned.iter().map(Vec::as_slice).collect();
        let scale = self.scale();
        let frame = Frame { from: self.span.0, until: self.span.1, scale: &scale, width: BOX.0, height: BOX.1 };
        let mut svg = String::new();
        for (from, until) in gaps(&points, self.span.0, self.span.1, self.slack) {
            let (x, end) = (frame.along(from), frame.along(until));
            svg += &format!(
                "<rect class=\"gap\" x=\"{}\" width=\"{}\" y=\"0\" height=\"100%\"/>",
                percent(x),
                percent((end - x).max(0.002))
            );
        }
        self.grid(&mut svg, &scale);
        svg += &format!(
            "<svg class=\"lines\" width=\"100%\" height=\"100%\" viewBox=\"0 0 {} {}\" preserveAspectRatio=\"none\" overflow=\"visible\">",
            BOX.0, BOX.1
        );
        if let (Some(line), Some(points)) = (self.lines.first(), points.first()) {
            svg += &format!("<path class=\"fill {}\" d=\"{}\"/>", line.tone, frame.area(points));
        }
        // By all points: thinning keeps others of each line.
        let whole: Vec<(&str, &[Point])> = self.lines.iter().map(|line| (line.tone, line.points)).collect();
        for (class, points) in classes(&whole, scale.high - scale.low).iter().zip(&points) {
            svg += &frame.drawn(class, points);
        }
        svg += "</svg>";
        self.percentile(&mut svg, &scale);
        self.times(&mut svg, &frame);
        svg
    }

    fn scale(&self) -> Scale {
        let values = || self.lines.iter().flat_map(|line| line.points.iter().filter_map(|point| point.1));
        let (low, high) = (values().fold(0.0, f64::min), values().fold(0.0, f64::max));
        Scale::new(low, high, self.limit, base_of(self.unit, self.prefixes))
    }

    /// Light lines with their value above the left end, in the gutter; the top one carries the unit.
    fn grid(&self, svg: &mut String, scale: &Scale) {
        for (at, tick) in scale.ticks.iter().enumerate() {
            let y = percent(scale.depth(*tick));
            let value = quantity(*tick, self.unit, self.prefixes);
            let label = if at + 1 == scale.ticks.len() { value.to_string() } else { value.short() };
            let class = if *tick == 0.0 { "grid zero" } else { "grid" };
            *svg += &format!(
                "<line class=\"{class}\" x1=\"-{GUTTER}\" x2=\"100%\" y1=\"{y}\" y2=\"{y}\"/><text class=\"tick\" x=\"-{GUTTER}\" y=\"{y}\" dy=\"-5\">{}</text>",
                escape(&label)
            );
        }
    }

    /// The value below which a line was for 95 % of the time: what a provider charges for, by the busier direction.
    fn percentile(&self, svg: &mut String, scale: &Scale) {
        let of_line = |line: &'_ ChartLine<'_>| {
            let values = weighed(line.points);
            // Of a few values it would say nothing.
            if values.len() >= 20 { percentile(values) } else { None }
        };
        let all = self.lines.iter().filter_map(|line| Some((line, of_line(line)?)));
        let Some((line, value)) = all.max_by(|one, other| one.1.total_cmp(&other.1)) else { return };
        let depth = scale.depth(value);
        // What is hardly more than nothing would only cross out the foot.
        if (scale.depth(0.0) - depth).abs() < HARDLY {
            return;
        }
        let of = if self.lines.len() > 1 { format!("{}, ", escape(&line.name)) } else { String::new() };
        let (x, anchor, dy) = self.clearest(scale, depth);
        let y = percent(depth);
        *svg += &format!(
            "<line class=\"p95\" x1=\"0\" x2=\"100%\" y1=\"{y}\" y2=\"{y}\"/><text class=\"p95t\" x=\"{x}\" y=\"{y}\" dy=\"{dy}\" text-anchor=\"{anchor}\">{of}95th percentile {}</text>",
            escape(&quantity(value, self.unit, self.prefixes).to_string())
        );
    }

    /// Where along a level line the fewest points are in the way of its label, above or below it: place, anchor and shift.
    fn clearest(&self, scale: &Scale, depth: f64) -> (&'static str, &'static str, i32) {
        // As shares of the plot: how wide a label is at most, on a phone, and usually; and how high.
        const WIDEST: f64 = 0.62;
        const WIDE: f64 = 0.36;
        const HIGH: f64 = 0.09;
        let length = (self.span.1 as f64 - self.span.0 as f64).max(1.0);
        let places = [("100%", "end", 1.0), ("0%", "start", 0.0), ("50%", "middle", 0.5)];
        let sides = [(-5, depth - HIGH), (14, depth)];
        let in_way = |place: f64, top: f64| {
            let points = self.lines.iter().flat_map(|line| line.points.iter());
            let hits = points.flat_map(|(at, value)| {
                let along = (*at as f64 - self.span.0 as f64) / length;
                let down = value.map_or(f64::NAN, |value| scale.depth(value));
                [WIDE, WIDEST].into_iter().filter(move |wide| {
                    let from = place * (1.0 - wide);
                    (from..=from + wide).contains(&along) && (top..top + HIGH).contains(&down)
                })
            });
            // A label that would leave the frame is worse than one that touches a line; so is one on the label of the top tick, which is
            // longer than the gutter is wide.
            let (leaves, crowds) = (top < -0.05 || top + HIGH > 1.0, place == 0.0 && top < 0.02);
            hits.count() + if leaves { 10_000 } else { 0 } + if crowds { 5_000 } else { 0 }
        };
        let all =
            sides.iter().flat_map(|(dy, top)| places.map(|(x, anchor, place)| (in_way(place, *top), (x, anchor, *dy))));
        all.min_by_key(|(hits, _)| *hits).map_or(("100%", "end", -5), |(_, place)| place)
    }

    fn times(&self, svg: &mut String, frame: &Frame<'_>) {
        let ticks = ticks(self.clock, self.span.0, self.span.1, TICKS);
        // A narrow chart keeps the half that has more whole hours in it.
        let whole = |rest| ticks.iter().skip(rest).step_by(2).filter(|tick| tick.label.ends_with(":00")).count();
        let hidden = if whole(1) > whole(0) { 0 } else { 1 };
        for (at, tick) in ticks.iter().enumerate() {
            let along = frame.along(tick.at);
            let anchor = match along {
                along if along < 0.03 => "start",
                along if along > 0.97 => "end",
                _ => "middle",
            };
            let class = if at % 2 == hidden { "tick time odd" } else { "tick time" };
            *svg += &format!(
                "<text class=\"{class}\" x=\"{}\" y=\"100%\" dy=\"18\" text-anchor=\"{anchor}\">{}</text>",
                percent(along),
                escape(&tick.label)
            );
        }
    }

    /// What the legend says, line by line.
    pub(crate) fn legend(&self) -> Vec<Entry> {
        let say = |value: f64| quantity(value, self.unit, self.prefixes).to_string();
        let entry = |line: &ChartLine<'_>| {
            let known: Vec<(Millis, f64)> =
                line.points.iter().filter_map(|(at, value)| Some((*at, (*value)?))).collect();
            let max = known.iter().max_by(|one, other| one.1.total_cmp(&other.1));
            Entry {
                name: line.name.clone(),
                tone: line.tone,
                now: line.now.map(say),
                avg: mean(&weighed(line.points)).map(say),
                max: max.map(|point| say(point.1)),
                max_at: max.map(|point| self.clock.moment(point.0, Some(self.span.1))),
            }
        };
        self.lines.iter().map(entry).collect()
    }

    /// The legend's words for the grey bands: `no data 13:23–13:27`; nothing where there is none.
    pub(crate) fn gap_words(&self) -> Option<String> {
        let points: Vec<&[Point]> = self.lines.iter().map(|line| line.points).collect();
        let gaps = gaps(&points, self.span.0, self.span.1, self.slack);
        let time = |at| self.clock.moment(at, Some(self.span.1));
        let words: Vec<String> = gaps
            .iter()
            .map(|(from, until)| match *until == self.span.1 {
                true => format!("since {}", time(*from)),
                false => format!("{}–{}", time(*from), time(*until)),
            })
            .collect();
        match words.len() {
            0 => None,
            1..=3 => Some(format!("no data {}", words.join(", "))),
            many => Some(format!("no data, {many} times")),
        }
    }

    /// The chart in a sentence, for those who cannot see it.
    pub(crate) fn sentence(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        for entry in self.legend() {
            let now = entry.now.map_or_else(|| "not known now".to_owned(), |now| format!("{now} now"));
            let max = entry.max.map_or_else(String::new, |max| format!(", {max} at most"));
            parts.push(format!("{} {now}{max}", entry.name));
        }
        parts.extend(self.gap_words());
        format!(
            "{} to {}: {}",
            self.clock.moment(self.span.0, Some(self.span.1)),
            self.clock.moment(self.span.1, Some(self.span.1)),
            parts.join("; ")
        )
    }
}

/// The value now of a line that is shown until a moment: that of its last point, not of the last known one, for after a gap nothing is known;
/// and none of a point that is older than `slack` by then.
pub(crate) fn now(points: &[Point], until: Millis, slack: Millis) -> Option<f64> {
    points.last().filter(|point| until.saturating_sub(point.0) <= slack).and_then(|point| point.1)
}

fn percent(share: f64) -> String {
    format!("{}%", coordinate(share * 100.0, 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-11-21 11:30 UTC.
    const START: Millis = 1_795_260_600_000;
    const MINUTE: Millis = 60_000;

    fn chart<'a>(clock: &'a Clock, points: &'a [Point]) -> Chart<'a> {
        Chart {
            lines: vec![ChartLine { name: "in".to_owned(), tone: "in", points, now: Some(540e6) }],
            span: (START, START + 180 * MINUTE),
            slack: 2 * MINUTE,
            limit: Some(1e9),
            unit: "bit/s",
            prefixes: Prefixes::Si,
            clock,
        }
    }

    fn points() -> Vec<Point> {
        let mut points: Vec<Point> = (0..=180).map(|at| (START + at * MINUTE, Some(at as f64 * 3e6))).collect();
        for point in &mut points[100..110] {
            point.1 = None;
        }
        points
    }

    #[test]
    fn the_chart_has_human_ticks_a_unit_on_top_a_gap_and_a_percentile() {
        let clock = Clock::new("UTC").expect("a zone");
        let points = points();
        let svg = chart(&clock, &points).plot();
        for part in [
            ">1 Gbit/s</text>",
            ">750 M</text>",
            ">0</text>",
            ">12:00</text>",
            ">14:30</text>",
            "<rect class=\"gap\" x=\"55%\" width=\"6.11%\"",
            ">95th percentile 516 Mbit/s</text>",
        ] {
            assert!(svg.contains(part), "{part} in {svg}");
        }
        assert_eq!(svg.matches("class=\"fill").count(), 1);
    }

    #[test]
    fn the_legend_tells_now_mean_and_largest() {
        let clock = Clock::new("UTC").expect("a zone");
        let points = points();
        let chart = chart(&clock, &points);
        let legend = chart.legend();
        assert_eq!(legend[0].now.as_deref(), Some("540 Mbit/s"));
        assert_eq!(legend[0].max_at.as_deref(), Some("14:30"));
        assert_eq!(chart.gap_words().as_deref(), Some("no data 13:09–13:20"));
        assert_eq!(chart.sentence(), "11:30 to 14:30: in 540 Mbit/s now, 540 Mbit/s at most; no data 13:09–13:20");
    }

    #[test]
    fn the_percentile_is_that_of_the_busier_line() {
        let clock = Clock::new("UTC").expect("a zone");
        let (calm, busy) =
            (points(), points().into_iter().map(|(at, value)| (at, value.map(|bits| bits * 1.5))).collect::<Vec<_>>());
        let mut chart = chart(&clock, &calm);
        chart.lines.push(ChartLine { name: "out".to_owned(), tone: "out", points: &busy, now: None });
        assert!(chart.plot().contains(">out, 95th percentile 774 Mbit/s</text>"), "{}", chart.plot());
    }

    #[test]
    fn the_mean_counts_time_and_not_points() {
        let clock = Clock::new("UTC").expect("a zone");
        // Two hours in steps of two minutes at 8 Mbit/s, a gap of an hour, then ten minutes in steps of five seconds at 80 Mbit/s.
        let slow = (0..=60).map(|at| (START + at * 2 * MINUTE, Some(8e6)));
        let gap = [(START + 121 * MINUTE, None)];
        let fast = (0..120).map(|at| (START + 180 * MINUTE + at * 5_000, Some(80e6)));
        let points: Vec<Point> = slow.chain(gap).chain(fast).collect();
        let chart = Chart { span: (START, START + 190 * MINUTE), ..chart(&clock, &points) };
        // 122 minutes and 10 minutes: by time (122 x 8 + 10 x 80) / 132, by points it were 56.
        assert_eq!(chart.legend()[0].avg.as_deref(), Some("13.5 Mbit/s"));
    }

    #[test]
    fn a_percentile_next_to_nothing_is_not_told() {
        let clock = Clock::new("UTC").expect("a zone");
        let told = |usual: f64| {
            let one = |at: i64| (START + at * MINUTE, Some(if at == 50 { 900e6 } else { usual }));
            chart(&clock, &(0..=180).map(one).collect::<Vec<_>>()).plot().contains("95th")
        };
        assert!(!told(20e6) && told(90e6));
    }

    #[test]
    fn what_ended_is_not_now() {
        let clock = Clock::new("UTC").expect("a zone");
        let chart = Chart { span: (START, START + 400 * MINUTE), ..chart(&clock, &[(START, Some(1.0))]) };
        assert_eq!(now(chart.lines[0].points, chart.span.1, chart.slack), None);
        assert_eq!(now(&[(0, Some(1.0)), (5, None)], 6, 2), None, "a gap is not the value before it");
        assert_eq!(now(&[(0, None), (5, Some(2.0))], 6, 2), Some(2.0));
        assert_eq!(chart.gap_words().as_deref(), Some("no data since 11:30"));
    }
}
