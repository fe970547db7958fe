//! STORE: the only user of SQLite; one writer, many readers.
//!
//! [`Writer`] acknowledges after the commit, so what was acknowledged survives `kill -9`. [`Reader`] never blocks it. How samples lie
//! on disk is known to one module alone.

mod attributes;
mod commit;
mod curve;
mod database;
mod error;
mod json;
mod keep;
mod pool;
mod read;
mod retention;
mod samples;
mod select;
mod write;

#[cfg(test)]
mod tests;

pub use error::StoreError;
pub use read::{Agg, Curve, Found, Range, Reader, Step};
pub use write::Writer;

use commit::Committer;
use model::{Millis, Output};
use std::path::Path;
use std::sync::mpsc;
use std::thread::JoinHandle;

/// An open store. Dropping it does as [`Store::close`] does.
pub struct Store {
    writer: Writer,
    reader: Reader,
    thread: Option<JoinHandle<()>>,
}

impl Store {
    /// Opens the database in this data folder, makes it where there is none, and brings an older one up to date. A second process that opens
    /// the same folder for writing is refused with [`StoreError::Busy`].
    pub fn open(folder: &Path) -> Result<Store, StoreError> {
        let lock = database::lock(folder)?;
        let committer = Committer::new(database::writing(folder)?);
        let reader = Reader::open(folder)?;
        let (sender, receiver) = mpsc::channel();
        let thread = std::thread::Builder::new()
            .name("store".to_owned())
            .spawn(move || commit::run(committer, &receiver, lock))
            .map_err(|source| StoreError::Folder { path: folder.to_owned(), source })?;
        Ok(Store { writer: Writer::new(sender), reader, thread: Some(thread) })
    }

    /// Opens the database in this data folder for reading alone, also while another process writes to it. Where there is none yet, that is
    /// [`StoreError::Missing`].
    pub fn read(folder: &Path) -> Result<Reader, StoreError> {
        Reader::open(folder)
    }

    /// Whether this data folder holds a database.
    pub fn exists(folder: &Path) -> bool {
        database::path(folder).exists()
    }

    /// Deletes the database in this data folder, with all its history. It is refused with [`StoreError::Busy`] while a process writes to it.
    pub fn remove(folder: &Path) -> Result<(), StoreError> {
        let _lock = database::lock(folder)?;
        database::remove(folder)
    }

    /// The way in: cheap to clone.
    pub fn writer(&self) -> Writer {
        self.writer.clone()
    }

    /// The way out: cheap to clone.
    pub fn reader(&self) -> Reader {
        self.reader.clone()
    }

    /// Commits what is queued, ends the writer and lets go of the folder. It waits for the commit: some milliseconds.
    pub fn close(self) {}
}

impl Drop for Store {
    fn drop(&mut self) {
        self.writer.close();
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the writer's thread had ended by a panic");
        }
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
