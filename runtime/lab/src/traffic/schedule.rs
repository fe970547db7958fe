//! When things break: a function of the lab's start time, so that a visitor soon sees it happen and the past day has several of it.

use super::noise::hash;
use crate::topology::{FAILING, LINKS, RESTARTING};

const MINUTE: i64 = 60_000;

/// Something that is broken again and again for a while.
struct Trouble {
    seed: u64,
    /// From one time to the next, in milliseconds.
    period: i64,
    /// When it happens for the first time after the start of the lab: exactly then.
    first: i64,
    /// How much earlier or later it may come at other times.
    jitter: i64,
    /// The least and the most that it lasts.
    lasts: (i64, i64),
}

const LINK_FAILS: Trouble = Trouble {
    seed: 0x11,
    period: 45 * MINUTE,
    first: 2 * MINUTE,
    jitter: 10 * MINUTE,
    lasts: (3 * MINUTE, 5 * MINUTE),
};

const ROUTER_RESTARTS: Trouble = Trouble {
    seed: 0x22,
    period: 130 * MINUTE,
    first: 25 * MINUTE,
    jitter: 15 * MINUTE,
    lasts: (3 * MINUTE, 6 * MINUTE),
};

impl Trouble {
    /// From when until when the occurrence of that number lasts; number 0 is the first after the start.
    fn occurrence(&self, start: i64, number: i64) -> (i64, i64) {
        let shift = if number == 0 { 0.0 } else { 2.0 * hash(self.seed, number) - 1.0 };
        let from = start + self.first + number * self.period + (shift * self.jitter as f64) as i64;
        let (least, most) = self.lasts;
        (from, from + least + ((most - least) as f64 * hash(!self.seed, number)) as i64)
    }

    /// The occurrences that may touch a time or follow next.
    fn around(&self, start: i64, at: i64) -> impl Iterator<Item = (i64, i64)> {
        let number = (at - start - self.first).div_euclid(self.period);
        (number - 1..=number + 2).map(move |number| self.occurrence(start, number))
    }

    fn happens(&self, start: i64, at: i64) -> bool {
        self.around(start, at).any(|(from, to)| from <= at && at < to)
    }

    fn next_change(&self, start: i64, at: i64) -> i64 {
        let ends = self.around(start, at).flat_map(|(from, to)| [from, to]);
        ends.filter(|end| *end > at).min().unwrap_or(i64::MAX)
    }
}

/// What works at some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct State {
    /// The link that fails now and then is down.
    pub(crate) link_failed: bool,
    /// The router that restarts now and then is silent.
    pub(crate) restarting: bool,
}

impl State {
    /// All there are, each at its index.
    pub(crate) const ALL: [State; 4] = [
        State { link_failed: false, restarting: false },
        State { link_failed: true, restarting: false },
        State { link_failed: false, restarting: true },
        State { link_failed: true, restarting: true },
    ];

    pub(crate) fn index(self) -> usize {
        usize::from(self.link_failed) + 2 * usize::from(self.restarting)
    }

    /// Which links are up: a link to a router that is off has no light.
    pub(crate) fn links(self) -> [bool; LINKS.len()] {
        std::array::from_fn(|link| {
            let (a, b) = LINKS[link];
            !(link == FAILING && self.link_failed || self.restarting && (a == RESTARTING || b == RESTARTING))
        })
    }
}

/// The schedule of a lab that starts at this time (milliseconds since the epoch).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Schedule {
    pub(crate) start: i64,
}

impl Schedule {
    pub(crate) fn state(self, at: i64) -> State {
        State { link_failed: LINK_FAILS.happens(self.start, at), restarting: ROUTER_RESTARTS.happens(self.start, at) }
    }

    /// The first time after this one at which something breaks or is well again.
    pub(crate) fn next_change(self, at: i64) -> i64 {
        LINK_FAILS.next_change(self.start, at).min(ROUTER_RESTARTS.next_change(self.start, at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: i64 = 1_790_000_000_000;

    #[test]
    fn a_visitor_sees_all_well_and_soon_a_link_fail() {
        let schedule = Schedule { start: START };
        for second in 0..120 {
            assert_eq!(schedule.state(START + second * 1000), State::ALL[0], "second {second}");
        }
        assert_eq!(schedule.state(START + 3 * MINUTE), State::ALL[1]);
        assert_eq!(schedule.state(START + 8 * MINUTE), State::ALL[0]);
        assert!(schedule.state(START + 26 * MINUTE).restarting);
    }

    #[test]
    fn the_past_day_has_several_of_each() {
        let schedule = Schedule { start: START };
        let (mut at, mut fails, mut restarts) = (START - super::super::DAY, 0, 0);
        let mut before = schedule.state(at);
        while at < START {
            at = schedule.next_change(at);
            let state = schedule.state(at);
            assert_ne!(state, before, "a change changes something");
            fails += i32::from(state.link_failed && !before.link_failed);
            restarts += i32::from(state.restarting && !before.restarting);
            before = state;
        }
        assert!((30..=34).contains(&fails), "{fails}");
        assert!((10..=12).contains(&restarts), "{restarts}");
    }
}
