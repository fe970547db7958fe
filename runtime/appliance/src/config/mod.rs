//! The configuration: `lightship.toml` and `conf.d/*.toml` beside it, proven as a whole and immutable afterwards.

mod assemble;
mod paths;
mod problem;
mod read;
mod secrets;
mod tables;

pub(crate) use problem::Problems;
pub(crate) use read::did_you_mean;
pub(crate) use secrets::read_secret;

use crate::out::Usage;
use anyhow::Result;
use probes::{Probes, Target};
use publish::Publish;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Where the program looks when no `--config` is given, in this order.
const PLACES: [&str; 2] = ["lightship.toml", "/etc/lightship/lightship.toml"];

/// A configuration without errors: every name resolved, every secret read.
pub(crate) struct Config {
    /// The file that was asked for; the others lie in `conf.d` beside it.
    pub(crate) file: PathBuf,
    pub(crate) site: site::Config,
    /// The devices as the probes reach them.
    pub(crate) targets: Vec<Target>,
    pub(crate) probes: Probes,
    pub(crate) transforms: BTreeMap<String, transform::Config>,
    pub(crate) publish: Publish,
    /// What does not stop the program but should be looked at.
    pub(crate) warnings: Problems,
}

impl Config {
    /// Reads the configuration and proves all but the guests; the error lists everything that is wrong with it.
    pub(crate) fn load(file: Option<&Path>) -> Result<Config> {
        let file = find(file)?;
        let sources = tables::Sources::read(&file)?;
        let (config, problems) = assemble::assemble(file, &sources);
        Config::or_problems(config, problems)
    }

    /// Like [`Config::load`]; compiles every guest too and asks it for its manifest, which takes a second or more.
    pub(crate) fn prove(file: Option<&Path>) -> Result<Config> {
        let file = find(file)?;
        let sources = tables::Sources::read(&file)?;
        let (config, problems) = assemble::assemble(file, &sources);
        let guests = assemble::guests(&config, &sources)?;
        Config::or_problems(config, problems.and(guests))
    }

    fn or_problems(config: Config, problems: Problems) -> Result<Config> {
        if problems.errors() > 0 { Err(problems.into()) } else { Ok(Config { warnings: problems, ..config }) }
    }

    /// Like [`Config::load`], with the warnings said on stderr.
    pub(crate) fn load_and_warn(file: Option<&Path>) -> Result<Config> {
        let config = Config::load(file)?;
        for warning in config.warnings.iter() {
            tracing::warn!(target: "config", "{}: {}", warning.place, warning.what());
        }
        Ok(config)
    }
}

fn find(file: Option<&Path>) -> Result<PathBuf, Usage> {
    if let Some(file) = file {
        return Ok(file.to_owned());
    }
    match PLACES.map(Path::new).into_iter().find(|path| path.exists()) {
        Some(path) => Ok(path.to_owned()),
        None => Err(Usage(format!(
            "no configuration: neither ./{} nor {} is there; write one with `lightship init`, or name one with --config",
            PLACES[0], PLACES[1]
        ))),
    }
}
