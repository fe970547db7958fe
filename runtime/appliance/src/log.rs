//! Log lines on stderr: one line an event, each with the stage as its target.

use crate::cli::{Color, Global, LogFormat};
use std::io::IsTerminal as _;
use tracing_subscriber::EnvFilter;

/// The stages' crates log under the stage's own name; other crates speak only when something is wrong.
fn filter(global: &Global) -> EnvFilter {
    let level = match (global.quiet, global.verbose) {
        (true, _) => "error",
        (_, 0) => "info",
        (_, 1) => "debug",
        _ => "trace",
    };
    let others = if global.verbose > 1 { "debug" } else { "error" };
    let stages = ["config", "probe", "probes", "store", "transform", "site", "publish", "lab", "lightship"];
    let directives: Vec<String> = stages.iter().map(|stage| format!("{stage}={level}")).collect();
    EnvFilter::new(format!("{others},{}", directives.join(",")))
}

/// Starts logging; called once, by `main`.
pub(crate) fn start(global: &Global) {
    let ansi = match global.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none(),
    };
    let lines = tracing_subscriber::fmt().with_env_filter(filter(global)).with_writer(std::io::stderr).with_ansi(ansi);
    match global.log_format {
        LogFormat::Text => lines.compact().init(),
        LogFormat::Json => lines.json().flatten_event(true).init(),
    }
}
