//! Something that happened.

use crate::Millis;
use serde::{Deserialize, Serialize};

/// How much an event matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Worth a look.
    Warning,
    /// Something does not work.
    Error,
}

impl Severity {
    /// The severity's name in JSON and in the store.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }

    /// The severity of that name.
    pub fn parse(name: &str) -> Option<Severity> {
        [Severity::Info, Severity::Warning, Severity::Error].into_iter().find(|severity| severity.as_str() == name)
    }
}

/// Something that happened, to a device or to Lightship itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// When.
    pub at: Millis,
    /// To which device; none for Lightship itself.
    pub device: Option<String>,
    /// What sort of event, such as `device.down`, `attribute.changed`, `transform.failed`.
    pub kind: String,
    /// How much it matters.
    pub severity: Severity,
    /// One line for visitors: what happened, in words; no address, no secret.
    pub text: String,
    /// The particulars.
    pub body: serde_json::Value,
}
