//! The columns of ifTable and ifXTable (RFC 2863) and what stands in them.

use super::view::Value;
use crate::counters::Counters;
use crate::topology::{Cable, Port, SPEED};
use crate::traffic::Snapshot;

/// One column: its number and what stands in it.
pub(crate) type Column = (u32, fn(&Row<'_>) -> Value<'static>);

/// An interface at one moment.
pub(crate) struct Row<'a> {
    pub(crate) router: usize,
    /// Counted from 1.
    pub(crate) index: usize,
    pub(crate) port: &'a Port,
    pub(crate) now: &'a Snapshot,
}

impl Row<'_> {
    fn counters(&self) -> Counters {
        Counters::of(self.router, self.port, self.now)
    }

    fn up(&self) -> bool {
        match self.port.cable {
            Cable::Link(link) => self.now.link_up(link),
            Cable::Lan | Cable::Uplink => true,
        }
    }

    /// When the port last went up or down.
    fn changed(&self) -> i64 {
        let ports_up = self.now.ports_up(self.router);
        match self.port.cable {
            Cable::Link(link) => self.now.link_changed(link).max(ports_up),
            Cable::Lan | Cable::Uplink => ports_up,
        }
    }

    /// From the range for documentation (RFC 7042 §2.1.1).
    fn address(&self) -> Value<'static> {
        Value::Octets(vec![0x00, 0x00, 0x5e, 0x00, 0x53, (self.router * 16 + self.index) as u8].into())
    }
}

/// Hundredths of a second since the router was switched on, modulo 2^32.
pub(crate) fn ticks(router: usize, now: &Snapshot, at: i64) -> Value<'static> {
    Value::Ticks(((at - now.booted(router)).max(0) / 10) as u32)
}

fn text(text: &str) -> Value<'static> {
    Value::Octets(text.as_bytes().to_vec().into())
}

/// A 32-bit counter holds the low half of the 64-bit one.
fn low(count: u64) -> Value<'static> {
    Value::Counter32(count as u32)
}

/// ifEntry: 1.3.6.1.2.1.2.2.1.
pub(crate) const IF_ENTRY: &[Column] = &[
    (1, |row| Value::Integer(row.index as i64)),
    (2, |row| text(&row.port.descr)),
    // ethernetCsmacd
    (3, |_| Value::Integer(6)),
    (4, |_| Value::Integer(1500)),
    (5, |_| Value::Gauge32(SPEED * 1_000_000)),
    (6, |row| row.address()),
    (7, |_| Value::Integer(1)),
    (8, |row| Value::Integer(if row.up() { 1 } else { 2 })),
    (9, |row| ticks(row.router, row.now, row.changed())),
    (10, |row| low(row.counters().in_octets)),
    (11, |row| low(row.counters().in_unicast)),
    (13, |_| low(0)),
    (14, |row| low(row.counters().in_errors)),
    (15, |_| low(0)),
    (16, |row| low(row.counters().out_octets)),
    (17, |row| low(row.counters().out_unicast)),
    (19, |row| low(row.counters().out_discards)),
    (20, |_| low(0)),
];

/// ifXEntry: 1.3.6.1.2.1.31.1.1.1.
pub(crate) const IF_X_ENTRY: &[Column] = &[
    (1, |row| text(&row.port.name)),
    (2, |row| low(row.counters().in_multicast)),
    (3, |row| low(row.counters().in_broadcast)),
    (4, |row| low(row.counters().out_multicast)),
    (5, |row| low(row.counters().out_broadcast)),
    (6, |row| Value::Counter64(row.counters().in_octets)),
    (7, |row| Value::Counter64(row.counters().in_unicast)),
    (8, |row| Value::Counter64(row.counters().in_multicast)),
    (9, |row| Value::Counter64(row.counters().in_broadcast)),
    (10, |row| Value::Counter64(row.counters().out_octets)),
    (11, |row| Value::Counter64(row.counters().out_unicast)),
    (12, |row| Value::Counter64(row.counters().out_multicast)),
    (13, |row| Value::Counter64(row.counters().out_broadcast)),
    (14, |_| Value::Integer(1)),
    (15, |_| Value::Gauge32(SPEED)),
    // no promiscuous mode, and a plug
    (16, |_| Value::Integer(2)),
    (17, |_| Value::Integer(1)),
    (18, |row| text(&row.port.alias)),
    // They restart with the whole router only.
    (19, |_| Value::Ticks(0)),
];
