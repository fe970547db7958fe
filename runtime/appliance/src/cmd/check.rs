//! `lightship check`: proves the configuration without touching the network.

use crate::cli::Global;
use crate::config::{Config, read_secret};
use crate::out;
use anyhow::Result;
use std::collections::BTreeSet;

pub(super) async fn run(global: &Global) -> Result<()> {
    let config = Config::prove(global.config.as_deref())?;
    for warning in config.warnings.iter() {
        out::line(warning)?;
    }
    let (jobs, _) = config.probes.build(&config.targets);
    let devices: BTreeSet<&str> = jobs.iter().map(|job| job.device.as_str()).collect();
    let (targets, _) = config.publish.build(&read_secret);
    out::line(format_args!(
        "{}: good; {}, {}, {}, {}",
        config.file.display(),
        count(devices.len(), "device"),
        count(jobs.len(), "poll"),
        count(config.transforms.len(), "transform"),
        count(targets.len(), "publish target"),
    ))
}

fn count(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}
