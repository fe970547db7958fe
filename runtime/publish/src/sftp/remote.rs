//! The open folder: SFTP requests, of which only so many bytes are under way at once.

use crate::PublishError;
use crate::error::said;
use crate::remote::{Entry, FILE_MODE, FOLDER_MODE, Kind, Meta, Remote, Staged, each};
use async_trait::async_trait;
use futures_util::future::{FutureExt, TryFutureExt, join, join_all, join4};
use russh::Disconnect;
use russh::client::{Handle, Handler};
use russh_sftp::client::RawSftpSession;
use russh_sftp::client::error::Error;
use russh_sftp::extensions::FSYNC;
use russh_sftp::protocol::{FileAttributes, OpenFlags, Packet, Status, StatusCode};
use std::collections::HashMap;
use std::time::Duration;
use tokio::sync::Semaphore;

/// OpenSSH's extension for `rename(2)`: the old and the new path, each with its length before it.
pub(super) const POSIX_RENAME: &str = "posix-rename@openssh.com";

/// What every server takes in one request.
const CHUNK: usize = 32 * 1024;
/// The bytes that are written and not acknowledged. The library queues without bound and counts a request's time from when it is
/// queued, so this over the time-out is the slowest line that works: 17 kB/s with 30 s.
const WINDOW: usize = 512 * 1024;
/// How many requests for pieces of one file are under way at once.
const PIECES: usize = 16;
/// A folder with more names is not a site's.
const MOST_NAMES: usize = 200_000;
/// A goodbye is not worth more.
const GOODBYE: Duration = Duration::from_secs(2);

/// A folder on the server.
pub(super) struct Folder<H: Handler> {
    host: String,
    root: String,
    session: Handle<H>,
    sftp: RawSftpSession,
    window: Semaphore,
    fsync: bool,
}

impl<H: Handler + 'static> Folder<H> {
    /// Finds the folder, and makes it if only it is missing. Its own name may be a link, which is followed once and for all.
    pub(super) async fn open(
        host: String,
        path: &str,
        session: Handle<H>,
        sftp: RawSftpSession,
        extensions: &HashMap<String, String>,
    ) -> Result<Folder<H>, PublishError> {
        let fsync = extensions.contains_key(FSYNC);
        let path = if path.is_empty() { "/" } else { path };
        let mut folder = Folder { host, root: path.to_owned(), session, sftp, window: Semaphore::new(WINDOW), fsync };
        let (found, mut real) = join(folder.sftp.stat(path), folder.sftp.realpath(path)).await;
        match found {
            Err(Error::Status(Status { status_code: StatusCode::NoSuchFile, .. })) => {
                let made = folder.sftp.mkdir(path, FileAttributes::empty()).await;
                made.map_err(|error| folder.missing(error))?;
                folder.open_folder("").await?;
                real = folder.sftp.realpath(path).await;
            }
            found => {
                let attributes = found.map_err(|error| folder.failed("", error))?.attrs;
                if kind(&attributes) != Kind::Folder {
                    return Err(folder.refused("", "is not a folder".to_owned(), "name one in `to`"));
                }
            }
        }
        let real = real.map_err(|error| folder.failed("", error))?;
        if let Some(name) = real.files.into_iter().next() {
            folder.root = name.filename.trim_end_matches('/').to_owned();
        }
        Ok(folder)
    }

    fn at(&self, path: &str) -> String {
        match (self.root.as_str(), path) {
            (root, "") if !root.is_empty() => root.to_owned(),
            (root, path) => format!("{root}/{path}"),
        }
    }

    fn refused(&self, path: &str, why: String, fix: &str) -> PublishError {
        PublishError::Remote { place: self.place(path), why, fix: fix.to_owned() }
    }

    fn failed(&self, path: &str, error: Error) -> PublishError {
        let status = match error {
            Error::Status(status) => status,
            other => return PublishError::Lost { host: self.host.clone(), why: said(&other.to_string()) },
        };
        let fix = match status.status_code {
            StatusCode::NoSuchFile => "see `to`: in a jail the path is the one that is seen from inside",
            StatusCode::PermissionDenied => "the folder must belong to the account that publishes",
            _ => "see the server's free space and quota, and its log",
        };
        self.refused(path, words(status), fix)
    }

    /// The folder is missing, and this is why it can't be made: in a jail even its owner may not write beside it.
    fn missing(&self, error: Error) -> PublishError {
        match error {
            Error::Status(status) => {
                let why = format!("does not exist and can't be made ({})", words(status));
                self.refused(
                    "",
                    why,
                    "make it on the server, or see `to`: in a jail the path is the one that is seen from inside",
                )
            }
            other => self.failed("", other),
        }
    }

    /// Reads a piece, however few bytes come at a time; what the file does not have stays zero.
    async fn fill(&self, path: &str, handle: &str, offset: usize, piece: &mut [u8]) -> Result<(), PublishError> {
        let mut done = 0;
        while let Some(left) = piece.get_mut(done..).filter(|left| !left.is_empty()) {
            match self.sftp.read(handle, (offset + done) as u64, left.len() as u32).await {
                Ok(some) => {
                    let count = some.data.len().min(left.len());
                    left.iter_mut().zip(some.data).for_each(|(to, from)| *to = from);
                    if count == 0 {
                        break;
                    }
                    done += count;
                }
                Err(Error::Status(Status { status_code: StatusCode::Eof, .. })) => break,
                Err(error) => return Err(self.failed(path, error)),
            }
        }
        Ok(())
    }

    /// Writes a piece, when there is room for it in the window.
    async fn write(&self, handle: &str, offset: usize, piece: &[u8]) -> Result<(), Error> {
        let closed = |_| Error::UnexpectedBehavior("closed".to_owned());
        let _room = self.window.acquire_many(piece.len() as u32).await.map_err(closed)?;
        self.sftp.write(handle, offset as u64, piece.to_vec()).await.map(drop)
    }
}

