//! The part of BER (X.690) that SNMP uses (RFC 3417 §8): definite lengths, one octet of tag.

pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const OCTETS: u8 = 0x04;
pub(crate) const OID: u8 = 0x06;
pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const COUNTER32: u8 = 0x41;
pub(crate) const GAUGE32: u8 = 0x42;
pub(crate) const TICKS: u8 = 0x43;
pub(crate) const COUNTER64: u8 = 0x46;

/// The longest object identifier (RFC 2578 §3.5).
const LONGEST_OID: usize = 128;

/// Takes one element off the front: its tag and its content. None where the bytes are no element.
pub(crate) fn take<'a>(bytes: &mut &'a [u8]) -> Option<(u8, &'a [u8])> {
    let (tag, rest) = bytes.split_first()?;
    let (first, mut rest) = rest.split_first()?;
    let mut length = usize::from(*first);
    if length >= 0x80 {
        let (octets, after) = rest.split_at_checked(length & 0x7f)?;
        if octets.is_empty() || octets.len() > 4 {
            return None;
        }
        length = octets.iter().fold(0, |length, octet| length << 8 | usize::from(*octet));
        rest = after;
    }
    let (content, after) = rest.split_at_checked(length)?;
    *bytes = after;
    Some((*tag, content))
}

/// Takes an element of this tag off the front.
pub(crate) fn expect<'a>(bytes: &mut &'a [u8], tag: u8) -> Option<&'a [u8]> {
    take(bytes).filter(|(found, _)| *found == tag).map(|(_, content)| content)
}

/// Takes an INTEGER of at most 64 bits off the front.
pub(crate) fn integer(bytes: &mut &[u8]) -> Option<i64> {
    let content = expect(bytes, INTEGER)?;
    let first = *content.first()?;
    if content.len() > 8 {
        return None;
    }
    let sign = if first >= 0x80 { -1 } else { 0 };
    Some(content.iter().fold(sign, |value, octet| value << 8 | i64::from(*octet)))
}

/// Takes an OBJECT IDENTIFIER off the front.
pub(crate) fn oid(bytes: &mut &[u8]) -> Option<Vec<u32>> {
    let content = expect(bytes, OID)?;
    let mut parts = Vec::with_capacity(content.len() + 1);
    let (mut part, mut open) = (0u32, false);
    for octet in content {
        if part > u32::MAX >> 7 {
            return None;
        }
        part = part << 7 | u32::from(octet & 0x7f);
        open = octet & 0x80 != 0;
        if open {
            continue;
        }
        if parts.is_empty() {
            // The first two parts share a number.
            let first = (part / 40).min(2);
            parts.push(first);
            part -= 40 * first;
        }
        parts.push(part);
        part = 0;
    }
    (!open && !parts.is_empty() && parts.len() <= LONGEST_OID).then_some(parts)
}

/// Writes an element.
pub(crate) fn put(out: &mut Vec<u8>, tag: u8, content: &[u8]) {
    put_head(out, tag, content.len());
    out.extend_from_slice(content);
}

/// Writes an element's tag and length; its content follows.
pub(crate) fn put_head(out: &mut Vec<u8>, tag: u8, length: usize) {
    out.push(tag);
    let octets = length.to_be_bytes();
    if length < 0x80 {
        out.push(length as u8);
    } else {
        let significant = &octets[length.leading_zeros() as usize / 8..];
        out.push(0x80 | significant.len() as u8);
        out.extend_from_slice(significant);
    }
}

/// Writes a signed number in as few octets as it needs.
pub(crate) fn put_integer(out: &mut Vec<u8>, value: i64) {
    let octets = value.to_be_bytes();
    // An octet is not needed if the next one still shows the sign.
    let spare = octets.windows(2).take_while(|pair| matches!((pair[0], pair[1] >> 7), (0, 0) | (0xff, 1))).count();
    put(out, INTEGER, &octets[spare..]);
}

