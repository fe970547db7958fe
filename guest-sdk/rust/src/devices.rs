//! The devices, and what describes them and their rows.

use crate::Millis;
use crate::bindings::lightship::transform::devices as wit;

pub use wit::{Device, Row, Value};

/// All devices, in order of name.
pub fn all() -> Vec<Device> {
    wit::all()
}

/// The rows of a device that have an attribute whose name begins with `table`, such as `if` for its interfaces. An empty `table` gives
/// every row and the device itself.
pub fn rows(device: &str, table: &str) -> Vec<Row> {
    wit::rows(device, table)
}

impl Device {
    /// When it last answered.
    pub fn seen(&self) -> Option<Millis> {
        self.seen_ms.map(|at| at as Millis)
    }
}

impl Row {
    /// An attribute that is a number, such as `ifSpeed`.
    pub fn number(&self, name: &str) -> Option<f64> {
        match self.attribute(name)? {
            Value::Number(number) => Some(*number),
            Value::Text(_) => None,
        }
    }

    /// An attribute that is text, such as `ifAlias`.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.attribute(name)? {
            Value::Text(text) => Some(text),
            Value::Number(_) => None,
        }
    }

    fn attribute(&self, name: &str) -> Option<&Value> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }
}
