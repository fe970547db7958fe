//! Text that appears nowhere.

use serde::{Deserialize, Deserializer, de};
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

/// A password, a community, a key. It has no `Display`, and its `Debug` prints stars.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Keeps a text secret.
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    /// The text itself, for the one call that needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Where a secret is to be read, as the configuration says it: `{ env = "…" }`, `{ file = "…" }`, `{ credential = "…" }` (systemd's), or
/// the text itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretRef {
    /// Stands in the configuration itself, which `check` warns of.
    Inline(Secret),
    /// An environment variable.
    Env(String),
    /// A file; the configuration has made the path absolute.
    File(PathBuf),
    /// A file of that name in `$CREDENTIALS_DIRECTORY`.
    Credential(String),
}

impl<'de> Deserialize<'de> for SecretRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<SecretRef, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Text(String),
            Table(BTreeMap<String, String>),
        }
        const EXPECTED: &str = "expected { env = \"…\" }, { file = \"…\" } or { credential = \"…\" }";
        match Form::deserialize(deserializer).map_err(|_| de::Error::custom(EXPECTED))? {
            Form::Text(text) => Ok(SecretRef::Inline(Secret::new(text))),
            Form::Table(table) => match table.into_iter().collect::<Vec<_>>().as_slice() {
                [(key, value)] if key == "env" => Ok(SecretRef::Env(value.clone())),
                [(key, value)] if key == "file" => Ok(SecretRef::File(value.into())),
                [(key, value)] if key == "credential" => Ok(SecretRef::Credential(value.clone())),
                _ => Err(de::Error::custom(EXPECTED)),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_shows_stars() {
        let secret = SecretRef::Inline(Secret::new("public"));
        assert_eq!(format!("{secret:?}"), "Inline(***)");
    }

    #[test]
    fn the_three_places_are_told_apart() {
        let read = |json: &str| serde_json::from_str::<SecretRef>(json);
        assert_eq!(read(r#"{"env":"X"}"#).expect("env"), SecretRef::Env("X".to_owned()));
        assert_eq!(read(r#"{"file":"/k"}"#).expect("file"), SecretRef::File("/k".into()));
        assert!(read(r#"{"flie":"/k"}"#).expect_err("a typo").to_string().contains("{ file ="));
    }
}
