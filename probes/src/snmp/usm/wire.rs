//! The messages of version 3 (RFC 3412 §6) with the parameters of the User-based Security Model (RFC 3414 §2.4): bytes in, parts out, and
//! back. Nothing here knows a key.

use crate::snmp::ber;
use crate::snmp::codec::Malformed;
use snmp2::AsnReader;
use snmp2::asn1::{TYPE_OCTETSTRING, TYPE_SEQUENCE};
use std::ops::Range;

/// msgSecurityModel of the User-based Security Model.
const USM: i64 = 3;

/// The largest answer that we take: what fits into one datagram.
const LARGEST: i64 = 65_507;

/// The parts of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Message<'b> {
    pub(super) id: i64,
    pub(super) flags: u8,
    pub(super) engine: &'b [u8],
    pub(super) boots: u32,
    pub(super) time: u32,
    pub(super) user: &'b [u8],
    pub(super) signature: &'b [u8],
    pub(super) salt: &'b [u8],
    pub(super) data: Data<'b>,
}

/// The content of the scoped PDU's sequence, or the encrypted bytes of the whole of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Data<'b> {
    Plain(&'b [u8]),
    Encrypted(&'b [u8]),
}

/// A message's parts, its extent, and where in it the signature stands.
pub(super) type Read<'b> = (Message<'b>, &'b [u8], Range<usize>);

/// Reads a message. Lengths, flags and the signature are not judged here, but that boots and time are numbers that the RFC allows is.
/// The sender's msgMaxSize limits what we may send, which is never much; so it is not looked at.
pub(super) fn read(bytes: &[u8]) -> Result<Read<'_>, Malformed> {
    let content = AsnReader::from_bytes(bytes).read_raw(TYPE_SEQUENCE)?;
    let mut message = AsnReader::from_bytes(content);
    if message.read_asn_integer()? != snmp2::Version::V3 as i64 {
        return Err(Malformed);
    }
    let mut header = AsnReader::from_bytes(message.read_raw(TYPE_SEQUENCE)?);
    let id = header.read_asn_integer()?;
    header.read_asn_integer()?;
    let &[flags] = header.read_asn_octetstring()? else { return Err(Malformed) };
    if header.read_asn_integer()? != USM {
        return Err(Malformed);
    }
    let parameters = message.read_asn_octetstring()?;
    let mut security = AsnReader::from_bytes(AsnReader::from_bytes(parameters).read_raw(TYPE_SEQUENCE)?);
    let engine = security.read_asn_octetstring()?;
    let boots = mark(security.read_asn_integer()?)?;
    let time = mark(security.read_asn_integer()?)?;
    let user = security.read_asn_octetstring()?;
    let signature = security.read_asn_octetstring()?;
    let salt = security.read_asn_octetstring()?;
    let data = match message.peek_byte()? {
        TYPE_OCTETSTRING => Data::Encrypted(message.read_asn_octetstring()?),
        _ => Data::Plain(message.read_raw(TYPE_SEQUENCE)?),
    };
    // What is signed is the message, not what may stand behind it in the datagram.
    let extent = bytes.get(..place(bytes, content)?.end).ok_or(Malformed)?;
    let place = place(extent, signature)?;
    Ok((Message { id, flags, engine, boots, time, user, signature, salt, data }, extent, place))
}

/// snmpEngineBoots and snmpEngineTime go from 0 to 2^31 - 1 (RFC 3414 §2.2).
fn mark(number: i64) -> Result<u32, Malformed> {
    i32::try_from(number).ok().and_then(|number| u32::try_from(number).ok()).ok_or(Malformed)
}

/// Where a part stands in the whole that it was cut from.
fn place(whole: &[u8], part: &[u8]) -> Result<Range<usize>, Malformed> {
    let from = (part.as_ptr() as usize).checked_sub(whole.as_ptr() as usize).ok_or(Malformed)?;
    let until = from.checked_add(part.len()).ok_or(Malformed)?;
    if until > whole.len() { Err(Malformed) } else { Ok(from..until) }
}

/// Writes a message; the signature stands in it as it is given, most often as zeros.
pub(super) fn write(message: &Message) -> Vec<u8> {
    let mut out = Vec::new();
    ber::around(&mut out, TYPE_SEQUENCE, |out| {
        ber::integer(out, snmp2::Version::V3 as i64);
        ber::around(out, TYPE_SEQUENCE, |header| {
            ber::integer(header, message.id);
            ber::integer(header, LARGEST);
            ber::octets(header, &[message.flags]);
            ber::integer(header, USM);
        });
        ber::around(out, TYPE_OCTETSTRING, |parameters| {
            ber::around(parameters, TYPE_SEQUENCE, |security| {
                ber::octets(security, message.engine);
                ber::integer(security, message.boots.into());
                ber::integer(security, message.time.into());
                ber::octets(security, message.user);
                ber::octets(security, message.signature);
                ber::octets(security, message.salt);
            });
        });
        match message.data {
            Data::Plain(content) => ber::put(out, TYPE_SEQUENCE, content),
            Data::Encrypted(bytes) => ber::octets(out, bytes),
        }
    });
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const MESSAGE: Message = Message {
        id: 77,
        flags: 7,
        engine: &[0x80, 0, 1, 2, 3],
        boots: 4,
        time: i32::MAX as u32,
        user: b"ro",
        signature: &[9; 24],
        salt: &[5; 8],
        data: Data::Encrypted(&[1, 2, 3]),
    };

    #[test]
    fn what_was_written_is_read_and_the_signature_is_found() {
        for data in [MESSAGE.data, Data::Plain(&[4, 0]), Data::Plain(&[7; 300])] {
            let message = Message { data, ..MESSAGE };
            let mut bytes = write(&message);
            let length = bytes.len();
            bytes.extend([0xaa; 10]);
            let (read, extent, place) = read(&bytes).expect("a message");
            assert_eq!(read, message);
            assert_eq!(extent.len(), length);
            assert_eq!(extent.get(place), Some(&[9; 24][..]));
        }
    }

    #[test]
    fn flags_of_no_byte_and_marks_beyond_the_rfc_are_malformed() {
        let bytes = write(&Message { boots: 1 << 31, ..MESSAGE });
        assert_eq!(read(&bytes), Err(Malformed));
        let good = write(&MESSAGE);
        let flags = good.windows(3).position(|bytes| bytes == [4, 1, 7]).expect("the flags");
        let mut bytes = good.clone();
        bytes[flags + 1] = 0;
        assert_eq!(read(&bytes), Err(Malformed));
        for length in 0..good.len() {
            assert_eq!(read(&good[..length]), Err(Malformed));
        }
    }
}
