//! What this machine tells of itself, but for its network.

use super::network;
use crate::Moment;
use crate::gathered::Gathered;
use crate::series::Interner;
use model::{AttrValue, Attribute, Kind, Labels, Millis, Sample, Value};
use std::collections::BTreeSet;
use sysinfo::{Components, DiskRefreshKind, Disks, MINIMUM_CPU_UPDATE_INTERVAL, Networks, System};
use tokio::time::Instant;

/// What is kept from poll to poll. A part that this system does not have is left out for good.
pub(super) struct Machine {
    series: Interner,
    system: Option<System>,
    disks: Option<Disks>,
    networks: Option<Networks>,
    components: Option<Components>,
    /// When the CPU's times were last read: its load is the difference of two readings.
    cpu_at: Option<Instant>,
}

/// One reading in the making.
pub(super) struct Reading<'m> {
    pub(super) series: &'m mut Interner,
    pub(super) at: Millis,
    pub(super) into: Gathered,
}

impl Machine {
    pub(super) fn new(device: &str) -> Machine {
        Machine {
            series: Interner::new(device),
            system: System::new().ok(),
            disks: Disks::new().ok(),
            networks: Networks::new().ok(),
            components: Components::new().ok(),
            cpu_at: None,
        }
    }

    /// Reads everything; may block.
    pub(super) fn read(&mut self, moment: &Moment) -> Gathered {
        let mut reading = Reading { series: &mut self.series, at: moment.now(), into: Gathered::default() };
        let uptime = System::uptime().ok();
        reading.identity(uptime);
        if let Some(networks) = &mut self.networks {
            networks.refresh(true);
            reading.at = moment.now();
            network::read(networks, uptime, &mut reading);
        }
        if let Some(system) = &mut self.system {
            reading.processor(system, &mut self.cpu_at);
            reading.memory(system);
        }
        if let Some(components) = &mut self.components {
            components.refresh(true);
            reading.temperatures(components);
        }
        if let Some(disks) = &mut self.disks {
            let started = Instant::now();
            disks.refresh_specifics(true, DiskRefreshKind::nothing().with_storage());
            reading.into.took("hrStorageTable", started.elapsed());
            reading.storage(disks);
        }
        let gathered = reading.into;
        self.series.sweep();
        gathered
    }
}

impl Reading<'_> {
    pub(super) fn gauge(&mut self, row: &Labels, metric: &str, unit: &str, value: f64) {
        // A sensor that fails reads as NaN.
        if value.is_finite() {
            self.sample(row, metric, unit, Kind::Gauge, Value::Gauge(value));
        }
    }

    pub(super) fn sample(&mut self, row: &Labels, metric: &str, unit: &str, kind: Kind, value: Value) {
        let series = self.series.series(row, metric, unit, kind);
        self.into.samples.push(Sample { series, at: self.at, value });
    }

    pub(super) fn attribute(&mut self, row: &Labels, name: &str, value: AttrValue) {
        self.into.attributes.push(Attribute { row: row.clone(), name: name.to_owned(), value });
    }

    /// SNMPv2-MIB: sysName, sysDescr, sysUpTime; UCD-SNMP-MIB: laLoad.
    fn identity(&mut self, uptime: Option<u64>) {
        let device = Labels::none();
        if let Ok(name) = System::host_name() {
            self.attribute(&device, "sysName", AttrValue::Text(name));
        }
        let parts = [System::long_os_version().ok(), System::kernel_long_version().ok(), Some(System::cpu_arch())];
        let parts: Vec<String> = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect();
        self.attribute(&device, "sysDescr", AttrValue::Text(parts.join(", ")));
        if let Some(uptime) = uptime {
            self.gauge(&device, "sysUpTime", "s", uptime as f64);
        }
        if let Ok(load) = System::load_average() {
            for (name, value) in [("Load-1", load.one), ("Load-5", load.five), ("Load-15", load.fifteen)] {
                self.gauge(&Labels::one("laNames", name), "laLoad", "", value);
            }
        }
    }

    /// HOST-RESOURCES-MIB: hrProcessorLoad, of all processors together. It is the load since the last poll, so the first one has none.
    fn processor(&mut self, system: &mut System, last: &mut Option<Instant>) {
        let now = Instant::now();
        if last.is_some_and(|last| now.duration_since(last) < MINIMUM_CPU_UPDATE_INTERVAL) {
            return;
        }
        system.refresh_cpu_usage();
        if last.replace(now).is_some() {
            self.gauge(&Labels::none(), "hrProcessorLoad", "%", system.global_cpu_usage().into());
        }
    }

    /// UCD-SNMP-MIB: what of the memory there is and what of it can be had.
    fn memory(&mut self, system: &mut System) {
        system.refresh_memory();
        let device = Labels::none();
        for (metric, octets) in [
            ("memTotalReal", system.total_memory()),
            ("memAvailReal", system.available_memory()),
            ("memTotalSwap", system.total_swap()),
            ("memAvailSwap", system.free_swap()),
        ] {
            self.gauge(&device, metric, "octet", octets as f64);
        }
    }

    /// HOST-RESOURCES-MIB: hrStorageSize and hrStorageUsed by mount point. The same place may be mounted over; the last one counts. What has no
    /// size is no storage, and what is mounted over a single file (as containers do) is part of another.
    fn storage(&mut self, disks: &Disks) {
        let mut seen = BTreeSet::new();
        for disk in disks.iter().rev() {
            let place = disk.mount_point();
            if disk.total_space() == 0 || !seen.insert(place) || place.is_file() {
                continue;
            }
            let row = Labels::one("hrStorageDescr", place.to_string_lossy());
            let used = disk.total_space().saturating_sub(disk.available_space());
            self.gauge(&row, "hrStorageSize", "octet", disk.total_space() as f64);
            self.gauge(&row, "hrStorageUsed", "octet", used as f64);
        }
    }

    /// ENTITY-SENSOR-MIB: entPhySensorValue in degrees Celsius, by the sensor's name; equal names are numbered.
    fn temperatures(&mut self, components: &Components) {
        let mut names = BTreeSet::new();
        for component in components.iter() {
            let mut name = component.label().to_owned();
            let mut number = 1;
            while !names.insert(name.clone()) {
                number += 1;
                name = format!("{}#{number}", component.label());
            }
            if let Some(temperature) = component.temperature() {
                self.gauge(&Labels::one("entPhysicalName", name), "entPhySensorValue", "Cel", temperature.into());
            }
        }
    }
}
