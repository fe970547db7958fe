//! Random lives of counters, compared with what truly went through them.

use super::{EVERY, Lab, SECOND, poll, series};
use fastrand::Rng;
use model::{Bits, Continuity, Counter, Kind, Millis, Point, Sample, Value};

const START: Millis = 1_700_000_000_000;
/// Octets per second at most: slow enough that 32 bits wrap once at most, and by less than half, in the longest silence. The slowest is
/// a quarter of it: a fall after which a counter would have run many times as fast as before is taken for a reset, by intention.
const FASTEST: u64 = 4_000_000;
const LONGEST: Millis = 10 * EVERY;
/// sysUpTime counts hundredths of a second modulo 2^32.
const UPTIME_RANGE: Millis = (1 << 32) * 10;

/// A counter that wraps, in a device that reboots.
struct Agent {
    bits: Bits,
    count: u64,
    booted: Millis,
    discontinuity: u32,
}

impl Agent {
    fn advance(&mut self, octets: u64) {
        self.count = self.count.wrapping_add(octets);
        if self.bits == Bits::B32 {
            self.count &= u64::from(u32::MAX);
        }
    }

    /// Whether anybody could tell that it rebooted then: not within ten seconds of a moment at which its uptime is zero anyway.
    fn shows(&self, reboot: Millis) -> bool {
        let uptime = (reboot - self.booted) % UPTIME_RANGE;
        (10 * SECOND..=UPTIME_RANGE - 10 * SECOND).contains(&uptime)
    }

    fn answer(&self, at: Millis) -> Counter {
        let uptime = Some(((at - self.booted) / 10) as u32);
        let continuity = Continuity { uptime, discontinuity: Some(self.discontinuity) };
        Counter { raw: self.count, bits: self.bits, continuity }
    }
}

/// One life: what is polled, and the points that it should give.
fn live(rng: &mut Rng, bits: Bits) -> (Vec<(Millis, Counter)>, Vec<Point>) {
    let full = if bits == Bits::B32 { u64::from(u32::MAX) } else { u64::MAX };
    // Up for long or for little less than the uptime's own range.
    let age = if rng.bool() { rng.i64(60 * SECOND..EVERY * 1_000) } else { UPTIME_RANGE - rng.i64(0..20 * EVERY) };
    let mut agent =
        Agent { bits, count: full - rng.u64(0..200_000_000), booted: START - age, discontinuity: rng.u32(..) };
    let (mut samples, mut points) = (vec![(START, agent.answer(START))], vec![(START, None)]);
    let mut before = START;
    for _ in 0..40 {
        let missed = if rng.u8(0..4) == 0 { rng.i64(0..9) } else { 0 };
        let at = before + (missed + 1) * EVERY + rng.i64(-2 * SECOND..=2 * SECOND);
        let octets = rng.u64(FASTEST / 4..=FASTEST) * (at - before).min(LONGEST) as u64 / 1_000;
        // At least ten seconds before it is asked.
        let reboot = rng.i64(before..at - 10 * SECOND);
        let known = match rng.u8(0..8) {
            0 if agent.shows(reboot) => {
                agent.booted = reboot;
                agent.count = octets;
                false
            }
            1 => {
                agent.discontinuity = agent.discontinuity.wrapping_add(1);
                agent.count = rng.u64(0..=full);
                false
            }
            _ => {
                agent.advance(octets);
                true
            }
        };
        if 2 * (at - before) > 5 * EVERY {
            points.push((before + EVERY, None));
        }
        points.push((at, known.then(|| octets as f64 * 1_000.0 / (at - before) as f64)));
        samples.push((at, agent.answer(at)));
        before = at;
    }
    (samples, points)
}

#[test]
fn rates_are_what_truly_went_through() {
    for seed in 0..40 {
        let mut rng = Rng::with_seed(seed);
        let mut lab = Lab::new();
        let bits = if seed % 2 == 0 { Bits::B32 } else { Bits::B64 };
        let (samples, wanted) = live(&mut rng, bits);
        let octets = series("ifInOctets", "Gi0/1", Kind::Counter);
        let mut rest = samples.as_slice();
        while !rest.is_empty() {
            // Some polls are late to the store and come together.
            let (now, later) = rest.split_at(rng.usize(1..=3).min(rest.len()));
            let sample =
                |(at, counter): &(_, _)| Sample { series: octets.clone(), at: *at, value: Value::Counter(*counter) };
            lab.write(poll(now[0].0, now.iter().map(sample).collect()));
            rest = later;
            if rng.u8(0..10) == 0 {
                lab = lab.reopened();
            }
        }
        let points = lab.points("ifInOctets");
        assert_eq!(points, wanted, "seed {seed}");
        let sane = |value: f64| (0.0..=FASTEST as f64).contains(&value);
        assert!(points.iter().filter_map(|(_, value)| *value).all(sane), "seed {seed}");
    }
}
