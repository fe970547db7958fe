//! Pictures as SVG, drawn without a browser: scales, ticks, paths, sparklines, charts. Colours come from classes alone.

pub(crate) mod chart;
pub(crate) mod path;
pub(crate) mod picture;
pub(crate) mod scale;
pub(crate) mod spark;
pub(crate) mod thin;
pub(crate) mod ticks;
pub(crate) mod weigh;

/// Text as it may stand between tags and in quoted attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            // XML 1.0 has no way to write the other control characters.
            control if control.is_control() => escaped.push(' '),
            other => escaped.push(other),
        }
    }
    escaped
}

/// A coordinate with at most `decimals` decimals and no needless zeros.
pub(crate) fn coordinate(value: f64, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    let text = if decimals > 0 { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// The class that colours the line of this role, or the line at this place where it has none.
pub(crate) fn tone(role: Option<model::Role>, at: usize) -> &'static str {
    const OTHERS: [&str; 6] = ["in", "out", "c3", "c4", "c5", "c6"];
    match role {
        Some(model::Role::In) => "in",
        Some(model::Role::Out) => "out",
        None => OTHERS[at % OTHERS.len()],
    }
}
