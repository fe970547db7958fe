//! Owns time: when each probe, transform and target has its turn. Each is a task of its own; none waits for another.

mod changes;
mod clock;
mod fleet;
mod polling;
mod publishing;
mod transforming;

pub(crate) use clock::now;
pub(crate) use fleet::Fleet;
pub(crate) use polling::{ask, judge, poll_once, probes};
pub(crate) use publishing::{Targets, publish_once};
pub(crate) use transforming::{run_transforms, transforms};
