//! What changed on a device from one poll to the next: it rebooted, or one of its rows went into another state.

use model::{Event, Polled, Series, Severity, Value};
use serde_json::json;
use std::collections::HashMap;
use std::sync::Arc;

/// What was seen of a device at its last answer.
#[derive(Default)]
pub(super) struct Changes {
    uptime: Option<f64>,
    states: HashMap<Arc<Series>, i64>,
}

impl Changes {
    /// The events that follow from a poll, given those before.
    pub(super) fn events(&mut self, polled: &Polled) -> Vec<Event> {
        let mut events = Vec::new();
        for sample in &polled.samples {
            match sample.value {
                Value::Gauge(uptime) if sample.series.metric == "sysUpTime" => match self.uptime.replace(uptime) {
                    // A second of slack: agents round, and the poll's parts are not of one moment.
                    Some(before) if uptime + 1.0 < before => events.push(rebooted(polled, uptime)),
                    _ => {}
                },
                Value::State(number) => match self.states.insert(sample.series.clone(), number) {
                    Some(before) if before != number => events.push(changed(polled, &sample.series, before, number)),
                    _ => {}
                },
                _ => {}
            }
        }
        events
    }
}

fn rebooted(polled: &Polled, uptime: f64) -> Event {
    Event {
        at: polled.at,
        device: Some(polled.device.clone()),
        kind: "device.rebooted".to_owned(),
        severity: Severity::Warning,
        text: format!("{} rebooted; rates resume after one poll", polled.device),
        body: json!({ "uptime": uptime }),
    }
}

fn changed(polled: &Polled, series: &Series, before: i64, after: i64) -> Event {
    let name = |number: i64| {
        let known = polled.states.iter().find(|state| state.metric == series.metric && state.number == number);
        known.map_or_else(|| number.to_string(), |state| state.name.clone())
    };
    let (before, after) = (name(before), name(after));
    let row: String = series.labels.iter().map(|(_, value)| format!(" {value}")).collect();
    Event {
        at: polled.at,
        device: Some(series.device.clone()),
        kind: "state.changed".to_owned(),
        severity: if after == "down" { Severity::Warning } else { Severity::Info },
        text: match series.metric.as_str() {
            "ifOperStatus" => format!("{}{row} is {after} (was {before})", series.device),
            metric => format!("{}{row}: {metric} is {after} (was {before})", series.device),
        },
        body: json!({ "metric": series.metric, "labels": series.labels, "before": before, "after": after }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Kind, Labels, Outcome, Sample, StateName};

    fn poll(uptime: f64, state: i64) -> Polled {
        let sample = |metric: &str, labels: Labels, kind, value| {
            let (device, metric, unit) = ("R1".to_owned(), metric.to_owned(), String::new());
            Sample { series: Arc::new(Series { device, metric, labels, unit, kind }), at: 5, value }
        };
        let name = |number, name: &str| StateName { metric: "ifOperStatus".to_owned(), number, name: name.to_owned() };
        Polled {
            samples: vec![
                sample("sysUpTime", Labels::none(), Kind::Gauge, Value::Gauge(uptime)),
                sample("ifOperStatus", Labels::one("ifName", "Gi0/1"), Kind::State, Value::State(state)),
            ],
            states: vec![name(1, "up"), name(2, "down")],
            ..Polled::nothing("R1", 5, 1000, Outcome::Answered)
        }
    }

    #[test]
    fn the_first_sight_is_no_change_and_every_later_one_is_said_once() {
        let mut changes = Changes::default();
        let mut said = |uptime, state| {
            changes.events(&poll(uptime, state)).into_iter().map(|event| event.text).collect::<Vec<_>>()
        };
        assert!(said(100.0, 1).is_empty());
        assert_eq!(said(130.0, 2), ["R1 Gi0/1 is down (was up)"]);
        assert!(said(160.0, 2).is_empty());
        assert_eq!(said(20.0, 7), ["R1 rebooted; rates resume after one poll", "R1 Gi0/1 is 7 (was down)"]);
    }
}
