//! The first line of a page: a sentence that a person would say.

use crate::clock::Clock;
use model::{Device, DeviceState, Millis};

/// More names than these are a number: nobody reads on.
const NAMES: usize = 3;

/// What is the matter with the devices, or that nothing is.
pub(crate) fn headline(devices: &[Device]) -> String {
    let named = |state: DeviceState| -> Vec<&str> {
        devices.iter().filter(|device| device.state == state).map(|device| device.name.as_str()).collect()
    };
    let (down, late, unknown) = (named(DeviceState::Down), named(DeviceState::Late), named(DeviceState::Unknown));
    let all = devices.len();
    if all == 0 {
        return "No device is watched yet.".to_owned();
    }
    if down.len() == all {
        return match devices {
            [only] => format!("{} is down.", only.name),
            _ => "No device answers.".to_owned(),
        };
    }
    if unknown.len() == all {
        return "Waiting for the first answers.".to_owned();
    }
    let mut troubles = Vec::new();
    if !down.is_empty() {
        troubles.push(format!("{} down", subject(&down, all)));
    }
    if !late.is_empty() {
        troubles.push(format!("{} late", subject(&late, all)));
    }
    if !unknown.is_empty() {
        troubles.push(format!("{} not heard yet", subject(&unknown, all)));
    }
    let rest = all > down.len() + late.len() + unknown.len();
    match (troubles.is_empty(), rest) {
        (true, _) if all == 1 => format!("{} answers.", devices[0].name),
        (true, _) => "All devices answer.".to_owned(),
        (false, true) => format!("{}; everything else answers.", list(&troubles)),
        (false, false) => format!("{}.", list(&troubles)),
    }
}

/// `R5 is`, `R5 and R6 are`, `12 of 700 devices are`.
fn subject(names: &[&str], all: usize) -> String {
    match names {
        [one] => format!("{one} is"),
        few if few.len() <= NAMES => format!("{} are", list(few)),
        many => format!("{} of {all} devices are", many.len()),
    }
}

/// `a`, `a and b`, `a, b and c`.
fn list<T: AsRef<str>>(items: &[T]) -> String {
    match items {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", first.join(", "), last.as_ref())
        }
    }
}

/// The worst state among these: the one that gives the headline its shape and colour.
pub(crate) fn worst(devices: &[Device]) -> DeviceState {
    use DeviceState::{Down, Late, Unknown, Up};
    let is = |state| devices.iter().any(|device| device.state == state);
    [Down, Late].into_iter().find(|state| is(*state)).unwrap_or(if is(Up) { Up } else { Unknown })
}

/// What a device's page says first.
pub(crate) fn of_device(device: &Device, clock: &Clock, today: Option<Millis>) -> String {
    let since = clock.moment(device.since, today);
    match device.state {
        DeviceState::Up => format!("{} answers.", device.name),
        DeviceState::Late => format!("{} is late since {since}.", device.name),
        DeviceState::Down => format!("{} is down since {since}.", device.name),
        DeviceState::Unknown => format!("{} has not been heard yet.", device.name),
    }
}

/// `1 device`, `7 devices`.
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// A device in a state.
    pub(crate) fn device(name: &str, state: DeviceState) -> Device {
        Device {
            name: name.to_owned(),
            tags: BTreeMap::new(),
            state,
            since: 0,
            seen_at: None,
            every: 30_000,
            trouble: None,
        }
    }

    #[test]
    fn the_headline_is_what_a_person_would_say() {
        use DeviceState::{Down, Late, Unknown, Up};
        let said = |states: &[DeviceState]| {
            let devices: Vec<Device> =
                states.iter().enumerate().map(|(at, state)| device(&format!("R{}", at + 1), *state)).collect();
            headline(&devices)
        };
        for (states, wanted) in [
            (&[][..], "No device is watched yet."),
            (&[Up], "R1 answers."),
            (&[Up, Up], "All devices answer."),
            (&[Down], "R1 is down."),
            (&[Down, Down], "No device answers."),
            (&[Unknown, Unknown], "Waiting for the first answers."),
            (&[Up, Down], "R2 is down; everything else answers."),
            (&[Up, Down, Late], "R2 is down and R3 is late; everything else answers."),
            (&[Down, Down, Down, Up], "R1, R2 and R3 are down; everything else answers."),
            (&[Down, Down, Down, Down, Up], "4 of 5 devices are down; everything else answers."),
            (&[Up, Unknown], "R2 is not heard yet; everything else answers."),
            (&[Late, Down], "R2 is down and R1 is late."),
        ] {
            assert_eq!(said(states), wanted);
        }
    }
}
