//! What has passed over every wire by a given time: the flows' volumes, sent the way that was open at each time.

use super::DAY;
use super::demand::{Flow, flows};
use super::routing::path;
use super::schedule::{Schedule, State};
use crate::topology::{LINKS, RESTARTING, ROUTERS, WIRES, Wire};
use std::sync::{Arc, Mutex, PoisonError};

/// How long before its start the lab was switched on, in days.
const PAST: i64 = 12;

/// The last day after the start that can be asked; later times show that day's end. It bounds what a mistaken time can cost.
const FUTURE: i64 = 3653;

/// A router that was switched on is this old, in milliseconds, when its ports come up.
const BOOTING: i64 = 40_000;

/// Milliseconds between two hellos of a routing protocol on a link, and the octets of one.
const HELLO: (i64, u64) = (10_000, 90);

/// Milliseconds between two broadcasts on a LAN, and the octets of one.
const BROADCAST: (i64, u64) = (700, 64);

/// What has passed over a wire.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Total {
    pub(crate) octets: u64,
    pub(crate) unicast: u64,
    pub(crate) multicast: u64,
    pub(crate) broadcast: u64,
}

/// The last start of the router that restarts now and then.
#[derive(Debug)]
struct Boot {
    /// When its ports came up.
    at: i64,
    /// What had passed over all wires by then: where its counters began at zero.
    totals: [Total; WIRES],
}

/// The network at one moment; between two changes of state the wires' totals follow from the flows alone.
#[derive(Debug, Clone)]
pub(crate) struct Snapshot {
    pub(crate) at: i64,
    pub(crate) state: State,
    totals: [Total; WIRES],
    /// When each link last went up or down.
    changed: [i64; LINKS.len()],
    switched_on: i64,
    boot: Arc<Boot>,
}

impl Snapshot {
    /// Whether a router's agent answers at all.
    pub(crate) fn answers(&self, router: usize) -> bool {
        !(router == RESTARTING && self.state.restarting)
    }

    /// When the router was last switched on; its ports came up a little later.
    pub(crate) fn booted(&self, router: usize) -> i64 {
        self.ports_up(router) - BOOTING - if router == RESTARTING { 0 } else { 7_000 * router as i64 }
    }

    /// When the router's ports came up after that.
    pub(crate) fn ports_up(&self, router: usize) -> i64 {
        if router == RESTARTING { self.boot.at } else { self.switched_on }
    }

    /// Whether a link is up.
    pub(crate) fn link_up(&self, link: usize) -> bool {
        self.state.links()[link]
    }

    /// When a link last went up or down.
    pub(crate) fn link_changed(&self, link: usize) -> i64 {
        self.changed[link]
    }

    /// What this router has counted on a wire since it was switched on.
    pub(crate) fn counted(&self, router: usize, wire: Wire) -> Total {
        let total = self.totals[wire];
        if router != RESTARTING {
            return total;
        }
        let zero = self.boot.totals[wire];
        Total {
            octets: total.octets - zero.octets,
            unicast: total.unicast - zero.unicast,
            multicast: total.multicast - zero.multicast,
            broadcast: total.broadcast - zero.broadcast,
        }
    }
}

/// The whole lab over time.
pub(crate) struct Network {
    schedule: Schedule,
    switched_on: i64,
    flows: Vec<Flow>,
    /// For each state, each flow's way; none where there is no way.
    ways: [Vec<Option<Vec<Wire>>>; 4],
    known: Mutex<Known>,
}

/// What was worked out already.
struct Known {
    /// The network at every change of state so far asked for, in order of time; some 90 a day of about a kilobyte each.
    changes: Vec<Snapshot>,
    /// The last answer: many requests ask for the same moment.
    last: Arc<Snapshot>,
}

