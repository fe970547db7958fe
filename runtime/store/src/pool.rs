//! Connections that only read, opened as they are needed.

use crate::{StoreError, database};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// So many idle connections are kept; each costs some hundred kilobytes.
const IDLE: usize = 4;

/// Connections that only read.
pub(crate) struct Pool {
    folder: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Pool {
    /// Opens the first, so that what is wrong shows at once.
    pub(crate) fn open(folder: &Path) -> Result<Pool, StoreError> {
        let idle = Mutex::new(vec![database::reading(folder)?]);
        Ok(Pool { folder: folder.to_owned(), idle })
    }

    /// Reads within one transaction: all of it sees the same commits.
    pub(crate) fn read<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, StoreError> {
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = idle().pop();
        let connection = taken.map_or_else(|| database::reading(&self.folder), Ok)?;
        let transaction = Transaction::new_unchecked(&connection, TransactionBehavior::Deferred)?;
        let result = work(&transaction)?;
        transaction.finish()?;
        let mut idle = idle();
        if idle.len() < IDLE {
            idle.push(connection);
        }
        Ok(result)
    }
}
