//! What is shown of a device: its card on the overview, its ports, its other measurements.

pub(crate) mod card;
pub(crate) mod measures;
pub(crate) mod ports;

use crate::clock::Clock;
use crate::history::History;
use crate::quantity::{Prefixes, Quantity, quantity, shown};
use model::{Attribute, Device, Labels, Millis, Point};
use store::Curve;

/// A device with what the store knows of it.
#[derive(Clone, Copy)]
pub(crate) struct Known<'a> {
    /// The device.
    pub(crate) device: &'a Device,
    /// What describes it and its rows.
    pub(crate) attributes: &'a [Attribute],
    /// The store's knowledge of all.
    pub(crate) history: &'a History,
    /// The site's zone.
    pub(crate) clock: &'a Clock,
    /// Which prefixes bits and bytes carry.
    pub(crate) prefixes: Prefixes,
}

impl Known<'_> {
    /// An attribute of the device itself.
    pub(crate) fn attribute(&self, name: &str) -> Option<String> {
        self.of_row(&Labels::none(), name)
    }

    /// An attribute of a row; nothing where it is empty.
    pub(crate) fn of_row(&self, row: &Labels, name: &str) -> Option<String> {
        let found = self.attributes.iter().find(|attribute| attribute.name == name && attribute.row == *row);
        found.map(|attribute| attribute.value.to_string()).filter(|value| !value.trim().is_empty())
    }

    /// An attribute of a row that is a number.
    pub(crate) fn number_of_row(&self, row: &Labels, name: &str) -> Option<f64> {
        self.of_row(row, name)?.parse().ok()
    }

    /// The latest value of a series in its shown unit, where it is of the time that the page shows.
    pub(crate) fn now(&self, metric: &str, row: &Labels) -> Option<f64> {
        let curve = self.history.latest(self.device.name.as_str()).iter();
        let curve = curve.clone().find(|curve| curve.series.metric == metric && curve.series.labels == *row)?;
        self.latest_of(curve)
    }

    /// The same of a series at hand. A device that is down has no values now, and neither has a row that is no longer there.
    pub(crate) fn latest_of(&self, curve: &Curve) -> Option<f64> {
        let (at, value) = curve.points.last()?;
        let until = self.history.data_at(self.device)?;
        let current = until - at <= 4 * curve.every.max(1_000) && self.device.state != model::DeviceState::Down;
        (current).then_some((*value)? * shown(&curve.unit).0)
    }

    /// A value that is in the shown unit already, written; `unit` is the one that it came in, or the shown one.
    pub(crate) fn shown(&self, value: f64, unit: &str) -> Quantity {
        quantity(value, shown(unit).1, self.prefixes)
    }

    /// How long the device says to be up.
    pub(crate) fn uptime(&self) -> Option<String> {
        let seconds = self.now("sysUpTime", &Labels::none())?;
        Some(quantity(seconds, "s", self.prefixes).to_string())
    }

    /// From when to when a picture on the page that ends at `until` goes.
    pub(crate) fn span(&self, until: Millis) -> (Millis, Millis) {
        (until - self.history.span(self.device), until)
    }

    /// The past of a series in its shown unit, within a span.
    pub(crate) fn past_of(&self, curve: &Curve, span: (Millis, Millis)) -> Vec<Point> {
        let factor = shown(&curve.unit).0;
        let points = curve.points.iter().filter(|point| (span.0..=span.1).contains(&point.0));
        points.map(|(at, value)| (*at, value.map(|value| value * factor))).collect()
    }
}
