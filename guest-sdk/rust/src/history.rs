//! What the store holds, beyond the batch.

use crate::bindings::lightship::transform::history as wit;
use crate::{Batch, Millis};

pub use wit::{Agg, QueryError};

/// The points of the selected series from one time to another, both inclusive, gathered into steps of `step` milliseconds; a step of 0 gives
/// them as they were polled.
pub fn query(select: &str, from: Millis, until: Millis, step: u32, agg: Agg) -> Result<Batch, QueryError> {
    wit::query(select, from as f64, until as f64, step, agg).map(Batch::new)
}
