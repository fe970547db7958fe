//! Numbers as people read them: three digits that count, a prefix, a unit. `1.5 Gbit/s`, `41 %`, `42 d`.

use serde::Deserialize;
use std::fmt;

/// Which prefixes bits and bytes carry.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Prefixes {
    /// Powers of 1000: k, M, G.
    #[default]
    Si,
    /// Powers of 1024: Ki, Mi, Gi (IEC 80000-13). Only for bits and bytes: nobody counts packets so.
    Iec,
}

/// A figure and what stands behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Quantity {
    /// The digits.
    pub(crate) figure: String,
    /// The prefix alone, such as `M`.
    pub(crate) prefix: &'static str,
    /// The unit without its prefix; empty for a bare number.
    pub(crate) base: String,
}

impl Quantity {
    /// The unit with its prefix: `Mbit/s`.
    pub(crate) fn unit(&self) -> String {
        format!("{}{}", self.prefix, self.base)
    }

    /// As it stands in a column: a figure with a prefix keeps its three digits, so that those below each other compare. `34.0 Mbit/s`.
    pub(crate) fn aligned(mut self) -> String {
        let digits = self.figure.chars().filter(char::is_ascii_digit).count();
        if !self.prefix.is_empty() && digits < 3 {
            self.figure += if self.figure.contains('.') { "" } else { "." };
            self.figure += &"0".repeat(3 - digits);
        }
        self.to_string()
    }

    /// The figure with the prefix alone, as the ticks of an axis show it: `250 M`.
    pub(crate) fn short(&self) -> String {
        // Of a length of time the unit says how much it is.
        if matches!(self.base.as_str(), "min" | "h" | "d") {
            return self.to_string();
        }
        if self.prefix.is_empty() { self.figure.clone() } else { format!("{} {}", self.figure, self.prefix) }
    }
}

/// `412 Mbit/s`.
impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.figure)?;
        if !self.prefix.is_empty() || !self.base.is_empty() {
            write!(f, " {}{}", self.prefix, self.base)?;
        }
        Ok(())
    }
}

/// The unit in which values of `unit` are shown, and the factor that brings them there: octet rates are shown as bit/s.
pub(crate) fn shown(unit: &str) -> (f64, &str) {
    match unit {
        "octet/s" | "octets/s" | "byte/s" | "bytes/s" | "B/s" => (8.0, "bit/s"),
        "octet" | "octets" | "byte" | "bytes" => (1.0, "B"),
        "ms" => (1e-3, "s"),
        "cs" => (1e-2, "s"),
        "percent" => (1.0, "%"),
        "celsius" | "degC" | "Cel" => (1.0, "°C"),
        other => (1.0, other),
    }
}

/// The number by which the prefixes of this (shown) unit differ.
pub(crate) fn base_of(unit: &str, prefixes: Prefixes) -> f64 {
    let binary = unit == "B" || unit == "bit" || unit.starts_with("bit/") || unit.starts_with("B/");
    if binary && prefixes == Prefixes::Iec { 1024.0 } else { 1000.0 }
}

const SI: [&str; 7] = ["", "k", "M", "G", "T", "P", "E"];
const IEC: [&str; 7] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const SMALL: [&str; 4] = ["", "m", "µ", "n"];

/// A value of a shown unit as people read it.
pub(crate) fn quantity(value: f64, unit: &str, prefixes: Prefixes) -> Quantity {
    let plain = |figure, prefix| Quantity { figure, prefix, base: unit.to_owned() };
    match unit {
        "s" => return seconds(value),
        "%" | "°C" | "dBm" | "dB" | "rpm" => return plain(digits(value), ""),
        "" if value.abs() < 100_000.0 => return plain(grouped(value), ""),
        _ => {}
    }
    let base = base_of(unit, prefixes);
    let names = if base == 1024.0 { &IEC } else { &SI };
    let (mut scaled, mut at) = (value, 0);
    // 999.6 is written as 1000, which is better written as 1 of the next prefix.
    while rounded(scaled).abs() >= base.min(1000.0) && at + 1 < names.len() {
        scaled /= base;
        at += 1;
    }
    plain(digits(scaled), names[at])
}

/// A length of time by its largest unit, and the next one where that is small: `12 ms`, `42 s`, `28 min`, `1 h 45 min`, `42 d`.
fn seconds(value: f64) -> Quantity {
    let made = |figure, prefix, base: &str| Quantity { figure, prefix, base: base.to_owned() };
    let size = value.abs();
    if size > 0.0 && size < 1.0 {
        let (mut scaled, mut at) = (value, 0);
        while rounded(scaled).abs() < 1.0 && at + 1 < SMALL.len() {
            scaled *= 1000.0;
            at += 1;
        }
        return made(digits(scaled), SMALL[at], "s");
    }
    // From which number of one the other no longer matters.
    for (length, least, name, part, small, most) in [
        (86_400.0, 2.0, "d", 3_600.0, "h", 7.0),
        (3_600.0, 1.0, "h", 60.0, "min", 24.0),
        (60.0, 1.0, "min", 1.0, "s", 5.0),
    ] {
        if size < length * least {
            continue;
        }
        let rest = ((size % length) / part).trunc();
        let whole = signed((value / length).trunc(), 0);
        return match rest >= 1.0 && size < length * most {
            true => made(format!("{whole} {name} {rest}"), "", small),
            false => made(whole, "", name),
        };
    }
    made(digits(value), "", "s")
}

