//! What is known of a target: its folders' listings and the manifest's records.

use crate::PublishError;
use crate::manifest::{self, Records};
use crate::remote::{Kind, Meta, Remote};
use crate::tree::Tree;
use model::{Bundle, Hash};
use std::time::Duration;
use tokio::time::Instant;

/// After this time the target is looked at anew, so that what others change there does not stay for months.
const FRESH: Duration = Duration::from_secs(3600);
/// After this time the manifest is written even though only contents changed. If the appliance dies before that, what changed since is
/// sent once more; in return a cycle costs the changed files alone.
const CURRENT: Duration = Duration::from_secs(600);

/// The target, as the last look and our own writing since then left it.
#[derive(Debug)]
pub(crate) struct Known {
    /// What lies there.
    pub(crate) tree: Tree,
    /// What we wrote there.
    pub(crate) records: Records,
    /// Whether the manifest there names other paths than the records.
    pub(crate) paths_changed: bool,
    /// Whether the manifest there says anything else than the records.
    pub(crate) changed: bool,
    looked: Instant,
    written: Instant,
}

impl Known {
    /// Looks at the target: its manifest, and the folders that the manifest or the bundle names. Changes nothing.
    pub(crate) async fn survey(remote: &dyn Remote, bundle: &Bundle) -> Result<Known, PublishError> {
        let mut tree = Tree::default();
        tree.learn(remote, std::iter::once(manifest::PATH)).await?;
        let read = read_manifest(remote, &tree).await?;
        let lost = read.is_none();
        let mut records = read.unwrap_or_default();
        let paths = records.keys().chain(bundle.files.keys()).map(String::as_str);
        tree.learn(remote, paths).await?;
        let before = records.len();
        records.retain(|path, _| tree.get(path).is_some_and(|meta| meta.kind == Kind::File));
        let paths_changed = lost || records.len() != before;
        Ok(Known {
            tree,
            records,
            paths_changed,
            changed: paths_changed,
            looked: Instant::now(),
            written: Instant::now(),
        })
    }

    /// Whether the last look is recent enough to build on.
    pub(crate) fn is_fresh(&self) -> bool {
        self.looked.elapsed() < FRESH
    }

    /// Whether the manifest is to be written with this cycle.
    pub(crate) fn needs_manifest(&self) -> bool {
        self.paths_changed || (self.changed && self.written.elapsed() >= CURRENT)
    }

    /// Takes note that the manifest there says what the records say.
    pub(crate) fn manifest_written(&mut self) {
        (self.paths_changed, self.changed, self.written) = (false, false, Instant::now());
    }

    /// Whether the file is there with this very content.
    pub(crate) fn shows(&self, path: &str, hash: Hash) -> bool {
        let (Some(record), Some(meta)) = (self.records.get(path), self.tree.get(path)) else { return false };
        record.hash == hash && record.holds(meta)
    }

    /// What lies at this path where a file is to be written. A folder there is an error: nothing of ours.
    pub(crate) fn target_of(&self, remote: &dyn Remote, path: &str) -> Result<Option<&Meta>, PublishError> {
        let meta = self.tree.get(path);
        if meta.is_some_and(|meta| meta.kind == Kind::Folder) {
            let fix = "move it away, so that a file can be put there".to_owned();
            return Err(PublishError::Remote { place: remote.place(path), why: "is a folder".to_owned(), fix });
        }
        Ok(meta)
    }
}

/// The records of the target's manifest; none where there is no manifest that can be trusted.
async fn read_manifest(remote: &dyn Remote, tree: &Tree) -> Result<Option<Records>, PublishError> {
    let place = remote.place(manifest::PATH);
    let size = match tree.get(manifest::PATH) {
        None => return Ok(None),
        Some(Meta { kind: Kind::File, size, .. }) if *size <= manifest::LONGEST => *size as usize,
        Some(_) => {
            tracing::warn!(target: "publish", "{place} is not a file of ours; the whole site is sent anew");
            return Ok(None);
        }
    };
    let text = remote.read(manifest::PATH, size).await?;
    let Some((records, bad)) = manifest::read(&text) else {
        tracing::warn!(target: "publish", "{place} is damaged; the whole site is sent anew");
        return Ok(None);
    };
    if bad > 0 {
        tracing::warn!(target: "publish", "{place} has {bad} entries that Lightship never writes; they are ignored");
    }
    Ok(Some(records))
}
