//! What lies in the target, as far as it was looked at: the listings of the folders that concern us.

use crate::PublishError;
use crate::manifest::FOLDER;
use crate::remote::{Entry, FOLDER_MODE, Kind, Meta, Remote, each, is_temp};
use futures_util::FutureExt;
use model::is_slug;
use std::collections::{BTreeMap, BTreeSet};

/// How many folders are listed at once.
const WIDTH: usize = 16;

/// The names of each folder that was listed; a folder that is known to be missing has none.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    folders: BTreeMap<String, BTreeMap<String, Meta>>,
    leftovers: Vec<String>,
}

impl Tree {
    /// Lists the folders that these paths lie in, as far as they are there and not listed yet. A link or a file in the place of
    /// one of them is an error: it is neither followed nor removed.
    pub(crate) async fn learn(
        &mut self,
        remote: &dyn Remote,
        paths: impl Iterator<Item = &str>,
    ) -> Result<(), PublishError> {
        let mut levels: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
        for folder in paths.flat_map(folders_of) {
            let depth = if folder.is_empty() { 0 } else { folder.split('/').count() };
            levels.entry(depth).or_default().insert(folder);
        }
        for level in levels.into_values() {
            let mut there = Vec::new();
            for folder in level {
                if !self.folders.contains_key(folder) && self.is_folder(remote, folder)? {
                    there.push(folder);
                }
            }
            let list = |folder| async move { Ok((folder, remote.list(folder).await?)) }.boxed();
            for (folder, entries) in each(there.into_iter().map(list).collect(), WIDTH).await? {
                self.take_in(folder, entries);
            }
        }
        Ok(())
    }

    /// Whether the folder is there, by its parent's listing. The target's own folder is, and may well be a link: it is the
    /// configuration's word, not the remote's.
    fn is_folder(&self, remote: &dyn Remote, folder: &str) -> Result<bool, PublishError> {
        if folder.is_empty() {
            return Ok(true);
        }
        let why = match self.get(folder).map(|meta| meta.kind) {
            None => return Ok(false),
            Some(Kind::Folder) => return Ok(true),
            Some(Kind::Link) => "is a symbolic link, which is not followed",
            Some(Kind::File | Kind::Other) => "is not a folder",
        };
        let fix = "move it away, so that a folder can be made there".to_owned();
        Err(PublishError::Remote { place: remote.place(folder), why: why.to_owned(), fix })
    }

    fn take_in(&mut self, folder: &str, entries: Vec<Entry>) {
        let mut names = BTreeMap::new();
        for Entry { name, meta } in entries {
            if meta.kind == Kind::File && is_temp(&name) {
                self.leftovers.push(join(folder, &name));
            } else if is_slug(&name) || (folder.is_empty() && name == FOLDER) {
                names.insert(name, meta);
            }
        }
        self.folders.insert(folder.to_owned(), names);
    }

    /// What lies at this path.
    pub(crate) fn get(&self, path: &str) -> Option<&Meta> {
        let (folder, name) = split(path);
        self.folders.get(folder)?.get(name)
    }

    /// Takes note of what lies at this path now.
    pub(crate) fn set(&mut self, path: &str, meta: Option<Meta>) {
        let (folder, name) = split(path);
        let names = self.folders.entry(folder.to_owned()).or_default();
        match meta {
            Some(meta) => drop(names.insert(name.to_owned(), meta)),
            None => drop(names.remove(name)),
        }
    }

    /// The folders for these paths that are not there, parents first, and of those that are there the ones that visitors
    /// can't enter.
    pub(crate) fn wanting<'p>(&self, paths: impl Iterator<Item = &'p str>) -> (Vec<&'p str>, Vec<&'p str>) {
        let folders: BTreeSet<&str> = paths.flat_map(folders_of).filter(|folder| !folder.is_empty()).collect();
        let (there, missing): (Vec<_>, Vec<_>) = folders.into_iter().partition(|folder| self.get(folder).is_some());
        let closed = |folder: &&str| self.get(folder).is_some_and(|meta| meta.mode & FOLDER_MODE != FOLDER_MODE);
        (missing, there.into_iter().filter(closed).collect())
    }

    /// Temporary files of ours that a cut left behind; each is named once.
    pub(crate) fn take_leftovers(&mut self) -> Vec<String> {
        std::mem::take(&mut self.leftovers)
    }
}

/// The folders that a path lies in, from the target's own down.
fn folders_of(path: &str) -> impl Iterator<Item = &str> {
    std::iter::once("").chain(path.match_indices('/').filter_map(|(at, _)| path.get(..at)))
}

fn split(path: &str) -> (&str, &str) {
    path.rsplit_once('/').unwrap_or(("", path))
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_named_from_the_top() {
        assert_eq!(folders_of("a/b/c.html").collect::<Vec<_>>(), ["", "a", "a/b"]);
        assert_eq!(folders_of("c.html").collect::<Vec<_>>(), [""]);
    }

    #[test]
    fn only_our_temporary_names_are_leftovers() {
        let mut tree = Tree::default();
        let meta = Meta { kind: Kind::File, size: 0, mtime: 0, mode: 0o644 };
        let names = [".lightship-0123456789abcdef.tmp", ".lightship-x.tmp", ".htaccess", "a.html", "..", "B"];
        tree.take_in("data", names.map(|name| Entry { name: name.to_owned(), meta }).to_vec());
        assert_eq!(tree.take_leftovers(), ["data/.lightship-0123456789abcdef.tmp"]);
        assert!(tree.get("data/a.html").is_some());
        assert!(tree.get("data/..").is_none() && tree.get("data/B").is_none());
    }
}