/// The value with as many decimals as three digits leave.
fn rounded(value: f64) -> f64 {
    let factor = 10f64.powi(decimals(value) as i32);
    (value * factor).round() / factor
}

fn decimals(value: f64) -> usize {
    match value.abs() {
        size if size >= 100.0 => 0,
        size if size >= 10.0 => 1,
        size if size >= 1.0 => 2,
        _ => 3,
    }
}

/// Three digits that count, without trailing zeros.
pub(crate) fn digits(value: f64) -> String {
    signed(value, decimals(rounded(value)))
}

fn signed(value: f64, decimals: usize) -> String {
    if value.abs() >= 1e9 {
        return format!("{value:.1e}");
    }
    let text = format!("{:.decimals$}", value.abs());
    let text = if decimals > 0 { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if value < 0.0 && text != "0" { format!("−{text}") } else { text.to_owned() }
}

/// A bare count: whole numbers in full, with a thin gap before the thousands.
fn grouped(value: f64) -> String {
    if value.abs() < 1000.0 {
        return digits(value);
    }
    let text = signed(value, 0);
    let (head, tail) = text.split_at(text.len() - 3);
    format!("{head}\u{2009}{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn si(value: f64, unit: &str) -> String {
        quantity(value, unit, Prefixes::Si).to_string()
    }

    #[test]
    fn numbers_carry_their_prefix_and_never_a_b_for_billion() {
        for (value, unit, wanted) in [
            (1.5e9, "bit/s", "1.5 Gbit/s"),
            (412e6, "bit/s", "412 Mbit/s"),
            (999_600.0, "bit/s", "1 Mbit/s"),
            (0.0, "bit/s", "0 bit/s"),
            (0.25, "bit/s", "0.25 bit/s"),
            (1.5e9, "B", "1.5 GB"),
            (12_345.0, "packet/s", "12.3 kpacket/s"),
            (41.26, "%", "41.3 %"),
            (100.0, "%", "100 %"),
            (-3.5, "dBm", "−3.5 dBm"),
            (46.5, "°C", "46.5 °C"),
            (7.0, "", "7"),
            (12_345.0, "", "12\u{2009}345"),
            (2.5e6, "", "2.5 M"),
            (f64::MAX, "bit/s", "1.8e290 Ebit/s"),
        ] {
            assert_eq!(si(value, unit), wanted);
        }
    }

    #[test]
    fn lengths_of_time_are_said_by_their_largest_unit() {
        for (value, wanted) in [
            (0.0, "0 s"),
            (0.0123, "12.3 ms"),
            (0.000_02, "20 µs"),
            (42.0, "42 s"),
            (1_700.0, "28 min"),
            (90.0, "1 min 30 s"),
            (3.0 * 3600.0, "3 h"),
            (1.75 * 3600.0, "1 h 45 min"),
            (5.5 * 86_400.0, "5 d 12 h"),
            (47.0 * 3600.0, "47 h"),
            (42.5 * 86_400.0, "42 d"),
        ] {
            assert_eq!(si(value, "s"), wanted);
        }
    }

    #[test]
    fn figures_in_a_column_keep_their_digits() {
        for (value, wanted) in [
            (34e6, "34.0 Mbit/s"),
            (1e9, "1.00 Gbit/s"),
            (1.5e9, "1.50 Gbit/s"),
            (412e6, "412 Mbit/s"),
            (-2e3, "−2.00 kbit/s"),
            (7.0, "7 bit/s"),
            (0.0, "0 bit/s"),
        ] {
            assert_eq!(quantity(value, "bit/s", Prefixes::Si).aligned(), wanted);
        }
        assert_eq!(quantity(3.0 * 3600.0, "s", Prefixes::Si).short(), "3 h");
    }

    #[test]
    fn iec_prefixes_are_for_bits_and_bytes_alone() {
        let iec = |value, unit| quantity(value, unit, Prefixes::Iec).to_string();
        assert_eq!(iec(1.5 * 1073741824.0, "B"), "1.5 GiB");
        assert_eq!(iec(1.5 * 1048576.0, "bit/s"), "1.5 Mibit/s");
        assert_eq!(iec(1000.0, "B"), "0.977 KiB");
        assert_eq!(iec(2000.0, "packet/s"), "2 kpacket/s");
    }

    #[test]
    fn octet_rates_are_shown_as_bits() {
        assert_eq!(shown("octet/s"), (8.0, "bit/s"));
        assert_eq!(shown("octet"), (1.0, "B"));
        assert_eq!(shown("packet/s"), (1.0, "packet/s"));
    }
}
