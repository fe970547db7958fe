//! What the operator set.

use crate::bindings::lightship::transform::settings as wit;
use serde::de::DeserializeOwned;

/// The value of a setting, or its default; none where neither is given. The host has checked its type against the manifest: a
/// duration is a number of milliseconds, `strings` a list of texts.
pub fn get<T: DeserializeOwned>(key: &str) -> Option<T> {
    serde_json::from_str(&wit::get(key)?).ok()
}
