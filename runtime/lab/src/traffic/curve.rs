//! How a demand rises and falls within a day, with its integral in closed form.

use super::DAY;

/// Levels at the half hours of the day, from midnight UTC.
const KNOTS: usize = 48;

/// Milliseconds between two knots.
const STEP: f64 = (DAY / KNOTS as i64) as f64;

/// A level between 0 and 1 over the day, straight between its knots.
pub(crate) struct Curve {
    level: [f64; KNOTS],
    /// The integral from midnight to each knot, in milliseconds at level 1.
    sum: [f64; KNOTS + 1],
}

impl Curve {
    /// The curve of these levels in per cent.
    const fn new(percent: [u8; KNOTS]) -> Curve {
        let mut curve = Curve { level: [0.0; KNOTS], sum: [0.0; KNOTS + 1] };
        let mut knot = 0;
        while knot < KNOTS {
            curve.level[knot] = percent[knot] as f64 / 100.0;
            let next = percent[(knot + 1) % KNOTS] as f64 / 100.0;
            curve.sum[knot + 1] = curve.sum[knot] + STEP * (curve.level[knot] + next) / 2.0;
            knot += 1;
        }
        curve
    }

    /// The level at a time of the day, in milliseconds since midnight.
    pub(crate) fn level(&self, time: f64) -> f64 {
        let (knot, part) = place(time);
        let (from, to) = (self.level[knot], self.level[(knot + 1) % KNOTS]);
        from + (to - from) * part
    }

    /// The integral from midnight to a time of the day.
    pub(crate) fn integral(&self, time: f64) -> f64 {
        let (knot, part) = place(time);
        let (from, to) = (self.level[knot], self.level[(knot + 1) % KNOTS]);
        self.sum[knot] + STEP * (from * part + (to - from) * part * part / 2.0)
    }

    /// The integral over the whole day.
    pub(crate) fn whole(&self) -> f64 {
        self.sum[KNOTS]
    }
}

/// The knot before a time of the day, and how far it is on the way to the next.
fn place(time: f64) -> (usize, f64) {
    let knot = ((time / STEP) as usize).min(KNOTS - 1);
    (knot, (time / STEP - knot as f64).clamp(0.0, 1.0))
}

/// People at work: nobody at night, a rise from seven, lunch, the afternoon's peak, a tail in the evening.
pub(crate) static OFFICE: Curve = Curve::new([
    7, 6, 5, 5, 4, 4, 4, 4, 4, 4, 5, 6, 8, 11, 17, 28, 45, 64, 80, 89, 94, 96, 97, 94, //
    82, 66, 64, 78, 91, 97, 100, 99, 96, 92, 82, 66, 50, 40, 34, 31, 29, 27, 24, 20, 16, 13, 11, 9,
]);

/// What the world fetches from the servers: less at night, never nothing.
pub(crate) static SERVICE: Curve = Curve::new([
    34, 31, 28, 26, 24, 23, 22, 22, 22, 23, 25, 28, 32, 37, 44, 52, 61, 69, 76, 82, 86, 89, 91, 91, //
    88, 84, 83, 86, 90, 93, 94, 94, 92, 90, 88, 87, 88, 91, 95, 98, 100, 98, 93, 84, 72, 59, 48, 40,
]);

/// Guests: at lunch, and most of all in the evening.
pub(crate) static GUESTS: Curve = Curve::new([
    22, 16, 12, 9, 7, 6, 5, 5, 5, 5, 6, 7, 9, 12, 16, 20, 25, 29, 32, 35, 38, 41, 47, 56, //
    68, 74, 68, 56, 48, 45, 44, 45, 48, 52, 58, 65, 73, 81, 89, 95, 99, 100, 97, 88, 74, 57, 41, 30,
]);

/// Work that does not look at the clock.
pub(crate) static STEADY: Curve = Curve::new([100; KNOTS]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_integral_is_that_of_the_level() {
        for curve in [&OFFICE, &SERVICE, &GUESTS, &STEADY] {
            let (step, mut sum) = (10_000.0, 0.0);
            for index in 0..8640 {
                let time = f64::from(index) * step;
                assert!((curve.integral(time) - sum).abs() < 1.0, "at {time}");
                sum += step * (curve.level(time) + curve.level(time + step)) / 2.0;
            }
            assert!((curve.whole() - sum).abs() < 1.0);
        }
    }

    #[test]
    fn a_working_day_looks_like_one() {
        let at = |hour: f64| OFFICE.level(hour * 3_600_000.0);
        assert!(at(3.0) < 0.1, "night");
        assert!(at(12.75) < 0.8 * at(11.0) && at(12.75) < 0.8 * at(15.0), "lunch");
        assert!(at(15.0) > at(10.0) && at(20.0) < 0.4, "peak and tail");
    }
}
