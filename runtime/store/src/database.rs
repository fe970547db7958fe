//! The file: its folder, its lock, its version, and how connections to it are set up.

use crate::StoreError;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// In order: the first brings an empty file to version 1, and so on.
pub(crate) const MIGRATIONS: &[&str] = &[include_str!("../migrations/0001_start.sql")];

/// Our own connections never hold a lock for long; whoever opens the file with other tools may.
const PATIENCE: Duration = Duration::from_secs(5);

/// The database in a data folder.
pub(crate) fn path(folder: &Path) -> PathBuf {
    folder.join("lightship.db")
}

/// Makes the folder where there is none, for its owner alone, and locks it until the file that comes back is closed.
pub(crate) fn lock(folder: &Path) -> Result<File, StoreError> {
    let failed = |source| StoreError::Folder { path: folder.to_owned(), source };
    DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(failed)?;
    let lock = private(&folder.join("lock")).map_err(failed)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(StoreError::Busy(folder.to_owned())),
        Err(TryLockError::Error(source)) => Err(failed(source)),
    }
}

/// Deletes the database and SQLite's side files, the database first: what is left over then belongs to nothing. The caller holds the lock.
pub(crate) fn remove(folder: &Path) -> Result<(), StoreError> {
    let main = path(folder);
    for end in ["", "-wal", "-shm"] {
        let mut name = main.clone().into_os_string();
        name.push(end);
        match std::fs::remove_file(&name) {
            Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
                return Err(StoreError::Folder { path: name.into(), source });
            }
            _ => {}
        }
    }
    Ok(())
}

/// SQLite gives its side files the mode of the main one, so the main one is made here.
fn private(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)
}

/// The one connection that writes, to a database that is up to date. The caller holds the lock.
pub(crate) fn writing(folder: &Path) -> Result<Connection, StoreError> {
    let path = path(folder);
    // Where it is there it must not be opened but by SQLite: closing any handle drops all locks that this process has on the file.
    if !path.exists() {
        private(&path).map_err(|source| StoreError::Folder { path: path.clone(), source })?;
    }
    let connection = Connection::open_with_flags(&path, flags(OpenFlags::SQLITE_OPEN_READ_WRITE))?;
    set_up(&connection)?;
    let found = version(&connection)?;
    let known = MIGRATIONS.len() as i64;
    if found > known {
        return Err(StoreError::Newer { path, found, known });
    }
    // To be said before the first table, else it takes a rewrite of the whole file: freed pages can be given back a few at a time.
    connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    // What was committed is with the kernel, so it survives `kill -9`. A power cut may cost the commits since the log was last written to
    // the disk, some seconds' worth, and never harms the file; FULL would save those at the price of a flush for every commit, which
    // is slow on the memory cards that small boxes run on, and wears them out.
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "journal_size_limit", 16 << 20)?;
    migrate(&connection, found)?;
    Ok(connection)
}

/// A connection that cannot write. It needs no lock, so other processes may read while one writes.
pub(crate) fn reading(folder: &Path) -> Result<Connection, StoreError> {
    let path = path(folder);
    if !path.exists() {
        return Err(StoreError::Missing(folder.to_owned()));
    }
    let connection = Connection::open_with_flags(&path, flags(OpenFlags::SQLITE_OPEN_READ_ONLY))?;
    set_up(&connection)?;
    match (version(&connection)?, MIGRATIONS.len() as i64) {
        (0, _) => Err(StoreError::Missing(folder.to_owned())),
        (found, known) if found < known => Err(StoreError::Older { path, found, known }),
        (found, known) if found > known => Err(StoreError::Newer { path, found, known }),
        _ => Ok(connection),
    }
}

fn flags(access: OpenFlags) -> OpenFlags {
    access | OpenFlags::SQLITE_OPEN_NO_MUTEX
}

fn set_up(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(())
}

fn version(connection: &Connection) -> Result<i64, StoreError> {
    Ok(connection.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// Each step and its version number are one transaction: a cut leaves the version before or after it.
fn migrate(connection: &Connection, found: i64) -> Result<(), StoreError> {
    for (version, sql) in (1_i64..).zip(MIGRATIONS) {
        if version > found {
            let step = Transaction::new_unchecked(connection, TransactionBehavior::Immediate)?;
            step.execute_batch(sql)?;
            step.pragma_update(None, "user_version", version)?;
            step.commit()?;
        }
    }
    Ok(())
}
