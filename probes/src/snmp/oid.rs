//! Object identifiers: their numbers, their order, their bytes.

use std::fmt;

/// An object identifier. The order is that of a walk: number by number (RFC 3416 §4.2.2).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Oid(Vec<u32>);

/// RFC 2578 §3.5 allows so many numbers.
const LONGEST: usize = 128;

impl Oid {
    pub(super) fn new(numbers: &[u32]) -> Oid {
        Oid(numbers.to_vec())
    }

    /// This identifier and further numbers behind it.
    #[cfg(test)]
    pub(super) fn child(&self, numbers: &[u32]) -> Oid {
        Oid([&self.0, numbers].concat())
    }

    /// The numbers behind `parent`, where it is one.
    pub(super) fn below(&self, parent: &Oid) -> Option<&[u32]> {
        self.0.strip_prefix(parent.0.as_slice()).filter(|rest| !rest.is_empty())
    }

    /// Reads the content of a BER OBJECT IDENTIFIER (X.690 §8.19); nothing where it is empty, cut, too long, or holds a number above
    /// 2^32 - 1.
    pub(super) fn from_ber(bytes: &[u8]) -> Option<Oid> {
        let mut numbers = Vec::with_capacity(bytes.len() + 1);
        let mut number: u32 = 0;
        let mut open = true;
        for byte in bytes {
            number = number.checked_mul(128)? | u32::from(byte & 0x7f);
            open = byte & 0x80 != 0;
            if !open {
                match numbers.len() {
                    0 => numbers.extend([(number / 40).min(2), number - 40 * (number / 40).min(2)]),
                    _ => numbers.push(number),
                }
                number = 0;
            }
        }
        (!open && numbers.len() <= LONGEST).then_some(Oid(numbers))
    }

    /// The content of a BER OBJECT IDENTIFIER.
    pub(super) fn to_ber(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.0.len() + 4);
        let (first, rest) = match self.0.as_slice() {
            [first, second, rest @ ..] => (first.saturating_mul(40).saturating_add(*second), rest),
            [first] => (first.saturating_mul(40), &[][..]),
            [] => (0, &[][..]),
        };
        for number in std::iter::once(&first).chain(rest) {
            for shift in [28, 21, 14, 7] {
                if number >> shift != 0 {
                    bytes.push(0x80 | (number >> shift) as u8);
                }
            }
            bytes.push((number & 0x7f) as u8);
        }
        bytes
    }
}

/// `1.3.6.1.2.1.1.3.0`.
impl fmt::Display for Oid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, number) in self.0.iter().enumerate() {
            write!(f, "{}{number}", if at > 0 { "." } else { "" })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_and_numbers_are_the_same_thing() {
        for (numbers, bytes) in [
            (&[1, 3, 6, 1, 2, 1][..], &[0x2b, 6, 1, 2, 1][..]),
            (&[1, 3, 127, 128, 16_384], &[0x2b, 0x7f, 0x81, 0, 0x81, 0x80, 0]),
            (&[1, 3, u32::MAX], &[0x2b, 0x8f, 0xff, 0xff, 0xff, 0x7f]),
            (&[2, 999, 3], &[0x88, 0x37, 3]),
            (&[0, 0], &[0]),
        ] {
            assert_eq!(Oid::from_ber(bytes), Some(Oid::new(numbers)));
            assert_eq!(Oid::new(numbers).to_ber(), bytes);
        }
    }

    #[test]
    fn what_is_no_identifier_is_nothing() {
        for bytes in [&[][..], &[0x2b, 0x80], &[0x2b, 0x90, 0x80, 0x80, 0x80, 0], &[1; 200]] {
            assert_eq!(Oid::from_ber(bytes), None, "{bytes:?}");
        }
    }

    #[test]
    fn order_and_descent_are_those_of_a_walk() {
        let table = Oid::new(&[1, 3, 6]);
        assert_eq!(table.child(&[2, 10]).below(&table), Some(&[2, 10][..]));
        assert_eq!(table.below(&table), None);
        assert!(table.child(&[2]) < table.child(&[10]) && table < table.child(&[0]));
    }
}
