//! A device as the other stages see it, and how its state follows from when it last answered.

use crate::Millis;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Whether a device answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DeviceState {
    /// Answered within the last two intervals.
    Up,
    /// Answered within the last four.
    Late,
    /// Silent for longer, or it refused.
    Down,
    /// Not asked often enough yet to tell.
    Unknown,
}

impl DeviceState {
    /// The state at `now` of a device that is asked `every` so many milliseconds since `since`, last answered at `seen` (which may be before
    /// `since`, after a restart), and whose last answer was a refusal if `refused`.
    pub fn at(now: Millis, every: Millis, since: Millis, seen: Option<Millis>, refused: bool) -> DeviceState {
        if refused {
            return DeviceState::Down;
        }
        let every = every.max(1);
        match seen {
            Some(seen) if now - seen <= 2 * every => DeviceState::Up,
            Some(seen) if now - seen <= 4 * every => DeviceState::Late,
            _ if now - since <= 2 * every => DeviceState::Unknown,
            _ => DeviceState::Down,
        }
    }

    /// The state's name in JSON, in the store and on pages.
    pub fn as_str(self) -> &'static str {
        match self {
            DeviceState::Up => "up",
            DeviceState::Late => "late",
            DeviceState::Down => "down",
            DeviceState::Unknown => "unknown",
        }
    }

    /// The state of that name.
    pub fn parse(name: &str) -> Option<DeviceState> {
        use DeviceState::{Down, Late, Unknown, Up};
        [Up, Late, Down, Unknown].into_iter().find(|state| state.as_str() == name)
    }
}

/// A device with its present state.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Device {
    /// Its name in the configuration.
    pub name: String,
    /// Its tags in the configuration.
    pub tags: BTreeMap<String, String>,
    /// Whether it answers.
    pub state: DeviceState,
    /// Since when it is in that state.
    pub since: Millis,
    /// When it last answered.
    pub seen_at: Option<Millis>,
    /// The shortest interval at which it is asked, in milliseconds.
    pub every: Millis,
    /// For the operator alone: what its last poll complained about.
    pub trouble: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_state_follows_the_age_of_the_last_answer() {
        let at = |age: Millis| DeviceState::at(100_000, 10_000, 0, Some(100_000 - age), false);
        assert_eq!(
            [at(0), at(20_000), at(20_001), at(40_000), at(40_001)].map(DeviceState::as_str),
            ["up", "up", "late", "late", "down"]
        );
        assert_eq!(DeviceState::at(100_000, 10_000, 0, Some(100_000), true), DeviceState::Down);
        assert_eq!(DeviceState::at(15_000, 10_000, 0, None, false), DeviceState::Unknown);
        assert_eq!(DeviceState::at(25_000, 10_000, 0, None, false), DeviceState::Down);
        assert_eq!(DeviceState::at(900_000, 10_000, 890_000, Some(0), false), DeviceState::Unknown);
    }
}