/// Writes an unsigned number in as few octets as it needs, with a zero before it where it would look negative.
pub(crate) fn put_unsigned(out: &mut Vec<u8>, tag: u8, value: u64) {
    let mut octets = [0; 9];
    octets[1..].copy_from_slice(&value.to_be_bytes());
    let spare = octets.windows(2).take_while(|pair| pair[0] == 0 && pair[1] < 0x80).count();
    put(out, tag, &octets[spare..]);
}

/// Writes an object identifier of at least two parts.
pub(crate) fn put_oid(out: &mut Vec<u8>, parts: &[u32]) {
    let mut content = Vec::with_capacity(parts.len() + 4);
    if let [first, second, rest @ ..] = parts {
        put_part(&mut content, u64::from(*first) * 40 + u64::from(*second));
        rest.iter().for_each(|part| put_part(&mut content, u64::from(*part)));
    }
    put(out, OID, &content);
}

fn put_part(out: &mut Vec<u8>, part: u64) {
    let groups = (64 - part.leading_zeros()).div_ceil(7).max(1);
    for group in (0..groups).rev() {
        let more = if group > 0 { 0x80 } else { 0 };
        out.push((part >> (7 * group)) as u8 & 0x7f | more);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_survive_in_their_shortest_form() {
        for (value, wanted) in [
            (0, &[2, 1, 0][..]),
            (127, &[2, 1, 127]),
            (128, &[2, 2, 0, 128]),
            (-1, &[2, 1, 255]),
            (-128, &[2, 1, 128]),
            (-129, &[2, 2, 255, 127]),
            (i64::MIN, &[2, 8, 128, 0, 0, 0, 0, 0, 0, 0]),
        ] {
            let mut out = Vec::new();
            put_integer(&mut out, value);
            assert_eq!(out, wanted, "{value}");
            assert_eq!(integer(&mut &out[..]), Some(value));
        }
    }

    #[test]
    fn unsigned_numbers_never_look_negative() {
        for (value, wanted) in [
            (0, &[0x46, 1, 0][..]),
            (0xff, &[0x46, 2, 0, 0xff]),
            (1 << 31, &[0x46, 5, 0, 0x80, 0, 0, 0]),
            (u64::MAX, &[0x46, 9, 0, 255, 255, 255, 255, 255, 255, 255, 255]),
        ] {
            let mut out = Vec::new();
            put_unsigned(&mut out, COUNTER64, value);
            assert_eq!(out, wanted, "{value}");
        }
    }

    #[test]
    fn object_identifiers_survive() {
        for parts in [&[0, 0][..], &[1, 3, 6, 1, 4, 1, 32473, 1], &[2, 999, 3], &[1, 39, 127, 128, u32::MAX]] {
            let mut out = Vec::new();
            put_oid(&mut out, parts);
            assert_eq!(oid(&mut &out[..]).as_deref(), Some(parts));
        }
    }

    #[test]
    fn lengths_are_long_where_they_must_be() {
        for length in [0, 127, 128, 255, 256, 65_536] {
            let mut out = Vec::new();
            put(&mut out, OCTETS, &vec![7; length]);
            let mut rest = &out[..];
            assert_eq!(take(&mut rest).map(|(tag, content)| (tag, content.len())), Some((OCTETS, length)));
            assert!(rest.is_empty());
        }
    }

    #[test]
    fn what_is_no_element_is_none() {
        for bytes in [
            &[][..],
            &[2],
            &[2, 2, 1],
            &[2, 0x80],
            &[2, 0x85, 0, 0, 0, 0, 1, 1],
            &[2, 0x84, 255, 255, 255, 255],
            &[2, 0x82, 1],
        ] {
            assert_eq!(take(&mut &bytes[..]), None, "{bytes:?}");
        }
        assert_eq!(integer(&mut &[2, 0][..]), None);
        assert_eq!(oid(&mut &[6, 0][..]), None);
        assert_eq!(oid(&mut &[6, 2, 43, 0x86][..]), None, "cut within a part");
        assert_eq!(oid(&mut &[6, 6, 43, 0x9f, 255, 255, 255, 127][..]), None, "a part of more than 32 bits");
    }
}
