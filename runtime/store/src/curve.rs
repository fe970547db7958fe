//! From stored samples to drawn points: rates, gaps, steps. Nothing here reads the database.

use crate::samples::Stored;
use crate::{Agg, Step};
use model::{Bits, Millis, Point, Value, rate};

/// A 32-bit counter that fell has wrapped, or somebody has cleared it. It is taken for cleared where it would have to have run so many times
/// as fast as before: a gap is better than a spike.
const FASTER: f64 = 8.0;

/// Turns samples, in order of time, into points.
#[derive(Default)]
pub(crate) struct Pen {
    last: Option<Stored>,
    /// The last rate that was known.
    pace: Option<f64>,
}

impl Pen {
    /// A pen that already stands on the sample before the first.
    pub(crate) fn after(last: Option<Stored>) -> Pen {
        Pen { last, pace: None }
    }

    /// Draws one sample, and the gap before it where there is one. With a rate comes the moment since which it held.
    pub(crate) fn draw(&mut self, sample: Stored, out: &mut impl FnMut(Point, Option<Millis>)) {
        if let Some(gap) = self.last.and_then(|last| gap(&last, &sample)) {
            out((gap, None), None);
        }
        let value = match (sample.value, self.last.map(|last| (last.at, last.value))) {
            (Value::Gauge(value), _) => Some(value),
            (Value::State(number), _) => Some(number as f64),
            (Value::Counter(new), Some((at, Value::Counter(old)))) if !sample.restarted => {
                let wrapped = old.bits == Bits::B32 && new.raw < old.raw;
                let cleared = |rate: &f64| wrapped && self.pace.is_some_and(|pace| *rate > pace * FASTER);
                rate((at, &old), (sample.at, &new)).filter(|rate| !cleared(rate))
            }
            (Value::Counter(_), _) => None,
        };
        let since = match sample.value {
            Value::Counter(_) => value.and(self.last).map(|last| last.at),
            Value::Gauge(_) | Value::State(_) => None,
        };
        out((sample.at, value), since);
        self.pace = value.or(self.pace);
        self.last = Some(sample);
    }
}

/// Where the null of a gap stands. The interval that counts is the longer of the two in force at either end, so that a change of the
/// configuration is no gap.
fn gap(old: &Stored, new: &Stored) -> Option<Millis> {
    let every = old.every.max(new.every);
    let apart = new.at.saturating_sub(old.at);
    (every > 0 && apart.saturating_mul(2) > every.saturating_mul(5)).then(|| old.at + old.every.clamp(1, every))
}

/// Gathers points, in order of time, into steps.
pub(crate) struct Steps {
    length: Millis,
    agg: Agg,
    open: Option<Bucket>,
    broken: bool,
}

impl Steps {
    /// Nothing gathered yet.
    pub(crate) fn new(step: Step) -> Steps {
        Steps { length: step.length.max(1), agg: step.agg, open: None, broken: false }
    }

    /// Takes a point; hands over the step before when it is the first of a new one. Empty steps are left out, but for one null where the
    /// line is broken. A rate that held `since` an earlier moment belongs to the step before too, as far as it reaches into it.
    pub(crate) fn take(&mut self, (at, value): Point, since: Option<Millis>, out: &mut impl FnMut(Point)) {
        let start = at - at.rem_euclid(self.length);
        let held = value.zip(since).map(|(value, since)| Held { value, since, until: at });
        if let Some(mut open) = self.open.take_if(|open| open.start != start) {
            open.hold(held, self.length);
            out(open.point(self.agg));
            let next = open.start.saturating_add(self.length);
            if self.broken && value.is_some() && open.count > 0 && start > next {
                out((next, None));
            }
        }
        let bucket = self.open.get_or_insert_with(|| Bucket::new(start));
        if let Some(value) = value {
            bucket.add(value);
            bucket.hold(held, self.length);
        }
        self.broken = value.is_none();
    }

    /// Hands over the last step.
    pub(crate) fn finish(self, out: &mut impl FnMut(Point)) {
        if let Some(open) = self.open {
            out(open.point(self.agg));
        }
    }
}

/// A rate, and when it held.
#[derive(Clone, Copy)]
struct Held {
    value: f64,
    since: Millis,
    until: Millis,
}

struct Bucket {
    start: Millis,
    count: u32,
    sum: f64,
    min: f64,
    max: f64,
    last: f64,
    /// What the rates that held in it amount to, and for how long any did.
    amount: f64,
    known: f64,
}

impl Bucket {
    fn new(start: Millis) -> Bucket {
        let (min, max) = (f64::INFINITY, f64::NEG_INFINITY);
        Bucket { start, count: 0, sum: 0.0, min, max, last: 0.0, amount: 0.0, known: 0.0 }
    }

    /// Takes the part of a rate that lies within the step.
    fn hold(&mut self, held: Option<Held>, length: Millis) {
        let Some(Held { value, since, until }) = held else { return };
        let end = self.start.saturating_add(length);
        let time = until.min(end).saturating_sub(since.max(self.start)).max(0) as f64;
        self.amount += value * time;
        self.known += time;
    }

    fn add(&mut self, value: f64) {
        self.count += 1;
        self.sum += value;
        self.min = self.min.min(value);
        self.max = self.max.max(value);
        self.last = value;
    }

