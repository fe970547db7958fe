//! The `[site]` table.

use crate::quantity::Prefixes;
use model::Every;
use serde::Deserialize;
use std::path::PathBuf;

/// `[site]`: what the pages are called and how they write times and numbers.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The heading of all pages.
    pub title: String,
    /// How often the site is rendered, and how often an open page looks for newer data.
    pub every: Every,
    /// The IANA name of the zone in which times are written, such as `"Europe/London"`.
    pub zone: String,
    /// `"si"`: 1.5 Gbit/s, 1.5 GB. `"iec"`: 1.4 Gibit/s, 1.4 GiB. Other units carry SI prefixes either way.
    pub units: Prefixes,
    /// A folder whose files take the place of the built-in templates and of the files in `static/`, one by one.
    pub templates: Option<PathBuf>,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            title: "Lightship".to_owned(),
            every: Every::seconds(30),
            zone: "UTC".to_owned(),
            units: Prefixes::Si,
            templates: None,
        }
    }
}
