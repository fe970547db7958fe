//! PROBE: asks devices, yields samples and events.
//!
//! [`Probes`] is the registry and the configuration's schema at once: one field a kind. [`Probes::build`] is inert; a [`Job`] does something
//! only when its [`Poll`] is polled, and when that happens is not its own decision.

#[cfg(test)]
mod contract;
mod gathered;
pub mod host;
#[cfg(test)]
mod mutator;
mod probe;
mod series;
pub mod snmp;

pub use probe::{Credentials, Moment, Poll, ProbeError, Target};

use model::Every;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _};
use std::collections::BTreeMap;

/// All configured probes: `[probes.<kind>.<name>]`.
#[derive(Debug, Default)]
pub struct Probes {
    /// Asks devices by SNMP.
    pub snmp: BTreeMap<String, snmp::Config>,
    /// Reads this very machine.
    pub host: BTreeMap<String, host::Config>,
}

/// A device and what asks it: the unit of scheduling.
pub struct Job {
    /// The probe's kind and name, such as `snmp.interfaces`.
    pub probe: String,
    /// The device that it asks. For `host` it is the name of this machine, which stands in no list of devices.
    pub device: String,
    /// How often it is to be asked.
    pub every: Every,
    /// How long one poll may take.
    pub deadline: Every,
    /// What asks it.
    pub poll: Box<dyn Poll>,
}

/// Something in the configuration that does not fit together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The probe's kind and name, such as `snmp.interfaces`.
    pub probe: String,
    /// The key in the probe's table that it is about.
    pub key: &'static str,
    /// What is wrong, and what to do.
    pub message: String,
    /// Whether the configuration can be used all the same.
    pub warning: bool,
}

impl Probes {
    /// The kinds, as they stand in `[probes.<kind>.<name>]`.
    pub const KINDS: &[&str] = &["snmp", "host"];

    /// Adds the table `[probes.<kind>.<name>]`.
    pub fn add<'de, D: Deserializer<'de>>(&mut self, kind: &str, name: &str, table: D) -> Result<(), D::Error> {
        match kind {
            "snmp" => drop(self.snmp.insert(name.to_owned(), snmp::Config::deserialize(table)?)),
            "host" => drop(self.host.insert(name.to_owned(), host::Config::deserialize(table)?)),
            _ => {
                let kinds = Probes::KINDS.join(", ");
                return Err(D::Error::custom(format!("there is no probe of the kind `{kind}`; there are: {kinds}")));
            }
        }
        Ok(())
    }

    /// What is to be polled, and what does not fit together. Nothing is opened, resolved or sent.
    pub fn build(&self, targets: &[Target]) -> (Vec<Job>, Vec<Problem>) {
        let mut jobs = Vec::new();
        let mut problems = Vec::new();
        for (name, config) in &self.snmp {
            config.build(&format!("snmp.{name}"), targets, &mut jobs, &mut problems);
        }
        for (name, config) in &self.host {
            config.build(&format!("host.{name}"), targets, &mut jobs, &mut problems);
        }
        (jobs, problems)
    }
}

impl Problem {
    fn error(probe: &str, key: &'static str, message: String) -> Problem {
        Problem { probe: probe.to_owned(), key, message, warning: false }
    }

