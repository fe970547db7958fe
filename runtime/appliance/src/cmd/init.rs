//! `lightship init [DIR]`: writes a commented starter configuration.

use crate::cli::Global;
use crate::out;
use crate::out::Usage;
use anyhow::{Context as _, Result, anyhow};
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// The starter; it polls this host alone and publishes into a folder, so that it runs as it stands.
const STARTER: &str = include_str!("../../../../deploy/config/starter.toml");

pub(super) fn run(global: &Global, dir: &Path) -> Result<()> {
    if let Some(config) = &global.config {
        return Err(Usage(format!("init writes DIR/lightship.toml; {} is for other commands", config.display())).into());
    }
    std::fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
    let here = dir == Path::new(".");
    let path = if here { PathBuf::from("lightship.toml") } else { dir.join("lightship.toml") };
    let mut file = OpenOptions::new().write(true).create_new(true).open(&path).map_err(|why| match why.kind() {
        ErrorKind::AlreadyExists => {
            anyhow!("{} is there already; a configuration is never overwritten", path.display())
        }
        _ => anyhow!("cannot write {}: {why}", path.display()),
    })?;
    file.write_all(STARTER.as_bytes())?;
    let go = if here { String::new() } else { format!("`cd {}`, ", dir.display()) };
    out::line(format_args!(
        "Wrote {}. It polls this host and publishes into the folder public beside it.\n\
         Next: {go}edit it, prove it with `lightship check`, and start with `lightship run`.",
        path.display()
    ))
}
