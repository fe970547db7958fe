//! What an interface counts.

use crate::topology::{Cable, DIRTY, Port};
use crate::traffic::Snapshot;

/// What an interface has counted since its router started, as IF-MIB has it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counters {
    /// ifHCInOctets.
    pub in_octets: u64,
    /// ifHCInUcastPkts.
    pub in_unicast: u64,
    /// ifHCInMulticastPkts.
    pub in_multicast: u64,
    /// ifHCInBroadcastPkts.
    pub in_broadcast: u64,
    /// ifInErrors.
    pub in_errors: u64,
    /// ifHCOutOctets.
    pub out_octets: u64,
    /// ifHCOutUcastPkts.
    pub out_unicast: u64,
    /// ifHCOutMulticastPkts.
    pub out_multicast: u64,
    /// ifHCOutBroadcastPkts.
    pub out_broadcast: u64,
    /// ifOutDiscards.
    pub out_discards: u64,
}

impl Counters {
    /// The counters of a router's port. Octets are those of the wire, so both ends of a link count the same; packets that came in
    /// broken are errors at the end that received them and unicast packets at the other.
    pub(crate) fn of(router: usize, port: &Port, now: &Snapshot) -> Counters {
        let (received, sent) = (now.counted(router, port.receives), now.counted(router, port.sends));
        let broken = if port.cable == Cable::Link(DIRTY) { received.unicast / 1_200_000 } else { 0 };
        Counters {
            in_octets: received.octets,
            in_unicast: received.unicast - broken,
            in_multicast: received.multicast,
            in_broadcast: received.broadcast,
            in_errors: broken,
            out_octets: sent.octets,
            out_unicast: sent.unicast,
            out_multicast: sent.multicast,
            out_broadcast: sent.broadcast,
            out_discards: sent.unicast / 4_000_000,
        }
    }
}
