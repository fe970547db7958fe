//! Writes BER (X.690) as SNMP needs it. snmp2 reads it; what it writes with is its own.

use super::oid::Oid;
use snmp2::asn1::{TYPE_INTEGER, TYPE_NULL, TYPE_OBJECTIDENTIFIER, TYPE_OCTETSTRING};

/// A tag, the length of its content, its content.
pub(super) fn put(out: &mut Vec<u8>, tag: u8, content: &[u8]) {
    out.push(tag);
    match content.len() {
        short @ 0..=0x7f => out.push(short as u8),
        long => {
            let bytes = long.to_be_bytes();
            let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
            out.push(0x80 | (bytes.len() - zeros) as u8);
            out.extend(bytes.iter().skip(zeros));
        }
    }
    out.extend_from_slice(content);
}

/// A tag around what `inside` writes.
pub(super) fn around(out: &mut Vec<u8>, tag: u8, inside: impl FnOnce(&mut Vec<u8>)) {
    let mut content = Vec::new();
    inside(&mut content);
    put(out, tag, &content);
}

pub(super) fn integer(out: &mut Vec<u8>, number: i64) {
    let bytes = number.to_be_bytes();
    // As short as it can be: a leading byte goes while the next one's top bit still tells the sign.
    let spare = bytes.windows(2).take_while(|pair| matches!(pair, [0, 0..=0x7f] | [0xff, 0x80..=0xff])).count();
    put(out, TYPE_INTEGER, bytes.get(spare..).unwrap_or(&bytes));
}

pub(super) fn octets(out: &mut Vec<u8>, bytes: &[u8]) {
    put(out, TYPE_OCTETSTRING, bytes);
}

pub(super) fn oid(out: &mut Vec<u8>, oid: &Oid) {
    put(out, TYPE_OBJECTIDENTIFIER, &oid.to_ber());
}

pub(super) fn null(out: &mut Vec<u8>) {
    put(out, TYPE_NULL, &[]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use snmp2::AsnReader;

    #[test]
    fn numbers_are_as_short_as_they_can_be_and_come_back() {
        for (number, length) in
            [(0, 1), (127, 1), (128, 2), (-1, 1), (-128, 1), (-129, 2), (65_507, 3), (i64::MAX, 8), (i64::MIN, 8)]
        {
            let mut bytes = Vec::new();
            integer(&mut bytes, number);
            assert_eq!(bytes.len(), 2 + length, "{number}");
            assert_eq!(AsnReader::from_bytes(&bytes).read_asn_integer(), Ok(number));
        }
    }

    #[test]
    fn lengths_of_any_size_come_back() {
        for length in [0, 127, 128, 255, 256, 65_536] {
            let mut bytes = Vec::new();
            octets(&mut bytes, &vec![7; length]);
            assert_eq!(AsnReader::from_bytes(&bytes).read_asn_octetstring().map(<[u8]>::len), Ok(length));
        }
    }
}
