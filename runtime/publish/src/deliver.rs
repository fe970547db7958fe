//! The one way in which a bundle reaches a target.
//!
//! First everything that changed is staged under temporary names, which may take long and which nobody sees. Then the manifest announces
//! what is about to appear. Then it appears by renaming, class by class: assets, data, pages, `index.html`. Then what is gone
//! is deleted. Within a class many files are under way at once, so that the number of round trips does not depend on the
//! number of files.

use crate::diff::{Diff, Send, check, is_ours};
use crate::manifest::{self, Record};
use crate::remote::{FILE_MODE, FOLDER_MODE, Kind, Meta, Remote, Staged, each};
use crate::survey::Known;
use crate::{PublishError, Report};
use model::{Bundle, Class, Millis};

/// How many files are under way at once.
const WIDTH: usize = 64;

/// Makes the target show the bundle. After an error `known` is no longer what is there: survey again.
pub(crate) async fn deliver(
    remote: &dyn Remote,
    known: &mut Known,
    bundle: &Bundle,
    now: Millis,
) -> Result<Report, PublishError> {
    check(bundle)?;
    known.tree.learn(remote, bundle.files.keys().map(String::as_str)).await?;
    let leftovers = known.tree.take_leftovers();
    each(leftovers.iter().map(|path| remote.remove(path)).collect(), WIDTH).await?;
    let diff = Diff::of(remote, known, bundle, now)?;
    make_folders(remote, known, bundle).await?;
    send(remote, known, &diff, now).await?;
    let deleted = delete(remote, known, &diff, now).await?;
    let bytes = diff.send.iter().map(|send| send.file.content.len() as u64).sum();
    Ok(Report { uploaded: diff.send.len(), bytes, deleted, unchanged: diff.unchanged })
}

/// Writes the manifest if it is behind; for a session's end.
pub(crate) async fn settle(remote: &dyn Remote, known: &mut Known, now: Millis) -> Result<(), PublishError> {
    if known.changed { write_manifest(remote, known, now).await } else { Ok(()) }
}

async fn make_folders(remote: &dyn Remote, known: &mut Known, bundle: &Bundle) -> Result<(), PublishError> {
    let paths = || bundle.files.keys().map(String::as_str).chain([manifest::PATH]);
    let (missing, closed) = known.tree.wanting(paths());
    // A set in order has every folder after its parent; there are few, and they are made once.
    for folder in &missing {
        remote.make_folder(folder).await?;
    }
    each(missing.iter().chain(&closed).map(|folder| remote.open_folder(folder)).collect(), WIDTH).await?;
    for folder in missing.into_iter().chain(closed) {
        known.tree.set(folder, Some(Meta { kind: Kind::Folder, size: 0, mtime: 0, mode: FOLDER_MODE }));
    }
    Ok(())
}

/// Stages, announces and reveals what changed.
async fn send(remote: &dyn Remote, known: &mut Known, diff: &Diff<'_>, now: Millis) -> Result<(), PublishError> {
    let staged: Vec<Staged> = diff.send.iter().map(|send| stage(send, now)).collect();
    if let Err(error) = each(staged.iter().map(|file| remote.stage(file)).collect(), WIDTH).await {
        // On a full disk what was staged holds the very space that is missing; where the line is cut the next connection clears up.
        if !error.is_lost() {
            let _ = each(staged.iter().map(|file| remote.remove(&file.temp)).collect(), WIDTH).await;
        }
        return Err(error);
    }

    for (send, file) in diff.send.iter().zip(&staged) {
        let size = file.content.len() as u64;
        let asset = send.file.class == Class::Asset;
        let record = Record { hash: send.file.hash, size, mtime: file.mtime, asset, gone: None };
        known.paths_changed |= known.records.insert(send.path.to_owned(), record).is_none();
        known.changed = true;
    }
    for (paths, gone) in [(&diff.retire, Some(now)), (&diff.revive, None)] {
        for path in paths {
            if let Some(record) = known.records.get_mut(path) {
                record.gone = gone;
                known.changed = true;
            }
        }
    }
    if known.needs_manifest() {
        write_manifest(remote, known, now).await?;
    }

    let turn = |send: &Send| (send.file.class, send.path == "index.html");
    let pairs: Vec<_> = diff.send.iter().zip(&staged).collect();
    for group in pairs.chunk_by(|(one, _), (next, _)| turn(one) == turn(next)) {
        each(group.iter().map(|(_, file)| remote.reveal(file)).collect(), WIDTH).await?;
    }
    for file in staged {
        known.tree.set(&file.path, Some(meta(&file)));
    }
    Ok(())
}

fn stage(send: &Send, now: Millis) -> Staged {
    // Web servers make an ETag of time and size: the time must grow with each content, even within one second.
    let mtime = send.replaces.map_or(seconds(now), |before| seconds(now).max(before.saturating_add(1)));
    Staged::new(send.path, send.file.content.clone(), mtime)
}

fn seconds(now: Millis) -> u32 {
    u32::try_from(now / 1000).unwrap_or(0)
}

fn meta(file: &Staged) -> Meta {
    Meta { kind: Kind::File, size: file.content.len() as u64, mtime: file.mtime, mode: FILE_MODE }
}

async fn delete(remote: &dyn Remote, known: &mut Known, diff: &Diff<'_>, now: Millis) -> Result<usize, PublishError> {
    let ours: Vec<&String> = diff.delete.iter().filter(|path| is_ours(known, path)).collect();
    each(ours.iter().map(|path| remote.remove(path)).collect(), WIDTH).await?;
    for path in &ours {
        known.tree.set(path, None);
    }
    for path in &diff.delete {
        known.records.remove(path);
    }
    if !diff.delete.is_empty() {
        write_manifest(remote, known, now).await?;
    }
    Ok(ours.len())
}

async fn write_manifest(remote: &dyn Remote, known: &mut Known, now: Millis) -> Result<(), PublishError> {
    let file = Staged::new(manifest::PATH, manifest::write(&known.records).into(), seconds(now));
    remote.stage(&file).await?;
    remote.reveal(&file).await?;
    known.manifest_written();
    Ok(())
}
