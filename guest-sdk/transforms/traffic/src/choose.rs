//! What the settings mean, and what to say when they mean nothing.

use crate::interface::Interface;
use lightship_guest::{Failure, devices};

/// More interfaces than these are a mistake in a pattern, not a page that somebody reads.
const MOST: usize = 24;

/// How many the ranking has.
pub(crate) fn top(number: f64) -> Result<usize, Failure> {
    if number.fract() == 0.0 && (1.0..=100.0).contains(&number) {
        return Ok(number as usize);
    }
    Err(Failure::new(format!("settings.top is {number}; write a whole number from 1 to 100")))
}

/// The interfaces of the devices that one of the patterns means; all where there is no pattern.
pub(crate) fn of_devices(interfaces: Vec<Interface>, wanted: &[String]) -> Result<Vec<Interface>, Failure> {
    if wanted.is_empty() {
        return Ok(interfaces);
    }
    let mut names: Vec<String> = devices::all().into_iter().map(|device| device.name).collect();
    names.extend(interfaces.iter().map(|interface| interface.device.clone()));
    names.sort();
    names.dedup();
    for pattern in wanted {
        if !names.is_empty() && !names.iter().any(|name| matches(pattern, name)) {
            return Err(nothing("device", "device", pattern, &names));
        }
    }
    Ok(interfaces.into_iter().filter(|known| wanted.iter().any(|glob| matches(glob, &known.device))).collect())
}

/// The interfaces that the patterns mean, in the order of the patterns.
pub(crate) fn interfaces<'i>(all: &'i [Interface], wanted: &[String]) -> Result<Vec<&'i Interface>, Failure> {
    let mut chosen: Vec<&Interface> = Vec::new();
    for pattern in wanted {
        let meant = |known: &&Interface| matches(pattern, &known.name()) || matches(pattern, &known.full_name());
        let before = all.iter().filter(meant).count();
        if before == 0 && !somebody_silent() {
            let names: Vec<_> = all.iter().map(Interface::full_name).collect();
            return Err(nothing("interface", "selected interface", pattern, &names));
        }
        for known in all.iter().filter(meant) {
            if !chosen.iter().any(|other| std::ptr::eq(*other, known)) {
                chosen.push(known);
            }
        }
    }
    if chosen.len() > MOST {
        let count = chosen.len();
        return Err(Failure::new(format!(
            "settings.interface means {count} interfaces, and at most {MOST} have room; write a narrower name, or choose with settings.device"
        )));
    }
    Ok(chosen)
}

/// A device that never answered may yet turn out to have the interface.
fn somebody_silent() -> bool {
    let devices = devices::all();
    devices.is_empty() || devices.iter().any(|device| device.seen_ms.is_none())
}

fn nothing(key: &str, what: &str, pattern: &str, names: &[String]) -> Failure {
    if names.is_empty() {
        return Failure::new(format!("settings.{key}: no {what} is called `{pattern}`, and there is no other either"));
    }
    let mut nearest: Vec<_> = names.iter().map(|name| (distance(pattern, name), name)).collect();
    nearest.sort();
    let listed: Vec<_> = nearest.iter().take(5).map(|(_, name)| format!("`{name}`")).collect();
    let more = names.len().saturating_sub(listed.len());
    let more = if more > 0 { format!(" (and {more} more)") } else { String::new() };
    Failure::new(format!(
        "settings.{key}: no {what} is called `{pattern}`; the nearest are {}{more}",
        listed.join(", ")
    ))
}

/// Whether a name fits a pattern in which `*` is any text and `?` any one character; capitals do not matter.
fn matches(pattern: &str, name: &str) -> bool {
    let [pattern, name] = [pattern, name].map(|text| text.to_lowercase().chars().collect::<Vec<_>>());
    let (mut p, mut n, mut retry) = (0, 0, None);
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                retry = Some((p + 1, n));
                p += 1;
            }
            Some(c) if *c == '?' || *c == name[n] => (p, n) = (p + 1, n + 1),
            // The last star takes one character more.
            _ => match retry {
                Some((after, from)) => {
                    (p, n) = (after, from + 1);
                    retry = Some((after, from + 1));
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

/// How many characters must change (Levenshtein), counted against the full name or the part behind the device, whichever is nearer.
fn distance(pattern: &str, name: &str) -> usize {
    let short = name.split_once(' ').map_or(name, |(_, short)| short);
    [name, short].into_iter().map(|name| edits(pattern, name)).min().unwrap_or(usize::MAX)
}

fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (at, character) in from.to_lowercase().chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (column, other) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(character != *other);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_patterns_meet() {
        for (pattern, name, wanted) in [
            ("Gi0/1", "gi0/1", true),
            ("Gi0/1", "Gi0/10", false),
            ("Gi*", "Gi0/1", true),
            ("*0/?", "Gi0/1", true),
            ("R? *", "R1 Gi0/1", true),
            ("*a*b", "xaxbxb", true),
            ("*a*b", "xaxbx", false),
            ("", "x", false),
        ] {
            assert_eq!(matches(pattern, name), wanted, "{pattern} {name}");
        }
    }

    #[test]
    fn the_nearest_name_stands_first() {
        let names = ["R1 Te0/0/1", "R1 Gi0/1", "R2 Gi0/1"].map(str::to_owned);
        let failure = nothing("interface", "interface", "Gi0/11", &names);
        assert!(failure.message.contains("`Gi0/11`; the nearest are `R1 Gi0/1`, `R2 Gi0/1`"), "{failure:?}");
    }
}
