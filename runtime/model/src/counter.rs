//! Exact rates from raw counts: wraps, reboots, discontinuities, missed polls.
//!
//! RFC 2578 §7.1.6 and §7.1.10 define Counter32 and Counter64; RFC 2863 §3.1.5 defines ifCounterDiscontinuityTime;
//! RFC 3418 defines sysUpTime in hundredths of a second modulo 2^32.

use crate::Millis;

/// The width at which a counter wraps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Bits {
    /// Wraps at 2^32.
    B32,
    /// Wraps at 2^64.
    B64,
}

/// What a device says about its counters having run on since the last poll.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Continuity {
    /// The agent's sysUpTime, in hundredths of a second, at the time of the sample.
    pub uptime: Option<u32>,
    /// The row's ifCounterDiscontinuityTime or its like: a mark that changes when the row's counters restarted.
    pub discontinuity: Option<u32>,
}

/// A raw count and what makes a rate of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counter {
    /// The count as it came.
    pub raw: u64,
    /// Where it wraps.
    pub bits: Bits,
    /// Whether it ran on since the last poll.
    pub continuity: Continuity,
}

impl Counter {
    /// A 32-bit count of which nothing else is known.
    pub fn b32(raw: u32) -> Counter {
        Counter { raw: raw.into(), bits: Bits::B32, continuity: Continuity::default() }
    }

    /// A 64-bit count of which nothing else is known.
    pub fn b64(raw: u64) -> Counter {
        Counter { raw, bits: Bits::B64, continuity: Continuity::default() }
    }

    /// The same count with what the device says of its continuity.
    pub fn with(self, continuity: Continuity) -> Counter {
        Counter { continuity, ..self }
    }
}

/// An octet counter of 32 bits wraps every 57 minutes on a line of 10 Mbit/s; after longer silence than this nobody can
/// say how often it did, so nothing is known.
const LONGEST_32: Millis = 60 * 60 * 1000;

/// No device counts faster than this, a second: octets on a line of 8 Tbit/s. What seems to is a wrong reading.
const FASTEST: f64 = 1e12;

/// sysUpTime counts hundredths of a second modulo 2^32: it returns to zero every 497 days.
const UPTIME_WRAP_MS: i64 = (1 << 32) * 10;

/// The rate per second from one sample to the next, or `None` where nothing is known: after a reboot, a
/// discontinuity, a change of width, a step back in time, or a fall that no single wrap explains.
///
/// A wrap is believed where the device's own uptime ran on (or is not known) and the count advanced by less than half its range:
/// a counter that somebody cleared would otherwise show as a spike.
pub fn rate(before: (Millis, &Counter), after: (Millis, &Counter)) -> Option<f64> {
    let ((from, old), (to, new)) = (before, after);
    let elapsed = to - from;
    if elapsed <= 0 || old.bits != new.bits || restarted(old.continuity, new.continuity, elapsed) {
        return None;
    }
    let delta = match new.bits {
        Bits::B32 if elapsed > LONGEST_32 => return None,
        Bits::B32 => u64::from((new.raw as u32).wrapping_sub(old.raw as u32)),
        Bits::B64 => new.raw.wrapping_sub(old.raw),
    };
    let wrapped = new.raw < old.raw;
    let half = match new.bits {
        Bits::B32 => 1 << 31,
        Bits::B64 => 1 << 63,
    };
    if wrapped && delta >= half {
        return None;
    }
    Some(delta as f64 * 1000.0 / elapsed as f64).filter(|rate| *rate <= FASTEST)
}

/// Whether the counts behind these marks started anew in the `elapsed` milliseconds between them.
pub fn restarted(old: Continuity, new: Continuity, elapsed: Millis) -> bool {
    if let (Some(before), Some(after)) = (old.discontinuity, new.discontinuity)
        && before != after
    {
        return true;
    }
    let (Some(before), Some(after)) = (old.uptime, new.uptime) else { return false };
    let expected = i64::from(before) * 10 + elapsed;
    let shown = i64::from(after) * 10;
    // Agents' clocks drift, and the two marks were not read at the very moment of the counters.
    let slack = (elapsed / 50).max(5_000);
    let behind = |expected: i64| shown + slack < expected;
    if expected >= UPTIME_WRAP_MS {
        // Further on than its own wrap explains: it started anew in the very interval in which it would have wrapped.
        let wrapped = expected - UPTIME_WRAP_MS;
        behind(expected) && (behind(wrapped) || shown > wrapped + slack)
    } else {
        behind(expected) || after < before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn up(ticks: u32) -> Continuity {
        Continuity { uptime: Some(ticks), discontinuity: None }
    }

    #[test]
    fn a_steady_count_gives_its_exact_rate() {
        assert_eq!(rate((0, &Counter::b64(1_000)), (30_000, &Counter::b64(31_000))), Some(1_000.0));
    }

    #[test]
    fn a_wrap_of_either_width_is_exact() {
        let near = Counter::b32(u32::MAX - 99).with(up(1_000));
        assert_eq!(rate((0, &near), (10_000, &Counter::b32(900).with(up(2_000)))), Some(100.0));
        let near = Counter::b64(u64::MAX - 99);
        assert_eq!(rate((0, &near), (10_000, &Counter::b64(900))), Some(100.0));
    }

    #[test]
    fn a_reboot_is_a_gap_even_where_the_count_grew() {
        let old = Counter::b64(500).with(up(100_000));
        assert_eq!(rate((0, &old), (30_000, &Counter::b64(9_000).with(up(1_000)))), None);
        // Missed polls: the uptime has passed its old value again, but not by as much as the time that went by.
        let old = Counter::b64(500).with(up(10_000));
        assert_eq!(rate((0, &old), (1_000_000, &Counter::b64(9_000).with(up(50_000)))), None);
    }

    #[test]
    fn the_uptime_s_own_wrap_is_no_reboot() {
        let old = Counter::b64(500).with(up(u32::MAX - 999));
        assert_eq!(rate((0, &old), (30_000, &Counter::b64(30_500).with(up(2_000)))), Some(1_000.0));
        // Nor must it hide one: 20 s after its wrap the uptime shows 200 s.
        assert_eq!(rate((0, &old), (30_000, &Counter::b64(30_500).with(up(20_000)))), None);
    }

    #[test]
    fn a_discontinuity_a_cleared_counter_and_a_changed_width_are_gaps() {
        let mark = |ticks| Continuity { uptime: None, discontinuity: Some(ticks) };
        assert_eq!(rate((0, &Counter::b64(5).with(mark(0))), (10_000, &Counter::b64(9).with(mark(77)))), None);
        assert_eq!(rate((0, &Counter::b64(5_000_000)), (10_000, &Counter::b64(9))), None);
        assert_eq!(rate((0, &Counter::b32(1_000_000)), (10_000, &Counter::b32(9))), None);
        assert_eq!(rate((0, &Counter::b32(5)), (10_000, &Counter::b64(9))), None);
        assert_eq!(rate((0, &Counter::b64(5)), (10_000, &Counter::b64(1 << 62))), None, "a wrong reading");
    }

    #[test]
    fn time_that_stands_or_goes_back_and_narrow_counters_after_long_silence_are_gaps() {
        assert_eq!(rate((10, &Counter::b64(5)), (10, &Counter::b64(9))), None);
        assert_eq!(rate((20, &Counter::b64(5)), (10, &Counter::b64(9))), None);
        assert_eq!(rate((0, &Counter::b32(5)), (LONGEST_32 + 1, &Counter::b32(9))), None);
        assert!(rate((0, &Counter::b64(5)), (LONGEST_32 + 1, &Counter::b64(9))).is_some());
    }
}
