//! A made-up network in a store: routers R1 to R6 and a host, with some hours behind them, one router down and one late, and the outputs of two
//! transforms. Deterministic, so that a picture of it can be compared with an earlier one.

use model::{
    AttrValue, Attribute, Body, Cell, Column, Counter, Device, DeviceState, Event, Format, Kind, Labels, Leader,
    Leaderboard, Light, Line, Millis, Number, Outcome, Output, Point, Polled, Rag, Role, Sample, Series, Severity,
    StateName, Table, Trace, Value, Widget,
};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Store, TransformRun, Writer};

/// 2026-11-21 14:33:58 UTC.
pub(crate) const NOW: Millis = 1_795_271_638_000;

/// The interval at which all devices are asked.
pub(crate) const EVERY: Millis = 30_000;

/// How large the network is and how far back it goes.
pub(crate) struct Size {
    /// How many devices; the last is the host.
    pub(crate) devices: usize,
    /// How many interfaces each has.
    pub(crate) ports: usize,
    /// How far back there are samples.
    pub(crate) past: Millis,
}

/// Fills a store.
pub(crate) async fn fill(store: &Store, size: &Size) {
    let writer = store.writer();
    let devices: Vec<Device> = (0..size.devices).map(|at| device(at, size)).collect();
    writer.devices(devices.clone()).await.expect("devices");
    let mut tasks = tokio::task::JoinSet::new();
    for (at, device) in devices.iter().enumerate() {
        let (writer, name, ports, past) = (writer.clone(), device.name.clone(), size.ports, size.past);
        let last = device.seen_at.unwrap_or(0);
        let host = at + 1 == size.devices;
        tasks.spawn(async move {
            let mut time = NOW - past - NOW % EVERY;
            let mut octets = vec![[1u64 << 40; 2]; ports];
            while time <= last {
                writer.polled(poll(&name, at, host, time, &mut octets)).await.expect("a poll");
                time += EVERY;
            }
        });
    }
    while let Some(ended) = tasks.join_next().await {
        ended.expect("a device");
    }
    events(&writer).await;
    for run in runs(&devices) {
        writer.ran(run).await.expect("a run");
    }
}

fn device(at: usize, size: &Size) -> Device {
    let host = at + 1 == size.devices;
    let (state, silent) = match at {
        4 => (DeviceState::Down, 28 * 60_000),
        2 => (DeviceState::Late, 70_000),
        at if at % 90 == 89 => (DeviceState::Down, 70 * 60_000),
        _ => (DeviceState::Up, 0),
    };
    let role = if host { "this host" } else { ["exit router", "core router", "edge router"][at % 3] };
    Device {
        name: if host { "lab-box".to_owned() } else { format!("R{}", at + 1) },
        tags: BTreeMap::from([("role".to_owned(), role.to_owned())]),
        state,
        since: NOW - silent - 3_600_000 * i64::from(silent == 0),
        seen_at: Some(NOW - NOW % EVERY - silent + silent % EVERY),
        every: EVERY,
        trouble: Some("no answer from 192.0.2.5 as user ro".to_owned()).filter(|_| silent > 0),
    }
}

