//! The traffic: a function of time alone, so that any moment of any day can be asked, in any order, with the same answer.

mod curve;
mod demand;
mod load;
mod network;
mod noise;
mod routing;
mod schedule;

pub(crate) use network::{Network, Snapshot};

#[cfg(test)]
mod tests;

/// Milliseconds in a day.
const DAY: i64 = 24 * 60 * 60 * 1000;
