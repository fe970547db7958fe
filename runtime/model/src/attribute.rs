//! What describes a device or one of its rows: current values, with an event when one changes.

use crate::Labels;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Text or a number.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum AttrValue {
    /// A number, such as ifIndex or a speed in bit/s.
    Number(f64),
    /// Text, such as sysDescr.
    Text(String),
}

impl fmt::Display for AttrValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AttrValue::Number(number) => write!(f, "{number}"),
            AttrValue::Text(text) => f.write_str(text),
        }
    }
}

/// One attribute of a device (no labels) or of one of its rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attribute {
    /// The row that it describes: the labels of that row's series; none for the device itself.
    pub row: Labels,
    /// The MIB's object name where there is one.
    pub name: String,
    /// Its value now.
    pub value: AttrValue,
}
