//! SNMP's protocol data units (RFC 3416) and the messages of version 2c around them (RFC 1901): bytes in, records out.
//!
//! Values are read with snmp2's `AsnReader`, one at a time: its iterator over a whole list ends without a word at the first value that
//! it cannot read, and what stands behind is lost.

use super::ber;
use super::oid::Oid;
use snmp2::asn1::{TYPE_OCTETSTRING, TYPE_SEQUENCE};
use snmp2::{AsnReader, snmp};

/// What is asked of a device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ask {
    /// These objects.
    Get(Vec<Oid>),
    /// The objects behind each of these, so many of each.
    Bulk(Vec<Oid>, u32),
}

/// Response or Report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    /// A Report speaks of the message, not of what was asked (RFC 3412 §7.1).
    pub(super) report: bool,
    pub(super) id: i64,
    pub(super) error: i64,
    /// Which of the objects asked for the error is about, from 1; 0 for none.
    pub(super) index: i64,
    pub(super) binds: Vec<Bind>,
    /// Whether the list could not be read to its end.
    pub(super) cut: bool,
}

/// An object's name and value. A name or value that cannot be read keeps its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Bind {
    pub(super) oid: Option<Oid>,
    pub(super) value: Value,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value {
    Integer(i64),
    Octets(Vec<u8>),
    Oid(Oid),
    Counter32(u32),
    Counter64(u64),
    Unsigned(u32),
    Ticks(u32),
    /// A type that no module here reads: IpAddress, Opaque, null.
    Other,
    /// noSuchObject or noSuchInstance.
    Missing,
    /// endOfMibView.
    End,
    /// Of no known type, or broken.
    Unreadable,
}

impl Value {
    /// A count or another number that is never negative.
    pub(super) fn unsigned(&self) -> Option<u64> {
        match self {
            Value::Integer(number) => u64::try_from(*number).ok(),
            Value::Counter32(number) | Value::Unsigned(number) | Value::Ticks(number) => Some(u64::from(*number)),
            Value::Counter64(number) => Some(*number),
            _ => None,
        }
    }

    /// Whether the device has the object and it could be read.
    pub(super) fn is_there(&self) -> bool {
        !matches!(self, Value::Missing | Value::End | Value::Unreadable)
    }
}

/// Why bytes are no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Malformed;

impl From<snmp2::Error> for Malformed {
    fn from(_: snmp2::Error) -> Malformed {
        Malformed
    }
}

/// The bytes of a request's protocol data unit.
pub(super) fn request(ask: &Ask, id: i32) -> Vec<u8> {
    let (tag, oids, repetitions) = match ask {
        Ask::Get(oids) => (snmp::MSG_GET, oids, 0),
        Ask::Bulk(oids, repetitions) => (snmp::MSG_GET_BULK, oids, *repetitions),
    };
    let mut out = Vec::new();
    ber::around(&mut out, tag, |pdu| {
        ber::integer(pdu, id.into());
        ber::integer(pdu, 0); // error-status, or non-repeaters
        ber::integer(pdu, repetitions.into()); // error-index, or max-repetitions
        ber::around(pdu, TYPE_SEQUENCE, |list| {
            for oid in oids {
                ber::around(list, TYPE_SEQUENCE, |bind| {
                    ber::oid(bind, oid);
                    ber::null(bind);
                });
            }
        });
    });
    out
}

/// The bytes of a message of version 2c.
pub(super) fn seal(pdu: &[u8], community: &str) -> Vec<u8> {
    let mut out = Vec::new();
    ber::around(&mut out, TYPE_SEQUENCE, |message| {
        ber::integer(message, snmp2::Version::V2C as i64);
        ber::octets(message, community.as_bytes());
        message.extend_from_slice(pdu);
    });
    out
}

/// The answer in a message of version 2c. The community of an answer is not compared: some agents answer with another (`public@1`), and
/// what ties an answer to its request is the number and the connected socket.
pub(super) fn open(bytes: &[u8]) -> Result<Answer, Malformed> {
    let content = AsnReader::from_bytes(bytes).read_raw(TYPE_SEQUENCE)?;
    let mut message = AsnReader::from_bytes(content);
    if message.read_asn_integer()? != snmp2::Version::V2C as i64 {
        return Err(Malformed);
    }
    message.read_raw(TYPE_OCTETSTRING)?;
    answer(&mut message)
}

/// The protocol data unit that comes next.
pub(super) fn answer(message: &mut AsnReader) -> Result<Answer, Malformed> {
    let tag = message.peek_byte()?;
    if tag != snmp::MSG_RESPONSE && tag != snmp::MSG_REPORT {
        return Err(Malformed);
    }
    let mut pdu = AsnReader::from_bytes(message.read_raw(tag)?);
    let (id, error, index) = (pdu.read_asn_integer()?, pdu.read_asn_integer()?, pdu.read_asn_integer()?);
    let mut list = AsnReader::from_bytes(pdu.read_raw(TYPE_SEQUENCE)?);
    let mut binds = Vec::new();
    let mut cut = false;
    while list.bytes_left() > 0 {
        match list.read_raw(TYPE_SEQUENCE) {
            Ok(content) => binds.push(bind(content)),
            Err(_) => {
                cut = true;
                break;
            }
        }
    }
    Ok(Answer { report: tag == snmp::MSG_REPORT, id, error, index, binds, cut })
}

