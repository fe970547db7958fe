//! What a transport does: a few operations in one folder. Everything else is the same for all of them.

use crate::PublishError;
use async_trait::async_trait;
use futures_util::future::BoxFuture;
use futures_util::stream::{FuturesUnordered, StreamExt};
use std::sync::Arc;

/// The mode of every published file, whatever the umask.
pub(crate) const FILE_MODE: u32 = 0o644;
/// The mode of every folder made, whatever the umask.
pub(crate) const FOLDER_MODE: u32 = 0o755;

/// A way to a target's folder.
#[async_trait]
pub(crate) trait Transport: Send + Sync {
    /// Opens the folder, and makes it where it is missing and its parent is there.
    async fn connect(&self) -> Result<Arc<dyn Remote>, PublishError>;
}

/// An open target's folder. Paths are relative to it: our own names joined by `/`, and `""` for the folder itself.
///
/// Many operations are under way at once on the same `Remote`; one that returned is done, and one that failed may be done, half done
/// or not done.
#[async_trait]
pub(crate) trait Remote: Send + Sync {
    /// A path as messages show it, such as `www.example.net:/srv/www/lab/index.html`.
    fn place(&self, path: &str) -> String;

    /// What lies in a folder, without following links. Names that are not UTF-8 may be left out.
    async fn list(&self, folder: &str) -> Result<Vec<Entry>, PublishError>;

    /// The first `size` bytes of a file; what it does not have is zero.
    async fn read(&self, path: &str, size: usize) -> Result<Vec<u8>, PublishError>;

    /// Makes a folder in one that is there.
    async fn make_folder(&self, folder: &str) -> Result<(), PublishError>;

    /// Gives a folder the mode that visitors need.
    async fn open_folder(&self, folder: &str) -> Result<(), PublishError>;

    /// Brings a file's content, mode and time to the target, on stable storage where the transport can, under its temporary name.
    async fn stage(&self, file: &Staged) -> Result<(), PublishError>;

    /// Puts a staged file in the place of whatever file or link has its name, in one step.
    async fn reveal(&self, file: &Staged) -> Result<(), PublishError>;

    /// Deletes a file, which may be gone already.
    async fn remove(&self, path: &str) -> Result<(), PublishError>;

    /// Says goodbye, briefly.
    async fn close(&self);
}

/// One name in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    /// As it was read: not checked.
    pub(crate) name: String,
    /// What it is.
    pub(crate) meta: Meta,
}

/// What is known of a name without opening it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Meta {
    /// File, folder or neither.
    pub(crate) kind: Kind,
    /// In bytes.
    pub(crate) size: u64,
    /// When its content changed, in seconds since the epoch, as far as SFTP's 32 bits go.
    pub(crate) mtime: u32,
    /// The permissions alone.
    pub(crate) mode: u32,
}

/// What a name stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// A device, a socket, a pipe.
    Other,
}

/// A file on its way.
#[derive(Debug, Clone)]
pub(crate) struct Staged {
    /// Where visitors will find it.
    pub(crate) path: String,
    /// The name in the same folder under which it arrives.
    pub(crate) temp: String,
    /// Its content.
    pub(crate) content: Arc<[u8]>,
    /// The time it gets, in seconds since the epoch.
    pub(crate) mtime: u32,
}

impl Staged {
    /// A file with a temporary name of its own.
    pub(crate) fn new(path: &str, content: Arc<[u8]>, mtime: u32) -> Staged {
        let folder = path.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        let temp = format!("{folder}{TEMP_START}{:016x}{TEMP_END}", fastrand::u64(..));
        Staged { path: path.to_owned(), temp, content, mtime }
    }
}

const TEMP_START: &str = ".lightship-";
const TEMP_END: &str = ".tmp";

/// Whether a name is one that [`Staged::new`] gives, so that a leftover is known as ours.
pub(crate) fn is_temp(name: &str) -> bool {
    let middle = name.strip_prefix(TEMP_START).and_then(|rest| rest.strip_suffix(TEMP_END));
    middle.is_some_and(|hex| hex.len() == 16 && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Does all of this work, at most `width` pieces of it at a time, and gives what each gave, in the order in which they ended. After a
/// failure nothing more is begun, what is under way is awaited, and the first failure is returned: nothing happens behind
/// the caller's back.
pub(crate) async fn each<T>(
    work: Vec<BoxFuture<'_, Result<T, PublishError>>>,
    width: usize,
) -> Result<Vec<T>, PublishError> {
    let mut done = Vec::with_capacity(work.len());
    let mut waiting = work.into_iter();
    let mut under_way = FuturesUnordered::new();
    let mut failure = None;
    loop {
        while failure.is_none() && under_way.len() < width {
            let Some(piece) = waiting.next() else { break };
            under_way.push(piece);
        }
        match under_way.next().await {
            None => break,
            Some(Ok(result)) => done.push(result),
            Some(Err(error)) => failure = failure.or(Some(error)),
        }
    }
    failure.map_or(Ok(done), Err)
}
