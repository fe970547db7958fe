//! What every page has: the heading, the ways to the other pages, the age of its data, the foot.

use crate::clock::{Clock, iso};
use crate::history::History;
use crate::status::transform_state;
use model::{Every, Millis};
use serde::Serialize;
use std::collections::BTreeMap;

/// What every page has.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Frame<'a> {
    /// The site's title.
    pub(crate) title: &'a str,
    /// The way from the page to the site's root: nothing, or `../`.
    pub(crate) root: &'static str,
    /// The assets' paths by name, relative to the root.
    pub(crate) assets: &'a BTreeMap<String, String>,
    /// The zone's IANA name.
    pub(crate) zone: &'a str,
    /// How often the script looks for newer data, in milliseconds.
    pub(crate) every: Millis,
    /// From which age on the data count as late, in milliseconds.
    pub(crate) late_after: Millis,
    /// From which age on they count as old.
    pub(crate) old_after: Millis,
    /// The time of the page's data; none before the first.
    pub(crate) data: Option<DataTime>,
    /// This program's version.
    pub(crate) version: &'static str,
    /// The transforms with their versions.
    pub(crate) transforms: Vec<TransformNote<'a>>,
}

/// The time of a page's data.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct DataTime {
    /// In milliseconds since the epoch.
    pub(crate) at: Millis,
    /// In RFC 3339.
    pub(crate) iso: String,
    /// `14:33:58`.
    pub(crate) time: String,
    /// `2026-11-21 14:33:58`.
    pub(crate) full: String,
    /// What the zone is called then.
    pub(crate) zone: String,
}

/// A transform in the foot.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct TransformNote<'a> {
    name: &'a str,
    version: &'a str,
    /// `ok`, `stale` or `failed`.
    state: &'static str,
}

impl DataTime {
    /// The time as a page says it.
    pub(crate) fn new(at: Millis, clock: &Clock) -> DataTime {
        let full = clock.full(at);
        let time = full.split(' ').next_back().unwrap_or_default().to_owned();
        DataTime { at, iso: iso(at), time, full, zone: clock.zone_at(at) }
    }
}

impl<'a> Frame<'a> {
    /// The frame of the pages in the site's root whose data are the newest.
    pub(crate) fn new(
        title: &'a str,
        every: Every,
        clock: &'a Clock,
        assets: &'a BTreeMap<String, String>,
        history: &'a History,
    ) -> Frame<'a> {
        // The slower of polling and rendering decides what is late.
        let polled = history.devices.iter().map(|device| device.every).min().unwrap_or_default();
        let usual = every.millis().max(polled).clamp(5_000, 86_400_000);
        let transforms = history.runs.iter();
        let transforms = transforms.map(|run| TransformNote {
            name: &run.transform,
            version: &run.version,
            state: transform_state(run),
        });
        Frame {
            title,
            root: "",
            assets,
            zone: clock.zone(),
            every: every.millis().clamp(2_000, 3_600_000),
            late_after: (usual * 4).max(30_000),
            old_after: (usual * 20).max(180_000),
            data: history.collected_at.map(|at| DataTime::new(at, clock)),
            version: env!("CARGO_PKG_VERSION"),
            transforms: transforms.collect(),
        }
    }

    /// The same for a page one folder below the root, whose data are of another time.
    pub(crate) fn below(&self, at: Option<Millis>, clock: &Clock) -> Frame<'a> {
        Frame { root: "../", data: at.map(|at| DataTime::new(at, clock)), ..self.clone() }
    }
}
