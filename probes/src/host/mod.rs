//! The probe `host`: this very machine, under the metric names that SNMP agents use, so that one selector covers both.

mod machine;
mod network;

use crate::gathered::Gathered;
use crate::probe::{deadline, millis};
use crate::{Job, Moment, Poll, ProbeError, Problem, Target};
use async_trait::async_trait;
use machine::Machine;
use model::{Every, Outcome, Polled};
use serde::Deserialize;
use sysinfo::System;
use tokio::task::JoinHandle;
use tokio::time::timeout_at;

/// `[probes.host.<name>]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The name under which this machine stands among the devices; by default its host name as a slug.
    pub device: Option<String>,
    /// How often it is read; 30 s by default.
    pub every: Every,
    /// How long that may take; by default 10 s, or four fifths of `every` where that is less.
    pub deadline: Option<Every>,
}

/// The default `deadline`, where `every` is not shorter.
const LONGEST: Every = Every::seconds(10);

impl Default for Config {
    fn default() -> Config {
        Config { device: None, every: Every::seconds(30), deadline: None }
    }
}

impl Config {
    pub(crate) fn build(&self, probe: &str, targets: &[Target], jobs: &mut Vec<Job>, problems: &mut Vec<Problem>) {
        let device = match &self.device {
            Some(device) => device.clone(),
            None => System::host_name().map_or_else(|_| "this-host".to_owned(), |name| model::slug(&name)),
        };
        if device.is_empty() {
            problems.push(Problem::error(probe, "device", "the name is empty".to_owned()));
            return;
        }
        if targets.iter().any(|target| target.device == device) || jobs.iter().any(|job| job.device == device) {
            let message = format!("`{device}` is another device's name too; give this machine one of its own");
            problems.push(Problem::error(probe, "device", message));
            return;
        }
        let poll = Host { device: device.clone(), every: self.every.millis(), machine: None, running: None };
        let deadline = deadline(probe, self.deadline, LONGEST, self.every, problems);
        let (probe, every) = (probe.to_owned(), self.every);
        jobs.push(Job { probe, device, every, deadline, poll: Box::new(poll) });
    }
}

/// Reads this machine. The reading is done on a thread for blocking work, since a file system can make whoever asks for its size wait for ever.
struct Host {
    device: String,
    every: i64,
    machine: Option<Box<Machine>>,
    /// A reading that outlived its poll's deadline, or whose poll was dropped. As long as it hangs no other is begun.
    running: Option<JoinHandle<(Box<Machine>, Gathered)>>,
}

#[async_trait]
impl Poll for Host {
    async fn poll(&mut self, now: &Moment) -> Result<Polled, ProbeError> {
        // What a left-over reading found is of its own time, so only its machine is of use.
        if self.running.is_some() && self.finish(now).await?.is_none() {
            return Ok(self.hangs(now));
        }
        let mut machine = self.machine.take().unwrap_or_else(|| Box::new(Machine::new(&self.device)));
        let moment = *now;
        self.running = Some(tokio::task::spawn_blocking(move || {
            let gathered = machine.read(&moment);
            (machine, gathered)
        }));
        match self.finish(now).await? {
            Some(gathered) => Ok(gathered.polled(&self.device, self.every, now)),
            None => Ok(self.hangs(now)),
        }
    }
}

impl Host {
    /// What the running reading gives, if it ends before the deadline.
    async fn finish(&mut self, now: &Moment) -> Result<Option<Gathered>, ProbeError> {
        let Some(running) = &mut self.running else { return Ok(None) };
        let Ok(ended) = timeout_at(now.deadline, running).await else { return Ok(None) };
        self.running = None;
        let (machine, gathered) = ended.map_err(|_| ProbeError::Panicked("the probe `host`"))?;
        self.machine = Some(machine);
        Ok(Some(gathered))
    }

    fn hangs(&self, now: &Moment) -> Polled {
        let trouble = "reading this machine takes longer than the `deadline`, most often because a mounted file system does not answer";
        Polled {
            trouble: Some(trouble.to_owned()),
            took: millis(now.started.elapsed()),
            ..Polled::nothing(&self.device, now.at, self.every, Outcome::Silent)
        }
    }
}

#[cfg(test)]
mod tests;
