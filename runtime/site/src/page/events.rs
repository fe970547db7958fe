//! Events as pages show them.

use crate::clock::{Clock, iso};
use model::{Event, Millis, Severity};
use serde::Serialize;
use std::collections::BTreeMap;

/// An event in a list.
#[derive(Debug, Serialize)]
pub(crate) struct EventRow {
    /// When, for the eye.
    time: String,
    /// When, in RFC 3339.
    iso: String,
    /// `down`, `late`, `up` or nothing: the class of its colour and shape.
    tone: &'static str,
    /// What happened.
    text: String,
    /// The page of the device that it happened to, relative to the site's root.
    href: Option<String>,
}

/// The newest of these events, as of `today`.
pub(crate) fn rows<'e>(
    events: impl Iterator<Item = &'e Event>,
    most: usize,
    devices: &BTreeMap<String, String>,
    clock: &Clock,
    today: Option<Millis>,
) -> Vec<EventRow> {
    let row = |event: &Event| EventRow {
        time: clock.moment(event.at, today),
        iso: iso(event.at),
        tone: match (event.severity, event.kind.as_str()) {
            (Severity::Error, _) => "down",
            (Severity::Warning, _) => "late",
            (Severity::Info, "device.up") => "up",
            (Severity::Info, "state.changed") if event.body.get("after").is_some_and(|after| after == "up") => "up",
            (Severity::Info, _) => "",
        },
        text: event.text.clone(),
        href: event.device.as_ref().and_then(|device| devices.get(device)).cloned(),
    };
    events.take(most).map(row).collect()
}
