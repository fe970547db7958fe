//! The probe `snmp`: SNMP versions 2c and 3 over UDP.

mod address;
mod ber;
mod client;
mod codec;
mod credentials;
mod failure;
mod fuzz;
mod interfaces;
mod oid;
mod system;
mod text;
mod usm;
mod walk;

pub use credentials::{Credentials, CredentialsConfig, Protected};
pub use fuzz::fuzz;
pub use usm::{Digest, Privacy};

use crate::gathered::Gathered;
use crate::probe::{deadline, millis};
use crate::series::Interner;
use crate::{Job, Moment, Poll, ProbeError, Problem, Target};
use address::Address;
use async_trait::async_trait;
use client::{Client, Session};
use failure::Failure;
use interfaces::Uptime;
use model::{Devices, Every, Polled};
use serde::Deserialize;
use tokio::time::Instant;

/// `[probes.snmp.<name>]`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Which devices, by name and tags, such as `"role=switch"`; all by default.
    pub devices: Devices,
    /// What is read of them; `["system", "interfaces"]` by default.
    pub modules: Vec<Module>,
    /// How often; 30 s by default.
    pub every: Every,
    /// How long one poll of one device may take, whatever it answers; by default 20 s, or four fifths of `every` where that is less.
    pub deadline: Option<Every>,
    /// How long the first try of a request waits for its answer, and each further one twice as long as the one before; 2 s by default.
    pub timeout: Every,
    /// How many times a request without an answer is sent again; 2 by default.
    pub retries: u32,
    /// How many rows of a table one request asks for (GETBULK's max-repetitions); 25 by default. Devices that cannot answer that many are
    /// asked for fewer by themselves.
    pub max_repetitions: u32,
}

/// The default `deadline`, where `every` is not shorter.
const LONGEST: Every = Every::seconds(20);

impl Default for Config {
    fn default() -> Config {
        Config {
            devices: "*".parse().unwrap_or_else(|_| unreachable!("a glob of one star is a selector")),
            modules: vec![Module::System, Module::Interfaces],
            every: Every::seconds(30),
            deadline: None,
            timeout: Every::seconds(2),
            retries: 2,
            max_repetitions: 25,
        }
    }
}

/// A part of what a device tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Module {
    /// Who the device is and since when it runs: sysName, sysDescr, sysObjectID, sysContact, sysLocation, sysUpTime.
    System,
    /// Its interfaces: ifTable and ifXTable.
    Interfaces,
}

impl Config {
    pub(crate) fn build(&self, probe: &str, targets: &[Target], jobs: &mut Vec<Job>, problems: &mut Vec<Problem>) {
        if self.modules.is_empty() {
            problems.push(Problem::error(
                probe,
                "modules",
                "there is nothing to read; name \"system\" or \"interfaces\"".to_owned(),
            ));
            return;
        }
        if self.max_repetitions == 0 {
            problems.push(Problem::error(probe, "max_repetitions", "at least 1 row must be asked for".to_owned()));
            return;
        }
        let deadline = deadline(probe, self.deadline, LONGEST, self.every, problems);
        let mut any = false;
        for target in targets.iter().filter(|target| self.devices.matches(&target.device, &target.tags)) {
            any = true;
            match self.job(probe, target, deadline) {
                Ok(job) => jobs.push(job),
                Err(message) => problems.push(Problem::error(probe, "devices", message)),
            }
        }
        if !any {
            problems.push(Problem::warning(probe, "devices", format!("`{}` matches no device", self.devices)));
        }
    }

    fn job(&self, probe: &str, target: &Target, deadline: Every) -> Result<Job, String> {
        let device = &target.device;
        let Some(credentials) = &target.credentials.snmp else {
            return Err(format!(
                "the device `{device}` has no SNMP credentials; give it `credentials` that have an `snmp`"
            ));
        };
        let address = Address::parse(&target.address).map_err(|why| format!("the device `{device}`: {why}"))?;
        let poll = Snmp {
            device: device.clone(),
            client: Client::new(address, &credentials.0, self.timeout.0, self.retries),
            modules: self.modules.clone(),
            repetitions: self.max_repetitions,
            every: self.every.millis(),
            series: Interner::new(device),
            memory: interfaces::Memory::default(),
        };
        let (probe, device) = (probe.to_owned(), device.clone());
        Ok(Job { probe, device, every: self.every, deadline, poll: Box::new(poll) })
    }
}

/// Asks one device.
struct Snmp {
    device: String,
    client: Client,
    modules: Vec<Module>,
    repetitions: u32,
    every: i64,
    series: Interner,
    memory: interfaces::Memory,
}

#[async_trait]
impl Poll for Snmp {
    async fn poll(&mut self, now: &Moment) -> Result<Polled, ProbeError> {
        match self.gather(now).await {
            Ok(gathered) => {
                self.series.sweep();
                Ok(gathered.polled(&self.device, self.every, now))
            }
            Err(Failure::Socket(why)) => Err(ProbeError::Socket(why)),
            Err(failure) => {
                let trouble = failure.sentence(&self.client.address.to_string(), self.client.version());
                let nothing = Polled::nothing(&self.device, now.at, self.every, failure.outcome());
                Ok(Polled { trouble: Some(trouble), took: millis(now.started.elapsed()), ..nothing })
            }
        }
    }
}

impl Snmp {
    async fn gather(&mut self, now: &Moment) -> Result<Gathered, Failure> {
        let mut gathered = Gathered::default();
        let mut session = Session::open(&mut self.client, now).await?;
        let wants = |module| self.modules.contains(&module);
        let started = Instant::now();
        let system = system::read(&mut session, wants(Module::System)).await?;
        gathered.took("system", started.elapsed());
        let before = system.uptime;
        if wants(Module::System) {
            system.emit(&mut self.series, &mut gathered);
        }
        if wants(Module::Interfaces) {
            let (columns, lives) = interfaces::read(&mut session, self.repetitions, &mut gathered).await;
            let after = if lives { system::uptime(&mut session).await.ok().flatten() } else { None };
            let uptime = match (before, after) {
                (None, _) => Uptime::Unknown,
                (Some((before, _)), Some(after)) if after < before && before < WRAPPING => Uptime::Restarted,
                (Some((before, _)), _) => Uptime::Ticks(before),
            };
            interfaces::emit(&columns, uptime, &mut self.memory, &mut self.series, &mut gathered);
        }
        if gathered.is_empty() {
            gathered.trouble.push(HIDDEN.to_owned());
        }
        Ok(gathered)
    }
}

/// For a device that answers every question with nothing.
const HIDDEN: &str =
    "the device answers but shows nothing of what is asked; let this community or user see 1.3.6.1.2.1 on the device";

/// A sysUpTime above this may return to zero within one poll because its 32 bits are full, ten minutes later at most.
const WRAPPING: u32 = u32::MAX - 60_000;

#[cfg(test)]
pub(crate) mod tests;
