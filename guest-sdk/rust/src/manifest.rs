//! What a transform says of itself.

use serde::Serialize;
use std::collections::BTreeMap;

/// What a transform says of itself.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Manifest {
    name: String,
    version: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    title: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    selects: Vec<String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    settings: BTreeMap<String, Setting>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    needs: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    widgets: Vec<Promise>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Promise {
    id: String,
    title: String,
    kind: String,
}

impl Manifest {
    /// A transform's name and version.
    pub fn new(name: &str, version: &str) -> Manifest {
        Manifest { name: name.to_owned(), version: version.to_owned(), ..Manifest::default() }
    }

    /// What it is for, in a few words.
    pub fn title(mut self, title: &str) -> Manifest {
        self.title = title.to_owned();
        self
    }

    /// A selector of the samples that it wants, where the operator chooses none; may be given several times.
    pub fn selects(mut self, selector: &str) -> Manifest {
        self.selects.push(selector.to_owned());
        self
    }

    /// A key of the operator's `settings`.
    pub fn setting(mut self, key: &str, setting: Setting) -> Manifest {
        self.settings.insert(key.to_owned(), setting);
        self
    }

    /// An interface of the host that it calls, such as `history` or `devices`.
    pub fn needs(mut self, interface: &str) -> Manifest {
        self.needs.push(interface.to_owned());
        self
    }

    /// A widget that it always gives.
    pub fn widget(mut self, id: &str, title: &str, kind: &str) -> Manifest {
        self.widgets.push(Promise { id: id.to_owned(), title: title.to_owned(), kind: kind.to_owned() });
        self
    }

    /// The manifest as `describe` gives it.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// A key of the operator's `settings`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Setting {
    #[serde(rename = "type")]
    of: SettingType,
    #[serde(skip_serializing_if = "Option::is_none")]
    default: Option<serde_json::Value>,
    doc: String,
}

impl Setting {
    /// A setting of this type without a default.
    pub fn new(of: SettingType, doc: &str) -> Setting {
        Setting { of, default: None, doc: doc.to_owned() }
    }

    /// What it is where the operator says nothing, written as the operator would.
    pub fn default(mut self, value: impl Into<serde_json::Value>) -> Setting {
        self.default = Some(value.into());
        self
    }
}

/// What a setting may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SettingType {
    /// Text.
    String,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A length of time such as `"3h"`; arrives as a number of milliseconds.
    Duration,
    /// One text or a list of them; arrives as a list.
    Strings,
}
