//! Which columns are read, and what becomes of them.

use crate::snmp::oid::Oid;

/// The two tables of interfaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    If,
    IfX,
}

impl Table {
    pub(super) fn name(self) -> &'static str {
        match self {
            Table::If => "ifTable",
            Table::IfX => "ifXTable",
        }
    }

    /// A column's identifier.
    pub(super) fn column(self, number: u32) -> Oid {
        match self {
            Table::If => Oid::new(&[1, 3, 6, 1, 2, 1, 2, 2, 1, number]),
            Table::IfX => Oid::new(&[1, 3, 6, 1, 2, 1, 31, 1, 1, 1, number]),
        }
    }
}

/// What describes a row, in ifXTable.
pub(super) const FACTS_IFX: [(&str, u32); 4] =
    [("ifName", 1), ("ifHighSpeed", 15), ("ifAlias", 18), ("ifCounterDiscontinuityTime", 19)];

/// What describes a row, in ifTable.
pub(super) const FACTS_IF: [(&str, u32); 7] = [
    ("ifDescr", 2),
    ("ifType", 3),
    ("ifMtu", 4),
    ("ifSpeed", 5),
    ("ifPhysAddress", 6),
    ("ifAdminStatus", 7),
    ("ifOperStatus", 8),
];

/// A metric that counts: the 32-bit column, which names it, and the 64-bit one, where the MIB has one.
pub(super) struct Counter {
    pub(super) metric: &'static str,
    pub(super) unit: &'static str,
    /// The table of the 32-bit column.
    pub(super) table: Table,
    pub(super) narrow: u32,
    /// The column in ifXTable.
    pub(super) wide: Option<(&'static str, u32)>,
}

const fn counter(
    metric: &'static str,
    unit: &'static str,
    table: Table,
    narrow: u32,
    wide: Option<(&'static str, u32)>,
) -> Counter {
    Counter { metric, unit, table, narrow, wide }
}

/// All metrics that count.
pub(super) const COUNTERS: [Counter; 12] = [
    counter("ifInOctets", "octet", Table::If, 10, Some(("ifHCInOctets", 6))),
    counter("ifOutOctets", "octet", Table::If, 16, Some(("ifHCOutOctets", 10))),
    counter("ifInUcastPkts", "packet", Table::If, 11, Some(("ifHCInUcastPkts", 7))),
    counter("ifOutUcastPkts", "packet", Table::If, 17, Some(("ifHCOutUcastPkts", 11))),
    counter("ifInMulticastPkts", "packet", Table::IfX, 2, Some(("ifHCInMulticastPkts", 8))),
    counter("ifOutMulticastPkts", "packet", Table::IfX, 4, Some(("ifHCOutMulticastPkts", 12))),
    counter("ifInBroadcastPkts", "packet", Table::IfX, 3, Some(("ifHCInBroadcastPkts", 9))),
    counter("ifOutBroadcastPkts", "packet", Table::IfX, 5, Some(("ifHCOutBroadcastPkts", 13))),
    counter("ifInErrors", "packet", Table::If, 14, None),
    counter("ifOutErrors", "packet", Table::If, 20, None),
    counter("ifInDiscards", "packet", Table::If, 13, None),
    counter("ifOutDiscards", "packet", Table::If, 19, None),
];

/// The states of a row, with the names of their numbers.
pub(super) const STATES: [(&str, &[(i64, &str)]); 2] = [
    ("ifAdminStatus", &[(1, "up"), (2, "down"), (3, "testing")]),
    (
        "ifOperStatus",
        &[
            (1, "up"),
            (2, "down"),
            (3, "testing"),
            (4, "unknown"),
            (5, "dormant"),
            (6, "notPresent"),
            (7, "lowerLayerDown"),
        ],
    ),
];
