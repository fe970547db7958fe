//! TRANSFORM: the only user of wasmtime; runs guests over samples.
//!
//! A guest is a component of the world `lightship:transform/transformer@0.1.0` (`guest-sdk/wit`). It gets a batch of samples, may ask the
//! store for more, and answers with output documents. It is limited in computing time, memory, output, log lines and calls; what goes wrong
//! in it becomes one sentence, and its last good outputs stay.
//!
//! [`Catalog`] opens the configured transforms, each [`Transform`] then runs whenever its turn comes. [`run_file`] and [`inspect`] serve whoever
//! writes a transform. The interfaces that there are, `log`, `settings`, `history` and `devices`, are granted to every guest.

mod batch;
mod bundled;
mod cache;
mod catalog;
mod config;
mod engine;
mod error;
mod guest;
mod manifest;
mod outputs;
mod settings;
mod single;
mod transform;

#[cfg(test)]
mod tests;

pub use bundled::{BUNDLED, bundled};
pub use catalog::{Catalog, Problem, check};
pub use config::{Config, Limits};
pub use error::{Fault, TransformError};
pub use guest::{Level, LogLine};
pub use manifest::{Manifest, Promise, Setting, SettingType};
pub use single::{FileRun, Inspection, inspect, run_file};
pub use transform::Transform;
