//! Noise that has an integral: instead of shaking the rate, it shakes the clock by which the rate is read.
//!
//! If `V(t)` octets were sent by the time `t`, then `V(t + n(t))` with a small smooth `n` is the same traffic, now a little ahead and
//! now a little behind. Its rate is the old one times `1 + n'(t)`. As long as `|n'| < 1` it never runs backwards, and its sum over
//! any time is exact without adding up steps.

/// Period in milliseconds and strength of each layer: from flicker to drift. Between the layers' points `n'` is a straight line whose
/// ends differ from zero by at most the strength.
const LAYERS: [(i64, f64); 5] = [(7_000, 0.10), (31_000, 0.12), (127_000, 0.14), (509_000, 0.12), (1_987_000, 0.10)];

/// The rate is never more than this many times the rate without noise.
#[cfg(test)]
pub(crate) const WORST: f64 = 1.58;

/// A number in [0, 1) that depends on nothing but these two (the finaliser of SplitMix64).
pub(crate) fn hash(seed: u64, index: i64) -> f64 {
    let mut mixed = seed.wrapping_add((index as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^= mixed >> 31;
    (mixed >> 11) as f64 / (1u64 << 53) as f64
}

/// How far ahead the shaken clock of this seed is, in milliseconds; the time counts since the epoch.
pub(crate) fn ahead(seed: u64, at: i64) -> f64 {
    let mut sum = 0.0;
    for (layer, (period, strength)) in LAYERS.into_iter().enumerate() {
        let seed = seed ^ ((layer as u64 + 1) << 56);
        let (index, part) = (at.div_euclid(period), at.rem_euclid(period) as f64 / period as f64);
        let [before, here, after] = [-1, 0, 1].map(|step| hash(seed, index + step));
        // A quadratic B-spline: its derivative is continuous and straight between the points.
        let rest = 1.0 - part;
        let spline = (before * rest * rest + after * part * part) / 2.0 + here * (0.5 + part * rest);
        sum += strength * period as f64 * spline;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shaken_clock_never_goes_back() {
        let (mut last, mut least, mut most) = (ahead(7, 0), 1.0f64, 1.0f64);
        for at in 1..400_000 {
            let now = ahead(7, at * 100);
            let speed = 1.0 + (now - last) / 100.0;
            (least, most, last) = (least.min(speed), most.max(speed), now);
        }
        assert!(least > 0.4 && most < WORST, "{least} to {most}");
        assert!(least < 0.8 && most > 1.2, "it is noise one can see: {least} to {most}");
    }

    #[test]
    fn hashes_are_spread_evenly() {
        let mean = (0..10_000).map(|index| hash(1, index)).sum::<f64>() / 10_000.0;
        assert!((mean - 0.5).abs() < 0.02, "{mean}");
        assert_ne!(hash(1, 2), hash(2, 2));
    }
}
