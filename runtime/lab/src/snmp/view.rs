//! What a router shows: SNMPv2-MIB's system group (RFC 3418) and IF-MIB's tables (RFC 2863), sorted by name.

use super::ber::{COUNTER32, COUNTER64, GAUGE32, OCTETS, TICKS, put, put_integer, put_oid, put_unsigned};
use super::columns::{Column, IF_ENTRY, IF_X_ENTRY, Row, ticks};
use crate::topology::{Port, ROUTERS, ports};
use crate::traffic::Snapshot;
use std::borrow::Cow;

const SYSTEM: &[u32] = &[1, 3, 6, 1, 2, 1, 1];
const INTERFACES: &[u32] = &[1, 3, 6, 1, 2, 1, 2];
const IF_ENTRY_AT: &[u32] = &[1, 3, 6, 1, 2, 1, 2, 2, 1];
const IF_X_ENTRY_AT: &[u32] = &[1, 3, 6, 1, 2, 1, 31, 1, 1, 1];

/// sysObjectID: a product of the enterprise that is set aside for documentation (RFC 5612).
const PRODUCT: &[u32] = &[1, 3, 6, 1, 4, 1, 32473, 1, 1];

/// A value as SNMP knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    Integer(i64),
    Octets(Cow<'a, [u8]>),
    Oid(&'a [u32]),
    Counter32(u32),
    Gauge32(u32),
    Ticks(u32),
    Counter64(u64),
}

impl Value<'_> {
    pub(crate) fn put(&self, out: &mut Vec<u8>) {
        match self {
            Value::Integer(value) => put_integer(out, *value),
            Value::Octets(octets) => put(out, OCTETS, octets),
            Value::Oid(parts) => put_oid(out, parts),
            Value::Counter32(value) => put_unsigned(out, COUNTER32, (*value).into()),
            Value::Gauge32(value) => put_unsigned(out, GAUGE32, (*value).into()),
            Value::Ticks(value) => put_unsigned(out, TICKS, (*value).into()),
            Value::Counter64(value) => put_unsigned(out, COUNTER64, *value),
        }
    }
}

/// What stands under a name.
enum Object {
    Text(String),
    Number(i64),
    Product,
    Uptime,
    /// A cell of a table: the column and the index of the port.
    Cell(Column, usize),
}

/// An object's name and what stands there.
pub(crate) struct Entry {
    pub(crate) name: Vec<u32>,
    /// The name as BER has it, ready to be sent.
    pub(crate) encoded: Vec<u8>,
    object: Object,
}

/// All that a router shows.
pub(crate) struct View {
    router: usize,
    ports: Vec<Port>,
    entries: Vec<Entry>,
}

impl View {
    pub(crate) fn new(router: usize) -> View {
        let ports = ports(router);
        let mut entries = Vec::new();
        // A scalar has the one instance 0, a cell that of its row.
        let mut add = |at: &[u32], number, instance, object| {
            let name = [at, &[number, instance]].concat();
            let mut encoded = Vec::new();
            put_oid(&mut encoded, &name);
            entries.push(Entry { name, encoded, object });
        };
        let name = ROUTERS[router].name;
        let role = ROUTERS[router].role;
        for (number, object) in [
            (1, Object::Text(format!("Lightship lab router {name}, {role}, simulated"))),
            (2, Object::Product),
            (3, Object::Uptime),
            (4, Object::Text("noc@example.net".to_owned())),
            (5, Object::Text(name.to_owned())),
            (6, Object::Text(format!("Lab, rack {}, unit {}", ['A', 'B'][router % 2], 4 + 2 * (router / 2)))),
            // Layers 2 and 3.
            (7, Object::Number(6)),
        ] {
            add(SYSTEM, number, 0, object);
        }
        add(INTERFACES, 1, 0, Object::Number(ports.len() as i64));
        for (at, columns) in [(IF_ENTRY_AT, IF_ENTRY), (IF_X_ENTRY_AT, IF_X_ENTRY)] {
            for column in columns {
                for port in 0..ports.len() {
                    add(at, column.0, port as u32 + 1, Object::Cell(*column, port));
                }
            }
        }
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        View { router, ports, entries }
    }

    /// The entry of exactly this name.
    pub(crate) fn get(&self, name: &[u32]) -> Option<&Entry> {
        let at = self.entries.binary_search_by(|entry| entry.name.as_slice().cmp(name)).ok()?;
        self.entries.get(at)
    }

    /// The first entry after this name.
    pub(crate) fn next(&self, name: &[u32]) -> Option<&Entry> {
        self.entries.get(self.entries.partition_point(|entry| entry.name.as_slice() <= name))
    }

    /// Whether a name lies within an object that is there, though not at one of its instances (RFC 3416 §4.2.1).
    pub(crate) fn has_object(&self, name: &[u32]) -> bool {
        self.entries.iter().any(|entry| entry.name.split_last().is_some_and(|(_, object)| name.starts_with(object)))
    }

    /// What stands there now.
    pub(crate) fn value<'a>(&'a self, entry: &'a Entry, now: &Snapshot) -> Value<'a> {
        match &entry.object {
            Object::Text(text) => Value::Octets(text.as_bytes().into()),
            Object::Number(number) => Value::Integer(*number),
            Object::Product => Value::Oid(PRODUCT),
            Object::Uptime => ticks(self.router, now, now.at),
            Object::Cell((_, value), index) => match self.ports.get(*index) {
                Some(port) => value(&Row { router: self.router, index: index + 1, port, now }),
                None => Value::Integer(0),
            },
        }
    }

    /// How many entries there are.
    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }
}
