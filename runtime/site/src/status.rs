//! `status.json`: names, states and ages; no addresses, no user names, no error texts.

use model::{Device, DeviceState, Millis};
use serde::Serialize;
use store::TransformRun;

/// `status.json`. Times are in milliseconds since the epoch.
#[derive(Debug, Serialize)]
pub(crate) struct Status<'a> {
    version: &'a str,
    collected_at: Option<Millis>,
    generated_at: Millis,
    state: Counts,
    devices: Vec<DeviceStatus<'a>>,
    transforms: Vec<TransformStatus<'a>>,
}

/// How many devices are in each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Counts {
    /// Devices that answer.
    pub(crate) up: usize,
    /// Devices that answered a while ago.
    pub(crate) late: usize,
    /// Devices that don't.
    pub(crate) down: usize,
}

#[derive(Debug, Serialize)]
struct DeviceStatus<'a> {
    name: &'a str,
    state: &'static str,
    since: Millis,
    seen_at: Option<Millis>,
}

#[derive(Debug, Serialize)]
struct TransformStatus<'a> {
    name: &'a str,
    state: &'static str,
    ran_at: Millis,
}

/// How many devices are up, late and down.
pub(crate) fn counts(devices: &[Device]) -> Counts {
    let of = |state| devices.iter().filter(|device| device.state == state).count();
    Counts { up: of(DeviceState::Up), late: of(DeviceState::Late), down: of(DeviceState::Down) }
}

/// `ok`; `stale` where the last run failed and an earlier one's outputs stand; `failed` where there never was a good one.
pub(crate) fn transform_state(run: &TransformRun) -> &'static str {
    match (&run.error, run.ok_at) {
        (None, _) => "ok",
        (Some(_), Some(_)) => "stale",
        (Some(_), None) => "failed",
    }
}

impl<'a> Status<'a> {
    /// The status of a site that is made at `now`.
    pub(crate) fn new(
        devices: &'a [Device],
        runs: &'a [TransformRun],
        collected_at: Option<Millis>,
        now: Millis,
    ) -> Status<'a> {
        let device = |device: &'a Device| DeviceStatus {
            name: &device.name,
            state: device.state.as_str(),
            since: device.since,
            seen_at: device.seen_at,
        };
        let transform = |run: &'a TransformRun| TransformStatus {
            name: &run.transform,
            state: transform_state(run),
            ran_at: run.ran_at,
        };
        Status {
            version: env!("CARGO_PKG_VERSION"),
            collected_at,
            generated_at: now,
            state: counts(devices),
            devices: devices.iter().map(device).collect(),
            transforms: runs.iter().map(transform).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::collections::BTreeMap;

    #[test]
    fn it_has_names_states_and_ages_and_nothing_else() {
        let device = Device {
            name: "R5".to_owned(),
            tags: BTreeMap::from([("rack".to_owned(), "A1".to_owned())]),
            state: DeviceState::Down,
            since: 5,
            seen_at: Some(4),
            every: 1,
            trouble: Some("192.0.2.5 refuses the user `ro`".to_owned()),
        };
        let run = TransformRun {
            transform: "traffic".to_owned(),
            version: "0.1.0".to_owned(),
            ran_at: 7,
            ok_at: Some(6),
            error: Some("/secret/path".to_owned()),
            took: 1,
            outputs: vec![],
        };
        let status = serde_json::to_value(Status::new(&[device], &[run], Some(4), 9)).expect("JSON");
        assert_eq!(
            status,
            json!({
                "version": env!("CARGO_PKG_VERSION"), "collected_at": 4, "generated_at": 9,
                "state": {"up": 0, "late": 0, "down": 1},
                "devices": [{"name": "R5", "state": "down", "since": 5, "seen_at": 4}],
                "transforms": [{"name": "traffic", "state": "stale", "ran_at": 7}],
            })
        );
    }
}
