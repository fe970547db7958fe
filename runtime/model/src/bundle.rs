//! The site as it should be now: a list of files.

use crate::Millis;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// What a file is to a visitor's browser; files are published in this order, and `index.html` last of all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// Carries its hash in its name and never changes: style sheet, script, picture.
    Asset,
    /// JSON and pictures that change.
    Data,
    /// HTML.
    Page,
}

/// The SHA-256 of a file's content.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// The hash of these bytes.
    pub fn of(bytes: &[u8]) -> Hash {
        Hash(Sha256::digest(bytes).into())
    }

    /// The hash that `Display` wrote.
    pub fn parse(hex: &str) -> Option<Hash> {
        let bytes = hex.as_bytes();
        if bytes.len() != 64 {
            return None;
        }
        let mut hash = [0; 32];
        for (byte, pair) in hash.iter_mut().zip(bytes.chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Hash(hash))
    }
}

/// 64 hexadecimal digits.
impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// One file of the site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// What it is to a browser.
    pub class: Class,
    /// Its content.
    pub content: Arc<[u8]>,
    /// The hash of its content.
    pub hash: Hash,
}

/// All files of the site by path: slugs joined by `/`, relative to the site's root.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bundle {
    /// The files; the order of the map is the order of their paths, not of publishing.
    pub files: BTreeMap<String, File>,
    /// When the newest data in it was collected; none where nothing was yet.
    pub collected_at: Option<Millis>,
}

impl Bundle {
    /// Adds a file, or replaces the one of that path.
    pub fn add(&mut self, path: impl Into<String>, class: Class, content: impl Into<Arc<[u8]>>) {
        let content = content.into();
        let hash = Hash::of(&content);
        self.files.insert(path.into(), File { class, content, hash });
    }

    /// The files in the order in which they are published: assets, data, pages, and `index.html` last.
    pub fn in_order(&self) -> Vec<(&str, &File)> {
        let mut files: Vec<_> = self.files.iter().map(|(path, file)| (path.as_str(), file)).collect();
        files.sort_by_key(|(path, file)| (file.class, *path == "index.html"));
        files
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_go_out_in_the_order_that_never_shows_a_hole() {
        let mut bundle = Bundle::default();
        bundle.add("index.html", Class::Page, *b"i");
        bundle.add("z.html", Class::Page, *b"z");
        bundle.add("status.json", Class::Data, *b"{}");
        bundle.add("assets/x.css", Class::Asset, *b"");
        let order: Vec<_> = bundle.in_order().into_iter().map(|(path, _)| path).collect();
        assert_eq!(order, ["assets/x.css", "status.json", "z.html", "index.html"]);
    }

    #[test]
    fn a_hash_survives_being_written() {
        let hash = Hash::of(b"lightship");
        assert_eq!(Hash::parse(&hash.to_string()), Some(hash));
        assert_eq!(Hash::parse("zz"), None);
        assert_eq!(Hash::parse(&"ü".repeat(32)), None);
    }
}
