//! This machine's interfaces, under the names of the IF-MIB (RFC 2863).

use super::machine::Reading;
use model::{AttrValue, Continuity, Counter, Kind, Labels, StateName, Value};
use sysinfo::{InterfaceOperationalState, NetworkData, Networks};

/// Whether an interface is left out. `lo` carries what the machine says to itself and would lead every list of busy interfaces; the `veth`
/// of containers come and go with them, and what they carry is seen at their bridge.
fn is_inner(name: &str) -> bool {
    name == "lo" || name.starts_with("veth")
}

/// Adds the interfaces to a reading; the machine's uptime, in seconds, tells whether their counts ran on.
pub(super) fn read(networks: &Networks, uptime: Option<u64>, reading: &mut Reading) {
    // sysUpTime counts hundredths of a second modulo 2^32.
    let continuity = Continuity { uptime: uptime.map(|seconds| (seconds * 100) as u32), discontinuity: None };
    let named = networks.iter().map(|(name, data)| (name.to_string_lossy().into_owned(), data));
    let mut interfaces: Vec<_> = named.filter(|(name, _)| !is_inner(name)).collect();
    interfaces.sort_by(|(one, _), (other, _)| one.cmp(other));
    for (name, data) in interfaces {
        let row = Labels::one("ifName", name.as_str());
        for (metric, unit, raw) in [
            ("ifInOctets", "octet", data.total_received()),
            ("ifOutOctets", "octet", data.total_transmitted()),
            ("ifInUcastPkts", "packet", data.total_packets_received()),
            ("ifOutUcastPkts", "packet", data.total_packets_transmitted()),
            ("ifInErrors", "packet", data.total_errors_on_received()),
            ("ifOutErrors", "packet", data.total_errors_on_transmitted()),
        ] {
            reading.sample(&row, metric, unit, Kind::Counter, Value::Counter(Counter::b64(raw).with(continuity)));
        }
        if let Some((number, state)) = state(data.operational_state()) {
            reading.sample(&row, "ifOperStatus", "", Kind::State, Value::State(number));
            let state = StateName { metric: "ifOperStatus".to_owned(), number, name: state.to_owned() };
            if !reading.into.states.contains(&state) {
                reading.into.states.push(state);
            }
        }
        attributes(&name, data, &row, reading);
    }
}

fn attributes(name: &str, data: &NetworkData, row: &Labels, reading: &mut Reading) {
    reading.attribute(row, "ifDescr", AttrValue::Text(name.to_owned()));
    reading.attribute(row, "ifMtu", AttrValue::Number(data.mtu() as f64));
    if !data.mac_address().is_unspecified() {
        reading.attribute(row, "ifPhysAddress", AttrValue::Text(data.mac_address().to_string()));
    }
    if let Some(index) = kernel(name, "ifindex").and_then(|index| index.parse().ok()) {
        reading.attribute(row, "ifIndex", AttrValue::Number(index));
    }
    // In Mbit/s; -1 or an error where the link is down or has no speed of its own.
    if let Some(speed) = kernel(name, "speed").and_then(|speed| speed.parse::<f64>().ok()).filter(|speed| *speed > 0.0)
    {
        reading.attribute(row, "ifSpeed", AttrValue::Number(speed * 1e6));
    }
}

/// A line that Linux has on an interface.
fn kernel(interface: &str, file: &str) -> Option<String> {
    if interface.contains('/') || interface.starts_with('.') {
        return None;
    }
    let text = std::fs::read_to_string(format!("/sys/class/net/{interface}/{file}")).ok()?;
    Some(text.trim().to_owned())
}

/// ifOperStatus's number and name.
fn state(state: InterfaceOperationalState) -> Option<(i64, &'static str)> {
    match state {
        InterfaceOperationalState::Up => Some((1, "up")),
        InterfaceOperationalState::Down => Some((2, "down")),
        InterfaceOperationalState::Testing => Some((3, "testing")),
        InterfaceOperationalState::Unknown => Some((4, "unknown")),
        InterfaceOperationalState::Dormant => Some((5, "dormant")),
        InterfaceOperationalState::NotPresent => Some((6, "notPresent")),
        InterfaceOperationalState::LowerLayerDown => Some((7, "lowerLayerDown")),
        _ => None,
    }
}
