//! SNMPv2c messages (RFC 1901, RFC 3416): a request read, a response written.

use super::ber::{INTEGER, OCTETS, SEQUENCE, expect, integer, oid, put, put_head, put_integer, take};

/// The longest response: fits an Ethernet frame with room for tunnels.
pub(crate) const LONGEST: usize = 1400;

/// The version number that stands for SNMPv2c.
const V2C: i64 = 1;

/// What a response's PDU is called.
const RESPONSE: u8 = 0xa2;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask {
    Get,
    Next,
    /// How many of the first names are asked for once, and how often the others.
    Bulk {
        once: usize,
        repeat: usize,
    },
    Set,
}

/// A request of SNMPv2c.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Request<'a> {
    pub(crate) community: &'a [u8],
    pub(crate) ask: Ask,
    pub(crate) id: i32,
    pub(crate) names: Vec<Vec<u32>>,
    /// The variable bindings as they came.
    pub(crate) bindings: &'a [u8],
}

impl<'a> Request<'a> {
    /// Reads a datagram. None where it is no request of this version: an agent stays silent then.
    pub(crate) fn read(mut datagram: &'a [u8]) -> Option<Request<'a>> {
        let mut message = expect(&mut datagram, SEQUENCE)?;
        if integer(&mut message)? != V2C {
            return None;
        }
        let community = expect(&mut message, OCTETS)?;
        let (tag, mut pdu) = take(&mut message)?;
        let id = i32::try_from(integer(&mut pdu)?).ok()?;
        let (first, second) = (integer(&mut pdu)?, integer(&mut pdu)?);
        let ask = match tag {
            0xa0 => Ask::Get,
            0xa1 => Ask::Next,
            0xa3 => Ask::Set,
            0xa5 => Ask::Bulk { once: at_least_none(first), repeat: at_least_none(second) },
            _ => return None,
        };
        let bindings = expect(&mut pdu, SEQUENCE)?;
        let mut names = Vec::new();
        let mut rest = bindings;
        while !rest.is_empty() {
            let mut binding = expect(&mut rest, SEQUENCE)?;
            names.push(oid(&mut binding)?);
            take(&mut binding)?;
        }
        Some(Request { community, ask, id, names, bindings })
    }

    /// How many octets of bindings a response may hold.
    pub(crate) fn room(&self) -> usize {
        // Heads of message, PDU and bindings at their longest, version, id, status and index.
        let around = 4 + 3 + 4 + self.community.len() + 4 + 6 + 4 + 6 + 4;
        LONGEST.saturating_sub(around)
    }

    /// The response with these bindings; the index counts from 1, and 0 is no binding at all.
    pub(crate) fn response(&self, status: Status, index: usize, bindings: &[u8]) -> Vec<u8> {
        let mut pdu = Vec::with_capacity(bindings.len() + 20);
        put_integer(&mut pdu, self.id.into());
        put_integer(&mut pdu, status as i64);
        put_integer(&mut pdu, index as i64);
        put(&mut pdu, SEQUENCE, bindings);
        let mut head = vec![INTEGER, 1, V2C as u8];
        put(&mut head, OCTETS, self.community);
        put_head(&mut head, RESPONSE, pdu.len());
        let mut message = Vec::with_capacity(head.len() + pdu.len() + 4);
        put_head(&mut message, SEQUENCE, head.len() + pdu.len());
        message.extend(head);
        message.extend(pdu);
        message
    }
}

/// RFC 3416 §4.2.3: a negative number counts as zero.
fn at_least_none(number: i64) -> usize {
    usize::try_from(number.max(0)).unwrap_or(usize::MAX)
}

/// The error-status values of RFC 3416 §3 that are needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    NoError = 0,
    TooBig = 1,
    NoAccess = 6,
}