#[async_trait]
impl<H: Handler + 'static> Remote for Folder<H> {
    fn place(&self, path: &str) -> String {
        format!("{}:{}", self.host, self.at(path))
    }

    async fn list(&self, folder: &str) -> Result<Vec<Entry>, PublishError> {
        let failed = |error| self.failed(folder, error);
        let handle = self.sftp.opendir(self.at(folder)).await.map_err(failed)?.handle;
        let mut entries = Vec::new();
        let mut more = true;
        while more {
            // Some hundred names come with each answer, and the end is an answer too: small folders take one round trip.
            let answers: [_; 4] = std::array::from_fn(|_| self.sftp.readdir(handle.as_str()));
            for answer in join_all(answers).await {
                match answer {
                    Ok(some) => entries.extend(some.files.into_iter().map(entry)),
                    Err(Error::Status(Status { status_code: StatusCode::Eof, .. })) => more = false,
                    Err(error) => return Err(failed(error)),
                }
            }
            if entries.len() > MOST_NAMES {
                let why = format!("holds more than {MOST_NAMES} names");
                return Err(self.refused(folder, why, "give the site a folder of its own"));
            }
        }
        self.sftp.close(handle).await.map_err(failed)?;
        Ok(entries)
    }

    async fn read(&self, path: &str, size: usize) -> Result<Vec<u8>, PublishError> {
        let opened = self.sftp.open(self.at(path), OpenFlags::READ, FileAttributes::empty()).await;
        let handle = opened.map_err(|error| self.failed(path, error))?.handle;
        let mut content = vec![0; size];
        let read = |(at, piece)| self.fill(path, &handle, at * CHUNK, piece).boxed();
        let pieces = each(content.chunks_mut(CHUNK).enumerate().map(read).collect(), PIECES).await;
        let closed = self.sftp.close(handle.as_str()).await.map_err(|error| self.failed(path, error));
        pieces?;
        closed.map(|_| content)
    }

    async fn make_folder(&self, folder: &str) -> Result<(), PublishError> {
        let made = self.sftp.mkdir(self.at(folder), FileAttributes::empty()).await;
        made.map(drop).map_err(|error| self.failed(folder, error))
    }

    async fn open_folder(&self, folder: &str) -> Result<(), PublishError> {
        let mode = FileAttributes { permissions: Some(FOLDER_MODE), ..FileAttributes::empty() };
        let set = self.sftp.setstat(self.at(folder), mode).await;
        set.map(drop).map_err(|error| self.failed(folder, error))
    }

    async fn stage(&self, file: &Staged) -> Result<(), PublishError> {
        let failed = |error| self.failed(&file.path, error);
        let flags = OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::EXCLUDE;
        let handle = self.sftp.open(self.at(&file.temp), flags, FileAttributes::empty()).await.map_err(failed)?.handle;
        let last = file.content.len().saturating_sub(1) / CHUNK * CHUNK;
        let (body, tail) = file.content.split_at_checked(last).unwrap_or((&[], &file.content));
        let write = |(at, piece)| self.write(&handle, at * CHUNK, piece).map_err(failed).boxed();
        each(body.chunks(CHUNK).enumerate().map(write).collect(), PIECES).await?;
        // One round trip for the rest. Requests for one file are served in the order in which they were sent (section 4 of the draft), and
        // `join4` sends in this order, once there is room for the piece.
        let attributes = FileAttributes {
            permissions: Some(FILE_MODE),
            atime: Some(file.mtime),
            mtime: Some(file.mtime),
            ..FileAttributes::empty()
        };
        let room = self.window.acquire_many(tail.len() as u32).await;
        let sync = async { if self.fsync { self.sftp.fsync(handle.as_str()).await.map(drop) } else { Ok(()) } };
        let (written, set, synced, closed) = join4(
            self.sftp.write(handle.as_str(), last as u64, tail.to_vec()),
            self.sftp.fsetstat(handle.as_str(), attributes),
            sync,
            self.sftp.close(handle.as_str()),
        )
        .await;
        drop(room);
        written.and(set).and(synced).and(closed.map(drop)).map_err(failed)
    }

    async fn reveal(&self, file: &Staged) -> Result<(), PublishError> {
        let mut paths = Vec::new();
        for path in [self.at(&file.temp), self.at(&file.path)] {
            paths.extend((path.len() as u32).to_be_bytes());
            paths.extend(path.into_bytes());
        }
        let answer = match self.sftp.extended(POSIX_RENAME, paths).await {
            Ok(Packet::Status(Status { status_code: StatusCode::Ok, .. })) => Ok(()),
            Ok(Packet::Status(status)) => Err(Error::Status(status)),
            Ok(_) => Err(Error::UnexpectedPacket),
            Err(error) => Err(error),
        };
        answer.map_err(|error| self.failed(&file.path, error))
    }

    async fn remove(&self, path: &str) -> Result<(), PublishError> {
        match self.sftp.remove(self.at(path)).await {
            Ok(_) | Err(Error::Status(Status { status_code: StatusCode::NoSuchFile, .. })) => Ok(()),
            Err(error) => Err(self.failed(path, error)),
        }
    }

    async fn close(&self) {
        let _ = self.sftp.close_session();
        let bye = self.session.disconnect(Disconnect::ByApplication, "", "");
        let _ = tokio::time::timeout(GOODBYE, bye).await;
    }
}

/// What the server said.
fn words(status: Status) -> String {
    let code = status.status_code.to_string();
    said(if status.error_message.is_empty() { &code } else { &status.error_message })
}

fn entry(file: russh_sftp::protocol::File) -> Entry {
    let meta = Meta {
        kind: kind(&file.attrs),
        size: file.attrs.size.unwrap_or(0),
        mtime: file.attrs.mtime.unwrap_or(0),
        mode: file.attrs.permissions.unwrap_or(0) & 0o7777,
    };
    Entry { name: file.filename, meta }
}

/// The kind, by the bits of `st_mode`. The library's `is_regular` is true for links too.
fn kind(attributes: &FileAttributes) -> Kind {
    match attributes.permissions.unwrap_or(0) & 0o170_000 {
        0o040_000 => Kind::Folder,
        0o100_000 => Kind::File,
        0o120_000 => Kind::Link,
        _ => Kind::Other,
    }
}
