//! The whole line: net-snmp's agent, the program, OpenSSH's server, nginx and Apache, Chromium.

mod shown;
mod survives;

use crate::parts::files::{scratch, write};
use crate::parts::link::Link;
use crate::parts::ports::free_port;
use crate::parts::process::Running;
use crate::parts::program::start_lightship;
use crate::parts::snmpd::{AUTH, COMMUNITY, PRIVACY, Snmpd, USER};
use serde_json::Value;
use std::path::Path;
use std::time::Duration;
use tempfile::TempDir;

const MINUTE: Duration = Duration::from_secs(60);

/// The devices that the agent answers for: the same agent, asked with v2c and with v3.
const ASKED: [&str; 2] = ["bench-v2", "bench-v3"];

/// A lab box: its configuration, an agent, and an interface of our own that the agent reports.
struct Bench {
    folder: TempDir,
    agent: Snmpd,
    link: Link,
}

impl Bench {
    /// Writes the configuration, with these tables of publishing at its end.
    fn new(publish: impl FnOnce(&Path) -> String) -> Bench {
        let (folder, link) = (scratch(), Link::start());
        let agent = Snmpd::start("bench");
        let at = |name: &str| folder.path().join(name);
        write(at("community"), COMMUNITY);
        write(at("auth.key"), AUTH);
        write(at("priv.key"), PRIVACY);
        let (address, dead, name) = (agent.address(), free_port(), link.name());
        let config = format!(
            r#"
[site]
title = "Bench"
every = "2s"
[credentials.two]
snmp = {{ version = "2c", community = {{ file = "community" }} }}
[credentials.three]
snmp = {{ version = "3", user = "{USER}", auth = {{ protocol = "SHA-256", password = {{ file = "auth.key" }} }}, privacy = {{ protocol = "AES-128", password = {{ file = "priv.key" }} }} }}
[devices.bench-v2]
address = "{address}"
credentials = "two"
tags = {{ role = "switch" }}
[devices.bench-v3]
address = "{address}"
credentials = "three"
tags = {{ role = "switch" }}
[devices.bench-dead]
address = "127.0.0.1:{dead}"
credentials = "two"
tags = {{ role = "switch" }}
[probes.snmp.bench]
devices = "role=switch"
modules = ["system", "interfaces"]
every = "2s"
deadline = "1500ms"
[probes.host.this]
every = "2s"
[transforms.traffic]
wasm = "bundled:traffic"
every = "2s"
settings = {{ interface = ["bench-v2 {name}", "bench-v3 {name}"], history = "10m" }}
[transforms.devices]
wasm = "bundled:devices"
every = "2s"
{}"#,
            publish(folder.path())
        );
        write(at("lightship.toml"), config);
        Bench { folder, agent, link }
    }

    fn start(&self) -> Running {
        start_lightship(self.folder.path(), &["run"])
    }

    /// The id of the chart of the link's traffic as one of the devices shows it.
    fn chart(&self, device: &str) -> String {
        let part = if device == ASKED[0] { String::new() } else { format!("-{device}-{}", self.link.name()) };
        format!("traffic.history{part}")
    }
}

/// The points of the series `in` and `out` of a chart's data.
fn points(data: &Value, name: &str) -> Vec<(i64, Option<f64>)> {
    let series = data["series"].as_array().and_then(|all| all.iter().find(|series| series["name"] == name));
    let points = series.and_then(|series| series["points"].as_array()).cloned().unwrap_or_default();
    points.iter().map(|point| (point[0].as_i64().expect("a time"), point[1].as_f64())).collect()
}
