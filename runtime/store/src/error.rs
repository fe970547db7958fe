//! What can go wrong in the store.

/// What can go wrong in the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process writes to this data folder.
    #[error("another Lightship writes to {0}; stop it or choose another folder with --data")]
    Busy(std::path::PathBuf),
    /// The database is of a newer version than this program.
    #[error("{path} is of version {found}, this program knows up to {known}; use the newer program")]
    Newer {
        /// The database.
        path: std::path::PathBuf,
        /// Its version.
        found: i64,
        /// The newest that this program knows.
        known: i64,
    },
    /// The writer has ended.
    #[error("the store is closed")]
    Closed,
    /// The folder cannot be made or used.
    #[error("cannot use {path}: {source}")]
    Folder {
        /// Which.
        path: std::path::PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// SQLite complains.
    #[error("the database: {0}")]
    Sqlite(#[from] rusqlite::Error),
}
