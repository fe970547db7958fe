//! The devices of today's configuration. The store keeps the series of a removed device until they are too old; a guest that counts or ranks
//! series must not find them beside those that are still polled.

use model::Millis;
use std::collections::HashMap;
use store::{Curve, Reader, StoreError};

/// The devices that are configured now, and the intervals at which they are polled.
pub(super) struct Configured(HashMap<String, Millis>);

impl Configured {
    pub(super) fn read(reader: &Reader) -> Result<Configured, StoreError> {
        let devices = reader.devices()?;
        Ok(Configured(devices.into_iter().map(|device| (device.name, device.every)).collect()))
    }

    /// Its interval, if it is one of them.
    pub(super) fn every(&self, device: &str) -> Option<Millis> {
        self.0.get(device).copied()
    }

    /// The curves of these devices.
    pub(super) fn only(&self, curves: Vec<Curve>) -> impl Iterator<Item = Curve> {
        curves.into_iter().filter(|curve| self.0.contains_key(&curve.series.device))
    }
}
