//! Text as devices send it.

use model::plain;

/// The text without the NULs and white space that stand at its ends, and without control characters but line feeds and tabs; what is not
/// UTF-8 is replaced.
pub(super) fn of(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let mut text = text.trim_matches(|character: char| character == '\0' || character.is_whitespace()).to_owned();
    text.retain(|character| !character.is_control() || matches!(character, '\n' | '\r' | '\t'));
    text
}

/// The longest name, in characters: a DisplayString has 255 at most (RFC 2579).
const LONGEST_NAME: usize = 255;

/// The text of a name: one line, without control characters, so that it can stand in a label.
pub(super) fn name(bytes: &[u8]) -> String {
    plain(&of(bytes)).chars().take(LONGEST_NAME).collect()
}

/// A physical address: `00:1d:aa:94:30:04`.
pub(super) fn physical_address(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(":")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn padding_goes_and_what_is_no_text_is_replaced() {
        assert_eq!(of(b"eth0\0\0\0"), "eth0");
        assert_eq!(of(b" a router\r\nwith two lines \n"), "a router\r\nwith two lines");
        assert_eq!(of(b"Cisco \xdaTech"), "Cisco \u{fffd}Tech");
        assert_eq!(of(b"\0\0"), "");
    }

    #[test]
    fn a_name_is_one_line() {
        assert_eq!(name(b"Software Loopback\nInterface 1\0"), "Software Loopback Interface 1");
        assert_eq!(name(b"\0\x08=\x12\0"), "=");
        assert_eq!(name(b"Gi 0/1"), "Gi 0/1");
    }

    #[test]
    fn addresses_have_colons() {
        assert_eq!(physical_address(&[0, 0x1d, 0xaa]), "00:1d:aa");
        assert_eq!(physical_address(&[]), "");
    }
}
