//! Text from devices and guests, as it may be shown.

/// The text without what would steer a terminal or turn the reading direction: control characters become one space, direction marks and overrides
/// (Unicode's bidirectional formatting, UAX #9) are left out.
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {}
            character if !character.is_control() => plain.push(character),
            _ if plain.is_empty() || plain.ends_with(' ') => {}
            _ => plain.push(' '),
        }
    }
    plain.truncate(plain.trim_end().len());
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_steers_the_reader() {
        for (text, wanted) in [
            ("uplink to R2", "uplink to R2"),
            ("two\r\nlines\0\0", "two lines"),
            ("\u{1b}[2Jgone", "[2Jgone"),
            ("a\u{202e}b\u{2066}c", "abc"),
            ("Größe µ", "Größe µ"),
        ] {
            assert_eq!(plain(text), wanted);
        }
    }
}
