//! `lightship init [DIR]`: writes a commented starter configuration.

use crate::out;
use anyhow::{Context as _, Result};
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// The starter; it polls this host alone and publishes into a folder, so that it runs as it stands.
const STARTER: &str = include_str!("../../../../deploy/config/starter.toml");

pub(super) fn run(dir: &Path) -> Result<()> {
    std::fs::create_dir_all(dir).with_context(|| format!("cannot make {}", dir.display()))?;
    let path = if dir == Path::new(".") { PathBuf::from("lightship.toml") } else { dir.join("lightship.toml") };
    let mut file = OpenOptions::new().write(true).create_new(true).open(&path).with_context(|| {
        format!("cannot write {}; a configuration that is there is never overwritten", path.display())
    })?;
    file.write_all(STARTER.as_bytes())?;
    out::line(format_args!(
        "Wrote {0}. It polls this host and publishes into the folder public beside it.\n\
         Next: edit it, prove it with `lightship check -c {0}`, and start with `lightship run -c {0}`.",
        path.display()
    ))
}
