//! Files that nobody else can have written: in a folder of our own, each signed with a key that never leaves it.

use hmac::{Hmac, KeyInit, Mac};
use rustix::fs::OFlags;
use rustix::process::geteuid;
use sha2::Sha256;
use std::collections::HashSet;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// The key's file.
const KEY: &str = "key";

/// The length of the key, in bytes: a block of SHA-256.
const KEY_LENGTH: usize = 64;

/// The length of a signature, in bytes.
const LENGTH: usize = 32;

/// The largest file that is read: compiled code is some three times its component.
const LARGEST: u64 = 512 << 20;

/// The folder and its key.
pub(super) struct Folder {
    path: PathBuf,
    key: [u8; KEY_LENGTH],
}

impl Folder {
    /// Opens the folder, or makes it. The error is a sentence with what to do.
    pub(super) fn open(path: &Path) -> Result<Folder, String> {
        let said = |why: io::Error| why.to_string();
        DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(said)?;
        let about = fs::symlink_metadata(path).map_err(said)?;
        if !about.is_dir() {
            return Err("it is a link or a file; remove it, it will be made again as a folder".to_owned());
        }
        if about.uid() != geteuid().as_raw() {
            return Err("it belongs to another user; remove it, it will be made again".to_owned());
        }
        let key = path.join(KEY);
        if about.mode() & 0o077 != 0 {
            // Others could read the key, and with it write what we would believe: a new one makes all files worthless.
            fs::set_permissions(path, fs::Permissions::from_mode(0o700)).map_err(said)?;
            remove(&key).map_err(said)?;
        }
        Ok(Folder { path: path.to_owned(), key: read_or_make_key(&key).map_err(said)? })
    }

    /// The content of a file; none where there is none, or where it is not as we wrote it.
    pub(super) fn read(&self, name: &str) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        let file = open_no_link(&self.path.join(name)).ok()?;
        file.take(LARGEST).read_to_end(&mut bytes).ok()?;
        let content = bytes.split_off(LENGTH.min(bytes.len()));
        self.signature(name, &content).verify_slice(&bytes).ok().map(|()| content)
    }

    /// Writes a file; whoever reads at the same time gets the old one or the new.
    pub(super) fn write(&self, name: &str, content: &[u8]) -> io::Result<()> {
        let signature = self.signature(name, content).finalize().into_bytes();
        let temporary = self.temporary(name);
        let written = create(&temporary)
            .and_then(|mut file| file.write_all(&signature).and_then(|()| file.write_all(content)))
            .and_then(|()| fs::rename(&temporary, self.path.join(name)));
        if written.is_err() {
            // It may not even be there; the first error is the one that matters.
            let _ = fs::remove_file(&temporary);
        }
        written
    }

    /// Removes all files but the key and these.
    pub(super) fn remove_others(&self, kept: &HashSet<String>) {
        for entry in fs::read_dir(&self.path).into_iter().flatten().flatten() {
            let name = entry.file_name();
            if name != KEY && !name.to_str().is_some_and(|name| kept.contains(name)) {
                // What remains costs disk space alone, and is tried again at the next start.
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// The signature covers the name, so that one good file cannot stand for another.
    fn signature(&self, name: &str, content: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::<Sha256>::new(&self.key.into());
        mac.update(name.as_bytes());
        mac.update(&[0]);
        mac.update(content);
        mac
    }

    fn temporary(&self, name: &str) -> PathBuf {
        self.path.join(format!("{name}.{}.new", std::process::id()))
    }
}

fn read_or_make_key(path: &Path) -> io::Result<[u8; KEY_LENGTH]> {
    if let Some(key) = read_key(path)? {
        return Ok(key);
    }
    let mut key = [0; KEY_LENGTH];
    File::open("/dev/urandom")?.read_exact(&mut key)?;
    let temporary = path.with_extension(format!("{}.new", std::process::id()));
    create(&temporary)?.write_all(&key)?;
    // A link, unlike a rename, leaves the key that another process may have made meanwhile.
    let made = fs::hard_link(&temporary, path);
    fs::remove_file(&temporary)?;
    match made {
        Err(why) if why.kind() != io::ErrorKind::AlreadyExists => Err(why),
        _ => read_key(path)?.ok_or_else(|| io::Error::other("the key was taken away")),
    }
}

/// The key; none where there is no file, or one that is not ours alone, which is removed.
fn read_key(path: &Path) -> io::Result<Option<[u8; KEY_LENGTH]>> {
    let file = match open_no_link(path) {
        Ok(file) => file,
        Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(_) => return remove(path).map(|()| None),
    };
    let about = file.metadata()?;
    let mut key = Vec::new();
    file.take(KEY_LENGTH as u64 + 1).read_to_end(&mut key)?;
    let ours = about.is_file() && about.uid() == geteuid().as_raw() && about.mode() & 0o077 == 0;
    match key.try_into() {
        Ok(key) if ours => Ok(Some(key)),
        _ => remove(path).map(|()| None),
    }
}

fn open_no_link(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(OFlags::NOFOLLOW.bits().cast_signed()).open(path)
}

/// A new file that only we may read; what lay there is removed first.
fn create(path: &Path) -> io::Result<File> {
    remove(path)?;
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(why) if why.kind() != io::ErrorKind::NotFound => Err(why),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).expect("there").mode() & 0o777
    }

    #[test]
    fn a_file_is_believed_under_its_name_and_key_alone() {
        let parent = tempfile::tempdir().expect("a folder");
        let path = parent.path().join("a/b");
        let folder = Folder::open(&path).expect("opens");
        folder.write("x.code", b"content").expect("writes");
        assert_eq!((mode(&path), mode(&path.join(KEY)), mode(&path.join("x.code"))), (0o700, 0o600, 0o600));
        assert_eq!(Folder::open(&path).expect("opens again").read("x.code").as_deref(), Some(&b"content"[..]));
        fs::copy(path.join("x.code"), path.join("y.code")).expect("copies");
        assert_eq!(folder.read("y.code"), None, "another's file");
        symlink("x.code", path.join("z.code")).expect("links");
        assert_eq!(folder.read("z.code"), None, "a link");
        fs::remove_file(path.join(KEY)).expect("removes");
        assert_eq!(Folder::open(&path).expect("opens").read("x.code"), None, "another key");
    }

    #[test]
    fn a_folder_that_others_could_enter_gets_a_new_key() {
        let parent = tempfile::tempdir().expect("a folder");
        let path = parent.path().join("code");
        Folder::open(&path).expect("opens").write("x", b"content").expect("writes");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("changes");
        let folder = Folder::open(&path).expect("opens");
        assert_eq!((mode(&path), folder.read("x")), (0o700, None));
        fs::set_permissions(path.join(KEY), fs::Permissions::from_mode(0o644)).expect("changes");
        folder.write("x", b"content").expect("writes");
        assert_eq!(Folder::open(&path).expect("opens").read("x"), None, "the key itself was open");
    }

    #[test]
    fn a_link_is_no_folder() {
        let parent = tempfile::tempdir().expect("a folder");
        symlink(parent.path(), parent.path().join("link")).expect("links");
        let refused = Folder::open(&parent.path().join("link"));
        assert!(refused.is_err_and(|why| why.contains("remove it")));
    }
}