/// A number between 0 and 1 that looks like chance.
fn noise(seed: u64) -> f64 {
    let mixed = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ (seed >> 7).wrapping_mul(0xD1B5_4A32_D192_ED03);
    let mixed = (mixed ^ (mixed >> 31)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    ((mixed ^ (mixed >> 29)) >> 11) as f64 / (1u64 << 53) as f64
}

/// The traffic of a line in bit/s: a slow wave, gusts of some minutes, noise.
pub(crate) fn bits(line: u64, at: Millis) -> f64 {
    let minutes = at as f64 / 60_000.0;
    let slow = 0.55 + 0.35 * (minutes / 97.0 + line as f64).sin();
    let gust = if noise(line * 31 + (at / 420_000) as u64) > 0.9 { 1.7 } else { 1.0 };
    let jitter = 0.85 + 0.3 * noise(line * 7919 + (at / EVERY) as u64);
    (slow * gust * jitter * 4.2e8 / (1.0 + line as f64 * 0.35)).min(9.9e8)
}

/// What a device answers.
pub(crate) fn poll(name: &str, device: usize, host: bool, at: Millis, octets: &mut [[u64; 2]]) -> Polled {
    let mut polled = Polled::nothing(name, at, EVERY, Outcome::Answered);
    let mut sample = |labels: Labels, metric: &str, unit: &str, kind, value| {
        let series = Series { device: name.to_owned(), metric: metric.to_owned(), labels, unit: unit.to_owned(), kind };
        polled.samples.push(Sample { series: Arc::new(series), at, value });
    };
    sample(Labels::none(), "sysUpTime", "s", Kind::Gauge, Value::Gauge((at - NOW) as f64 / 1000.0 + 42.5 * 86_400.0));
    // Nobody asked between 13:23 and 13:27, so nothing is known of then.
    let asked = !(NOW - 4_250_000..NOW - 4_000_000).contains(&at);
    for (port, counted) in octets.iter_mut().enumerate() {
        let row = || Labels::one("ifName", if host { format!("eth{port}") } else { format!("Gi0/{port}") });
        for (way, count) in counted.iter_mut().enumerate() {
            let rate = bits((device * 3 + port * 5 + way) as u64, at) / if host { 80.0 } else { 1.0 };
            *count += if port + 1 == octets_len(host) { 0 } else { (rate / 8.0 * EVERY as f64 / 1000.0) as u64 };
            let metric = ["ifInOctets", "ifOutOctets"][way];
            if asked {
                sample(row(), metric, "octet", Kind::Counter, Value::Counter(Counter::b64(*count)));
            }
        }
        let errors = if device == 1 && port == 1 { (at / 400_000) as u64 } else { 7 };
        sample(row(), "ifInErrors", "packet", Kind::Counter, Value::Counter(Counter::b64(errors)));
        let down = port + 1 == octets_len(host) || (device == 3 && port == 1);
        sample(row(), "ifOperStatus", "", Kind::State, Value::State(if down { 2 } else { 1 }));
    }
    if host {
        let wave = (at as f64 / 1_300_000.0).sin();
        let gib = 1_073_741_824.0;
        for (label, metric, unit, value) in [
            (None, "hrProcessorLoad", "%", 14.0 + 9.0 * wave + 20.0 * noise(at as u64)),
            (None, "memTotalReal", "octet", 16.0 * gib),
            (None, "memAvailReal", "octet", (11.0 + wave) * gib),
            (None, "memTotalSwap", "octet", 0.0),
            (None, "memAvailSwap", "octet", 0.0),
            (Some(("hrStorageDescr", "/")), "hrStorageSize", "octet", 60.0 * gib),
            (Some(("hrStorageDescr", "/")), "hrStorageUsed", "octet", 41.0 * gib),
            (Some(("hrStorageDescr", "/var/lib/lightship")), "hrStorageSize", "octet", 200.0 * gib),
            (Some(("hrStorageDescr", "/var/lib/lightship")), "hrStorageUsed", "octet", 13.0 * gib),
            (Some(("laNames", "Load-1")), "laLoad", "", 0.6 + 0.4 * wave),
            (Some(("laNames", "Load-5")), "laLoad", "", 0.6 + 0.2 * wave),
            (Some(("laNames", "Load-15")), "laLoad", "", 0.58),
            (Some(("entPhysicalName", "coretemp Package id 0")), "entPhySensorValue", "Cel", 47.0 + 4.0 * wave),
            (Some(("entPhysicalName", "nvme Composite")), "entPhySensorValue", "Cel", 39.0),
        ] {
            let labels = label.map_or_else(Labels::none, |(name, value): (&str, &str)| Labels::one(name, value));
            sample(labels, metric, unit, Kind::Gauge, Value::Gauge(value));
        }
    }
    let text = |row: Labels, name: &str, value: &str| Attribute {
        row,
        name: name.to_owned(),
        value: AttrValue::Text(value.to_owned()),
    };
    let number =
        |row: Labels, name: &str, value| Attribute { row, name: name.to_owned(), value: AttrValue::Number(value) };
    polled.attributes.push(text(Labels::none(), "sysName", &format!("{}.example.net", name.to_lowercase())));
    polled.attributes.push(text(Labels::none(), "sysDescr", "Example Router OS 12.4, simulated, six Gigabit ports"));
    polled.attributes.push(text(Labels::none(), "sysLocation", "Lab, rack A1"));
    polled.attributes.push(text(Labels::none(), "sysContact", "Ann Example <ann@example.net>"));
    for port in 0..octets.len() {
        let row = || Labels::one("ifName", if host { format!("eth{port}") } else { format!("Gi0/{port}") });
        polled.attributes.push(number(row(), "ifIndex", port as f64 + 1.0));
        polled.attributes.push(number(row(), "ifSpeed", 1e9));
        polled.attributes.push(text(
            row(),
            "ifAlias",
            ["uplink to provider", "to R2", "offices", "", "spare"][port % 5],
        ));
    }
    for (number, name) in [(1, "up"), (2, "down")] {
        polled.states.push(StateName { metric: "ifOperStatus".to_owned(), number, name: name.to_owned() });
    }
    polled
}

/// The place of the interface that nobody uses, counted from 1.
fn octets_len(host: bool) -> usize {
    if host { 3 } else { 5 }
}

async fn events(writer: &Writer) {
    for (ago, device, kind, severity, text) in [
        (19_400, None, "transform.reloaded", Severity::Info, "traffic 0.4.1 became 0.4.2"),
        (9_700, Some("R6"), "device.rebooted", Severity::Warning, "R6 rebooted; rates resume after one poll"),
        (9_600, Some("R6"), "device.up", Severity::Info, "R6 answers again"),
        (1_730, Some("R3"), "device.late", Severity::Warning, "R3 answers late"),
        (1_680, Some("R5"), "device.down", Severity::Error, "R5 does not answer"),
        (1_640, Some("R4"), "state.changed", Severity::Warning, "R4 Gi0/1 is down (was up)"),
    ] {
        let event = Event {
            at: NOW - ago * 1000,
            device: device.map(str::to_owned),
            kind: kind.to_owned(),
            severity,
            text: text.to_owned(),
            body: serde_json::Value::Null,
        };
        writer.event(event).await.expect("an event");
    }
}

/// The last runs of `traffic` and `devices`.
pub(crate) fn runs(devices: &[Device]) -> Vec<TransformRun> {
    let run = |name: &str, widgets: Vec<Widget>| TransformRun {
        transform: name.to_owned(),
        version: "0.1.0".to_owned(),
        ran_at: NOW,
        ok_at: Some(NOW),
        error: None,
        took: 4,
        outputs: widgets.into_iter().map(Output::Widget).collect(),
    };
    vec![run("traffic", traffic(devices)), run("devices", states(devices))]
}

fn widget(id: &str, title: &str, subtitle: &str, unit: &str, body: Body) -> Widget {
    let subtitle = Some(subtitle.to_owned()).filter(|text| !text.is_empty());
    Widget { id: id.to_owned(), title: title.to_owned(), subtitle, unit: unit.to_owned(), body }
}

/// The points of a line over the last three hours; a null where nobody asked.
fn points(line: u64) -> Vec<Point> {
    let gap = NOW - 4_250_000..NOW - 4_000_000;
    let times = (0..=360).map(|at| NOW - NOW % EVERY - (360 - at) * EVERY);
    times.map(|at| (at, (!gap.contains(&at)).then(|| bits(line, at)))).collect()
}

fn traffic(devices: &[Device]) -> Vec<Widget> {
    let number = |role, line| {
        let spark: Vec<Point> = points(line).split_off(240);
        Body::Number(Number {
            value: spark.last().and_then(|point| point.1),
            max: Some(1e9),
            spark,
            role: Some(role),
            text: None,
        })
    };
    let trace = |name: &str, role, line| Trace {
        name: name.to_owned(),
        labels: BTreeMap::new(),
        role: Some(role),
        points: points(line),
    };
    let line = Line { series: vec![trace("in", Role::In, 0), trace("out", Role::Out, 1)], max: Some(1e9) };
    let mut items: Vec<Leader> = devices
        .iter()
        .take(8)
        .enumerate()
        .map(|(at, device)| Leader {
            label: format!("{} {}", device.name, if device.name == "lab-box" { "eth0" } else { "Gi0/1" }),
            value: bits(at as u64 * 2, NOW) / if device.name == "lab-box" { 100.0 } else { 1.0 },
            previous_rank: (at == 1).then_some(4),
        })
        .collect();
    items.sort_by(|one, other| other.value.total_cmp(&one.value));
    vec![
        widget("in", "R1 Gi0/1 in", "uplink to provider", "bit/s", number(Role::In, 0)),
        widget("out", "R1 Gi0/1 out", "uplink to provider", "bit/s", number(Role::Out, 1)),
        widget("history", "R1 Gi0/1", "uplink to provider", "bit/s", Body::Line(line)),
        widget("busiest", "Busiest interfaces", "", "bit/s", Body::Leaderboard(Leaderboard { items })),
    ]
}

fn states(devices: &[Device]) -> Vec<Widget> {
    let count = |state| devices.iter().filter(|device| device.state == state).count() as f64;
    let light = |state: DeviceState| Light { value: count(state), text: state.as_str().to_owned() };
    let rag = Rag { red: light(DeviceState::Down), amber: light(DeviceState::Late), green: light(DeviceState::Up) };
    let column = |title: &str, format| Column { title: title.to_owned(), format, unit: String::new() };
    let row = |device: &Device| {
        let uptime = (device.state != DeviceState::Down).then_some(42.5 * 86_400.0);
        vec![
            Cell::Text(device.name.clone()),
            Cell::Text(device.state.as_str().to_owned()),
            uptime.map_or(Cell::Empty, Cell::Number),
            device.seen_at.map_or(Cell::Empty, |at| Cell::Number(at as f64)),
        ]
    };
    let table = Table {
        columns: vec![
            column("Device", Format::Device),
            column("State", Format::State),
            column("Uptime", Format::Duration),
            column("Last answer", Format::Time),
        ],
        rows: devices.iter().map(row).collect(),
    };
    vec![widget("state", "Devices", "", "", Body::Rag(rag)), widget("table", "All devices", "", "", Body::Table(table))]
}
