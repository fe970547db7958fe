//! A guest: its component, and the instance that runs it.

mod bindings;
mod host;
mod instance;
mod limits;
mod load;

pub(crate) use bindings::lightship::transform::types as wit;
pub(crate) use host::{Call, to_millis};
pub(crate) use load::{Code, Guest};

/// How much a log line matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// For whoever looks for a fault.
    Debug,
    /// Good to know.
    Info,
    /// Worth a look.
    Warn,
    /// Something does not work.
    Error,
}

/// A line that a guest logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// How much it matters.
    pub level: Level,
    /// What it says.
    pub text: String,
}