impl Network {
    /// The lab that starts at this time, in milliseconds since the epoch.
    pub(crate) fn new(start: i64) -> Network {
        let schedule = Schedule { start };
        let switched_on = start - PAST * DAY;
        let flows = flows(switched_on - switched_on.rem_euclid(DAY));
        let ways = State::ALL.map(|state| {
            let up = state.links();
            flows.iter().map(|flow| path(flow.from, flow.to, flow.tie, &up)).collect()
        });
        let first = Snapshot {
            at: switched_on,
            state: schedule.state(switched_on),
            totals: [Total::default(); WIRES],
            changed: [switched_on; LINKS.len()],
            switched_on,
            boot: Arc::new(Boot { at: switched_on, totals: [Total::default(); WIRES] }),
        };
        let known = Known { last: Arc::new(first.clone()), changes: vec![first] };
        let network = Network { schedule, switched_on, flows, ways, known: Mutex::new(known) };
        network.at(start);
        network
    }

    /// The network at this time, in milliseconds since the epoch; before it was switched on, as it was then.
    pub(crate) fn at(&self, at: i64) -> Arc<Snapshot> {
        let at = at.clamp(self.switched_on, self.schedule.start.saturating_add(FUTURE * DAY));
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.last.at == at {
            return known.last.clone();
        }
        while let Some(next) = known.changes.last().and_then(|last| self.change_until(last, at)) {
            known.changes.push(next);
        }
        let after = known.changes.partition_point(|change| change.at <= at);
        if let Some(change) = known.changes.get(after.saturating_sub(1)) {
            known.last = Arc::new(self.onward(change, at));
        }
        known.last.clone()
    }

    /// The next change of state, unless it lies after the time asked for.
    fn change_until(&self, last: &Snapshot, at: i64) -> Option<Snapshot> {
        let change = self.schedule.next_change(last.at);
        if change > at {
            return None;
        }
        let mut next = self.onward(last, change);
        next.state = self.schedule.state(change);
        let (before, after) = (last.state.links(), next.state.links());
        for (link, changed) in next.changed.iter_mut().enumerate() {
            if before[link] != after[link] {
                *changed = change;
            }
        }
        if last.state.restarting && !next.state.restarting {
            next.boot = Arc::new(Boot { at: change, totals: next.totals });
        }
        Some(next)
    }

    /// The network at a later time, with no change of state between.
    fn onward(&self, from: &Snapshot, at: i64) -> Snapshot {
        let mut next = from.clone();
        next.at = at;
        for (flow, way) in self.flows.iter().zip(&self.ways[from.state.index()]) {
            let Some(way) = way else { continue };
            let (before, now) = (flow.volume.by(from.at), flow.volume.by(at));
            for wire in way {
                next.totals[*wire].octets += now - before;
                next.totals[*wire].unicast += now / flow.packet - before / flow.packet;
            }
        }
        let elapsed = at - from.at;
        for (link, up) in from.state.links().into_iter().enumerate() {
            if up {
                let hellos = (elapsed / HELLO.0) as u64;
                for total in &mut next.totals[2 * link..2 * link + 2] {
                    total.multicast += hellos;
                    total.octets += hellos * HELLO.1;
                }
            }
        }
        for router in (0..ROUTERS.len()).filter(|router| from.answers(*router)) {
            let total = &mut next.totals[crate::topology::lan_wire(router)];
            let broadcasts = (elapsed / BROADCAST.0) as u64;
            total.broadcast += broadcasts;
            total.octets += broadcasts * BROADCAST.1;
        }
        next
    }

    /// The most that all flows together can put on each wire in each state, in bit/s.
    #[cfg(test)]
    pub(crate) fn bounds(&self) -> [[f64; WIRES]; 4] {
        self.ways.each_ref().map(|ways| {
            let mut bounds = [0.0; WIRES];
            for (flow, way) in self.flows.iter().zip(ways) {
                for wire in way.iter().flatten() {
                    bounds[*wire] += flow.volume.bound();
                }
            }
            bounds
        })
    }
}
