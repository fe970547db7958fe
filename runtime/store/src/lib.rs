//! STORE: the only user of SQLite; one writer, many readers.
//!
//! [`Writer`] acknowledges after the commit, so what was acknowledged survives `kill -9`. [`Reader`] never blocks it. How samples lie
//! on disk is known to this crate alone.

mod error;
mod read;
mod write;

pub use error::StoreError;
pub use read::{Agg, Curve, Found, Range, Reader, Step};
pub use write::Writer;

use model::{Millis, Output};
use std::path::Path;

/// An open store. Dropping it without [`Store::close`] loses nothing that was acknowledged.
pub struct Store {
    // the file's path, the writer's thread and its channel
}

impl Store {
    /// Opens the database in this data folder, makes it where there is none, and brings an older one up to date. A second process that opens
    /// the same folder for writing is refused with [`StoreError::Busy`].
    pub fn open(folder: &Path) -> Result<Store, StoreError> {
        todo!()
    }

    /// The way in: cheap to clone.
    pub fn writer(&self) -> Writer {
        todo!()
    }

    /// The way out: cheap to clone.
    pub fn reader(&self) -> Reader {
        todo!()
    }

    /// Commits what is queued and ends the writer.
    pub fn close(self) {
        todo!()
    }
}

/// How the last run of a transform ended, and the outputs that stand.
#[derive(Debug, Clone, PartialEq)]
pub struct TransformRun {
    /// The transform's name in the configuration.
    pub transform: String,
    /// The version that its manifest gives.
    pub version: String,
    /// When it last ran.
    pub ran_at: Millis,
    /// The `now` of its last successful run: the outputs are of that time.
    pub ok_at: Option<Millis>,
    /// For the operator: why the last run failed; none when it went well.
    pub error: Option<String>,
    /// How long it took, in milliseconds.
    pub took: u64,
    /// The outputs of the last successful run, in the guest's order.
    pub outputs: Vec<Output>,
}
