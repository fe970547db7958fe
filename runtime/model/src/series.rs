//! What is measured: the identity of a stream of samples.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// How the values of a series are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A measured value that goes up and down.
    Gauge,
    /// A raw count that only grows until it wraps or restarts; readers get its rate per second.
    Counter,
    /// A small integer with names, such as ifOperStatus.
    State,
}

impl Kind {
    /// The kind's name in JSON, in the store and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Gauge => "gauge",
            Kind::Counter => "counter",
            Kind::State => "state",
        }
    }

    /// The kind of that name.
    pub fn parse(name: &str) -> Option<Kind> {
        [Kind::Gauge, Kind::Counter, Kind::State].into_iter().find(|kind| kind.as_str() == name)
    }
}

/// Label names and values, sorted by name: the identity of a row within a device's metric, and nothing else.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Labels(BTreeMap<String, String>);

impl Labels {
    /// No labels: a value of the device itself.
    pub fn none() -> Labels {
        Labels::default()
    }

    /// A single label.
    pub fn one(name: impl Into<String>, value: impl Into<String>) -> Labels {
        Labels(BTreeMap::from([(name.into(), value.into())]))
    }

    /// The value of a label.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// Names and values in order of name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// How many labels there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is no label.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<N: Into<String>, V: Into<String>> FromIterator<(N, V)> for Labels {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Labels {
        Labels(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

/// `ifName=Gi0/1, vrf=red`; nothing where there are no labels.
impl fmt::Display for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (name, value)) in self.iter().enumerate() {
            write!(f, "{}{name}={value}", if at > 0 { ", " } else { "" })?;
        }
        Ok(())
    }
}

/// A series: device, metric, labels, unit and kind together are its identity.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Series {
    /// The device's name in the configuration.
    pub device: String,
    /// The MIB's object name where there is one, such as `ifInOctets`.
    pub metric: String,
    /// The row's identity.
    pub labels: Labels,
    /// The unit of a stored value, such as `octet`, `packet`, `s`, `%`; empty for a bare number.
    pub unit: String,
    /// How values are to be read.
    pub kind: Kind,
}

impl Series {
    /// The unit that readers see: a counter is read as its rate, so `octet` becomes `octet/s`.
    pub fn read_unit(&self) -> String {
        match self.kind {
            Kind::Counter => format!("{}/s", self.unit),
            Kind::Gauge | Kind::State => self.unit.clone(),
        }
    }
}

/// `core-sw1 ifInOctets{ifName=Gi0/1}`.
impl fmt::Display for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.device, self.metric)?;
        if !self.labels.is_empty() {
            write!(f, "{{{}}}", self.labels)?;
        }
        Ok(())
    }
}
