//! The devices' states: they follow from when each last answered, and each change is an event.

use crate::collect::changes::Changes;
use model::{Device, DeviceState, Event, Millis, Outcome, Polled, Severity};
use probes::{Job, Target};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use store::{Store, StoreError, Writer};

/// All devices that are polled.
pub(crate) struct Fleet {
    members: Mutex<BTreeMap<String, Member>>,
    writer: Writer,
}

/// A device's change of state.
pub(crate) struct Verdict {
    /// For visitors.
    pub(crate) event: Event,
    /// For the operator: what the last poll complained about.
    trouble: Option<String>,
}

struct Member {
    device: Device,
    /// Since when this process asks it; none before its first poll, of which nothing can be told.
    asked_since: Option<Millis>,
    refused: bool,
    changes: Changes,
    /// Whether the store has not been told yet.
    fresh: bool,
}

impl Fleet {
    /// The devices of these jobs, as the store last knew them; one that it does not know is unknown since `at`.
    pub(crate) fn new(jobs: &[Job], targets: &[Target], store: &Store, at: Millis) -> Result<Fleet, StoreError> {
        let known = store.reader().devices()?;
        let mut members: BTreeMap<String, Member> = BTreeMap::new();
        for job in jobs {
            let every = job.every.millis();
            let member = members.entry(job.device.clone()).or_insert_with(|| {
                let tags = targets.iter().find(|target| target.device == job.device).map(|target| target.tags.clone());
                let before = known.iter().find(|device| device.name == job.device);
                let device = Device {
                    name: job.device.clone(),
                    tags: tags.unwrap_or_default(),
                    state: before.map_or(DeviceState::Unknown, |device| device.state),
                    since: before.map_or(at, |device| device.since),
                    seen_at: before.and_then(|device| device.seen_at),
                    every,
                    trouble: None,
                };
                Member { device, asked_since: None, refused: false, changes: Changes::default(), fresh: true }
            });
            member.device.every = member.device.every.min(every);
        }
        Ok(Fleet { members: Mutex::new(members), writer: store.writer() })
    }

    /// Takes note of a poll and keeps it, with the events that follow from it.
    pub(crate) async fn note(&self, mut polled: Polled) -> Result<(), StoreError> {
        self.take(&mut polled);
        self.writer.polled(polled).await
    }

    /// Takes note of a poll, and adds the events that follow from it.
    pub(crate) fn take(&self, polled: &mut Polled) {
        let mut members = self.members();
        let Some(member) = members.get_mut(&polled.device) else { return };
        member.fresh = true;
        member.asked_since.get_or_insert(polled.at);
        member.refused = polled.outcome == Outcome::Refused;
        member.device.trouble = polled.trouble.clone();
        if polled.outcome.answered() {
            member.device.seen_at = Some(polled.at);
            let events = member.changes.events(polled);
            polled.events.extend(events);
        }
    }

    /// Judges all devices at this time, and tells the store what is new.
    pub(crate) async fn judge(&self, at: Millis) -> Result<(), StoreError> {
        let verdicts = self.verdict(at);
        let Some(devices) = self.news() else { return Ok(()) };
        self.writer.devices(devices).await?;
        for Verdict { event, trouble } in verdicts {
            let why = trouble.map(|trouble| format!(": {trouble}")).unwrap_or_default();
            match event.severity {
                Severity::Info => tracing::info!(target: "probe", "{}", event.text),
                _ => tracing::warn!(target: "probe", "{}{why}", event.text),
            }
            self.writer.event(event).await?;
        }
        Ok(())
    }

    /// Judges all devices at this time; what there is to say of those that changed.
    pub(crate) fn verdict(&self, at: Millis) -> Vec<Verdict> {
        let mut verdicts = Vec::new();
        for member in self.members().values_mut() {
            let device = &mut member.device;
            let Some(since) = member.asked_since else { continue };
            let state = DeviceState::at(at, device.every, since, device.seen_at, member.refused);
            // After a restart a device keeps its state until it was asked often enough to tell.
            if state != device.state && state != DeviceState::Unknown {
                verdicts.push(Verdict { event: event(device, state, at), trouble: device.trouble.clone() });
                (device.state, device.since, member.fresh) = (state, at, true);
            }
        }
        verdicts
    }

