//! `dir`: into a folder of this host, for a web server here or a folder that something else carries away.

use crate::PublishError;
use crate::remote::{Entry, FILE_MODE, FOLDER_MODE, Kind, Meta, Remote, Staged, Transport};
use async_trait::async_trait;
use serde::Deserialize;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, UNIX_EPOCH};

/// The table `[publish.dir.<name>]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Required: the folder that the site is put into, such as `"/srv/www/lab"`. It is made where it is missing.
    pub to: PathBuf,
}

impl Config {
    pub(crate) fn build(&self) -> Dir {
        Dir { root: self.to.clone() }
    }
}

/// The folder.
#[derive(Debug)]
pub(crate) struct Dir {
    root: PathBuf,
}

#[async_trait]
impl Transport for Dir {
    async fn connect(&self) -> Result<Arc<dyn Remote>, PublishError> {
        let root = self.root.clone();
        let opened = work(&self.root, "opened", move || {
            make_all(&root)?;
            fs::canonicalize(&root)
        });
        Ok(Arc::new(Dir { root: opened.await? }))
    }
}

#[async_trait]
impl Remote for Dir {
    fn place(&self, path: &str) -> String {
        self.root.join(path).display().to_string()
    }

    async fn list(&self, folder: &str) -> Result<Vec<Entry>, PublishError> {
        let place = self.root.join(folder);
        work(&place.clone(), "listed", move || {
            let mut entries = Vec::new();
            for entry in fs::read_dir(place)? {
                let entry = entry?;
                let Ok(name) = entry.file_name().into_string() else { continue };
                match entry.metadata() {
                    Ok(metadata) => entries.push(Entry { name, meta: meta(&metadata) }),
                    // Somebody else deleted it since.
                    Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                    Err(error) => return Err(error),
                }
            }
            Ok(entries)
        })
        .await
    }

    async fn read(&self, path: &str, size: usize) -> Result<Vec<u8>, PublishError> {
        let place = self.root.join(path);
        work(&place.clone(), "read", move || {
            let mut content = Vec::with_capacity(size);
            File::open(place)?.take(size as u64).read_to_end(&mut content)?;
            content.resize(size, 0);
            Ok(content)
        })
        .await
    }

    async fn make_folder(&self, folder: &str) -> Result<(), PublishError> {
        let place = self.root.join(folder);
        work(&place.clone(), "made", move || fs::create_dir(place)).await
    }

    async fn open_folder(&self, folder: &str) -> Result<(), PublishError> {
        let place = self.root.join(folder);
        let mode = Permissions::from_mode(FOLDER_MODE);
        work(&place.clone(), "opened for visitors", move || fs::set_permissions(place, mode)).await
    }

    async fn stage(&self, file: &Staged) -> Result<(), PublishError> {
        let temp = self.root.join(&file.temp);
        let (content, mtime) = (file.content.clone(), file.mtime);
        work(&self.root.join(&file.path), "written", move || {
            let mut out = OpenOptions::new().write(true).create_new(true).open(temp)?;
            out.write_all(&content)?;
            out.set_permissions(Permissions::from_mode(FILE_MODE))?;
            out.set_modified(UNIX_EPOCH + Duration::from_secs(mtime.into()))?;
            out.sync_all()
        })
        .await
    }

    async fn reveal(&self, file: &Staged) -> Result<(), PublishError> {
        let (temp, place) = (self.root.join(&file.temp), self.root.join(&file.path));
        work(&place.clone(), "replaced", move || fs::rename(temp, place)).await
    }

    async fn remove(&self, path: &str) -> Result<(), PublishError> {
        let place = self.root.join(path);
        work(&place.clone(), "deleted", move || match fs::remove_file(place) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            other => other,
        })
        .await
    }

    async fn close(&self) {}
}

/// Makes a folder and those above it that are missing, so that visitors can enter whatever the umask is.
fn make_all(folder: &Path) -> io::Result<()> {
    let missing: Vec<_> = folder.ancestors().take_while(|at| !at.as_os_str().is_empty() && !at.exists()).collect();
    for at in missing.into_iter().rev() {
        fs::create_dir(at)?;
        fs::set_permissions(at, Permissions::from_mode(FOLDER_MODE))?;
    }
    Ok(())
}

fn meta(metadata: &fs::Metadata) -> Meta {
    let kind = match metadata.file_type() {
        kind if kind.is_symlink() => Kind::Link,
        kind if kind.is_dir() => Kind::Folder,
        kind if kind.is_file() => Kind::File,
        _ => Kind::Other,
    };
    let mtime = metadata.mtime().clamp(0, u32::MAX.into()) as u32;
    Meta { kind, size: metadata.len(), mtime, mode: metadata.mode() & 0o7777 }
}

/// Disks block: this runs on a thread that may.
async fn work<T: Send + 'static>(
    place: &Path,
    doing: &'static str,
    job: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, PublishError> {
    let done = tokio::task::spawn_blocking(job).await.unwrap_or_else(|error| Err(io::Error::other(error)));
    done.map_err(|source| PublishError::Io { place: place.display().to_string(), doing, source })
}
