//! The upright scale of a chart: where it begins and ends, and the ticks that people would choose.

/// From where to where values are drawn, and the values that get a line of their own.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Scale {
    /// The value at the foot.
    pub(crate) low: f64,
    /// The value at the top.
    pub(crate) high: f64,
    /// The ticks, from `low` to `high`, both included.
    pub(crate) ticks: Vec<f64>,
}

/// A limit such as the link's speed is the top where the data fill this much of it; else the scale follows the data.
const NEAR_LIMIT: f64 = 0.4;

/// About how many steps a scale has.
const STEPS: f64 = 4.0;

impl Scale {
    /// A scale that holds all values from `low` to `high`, with zero in it. Steps are 1, 2, 2.5 or 5 times a power of ten of the prefix that
    /// `base` (1000 or 1024) makes.
    pub(crate) fn new(low: f64, high: f64, limit: Option<f64>, base: f64) -> Scale {
        let mut low = low.clamp(-1e300, 0.0);
        let mut high = high.clamp(0.0, 1e300);
        if let Some(limit) = limit
            && limit.is_finite()
            && limit >= high
            && high >= limit * NEAR_LIMIT
        {
            high = limit;
        }
        if high <= low {
            // Nothing but zeros: there is nothing to measure between them.
            return Scale { low, high: low + 1.0, ticks: vec![low, low + 1.0] };
        }
        let step = step((high - low) / STEPS, base);
        // A top that is a hair above a step is that step.
        let up = |value: f64| (value / step - 1e-9).ceil() * step;
        high = up(high);
        low = -up(-low);
        let count = ((high - low) / step).round() as usize;
        let ticks = (0..=count).map(|at| low + step * at as f64).collect();
        Scale { low, high, ticks }
    }

    /// How far below the top a value stands, from 0 to 1; never outside.
    pub(crate) fn depth(&self, value: f64) -> f64 {
        ((self.high - value) / (self.high - self.low)).clamp(0.0, 1.0)
    }
}

/// The smallest good step that is not below `least`.
fn step(least: f64, base: f64) -> f64 {
    let mut prefix = 1.0;
    while base != 1000.0 && least >= prefix * base {
        prefix *= base;
    }
    let least = least / prefix;
    let power = 10f64.powf(least.log10().floor());
    let good = [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().find(|good| good * power >= least * (1.0 - 1e-9));
    good.unwrap_or(10.0) * power * prefix
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ticks(low: f64, high: f64, limit: Option<f64>, base: f64) -> Vec<f64> {
        Scale::new(low, high, limit, base).ticks
    }

    #[test]
    fn ticks_are_those_that_people_choose() {
        assert_eq!(ticks(0.0, 640e6, Some(1e9), 1000.0), [0.0, 250e6, 500e6, 750e6, 1e9]);
        assert_eq!(ticks(0.0, 97.0, None, 1000.0), [0.0, 25.0, 50.0, 75.0, 100.0]);
        assert_eq!(ticks(5.0, 7.0, None, 1000.0), [0.0, 2.0, 4.0, 6.0, 8.0]);
        assert_eq!(ticks(-3.0, 3.0, None, 1000.0), [-4.0, -2.0, 0.0, 2.0, 4.0]);
        assert_eq!(ticks(0.0, 700.0 * 1048576.0, None, 1024.0).last(), Some(&(800.0 * 1048576.0)));
    }

    #[test]
    fn the_scale_follows_the_data_far_below_the_limit_and_above_it() {
        assert_eq!(Scale::new(0.0, 3e6, Some(1e9), 1000.0).high, 3e6);
        assert_eq!(Scale::new(0.0, 1.3e9, Some(1e9), 1000.0).high, 1.5e9);
    }

    #[test]
    fn nothing_but_zeros_has_no_ticks_between() {
        assert_eq!(ticks(0.0, 0.0, None, 1000.0), [0.0, 1.0]);
        assert_eq!(ticks(0.0, 0.0, Some(1e9), 1000.0), [0.0, 1.0]);
    }

    #[test]
    fn any_numbers_give_a_scale_that_holds_them() {
        for (low, high) in
            [(0.0, 0.0), (-5.0, -5.0), (0.0, f64::MAX), (f64::MIN, f64::MAX), (0.0, 1e-300), (1e-9, 2e-9)]
        {
            let scale = Scale::new(low, high, None, 1000.0);
            assert!(scale.high > scale.low, "{low} {high} {scale:?}");
            assert!((2..=12).contains(&scale.ticks.len()), "{low} {high} {scale:?}");
            for value in [low, high] {
                assert!((0.0..=1.0).contains(&scale.depth(value)), "{low} {high}");
            }
        }
    }
}
