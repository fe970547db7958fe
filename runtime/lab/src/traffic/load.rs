//! What one flow has sent by a given time: the exact integral of its rate.

use super::DAY;
use super::curve::Curve;
use super::noise;

/// How much a flow sends, and when.
#[derive(Clone, Copy)]
pub(crate) enum Load {
    /// A rate that follows a curve; `peak` in octets a millisecond.
    Curve { peak: f64, curve: &'static Curve },
    /// One transfer a slot. The day is cut into slots of this many milliseconds; within its slot a transfer begins and lasts as chance
    /// has it between the two bounds; its volume in octets is weighed by the curve at the slot's begin.
    Transfers { volume: f64, slot: i64, begins: (i64, i64), lasts: (i64, i64), curve: &'static Curve },
}

/// The volume of a load over time, counted from a midnight (UTC).
pub(crate) struct Volume {
    load: Load,
    seed: u64,
    /// Milliseconds since the epoch of the midnight at which the volume is zero.
    origin: i64,
    /// Octets of a whole day.
    day: u64,
    /// For transfers: the sum of the weights before each slot.
    weights: Vec<f64>,
}

impl Volume {
    pub(crate) fn new(load: Load, seed: u64, origin: i64) -> Volume {
        let mut weights = Vec::new();
        let day = match load {
            Load::Curve { peak, curve } => curve.whole() * peak,
            Load::Transfers { volume, slot, curve, .. } => {
                let mut sum = 0.0;
                for index in 0..DAY / slot {
                    weights.push(sum);
                    sum += curve.level((index * slot) as f64);
                }
                sum * volume
            }
        };
        Volume { load, seed, origin, day: day.round() as u64, weights }
    }

    /// Octets sent by this time, in milliseconds since the epoch; zero before the origin. Never less at a later time.
    pub(crate) fn by(&self, at: i64) -> u64 {
        let shaken = ((at - self.origin) as f64 + noise::ahead(self.seed, at)).max(0.0);
        let days = (shaken / DAY as f64).floor();
        let time = (shaken - days * DAY as f64).clamp(0.0, DAY as f64);
        let today = match self.load {
            Load::Curve { peak, curve } => curve.integral(time) * peak,
            Load::Transfers { volume, slot, begins, lasts, curve } => {
                let index = (time as i64 / slot).min(self.weights.len() as i64 - 1);
                let begin = index * slot;
                let ever = (self.origin + days as i64 * DAY + begin).div_euclid(slot);
                let begins = between(begins, noise::hash(self.seed, ever));
                let lasts = between(lasts, noise::hash(!self.seed, ever));
                let done = ((time - begin as f64 - begins) / lasts).clamp(0.0, 1.0);
                let before = self.weights.get(index as usize).copied().unwrap_or(0.0);
                volume * (before + done * curve.level(begin as f64))
            }
        };
        days as u64 * self.day + (today as u64).min(self.day)
    }

    /// A bound of the rate, in bit/s.
    #[cfg(test)]
    pub(crate) fn bound(&self) -> f64 {
        let octets = match self.load {
            Load::Curve { peak, .. } => peak,
            Load::Transfers { volume, lasts, .. } => volume / lasts.0 as f64,
        };
        octets * 8000.0 * noise::WORST
    }
}

fn between((low, high): (i64, i64), part: f64) -> f64 {
    low as f64 + (high - low) as f64 * part
}

#[cfg(test)]
mod tests {
    use super::super::curve::{OFFICE, STEADY};
    use super::*;

    const HOUR: i64 = 3_600_000;

    fn loads() -> [Load; 3] {
        [
            Load::Curve { peak: 10_000.0, curve: &OFFICE },
            Load::Transfers {
                volume: 2e9,
                slot: HOUR / 2,
                begins: (0, 900_000),
                lasts: (100_000, 600_000),
                curve: &OFFICE,
            },
            Load::Transfers { volume: 6e10, slot: DAY, begins: (HOUR, 2 * HOUR), lasts: (HOUR, HOUR), curve: &STEADY },
        ]
    }

    #[test]
    fn a_volume_only_grows_and_never_faster_than_its_bound() {
        let origin = 20_000 * DAY;
        for load in loads() {
            let volume = Volume::new(load, 3, origin);
            let mut last = volume.by(origin);
            for step in 1..40_000 {
                let now = volume.by(origin + step * 5_000);
                assert!(now >= last, "step {step}");
                assert!((now - last) as f64 * 8.0 / 5.0 <= volume.bound() + 8.0, "step {step}");
                last = now;
            }
        }
    }

    #[test]
    fn days_carry_their_whole_volume() {
        let origin = 20_000 * DAY;
        for load in loads() {
            let volume = Volume::new(load, 3, origin);
            let (from, to) = (volume.by(origin + 5 * DAY), volume.by(origin + 105 * DAY));
            let days = (to - from) as f64 / volume.day as f64;
            assert!((days - 100.0).abs() < 0.1, "{days}");
        }
    }

    #[test]
    fn the_same_moment_has_the_same_rate_whenever_counting_began() {
        let at = 20_010 * DAY + 9 * HOUR;
        for load in loads() {
            let sent = |origin| {
                let volume = Volume::new(load, 3, origin);
                volume.by(at + HOUR) - volume.by(at)
            };
            let (early, late) = (sent(20_000 * DAY), sent(20_009 * DAY));
            assert!(early.abs_diff(late) <= 2, "{early} {late}");
        }
    }
}
