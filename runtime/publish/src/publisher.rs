//! What the rest of the program sees of a target.

use crate::PublishError;
use async_trait::async_trait;
use model::Bundle;

/// Brings bundles to one target. A publisher keeps what it learned about the target, and its connection, from one call to the next.
#[async_trait]
pub trait Publisher: Send {
    /// Makes the target show this bundle. After an error the target shows a mixture of whole old and whole new files, in which no
    /// page lacks an asset; the next call does the rest.
    ///
    /// When to try again is the caller's to decide, so that it may come back with a newer bundle; each try connects anew.
    async fn publish(&mut self, bundle: &Bundle) -> Result<Report, PublishError>;

    /// What [`Publisher::publish`] would do now. Reads the target and changes nothing.
    async fn plan(&mut self, bundle: &Bundle) -> Result<Plan, PublishError>;

    /// Ends the connection, if one is open. A later call opens another.
    async fn close(&mut self);
}

/// What was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Report {
    /// How many of the bundle's files were sent.
    pub uploaded: usize,
    /// The bytes of these files.
    pub bytes: u64,
    /// How many files were deleted that the bundle no longer holds.
    pub deleted: usize,
    /// How many of the bundle's files were there already.
    pub unchanged: usize,
}

/// What would be done.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Plan {
    /// In the order in which it would be done.
    pub changes: Vec<Change>,
    /// How many of the bundle's files are there already.
    pub unchanged: usize,
}

/// One step of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The file, relative to the target's folder.
    pub path: String,
    /// What happens to it.
    pub action: Action,
    /// How many bytes are sent for it; 0 for a deletion.
    pub bytes: u64,
}

/// What happens to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// It is not there yet.
    Add,
    /// Something else lies under its name.
    Replace,
    /// The bundle no longer holds it.
    Delete,
}

impl Action {
    /// The action's name in JSON and in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Action::Add => "add",
            Action::Replace => "replace",
            Action::Delete => "delete",
        }
    }
}
