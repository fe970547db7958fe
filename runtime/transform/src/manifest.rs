//! What a transform says of itself: the answer of `describe`.

use crate::Fault;
use model::Selector;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// The longest manifest, in bytes.
pub(crate) const LONGEST: usize = 64 << 10;

/// The interfaces of the host that a guest may need; all are granted.
const INTERFACES: [&str; 4] = ["log", "settings", "history", "devices"];

/// What a transform says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What it is for, in a few words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// The selectors of the samples that it wants, where the configuration chooses none.
    #[serde(default)]
    pub selects: Vec<String>,
    /// The settings that it knows.
    #[serde(default)]
    pub settings: BTreeMap<String, Setting>,
    /// The interfaces of the host that it calls.
    #[serde(default)]
    pub needs: Vec<String>,
    /// The widgets that it always gives.
    #[serde(default)]
    pub widgets: Vec<Promise>,
}

/// A setting that a transform knows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Setting {
    /// What it may be.
    #[serde(rename = "type")]
    pub of: SettingType,
    /// What it is where the operator says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// What it does.
    #[serde(default)]
    pub doc: String,
}

/// What a setting may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SettingType {
    /// Text.
    String,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A length of time such as `"3h"`; the guest gets a number of milliseconds.
    Duration,
    /// One text or a list of them; the guest gets a list.
    Strings,
}

/// A widget that a transform always gives.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Promise {
    /// Its name within the transform.
    pub id: String,
    /// Its heading.
    #[serde(default)]
    pub title: String,
    /// Its kind, such as `line`.
    #[serde(default)]
    pub kind: String,
}

impl Manifest {
    /// Reads what `describe` answered, and proves it.
    pub(crate) fn parse(json: &str) -> Result<Manifest, Fault> {
        let unusable = |why: String| Fault::Unusable(format!("what it says of itself is wrong: {why}"));
        let manifest: Manifest = serde_json::from_str(json).map_err(|why| unusable(why.to_string()))?;
        if manifest.name.is_empty() || manifest.version.is_empty() {
            return Err(unusable("name and version must not be empty".to_owned()));
        }
        manifest.selectors().map_err(|why| unusable(format!("selects: {why}")))?;
        if let Some(unknown) = manifest.needs.iter().find(|need| !INTERFACES.contains(&need.as_str())) {
            let known = INTERFACES.join(", ");
            return Err(Fault::Unusable(format!("it needs `{unknown}`, which this version does not have ({known})")));
        }
        Ok(manifest)
    }

    /// The samples that it wants.
    pub(crate) fn selectors(&self) -> Result<Vec<Selector>, model::SelectorError> {
        self.selects.iter().map(|text| text.parse()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_may_grow_but_not_lie() {
        let good = r#"{"name":"x","version":"1","settings":{"top":{"type":"number","default":10}},"later":true}"#;
        assert_eq!(Manifest::parse(good).expect("good").settings["top"].of, SettingType::Number);
        for (bad, wanted) in [
            ("{}", "missing field `name`"),
            (r#"{"name":"","version":"1"}"#, "must not be empty"),
            (r#"{"name":"x","version":"1","selects":["a{"]}"#, "selects: "),
            (r#"{"name":"x","version":"1","needs":["http"]}"#, "it needs `http`"),
            (r#"{"name":"x","version":"1","settings":{"a":{"type":"colour"}}}"#, "unknown variant `colour`"),
        ] {
            let fault = Manifest::parse(bad).expect_err(bad);
            assert!(fault.to_string().contains(wanted), "{fault}");
        }
    }
}
