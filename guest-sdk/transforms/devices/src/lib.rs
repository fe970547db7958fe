//! `devices`: how many are up, late and down, and a table of all with uptime and the time of their last answer.

use lightship_guest::devices::{self, Device};
use lightship_guest::{Batch, Cell, Column, Failure, Format, Light, Manifest, Rag, Table, Transform, Widget};

struct Devices;

impl Transform for Devices {
    fn describe() -> Manifest {
        Manifest::new("devices", env!("CARGO_PKG_VERSION"))
            .title("Which devices are up, late and down")
            .selects("sysUpTime")
            .needs("devices")
            .widget("state", "Devices", "rag")
            .widget("table", "All devices", "table")
    }

    fn transform(batch: Batch) -> Result<Vec<Widget>, Failure> {
        let mut devices = devices::all();
        let count = |state: &str| devices.iter().filter(|device| device.state == state).count();
        let rag = Rag {
            red: Light::new(count("down"), "down"),
            amber: Light::new(count("late"), "late"),
            green: Light::new(count("up"), "up"),
        };
        // What needs a look stands first; within that the order of names remains.
        devices.sort_by_key(|device| ["down", "late", "unknown", "up"].iter().position(|state| device.state == *state));
        let table = Table {
            columns: vec![
                Column::new("Device", Format::Device),
                Column::new("State", Format::State),
                Column::new("Uptime", Format::Duration),
                Column::new("Last answer", Format::Time),
            ],
            rows: devices.iter().map(|device| row(device, &batch)).collect(),
        };
        Ok(vec![Widget::new("state", "Devices", rag), Widget::new("table", "All devices", table)])
    }
}

fn row(device: &Device, batch: &Batch) -> Vec<Cell> {
    // A device that is down may have rebooted since: its uptime is not known.
    let uptime = batch
        .series()
        .find(|series| series.device() == device.name && series.metric() == "sysUpTime" && device.state != "down")
        .and_then(|series| series.points().filter_map(|(_, value)| value).last());
    let seen = device.seen().map(|at| at as f64);
    vec![device.name.as_str().into(), device.state.as_str().into(), uptime.into(), seen.into()]
}

lightship_guest::export!(Devices);