fn bind(content: &[u8]) -> Bind {
    let mut content = AsnReader::from_bytes(content);
    let oid = content.read_asn_objectidentifier().ok().and_then(|oid| Oid::from_ber(oid.as_bytes()));
    let value = match content.next() {
        Some(snmp2::Value::Integer(number)) => Value::Integer(number),
        Some(snmp2::Value::OctetString(bytes)) => Value::Octets(bytes.to_vec()),
        Some(snmp2::Value::ObjectIdentifier(oid)) => {
            Oid::from_ber(oid.as_bytes()).map_or(Value::Unreadable, Value::Oid)
        }
        Some(snmp2::Value::Counter32(number)) => Value::Counter32(number),
        Some(snmp2::Value::Counter64(number)) => Value::Counter64(number),
        Some(snmp2::Value::Unsigned32(number)) => Value::Unsigned(number),
        Some(snmp2::Value::Timeticks(number)) => Value::Ticks(number),
        Some(snmp2::Value::Null | snmp2::Value::IpAddress(_) | snmp2::Value::Opaque(_)) => Value::Other,
        Some(snmp2::Value::NoSuchObject | snmp2::Value::NoSuchInstance) => Value::Missing,
        Some(snmp2::Value::EndOfMibView) => Value::End,
        _ => Value::Unreadable,
    };
    Bind { oid, value }
}

/// Error status: the answer would not fit.
pub(super) const TOO_BIG: i64 = 1;
/// Error status: not for you.
pub(super) const NO_ACCESS: i64 = 6;
/// Error status: not for you, in the words of version 3's access control.
pub(super) const AUTHORIZATION_ERROR: i64 = 16;

/// The names of those that agents do send to requests that only read (RFC 3416 §3).
pub(super) fn error_name(status: i64) -> String {
    match status {
        TOO_BIG => "tooBig".to_owned(),
        2 => "noSuchName".to_owned(),
        5 => "genErr".to_owned(),
        NO_ACCESS => "noAccess".to_owned(),
        13 => "resourceUnavailable".to_owned(),
        AUTHORIZATION_ERROR => "authorizationError".to_owned(),
        other => format!("error {other}"),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A Response with these objects, each given as its bytes.
    pub(in crate::snmp) fn response(id: i32, error: i64, index: i64, binds: &[(Oid, &[u8])]) -> Vec<u8> {
        let mut out = Vec::new();
        ber::around(&mut out, snmp::MSG_RESPONSE, |pdu| {
            ber::integer(pdu, id.into());
            ber::integer(pdu, error);
            ber::integer(pdu, index);
            ber::around(pdu, TYPE_SEQUENCE, |list| {
                for (oid, value) in binds {
                    ber::around(list, TYPE_SEQUENCE, |bind| {
                        ber::oid(bind, oid);
                        bind.extend_from_slice(value);
                    });
                }
            });
        });
        out
    }

    #[test]
    fn a_request_is_what_other_programs_send() {
        let ask = Ask::Bulk(vec![Oid::new(&[1, 3, 6, 1, 2, 1, 2, 2, 1, 2])], 25);
        let wanted = [
            0x30, 0x2a, 2, 1, 1, 4, 6, b'p', b'u', b'b', b'l', b'i', b'c', 0xa5, 0x1d, 2, 4, 0x12, 0x34, 0x56, 0x78, 2,
            1, 0, 2, 1, 25, 0x30, 15, 0x30, 13, 6, 9, 0x2b, 6, 1, 2, 1, 2, 2, 1, 2, 5, 0,
        ];
        assert_eq!(seal(&request(&ask, 0x1234_5678), "public"), wanted);
    }

    #[test]
    fn a_value_that_cannot_be_read_costs_no_other() {
        let oid = |number| Oid::new(&[1, 3, 6, number]);
        let values: [&[u8]; 8] = [
            &[0x41, 0],                                                    // a Counter32 of no length
            &[0x41, 1, 7],                                                 // a good one
            &[0x9f, 0x78, 4, 0, 0, 0, 0],                                  // a tag that SNMP does not know
            &[0x46, 9, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], // Counter64, all ones
            &[],                                                           // no value at all
            &[0x80, 0],
            &[0x82, 0],
            &[0x41, 4, 0xff, 0xff, 0xff, 0xff], // a Counter32 without its leading zero
        ];
        let binds: Vec<_> = values.iter().zip(1..).map(|(value, number)| (oid(number), *value)).collect();
        let answer = open(&seal(&response(7, 0, 0, &binds), "public")).expect("an answer");
        assert_eq!(answer.id, 7);
        assert!(!answer.cut && !answer.report);
        assert!(answer.binds.iter().zip(1..).all(|(bind, number)| bind.oid == Some(oid(number))));
        let values: Vec<_> = answer.binds.into_iter().map(|bind| bind.value).collect();
        use Value::{Counter32, Counter64, End, Missing, Unreadable};
        let wanted =
            [Unreadable, Counter32(7), Unreadable, Counter64(u64::MAX), Unreadable, Missing, End, Counter32(u32::MAX)];
        assert_eq!(values, wanted);
    }

    #[test]
    fn a_list_that_breaks_off_says_so() {
        let mut pdu = response(7, 0, 0, &[(Oid::new(&[1, 3]), &[5, 0]), (Oid::new(&[1, 3]), &[5, 0])]);
        let length = pdu.len() - 6;
        assert_eq!(pdu[length], 5, "the length of the second object");
        pdu[length] = 6;
        let answer = open(&seal(&pdu, "public")).expect("an answer");
        assert!(answer.cut && answer.binds.len() == 1);
    }

    #[test]
    fn what_is_no_answer_is_malformed() {
        let ask = request(&Ask::Get(vec![Oid::new(&[1, 3])]), 1);
        for bytes in [&[][..], &[0x30], &[0x30, 0x84, 0xff, 0xff, 0xff, 0xff], &seal(&ask, "public"), &ask] {
            assert_eq!(open(bytes), Err(Malformed));
        }
    }
}
