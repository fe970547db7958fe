//! From stored samples to drawn points: rates, gaps, steps. Nothing here reads the database.

use crate::samples::Stored;
use crate::{Agg, Step};
use model::{Millis, Point, Value, rate};

/// Turns samples, in order of time, into points.
#[derive(Default)]
pub(crate) struct Pen {
    last: Option<Stored>,
}

impl Pen {
    /// A pen that already stands on the sample before the first.
    pub(crate) fn after(last: Option<Stored>) -> Pen {
        Pen { last }
    }

    /// Draws one sample, and the gap before it where there is one.
    pub(crate) fn draw(&mut self, sample: Stored, out: &mut impl FnMut(Point)) {
        if let Some(gap) = self.last.and_then(|last| gap(&last, &sample)) {
            out((gap, None));
        }
        let value = match (sample.value, self.last.map(|last| (last.at, last.value))) {
            (Value::Gauge(value), _) => Some(value),
            (Value::State(number), _) => Some(number as f64),
            (Value::Counter(new), Some((at, Value::Counter(old)))) if !sample.restarted => {
                rate((at, &old), (sample.at, &new))
            }
            (Value::Counter(_), _) => None,
        };
        out((sample.at, value));
        self.last = Some(sample);
    }
}

/// Where the null of a gap stands. The interval that counts is the longer of the two in force at either end, so that a change of the
/// configuration is no gap.
fn gap(old: &Stored, new: &Stored) -> Option<Millis> {
    let every = old.every.max(new.every);
    let apart = new.at - old.at;
    (every > 0 && 2 * apart > 5 * every).then_some(old.at + old.every.clamp(1, every))
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
    /// line is broken.
    pub(crate) fn take(&mut self, (at, value): Point, out: &mut impl FnMut(Point)) {
        let start = at - at.rem_euclid(self.length);
        if let Some(open) = self.open.take_if(|open| open.start != start) {
            out(open.point(self.agg));
            let next = open.start + self.length;
            if self.broken && value.is_some() && open.count > 0 && start > next {
                out((next, None));
            }
        }
        let bucket = self.open.get_or_insert_with(|| Bucket::new(start));
        if let Some(value) = value {
            bucket.add(value);
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

struct Bucket {
    start: Millis,
    count: u32,
    sum: f64,
    min: f64,
    max: f64,
    last: f64,
}

impl Bucket {
    fn new(start: Millis) -> Bucket {
        Bucket { start, count: 0, sum: 0.0, min: f64::INFINITY, max: f64::NEG_INFINITY, last: 0.0 }
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
