//! Where things are, and small help with files.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The root of the source tree.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests stand in the tree")
}

/// The text of a file of the source tree.
pub fn source(path: &str) -> String {
    let path = root().join(path);
    fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()))
}

/// A folder of our own that vanishes with the value.
pub fn scratch() -> TempDir {
    tempfile::Builder::new().prefix("lightship-test-").tempdir().expect("a temporary folder")
}

/// A folder that other users may enter, every part of whose path only root can change, as sshd demands of a jail;
/// without root's rights an ordinary scratch folder.
pub fn public_scratch() -> TempDir {
    if !is_root() {
        return scratch();
    }
    let folder = tempfile::Builder::new().prefix("lightship-test-").tempdir_in("/run").expect("a folder in /run");
    mode(folder.path(), 0o755);
    folder
}

/// Whether we are root.
pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Sets a file's mode.
pub fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("the mode can be set");
}

/// Writes a file and gives its path.
pub fn write(path: PathBuf, text: impl AsRef<[u8]>) -> PathBuf {
    fs::write(&path, text).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    path
}

/// All files below a folder, as paths relative to it, in order; links are listed and not followed.
pub fn tree(folder: &Path) -> Vec<String> {
    fn walk(folder: &Path, prefix: &str, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap_or_else(|why| panic!("{}: {why}", folder.display())) {
            let entry = entry.expect("an entry");
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if entry.file_type().expect("a type").is_dir() {
                walk(&entry.path(), &format!("{name}/"), found);
            } else {
                found.push(name);
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, "", &mut found);
    found.sort();
    found
}

/// A server's snippet of the source tree for a server of a test: `change` gets each line's first word and the line, and gives what stands in
/// its place where that is not the line itself.
pub fn adapted(path: &str, change: impl Fn(&str, &str) -> Option<String>) -> String {
    let text = source(path);
    let line = |line: &str| {
        line.split_whitespace().next().and_then(|word| change(word, line)).unwrap_or_else(|| line.to_owned())
    };
    text.lines().map(|old| line(old) + "\n").collect()
}

/// Says something for the record of the run, past the capture of the test's output.
pub fn remark(text: &str) {
    use std::io::Write;
    let _ = std::io::stderr().write_all(format!("{text}\n").as_bytes());
}
