//! What is to be done so that the target shows the bundle.

use crate::manifest::{Record, is_safe};
use crate::remote::{Kind, Remote};
use crate::survey::Known;
use crate::{Action, Change, Plan, PublishError};
use model::{Bundle, File, Millis};

/// A page that a visitor opened before it was replaced may ask for its assets for so long.
pub(crate) const GRACE: Millis = 10 * 60 * 1000;

/// The difference between a bundle and what is known of a target.
#[derive(Debug, Default)]
pub(crate) struct Diff<'b> {
    /// What must be sent, in the order of publishing.
    pub(crate) send: Vec<Send<'b>>,
    /// How many files are there already.
    pub(crate) unchanged: usize,
    /// Files of ours to delete now.
    pub(crate) delete: Vec<String>,
    /// Assets of ours that the bundle no longer holds, since now.
    pub(crate) retire: Vec<String>,
    /// Assets of ours that were retired and are in the bundle again.
    pub(crate) revive: Vec<String>,
}

/// A file to send.
#[derive(Debug)]
pub(crate) struct Send<'b> {
    /// Its path.
    pub(crate) path: &'b str,
    /// Its content.
    pub(crate) file: &'b File,
    /// The time of what it replaces, where there is something.
    pub(crate) replaces: Option<u32>,
}

impl<'b> Diff<'b> {
    /// Compares; `now` decides which old assets have had their time.
    pub(crate) fn of(
        remote: &dyn Remote,
        known: &Known,
        bundle: &'b Bundle,
        now: Millis,
    ) -> Result<Diff<'b>, PublishError> {
        let mut diff = Diff::default();
        for (path, file) in bundle.in_order() {
            if known.shows(path, file.hash) {
                diff.unchanged += 1;
                if known.records.get(path).is_some_and(|record| record.gone.is_some()) {
                    diff.revive.push(path.to_owned());
                }
            } else {
                let replaces = known.target_of(remote, path)?.map(|meta| meta.mtime);
                diff.send.push(Send { path, file, replaces });
            }
        }
        for (path, record) in known.records.iter().filter(|(path, _)| !bundle.files.contains_key(*path)) {
            match due(record, now) {
                Due::Now => diff.delete.push(path.clone()),
                Due::FromNow => diff.retire.push(path.clone()),
                Due::Later => {}
            }
        }
        Ok(diff)
    }

    /// The same for people to read.
    pub(crate) fn plan(&self) -> Plan {
        let mut changes = Vec::with_capacity(self.send.len() + self.delete.len());
        for Send { path, file, replaces } in &self.send {
            let action = if replaces.is_some() { Action::Replace } else { Action::Add };
            changes.push(Change { path: (*path).to_owned(), action, bytes: file.content.len() as u64 });
        }
        for path in &self.delete {
            changes.push(Change { path: path.clone(), action: Action::Delete, bytes: 0 });
        }
        Plan { changes, unchanged: self.unchanged }
    }
}

enum Due {
    Now,
    FromNow,
    Later,
}

/// When a file that the bundle no longer holds is deleted. A clock that was set back starts the grace time anew.
fn due(record: &Record, now: Millis) -> Due {
    match record.gone {
        _ if !record.asset => Due::Now,
        Some(gone) if now.saturating_sub(gone) >= GRACE => Due::Now,
        Some(gone) if gone <= now => Due::Later,
        _ => Due::FromNow,
    }
}

/// Refuses a bundle that would empty the target or leave its folder.
pub(crate) fn check(bundle: &Bundle) -> Result<(), PublishError> {
    if bundle.files.is_empty() {
        return Err(PublishError::Bundle("it is empty, and would delete the whole site".to_owned()));
    }
    match bundle.files.keys().find(|path| !is_safe(path)) {
        Some(path) => Err(PublishError::Bundle(format!("the path {path:?} is not made of slugs"))),
        None => Ok(()),
    }
}

/// Whether what lies at the path of a record is still a file, and so ours to delete.
pub(crate) fn is_ours(known: &Known, path: &str) -> bool {
    known.tree.get(path).is_some_and(|meta| meta.kind == Kind::File)
}