    fn warning(probe: &str, key: &'static str, message: String) -> Problem {
        Problem { probe: probe.to_owned(), key, message, warning: true }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn target(name: &str, role: &str, address: &str, credentials: bool) -> Target {
        let snmp = credentials.then(|| snmp::Credentials::community("public").expect("a community"));
        Target {
            device: name.to_owned(),
            address: address.to_owned(),
            tags: BTreeMap::from([("role".to_owned(), role.to_owned())]),
            credentials: Credentials { snmp },
        }
    }

    fn build(table: serde_json::Value) -> (Vec<(String, String)>, Vec<Problem>) {
        let mut probes = Probes::default();
        probes.add("snmp", "x", table).expect("a good table");
        let targets = [
            target("sw1", "switch", "192.0.2.1", true),
            target("sw2", "switch", "[2001:db8::1]:1161", true),
            target("ap1", "radio", "192.0.2.3", false),
            target("odd", "broken", "192.0.2.3:port", true),
        ];
        let (jobs, problems) = probes.build(&targets);
        (jobs.into_iter().map(|job| (job.probe, job.device)).collect(), problems)
    }

    #[test]
    fn a_probe_asks_the_devices_it_selects() {
        let (jobs, problems) = build(json!({"devices": "role=switch"}));
        assert_eq!(jobs, [("snmp.x".to_owned(), "sw1".to_owned()), ("snmp.x".to_owned(), "sw2".to_owned())]);
        assert_eq!(problems, []);
    }

    #[test]
    fn what_does_not_fit_is_said_with_its_key() {
        for (table, jobs, key, part, warning) in [
            (json!({"devices": "role=none"}), 0, "devices", "matches no device", true),
            (json!({"devices": "ap1"}), 0, "devices", "`ap1` has no SNMP credentials", false),
            (json!({"devices": "odd"}), 0, "devices", "`odd`", false),
            (json!({"devices": "sw1", "modules": []}), 0, "modules", "nothing to read", false),
            (json!({"devices": "sw1", "max_repetitions": 0}), 0, "max_repetitions", "at least 1", false),
            (
                json!({"devices": "sw1", "every": "10s", "deadline": "11s"}),
                1,
                "deadline",
                "the `deadline` of 11s is longer than `every`, 10s",
                true,
            ),
        ] {
            let (built, problems) = build(table.clone());
            assert_eq!(built.len(), jobs, "{table}");
            let [problem] = problems.as_slice() else { panic!("{table}: {problems:?}") };
            assert_eq!((problem.key, problem.warning), (key, warning), "{table}");
            assert!(problem.message.contains(part), "{table}: {}", problem.message);
        }
    }

    #[test]
    fn a_deadline_that_nobody_wrote_leaves_room_before_the_next_turn() {
        for (kind, table, wanted) in [
            ("snmp", json!({"devices": "sw1"}), "20s"),
            ("snmp", json!({"devices": "sw1", "every": "10s"}), "8s"),
            ("snmp", json!({"devices": "sw1", "every": "10s", "deadline": "9s"}), "9s"),
            ("host", json!({"device": "me"}), "10s"),
            ("host", json!({"device": "me", "every": "1s"}), "800ms"),
        ] {
            let mut probes = Probes::default();
            probes.add(kind, "x", table.clone()).expect("a good table");
            let (jobs, problems) = probes.build(&[target("sw1", "switch", "192.0.2.1", true)]);
            assert_eq!(problems, [], "{kind} {table}");
            let deadlines: Vec<_> = jobs.iter().map(|job| job.deadline.to_string()).collect();
            assert_eq!(deadlines, [wanted], "{kind} {table}");
        }
    }

    #[test]
    fn a_deadline_longer_than_the_interval_is_warned_of_in_every_kind() {
        let mut probes = Probes::default();
        probes.add("host", "x", json!({"device": "me", "every": "1s", "deadline": "2s"})).expect("a good table");
        let (jobs, problems) = probes.build(&[]);
        assert_eq!(jobs.len(), 1);
        assert!(matches!(problems.as_slice(), [Problem { key: "deadline", warning: true, .. }]), "{problems:?}");
    }

    #[test]
    fn unknown_kinds_and_keys_are_refused_by_name() {
        let mut probes = Probes::default();
        let error = probes.add("smnp", "x", json!({})).expect_err("no such kind").to_string();
        assert!(error.contains("`smnp`") && error.contains("snmp, host"), "{error}");
        for kind in Probes::KINDS {
            let error = probes.add(kind, "x", json!({"evry": "3s"})).expect_err("no such key").to_string();
            assert!(error.contains("evry") && error.contains("every"), "{error}");
        }
    }
}
