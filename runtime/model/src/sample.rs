//! One value of one series at one time.

use crate::{Counter, Millis, Series};
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use std::sync::Arc;

/// A value as it came from the device.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// A measured value; never NaN (a probe leaves out what it does not know).
    Gauge(f64),
    /// A raw count with what is needed to make a rate of it.
    Counter(Counter),
    /// The number of a state.
    State(i64),
}

impl Value {
    /// The raw value as a number. A count above 2^53 loses its last digits; JSON output keeps them.
    pub fn as_f64(&self) -> f64 {
        match self {
            Value::Gauge(value) => *value,
            Value::Counter(counter) => counter.raw as f64,
            Value::State(number) => *number as f64,
        }
    }
}

/// A value of a series at a time.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// Whose value.
    pub series: Arc<Series>,
    /// When the device gave it.
    pub at: Millis,
    /// The value as it came.
    pub value: Value,
}

/// `{"device","metric","labels":{…},"kind","unit","at","value"}`, the stable form of the command line.
impl Serialize for Sample {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Sample", 7)?;
        object.serialize_field("device", &self.series.device)?;
        object.serialize_field("metric", &self.series.metric)?;
        object.serialize_field("labels", &self.series.labels)?;
        object.serialize_field("kind", &self.series.kind)?;
        object.serialize_field("unit", &self.series.unit)?;
        object.serialize_field("at", &self.at)?;
        match self.value {
            Value::Gauge(value) => object.serialize_field("value", &value)?,
            Value::Counter(counter) => object.serialize_field("value", &counter.raw)?,
            Value::State(number) => object.serialize_field("value", &number)?,
        }
        object.end()
    }
}