    /// Devices that have not answered since `at` keep their state until they were asked often enough to tell.
    pub(crate) fn asked_from(&self, at: Millis) {
        self.members().values_mut().filter_map(|member| member.asked_since.as_mut()).for_each(|since| *since = at);
    }

    /// All devices, where any of them has something new.
    fn news(&self) -> Option<Vec<Device>> {
        let mut members = self.members();
        let fresh = members.values_mut().filter_map(|member| std::mem::take(&mut member.fresh).then_some(())).count();
        (fresh > 0).then(|| members.values().map(|member| member.device.clone()).collect())
    }

    fn members(&self) -> MutexGuard<'_, BTreeMap<String, Member>> {
        self.members.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn event(device: &Device, state: DeviceState, at: Millis) -> Event {
    let (severity, words) = match (state, device.state) {
        (DeviceState::Down, _) => (Severity::Error, "does not answer"),
        (DeviceState::Late, _) => (Severity::Warning, "answers late"),
        (_, DeviceState::Unknown) => (Severity::Info, "answers"),
        _ => (Severity::Info, "answers again"),
    };
    Event {
        at,
        device: Some(device.name.clone()),
        kind: format!("device.{}", state.as_str()),
        severity,
        text: format!("{} {words}", device.name),
        body: json!({ "before": device.state, "seen_at": device.seen_at }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use probes::Probes;

    fn fleet(store: &Store) -> Fleet {
        let mut probes = Probes::default();
        let table = serde_json::json!({ "device": "box", "every": "10s" });
        probes.add("host", "this", table).expect("a good table");
        let (jobs, _) = probes.build(&[]);
        Fleet::new(&jobs, &[], store, 0).expect("a fleet")
    }

    fn states(fleet: &Fleet, seconds: &[i64]) -> Vec<String> {
        seconds.iter().flat_map(|at| fleet.verdict(at * 1000)).map(|verdict| verdict.event.text).collect()
    }

    #[test]
    fn a_device_that_falls_silent_is_late_and_then_down_and_then_back() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path()).expect("a store");
        let fleet = fleet(&store);
        assert!(states(&fleet, &[0, 1_000_000]).is_empty(), "nothing can be told before the first poll");
        fleet.take(&mut Polled::nothing("box", 0, 10_000, Outcome::Answered));
        assert_eq!(states(&fleet, &[1, 20]), ["box answers"]);
        for at in [10, 20, 30, 40, 50] {
            fleet.take(&mut Polled::nothing("box", at * 1000, 10_000, Outcome::Silent));
        }
        assert_eq!(states(&fleet, &[20, 21, 40, 41, 50]), ["box answers late", "box does not answer"]);
        fleet.take(&mut Polled::nothing("box", 60_000, 10_000, Outcome::Partial));
        assert_eq!(states(&fleet, &[60]), ["box answers again"]);
        fleet.take(&mut Polled::nothing("box", 70_000, 10_000, Outcome::Refused));
        assert_eq!(states(&fleet, &[70]), ["box does not answer"], "a refusal is known at once");
    }

    #[tokio::test]
    async fn a_restart_changes_no_state_until_the_device_was_asked_often_enough() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path()).expect("a store");
        let before = fleet(&store);
        before.note(Polled::nothing("box", 0, 10_000, Outcome::Answered)).await.expect("kept");
        before.judge(0).await.expect("kept");
        let after = fleet(&store);
        after.take(&mut Polled::nothing("box", 900_000, 10_000, Outcome::Silent));
        assert!(states(&after, &[901, 920]).is_empty());
        assert_eq!(states(&after, &[921]), ["box does not answer"]);
    }
}
