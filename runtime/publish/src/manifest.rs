//! What the target says Lightship wrote there: `.lightship/manifest.json`.
//!
//! ```json
//! {"version":1,"files":{"assets/site.1f0c.css":{"hash":"…","size":4711,"mtime":1790000000,"asset":true},…}}
//! ```
//!
//! It is written before what it announces is revealed, so that after a cut no file of ours is unknown. It is therefore a claim,
//! which the folders' listings prove or disprove: a file is as recorded when size, time and mode are. Every replaced
//! file gets a later time than the one before, so a claim about an older or a newer content never passes for true.

use crate::remote::{FILE_MODE, Kind, Meta};
use model::{Hash, Millis, is_slug};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::collections::BTreeMap;

/// The folder for our own needs, whose name no page has.
pub(crate) const FOLDER: &str = ".lightship";
/// The manifest's path.
pub(crate) const PATH: &str = ".lightship/manifest.json";
/// A longer manifest is not ours.
pub(crate) const LONGEST: u64 = 32 << 20;

const VERSION: u32 = 1;
/// A site's files lie two folders deep; nothing of ours lies deeper than this.
const DEEPEST: usize = 8;

/// What we wrote under one path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Record {
    /// The content's hash.
    #[serde(serialize_with = "write_hash", deserialize_with = "read_hash")]
    pub(crate) hash: Hash,
    /// The content's length in bytes.
    pub(crate) size: u64,
    /// The time that the file was given, in seconds since the epoch.
    pub(crate) mtime: u32,
    /// Whether pages that are gone may still be open somewhere and refer to it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(crate) asset: bool,
    /// Since when no page of the site refers to this asset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) gone: Option<Millis>,
}

impl Record {
    /// Whether what lies there is what was written.
    pub(crate) fn holds(&self, meta: &Meta) -> bool {
        let Meta { kind, size, mtime, mode } = *meta;
        kind == Kind::File && size == self.size && mtime == self.mtime && mode == FILE_MODE
    }
}

/// The records by path.
pub(crate) type Records = BTreeMap<String, Record>;

/// Whether a path consists of slugs, and so can be joined to the target's folder.
pub(crate) fn is_safe(path: &str) -> bool {
    path.split('/').count() <= DEEPEST && path.split('/').all(is_slug)
}

#[derive(Serialize, Deserialize)]
struct Document<R> {
    version: u32,
    files: BTreeMap<String, R>,
}

/// The manifest as text.
pub(crate) fn write(records: &Records) -> Vec<u8> {
    // Maps with text keys, numbers and text: nothing that JSON could refuse.
    serde_json::to_vec(&Document { version: VERSION, files: records.clone() }).unwrap_or_default()
}

/// The records of a manifest, and how many of its entries are not such as we write and were left out. `None` where the text is no
/// manifest of ours at all.
pub(crate) fn read(text: &[u8]) -> Option<(Records, usize)> {
    let document: Document<serde_json::Value> = serde_json::from_slice(text).ok()?;
    if document.version != VERSION {
        return None;
    }
    let all = document.files.len();
    let good = document.files.into_iter().filter(|(path, _)| is_safe(path));
    let records: Records = good.filter_map(|(path, value)| Some((path, serde_json::from_value(value).ok()?))).collect();
    let bad = all - records.len();
    Some((records, bad))
}

fn is_false(value: &bool) -> bool {
    !value
}

fn write_hash<S: Serializer>(hash: &Hash, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(hash)
}

fn read_hash<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Hash, D::Error> {
    let text = String::deserialize(deserializer)?;
    Hash::parse(&text).ok_or_else(|| de::Error::custom("expected 64 hexadecimal digits"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_survives_being_written() {
        let record = Record { hash: Hash::of(b"x"), size: 1, mtime: 7, asset: true, gone: Some(-5) };
        let records = Records::from([("assets/x.css".to_owned(), record)]);
        assert_eq!(read(&write(&records)), Some((records, 0)));
    }

    #[test]
    fn entries_that_are_not_ours_are_left_out() {
        let record = |path: &str| format!(r#""{path}":{{"hash":"{}","size":1,"mtime":7}}"#, Hash::of(b"x"));
        let paths =
            ["a.html", "../a.html", "/etc/passwd", "a//b", ".htaccess", "a/../b", "A", "", "a/.", "1/2/3/4/5/6/7/8/9"];
        let entries: Vec<_> = paths.into_iter().map(record).chain([r#""b.html":{"hash":"no"}"#.to_owned()]).collect();
        let text = format!(r#"{{"version":1,"files":{{{}}}}}"#, entries.join(","));
        let (records, bad) = read(text.as_bytes()).expect("a manifest");
        assert_eq!(records.keys().map(String::as_str).collect::<Vec<_>>(), ["a.html"]);
        assert_eq!(bad, 10);
    }

    #[test]
    fn what_is_no_manifest_is_none() {
        for text in ["", "{", "[]", "null", r#"{"version":2,"files":{}}"#, r#"{"version":1}"#, "\u{0}\u{0}"] {
            assert_eq!(read(text.as_bytes()), None, "{text:?}");
        }
    }
}
