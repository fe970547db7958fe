//! What one poll of one device gives.

use crate::{Attribute, Event, Millis, Sample};
use serde::{Deserialize, Serialize};

/// How a poll ended, seen from the device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// All that was asked for came.
    Answered,
    /// Something came, but not all of it before the deadline.
    Partial,
    /// Nothing came before the deadline.
    Silent,
    /// The device, or the network on its behalf, said no: port closed, wrong user, wrong password.
    Refused,
}

impl Outcome {
    /// Whether the device gave a sign of life that counts as an answer.
    pub fn answered(self) -> bool {
        matches!(self, Outcome::Answered | Outcome::Partial)
    }
}

/// The part of a poll that took longest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slowest {
    /// The table or module, such as `ifXTable`.
    pub part: String,
    /// How long it took, in milliseconds.
    pub took: u64,
}

/// The name of one number of a state metric.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct StateName {
    /// The metric, such as `ifOperStatus`.
    pub metric: String,
    /// The number on the wire.
    pub number: i64,
    /// Its name in the MIB, such as `lowerLayerDown`.
    pub name: String,
}

/// What one poll of one device gives. A device that is down is an outcome, not an error.
#[derive(Debug, Clone, PartialEq)]
pub struct Polled {
    /// The device that was asked.
    pub device: String,
    /// When the poll began.
    pub at: Millis,
    /// The interval at which this probe asks, in milliseconds: gaps and states are judged by it.
    pub every: Millis,
    /// How it ended.
    pub outcome: Outcome,
    /// For the operator: what went wrong and what to do about it; none when all went well.
    pub trouble: Option<String>,
    /// How long it took, in milliseconds.
    pub took: u64,
    /// The part that took longest.
    pub slowest: Option<Slowest>,
    /// The values.
    pub samples: Vec<Sample>,
    /// What describes the device and its rows.
    pub attributes: Vec<Attribute>,
    /// The names of the numbers of the state metrics among the samples.
    pub states: Vec<StateName>,
    /// What the device reported as having happened.
    pub events: Vec<Event>,
}

impl Polled {
    /// A poll that gave nothing.
    pub fn nothing(device: &str, at: Millis, every: Millis, outcome: Outcome) -> Polled {
        Polled {
            device: device.to_owned(),
            at,
            every,
            outcome,
            trouble: None,
            took: 0,
            slowest: None,
            samples: Vec::new(),
            attributes: Vec::new(),
            states: Vec::new(),
            events: Vec::new(),
        }
    }
}