    fn point(&self, agg: Agg) -> Point {
        let count = f64::from(self.count);
        let value = match agg {
            Agg::Avg if self.known > 0.0 => self.amount / self.known,
            // Of gauges, and of a rate that came at the very start of the last step.
            Agg::Avg => self.sum / count,
            Agg::Min => self.min,
            Agg::Max => self.max,
            Agg::Last => self.last,
            Agg::Sum => self.sum,
            Agg::Count => count,
        };
        (self.start, (self.count > 0).then_some(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(at: Millis, every: Millis) -> Stored {
        Stored { at, every, value: Value::State(1), restarted: false }
    }

    /// The times and values of states of 1, polled at these times.
    fn drawn(samples: &[(Millis, Millis)]) -> Vec<Point> {
        let (mut pen, mut points) = (Pen::default(), Vec::new());
        for (at, every) in samples {
            pen.draw(state(*at, *every), &mut |point, _| points.push(point));
        }
        points
    }

    #[test]
    fn silence_of_more_than_two_and_a_half_intervals_is_a_gap() {
        assert_eq!(drawn(&[(0, 10), (25, 10)]), [(0, Some(1.0)), (25, Some(1.0))]);
        assert_eq!(drawn(&[(0, 10), (26, 10)]), [(0, Some(1.0)), (10, None), (26, Some(1.0))]);
    }

    #[test]
    fn a_change_of_the_interval_is_no_gap() {
        let slower = drawn(&[(0, 10), (10, 10), (110, 100), (210, 100)]);
        let faster = drawn(&[(0, 100), (100, 100), (200, 10), (210, 10)]);
        assert!(slower.iter().chain(&faster).all(|(_, value)| value.is_some()), "{slower:?} {faster:?}");
        assert_eq!(drawn(&[(0, 10), (251, 100)])[1], (10, None), "one interval of the earlier");
        assert_eq!(drawn(&[(0, 0), (9_999, 0)]).len(), 2, "no interval, no gap");
        assert_eq!(drawn(&[(Millis::MIN, 1), (Millis::MAX, 1)]).len(), 3);
    }

    fn gathered(length: Millis, agg: Agg, points: &[Point]) -> Vec<Point> {
        let (mut steps, mut out) = (Steps::new(Step { length, agg }), Vec::new());
        for point in points {
            steps.take(*point, None, &mut |point| out.push(point));
        }
        steps.finish(&mut |point| out.push(point));
        out
    }

    #[test]
    fn each_aggregate_leaves_gaps_out() {
        let points = [(-5, Some(8.0)), (0, Some(3.0)), (4, None), (5, Some(1.0)), (9, Some(2.0)), (10, None)];
        for (agg, wanted) in
            [(Agg::Avg, 2.0), (Agg::Min, 1.0), (Agg::Max, 3.0), (Agg::Last, 2.0), (Agg::Sum, 6.0), (Agg::Count, 3.0)]
        {
            let first = if agg == Agg::Count { 1.0 } else { 8.0 };
            assert_eq!(gathered(10, agg, &points), [(-10, Some(first)), (0, Some(wanted)), (10, None)], "{agg:?}");
        }
    }

    #[test]
    fn a_gap_breaks_the_line_whatever_the_step() {
        // Polled every 10, silent from 20 to 100.
        let points = [(10, Some(1.0)), (20, Some(2.0)), (30, None), (100, Some(3.0))];
        for (length, wanted) in [
            (5, vec![(10, Some(1.0)), (20, Some(2.0)), (30, None), (100, Some(3.0))]),
            (20, vec![(0, Some(1.0)), (20, Some(2.0)), (40, None), (100, Some(3.0))]),
            (40, vec![(0, Some(2.0)), (40, None), (80, Some(3.0))]),
            (60, vec![(0, Some(2.0)), (60, Some(3.0))]),
            (Millis::MAX, vec![(0, Some(3.0))]),
        ] {
            assert_eq!(gathered(length, Agg::Last, &points), wanted, "step {length}");
        }
    }

    #[test]
    fn a_step_shorter_than_the_interval_breaks_nothing() {
        let points = [(10, Some(1.0)), (20, Some(2.0))];
        assert_eq!(gathered(3, Agg::Avg, &points), [(9, Some(1.0)), (18, Some(2.0))]);
        assert_eq!(gathered(0, Agg::Avg, &points), points);
    }

    #[test]
    fn a_mean_of_rates_counts_each_for_as_long_as_it_held() {
        // 1 for ten, 7 for thirty of which ten lie in the next step, and 3 for five.
        let rates = [(10, 1.0, 0), (40, 7.0, 10), (45, 3.0, 40)];
        let mut out = Vec::new();
        let mut steps = Steps::new(Step { length: 30, agg: Agg::Avg });
        for (at, rate, since) in rates {
            steps.take((at, Some(rate)), Some(since), &mut |point| out.push(point));
        }
        steps.finish(&mut |point| out.push(point));
        assert_eq!(out, [(0, Some((10.0 + 20.0 * 7.0) / 30.0)), (30, Some((10.0 * 7.0 + 5.0 * 3.0) / 15.0))]);
    }
}
