//! Who sends how much to whom: the lab's working day.

use super::DAY;
use super::curve::{Curve, GUESTS, OFFICE, SERVICE, STEADY};
use super::load::{Load, Volume};
use super::routing::Place::{self, Lan, Provider};
use super::routing::Tie::{self, High, Low};

const MINUTE: i64 = 60_000;

/// A conversation: both directions at the peak of the day, in Mbit/s, the first from the first place to the second.
struct Talk(Place, Place, f64, f64, &'static Curve, Tie);

const WEST: Place = Provider(0);
const EAST: Place = Provider(1);
const OPERATIONS: Place = Lan(0);
const SERVERS: Place = Lan(1);
const NORTH: Place = Lan(2);
const SOUTH: Place = Lan(3);
const LABORATORY: Place = Lan(4);
const VISITORS: Place = Lan(5);

const TALKS: [Talk; 16] = [
    Talk(WEST, OPERATIONS, 48.0, 9.0, &OFFICE, Low),
    Talk(WEST, SERVERS, 26.0, 118.0, &SERVICE, Low),
    Talk(WEST, NORTH, 104.0, 17.0, &OFFICE, Low),
    Talk(WEST, LABORATORY, 44.0, 12.0, &OFFICE, High),
    Talk(EAST, NORTH, 52.0, 8.0, &OFFICE, High),
    Talk(EAST, SOUTH, 112.0, 18.0, &OFFICE, Low),
    Talk(EAST, LABORATORY, 61.0, 24.0, &OFFICE, Low),
    Talk(EAST, VISITORS, 96.0, 13.0, &GUESTS, Low),
    Talk(EAST, SERVERS, 9.0, 31.0, &SERVICE, High),
    Talk(SERVERS, OPERATIONS, 33.0, 14.0, &OFFICE, Low),
    Talk(SERVERS, NORTH, 66.0, 19.0, &OFFICE, Low),
    Talk(SERVERS, SOUTH, 71.0, 22.0, &OFFICE, Low),
    Talk(SERVERS, LABORATORY, 46.0, 38.0, &OFFICE, Low),
    Talk(NORTH, SOUTH, 16.0, 15.0, &OFFICE, Low),
    Talk(NORTH, LABORATORY, 34.0, 27.0, &OFFICE, Low),
    Talk(WEST, EAST, 21.0, 27.0, &SERVICE, High),
];

/// Large files, one after the other; what comes back is acknowledgements.
struct Copies(Place, Place, Load, Tie);

/// A backup each night: this many gigabytes, begun within half an hour from this minute of the day.
const fn backup(gigabytes: f64, minute: i64) -> Load {
    Load::Transfers {
        volume: gigabytes * 1e9,
        slot: DAY,
        begins: (minute * MINUTE, (minute + 30) * MINUTE),
        lasts: (35 * MINUTE, 55 * MINUTE),
        curve: &STEADY,
    }
}

/// A burst in every slot of so many minutes, of this many gigabytes at the busiest time of the day.
const fn bursts(gigabytes: f64, minutes: i64, curve: &'static Curve) -> Load {
    Load::Transfers {
        volume: gigabytes * 1e9,
        slot: minutes * MINUTE,
        begins: (0, minutes * MINUTE / 2),
        lasts: (minutes * MINUTE / 12, minutes * MINUTE / 3),
        curve,
    }
}

const COPIES: [Copies; 7] = [
    Copies(NORTH, SERVERS, backup(30.0, 40), Low),
    Copies(SOUTH, SERVERS, backup(34.0, 95), Low),
    Copies(LABORATORY, SERVERS, backup(42.0, 165), Low),
    Copies(SERVERS, WEST, backup(60.0, 230), Low),
    Copies(LABORATORY, NORTH, bursts(2.0, 30, &OFFICE), Low),
    Copies(EAST, SOUTH, bursts(1.4, 24, &OFFICE), Low),
    Copies(WEST, LABORATORY, bursts(3.2, 60, &SERVICE), High),
];

/// The share of a transfer's octets that its acknowledgements take.
const ACKNOWLEDGED: f64 = 0.026;

/// Octets that go from one place to another.
pub(crate) struct Flow {
    pub(crate) from: Place,
    pub(crate) to: Place,
    pub(crate) tie: Tie,
    /// The mean size of its packets, in octets.
    pub(crate) packet: u64,
    pub(crate) volume: Volume,
}

/// All flows, each direction for itself, with volumes that count from this midnight.
pub(crate) fn flows(origin: i64) -> Vec<Flow> {
    let mut flows: Vec<Flow> = Vec::new();
    let mut add = |from, to, tie, packet, load| {
        let seed = 0x11ab_0000 + flows.len() as u64;
        flows.push(Flow { from, to, tie, packet, volume: Volume::new(load, seed, origin) });
    };
    for Talk(a, b, there, back, curve, tie) in TALKS {
        for (from, to, rate, other) in [(a, b, there, back), (b, a, back, there)] {
            let packet = if rate < other / 2.0 { 310 } else { 940 };
            // 1 Mbit/s is 125 octets a millisecond.
            add(from, to, tie, packet, Load::Curve { peak: rate * 125.0, curve });
        }
    }
    for Copies(from, to, load, tie) in COPIES {
        add(from, to, tie, 1480, load);
        if let Load::Transfers { volume, slot, begins, lasts, curve } = load {
            let volume = volume * ACKNOWLEDGED;
            add(to, from, tie, 78, Load::Transfers { volume, slot, begins, lasts, curve });
        }
    }
    flows
}
