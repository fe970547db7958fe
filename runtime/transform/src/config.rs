//! One table `[transforms.<name>]` of the configuration.

use model::{Every, Selector, Size};
use serde::Deserialize;
use serde_json::{Map, Value};

/// One table `[transforms.<name>]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The component: `bundled:NAME`, or a path; it is read again when the file changes. Required.
    pub wasm: String,
    /// The samples that it gets. Default: what its manifest selects.
    #[serde(default)]
    pub select: Option<Selector>,
    /// How often it runs. Default `"30s"`.
    #[serde(default = "every")]
    pub every: Every,
    /// What it is told; its manifest says which keys there are. Default: none.
    #[serde(default)]
    pub settings: Map<String, Value>,
    /// What it may use up in one run.
    #[serde(default)]
    pub limits: Limits,
}

impl Config {
    /// A component with everything else at its default.
    pub fn new(wasm: impl Into<String>) -> Config {
        Config { wasm: wasm.into(), select: None, every: every(), settings: Map::new(), limits: Limits::default() }
    }
}

/// The table `limits`: what one run may use up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// How much memory it may have. Default `"64MiB"`.
    pub memory: Size,
    /// How long it may compute, in processor time: what it waits for the store or for a busy machine is not counted. Default `"2s"`.
    pub time: Every,
    /// How long its output documents may be, all together. Default `"4MiB"`.
    pub output: Size,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { memory: Size(64 << 20), time: Every::seconds(2), output: Size(4 << 20) }
    }
}

const fn every() -> Every {
    Every::seconds(30)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_has_defaults_and_no_unknown_keys() {
        let config: Config =
            serde_json::from_str(r#"{"wasm":"bundled:traffic","limits":{"time":"5s"}}"#).expect("good");
        assert_eq!(config.limits, Limits { time: Every::seconds(5), ..Limits::default() });
        assert_eq!(Config { limits: Limits::default(), ..config }, Config::new("bundled:traffic"));
        let wrong = serde_json::from_str::<Config>(r#"{"wasm":"x","limit":{}}"#).expect_err("no such key");
        assert!(wrong.to_string().contains("unknown field `limit`"), "{wrong}");
    }
}
