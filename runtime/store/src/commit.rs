//! The thread that writes: gathers what waits, commits it as one transaction, and then tells those who wait.

use crate::keep::Keeper;
use crate::retention::Retention;
use crate::{StoreError, TransformRun};
use model::{Device, Event, Polled};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::fs::File;
use std::sync::mpsc::Receiver;
use tokio::sync::{OwnedSemaphorePermit, oneshot};

/// What can be asked of the writer.
pub(crate) enum Command {
    Polled(Polled),
    Devices(Vec<Device>),
    Event(Event),
    Ran(TransformRun),
    KeepTransforms(Vec<String>),
}

/// A command and who waits for it.
pub(crate) struct Message {
    pub(crate) command: Command,
    pub(crate) done: oneshot::Sender<Result<(), StoreError>>,
    /// The room that it takes in the queue, free again once it is dropped.
    pub(crate) room: OwnedSemaphorePermit,
}

/// What comes over the channel.
pub(crate) enum Mail {
    Message(Box<Message>),
    Close,
}

/// A transaction takes up no more room in the queue than this, give or take one message, so that the first in it need not wait for long.
const BATCH: usize = 20_000;

/// Writes until it is told to close or all writers are gone. The lock is let go last.
pub(crate) fn run(mut committer: Committer, mail: &Receiver<Mail>, lock: File) {
    let mut open = true;
    while open {
        let mut next = mail.recv().ok();
        let mut batch = Vec::new();
        let mut room = 0;
        loop {
            match next {
                Some(Mail::Message(message)) => {
                    room += message.room.num_permits();
                    batch.push(message);
                }
                Some(Mail::Close) => open = false,
                // Nothing waits, and where the first wait failed nobody is left to send.
                None => break,
            }
            if room >= BATCH {
                break;
            }
            next = mail.try_recv().ok();
        }
        if batch.is_empty() {
            open = false;
        }
        let results = committer.commit(&batch.iter().map(|message| &message.command).collect::<Vec<_>>());
        for (message, result) in batch.into_iter().zip(results) {
            // Whoever asked may have stopped waiting.
            let _ = message.done.send(result);
        }
        committer.tidy();
    }
    committer.close();
    drop(lock);
}

/// The connection that writes and what it remembers.
pub(crate) struct Committer {
    db: Connection,
    keeper: Keeper,
    retention: Retention,
    /// Whether the last tidying failed: that is said once, not every second.
    untidy: bool,
}

impl Committer {
    pub(crate) fn new(db: Connection) -> Committer {
        Committer { db, keeper: Keeper::default(), retention: Retention::default(), untidy: false }
    }

    /// One transaction for all: each result says whether that command's data are in it and committed.
    pub(crate) fn commit(&mut self, commands: &[&Command]) -> Vec<Result<(), StoreError>> {
        self.transaction(commands).unwrap_or_else(|why| {
            self.keeper.forget();
            let why = why.to_string();
            commands.iter().map(|_| Err(StoreError::NotStored(why.clone()))).collect()
        })
    }

    fn transaction(&mut self, commands: &[&Command]) -> rusqlite::Result<Vec<Result<(), StoreError>>> {
        let transaction = Transaction::new_unchecked(&self.db, TransactionBehavior::Immediate)?;
        let mut results = Vec::with_capacity(commands.len());
        for command in commands {
            // A command that fails takes only its own data with it.
            transaction.prepare_cached("SAVEPOINT command")?.execute([])?;
            let result = self.keeper.keep(&transaction, command);
            if let Err(why) = &result {
                self.keeper.forget();
                tracing::debug!("a command is rolled back: {why}");
                if transaction.execute_batch("ROLLBACK TO command").is_err() {
                    // SQLite gave up the whole transaction, as it does where the disk is full.
                    result?;
                    continue;
                }
            }
            transaction.prepare_cached("RELEASE command")?.execute([])?;
            results.push(result.map_err(StoreError::from));
        }
        transaction.commit()?;
        Ok(results)
    }

    /// Deletes what is too old, a slice at a time.
    pub(crate) fn tidy(&mut self) {
        let (newest, written) = self.keeper.take_written();
        match self.retention.tidy(&self.db, newest, written) {
            Ok(forgotten) => {
                if forgotten {
                    self.keeper.forget();
                }
                self.untidy = false;
            }
            Err(why) => {
                if !self.untidy {
                    tracing::warn!("old data cannot be deleted: {why}");
                }
                self.untidy = true;
            }
        }
    }

    /// Leaves one file without a log beside it where no reader stands in the way. All is committed already.
    pub(crate) fn close(self) {
        // So that the one file holds everything when the program is not running; but nobody waits for whoever is in the middle of reading.
        if let Err(why) = self.db.execute_batch("PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE)") {
            tracing::debug!("the log could not be emptied: {why}");
        }
        if let Err((_, why)) = self.db.close() {
            tracing::warn!("the database did not close well: {why}");
        }
    }
}
