//! What can go wrong in the store.

use std::path::PathBuf;

/// What can go wrong in the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process writes to this data folder.
    #[error("another Lightship writes to {0}; stop it or choose another folder with --data")]
    Busy(PathBuf),
    /// There is no database in this data folder.
    #[error("there are no data in {0} yet; `lightship run` collects some, and --data names another folder")]
    Missing(PathBuf),
    /// The database is of an older version, and whoever only reads cannot change that.
    #[error(
        "{path} is of version {found}, this program reads {known}; start `lightship run`, which brings it up to date"
    )]
    Older {
        /// The database.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The version that this program reads.
        known: i64,
    },
    /// The database is of a newer version than this program.
    #[error("{path} is of version {found}, this program knows up to {known}; use the newer program")]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The newest that this program knows.
        known: i64,
    },
    /// The commit that these data shared with others failed; the reason is SQLite's, such as `database or disk is full`.
    #[error("the database did not take the data: {0}")]
    NotStored(String),
    /// The writer has ended.
    #[error("the store is closed")]
    Closed,
    /// The folder cannot be made or used.
    #[error("cannot use {path}: {source}")]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// SQLite complains.
    #[error("the database: {0}")]
    Sqlite(#[from] rusqlite::Error),
}
