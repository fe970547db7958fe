//! The interfaces of a batch, and what is known of each.

use lightship_guest::devices::{self, Device, Row};
use lightship_guest::{Batch, Millis, Series};

/// The metrics that make an interface's traffic.
const IN: &str = "ifInOctets";
const OUT: &str = "ifOutOctets";

/// IANA's number for software loopbacks (IANAifType-MIB).
const LOOPBACK: f64 = 24.0;

/// One interface.
pub(crate) struct Interface {
    pub(crate) device: String,
    /// What identifies it within the device.
    pub(crate) labels: Vec<(String, String)>,
    /// The interval at which it is polled.
    pub(crate) every: Millis,
    /// What it receives and sends now, in bit/s; none where that is not known.
    pub(crate) now: Rates,
    /// When that was polled last.
    pub(crate) polled: Millis,
    /// The link's speed in bit/s.
    pub(crate) speed: Option<f64>,
    /// What the operator of the device calls it.
    pub(crate) alias: String,
    /// It carries traffic between devices, and is not known to be down.
    pub(crate) in_use: bool,
}

/// Bits per second in each direction.
#[derive(Clone, Copy, Default)]
pub(crate) struct Rates {
    pub(crate) received: Option<f64>,
    pub(crate) sent: Option<f64>,
}

impl Rates {
    /// The larger of both.
    pub(crate) fn larger(&self) -> Option<f64> {
        [self.received, self.sent].into_iter().flatten().reduce(f64::max)
    }

    /// Takes what a series says, if it is one of the two.
    pub(crate) fn take(&mut self, metric: &str, rate: Option<f64>) {
        match metric {
            IN => self.received = rate,
            OUT => self.sent = rate,
            _ => {}
        }
    }
}

impl Interface {
    /// All interfaces of the batch, in its order.
    pub(crate) fn all(batch: &Batch) -> Vec<Interface> {
        let devices = devices::all();
        let mut found: Vec<Interface> = Vec::new();
        let mut rows: (String, Vec<Row>) = Default::default();
        for series in batch.series().filter(|series| [IN, OUT].contains(&series.metric())) {
            if rows.0 != series.device() {
                rows = (series.device().to_owned(), devices::rows(series.device(), "if"));
            }
            let device = devices.iter().find(|device| device.name == series.device());
            let rate = current(&series, device, batch.now());
            let at = found.iter().position(|known| known.owns(&series)).unwrap_or_else(|| {
                found.push(Interface::new(&series, &rows.1));
                found.len() - 1
            });
            let known = &mut found[at];
            known.now.take(series.metric(), rate);
            known.polled = known.polled.max(series.latest().map_or(0, |(at, _)| at));
        }
        for status in batch.series().filter(|series| series.metric() == "ifOperStatus") {
            let down = matches!(status.state(), Some("down" | "notPresent" | "lowerLayerDown"));
            if down && let Some(known) = found.iter_mut().find(|known| known.owns(&status)) {
                known.in_use = false;
            }
        }
        found
    }

    fn new(series: &Series, rows: &[Row]) -> Interface {
        let labels: Vec<_> = series.labels().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let row = rows.iter().find(|row| row.labels == labels);
        let loopback = row.and_then(|row| row.number("ifType")) == Some(LOOPBACK)
            || labels.iter().any(|(_, name)| name == "lo" || name.to_lowercase().starts_with("loopback"));
        Interface {
            device: series.device().to_owned(),
            every: series.every(),
            now: Rates::default(),
            polled: 0,
            speed: row.and_then(speed),
            alias: row.and_then(|row| row.text("ifAlias")).unwrap_or_default().to_owned(),
            in_use: !loopback,
            labels,
        }
    }

    /// Whether a series is of this interface.
    pub(crate) fn owns(&self, series: &Series) -> bool {
        self.device == series.device()
            && self.labels.iter().map(|(name, value)| (name.as_str(), value.as_str())).eq(series.labels())
    }

    /// Its name within the device, such as `Gi0/1`.
    pub(crate) fn name(&self) -> String {
        let values: Vec<_> = self.labels.iter().map(|(_, value)| value.as_str()).collect();
        values.join(" ")
    }

    /// Its name among all, such as `R1 Gi0/1`.
    pub(crate) fn full_name(&self) -> String {
        format!("{} {}", self.device, self.name())
    }

    /// The selector of its traffic.
    pub(crate) fn selector(&self) -> String {
        let quoted = |text: &str| text.replace('\\', "\\\\").replace('"', "\\\"");
        let labels: String = self.labels.iter().map(|(name, value)| format!(",{name}=\"{}\"", quoted(value))).collect();
        format!("{IN},{OUT}{{device=\"{}\"{labels}}}", quoted(&self.device))
    }
}

/// A value in bit/s.
pub(crate) fn bits(octets: f64) -> f64 {
    (octets * 8.0).round()
}

/// The rate now: that of the last point, until so much time has gone by that the device counts as down.
fn current(series: &Series, device: Option<&Device>, now: Millis) -> Option<f64> {
    let (at, value) = series.latest()?;
    let silent = device.is_some_and(|device| device.state == "down");
    (!silent && now - at <= 4 * series.every()).then_some(value)?.map(bits)
}

/// ifSpeed ends at 4.29 Gbit/s; beyond, ifHighSpeed tells it in Mbit/s (RFC 2863).
fn speed(row: &Row) -> Option<f64> {
    let (speed, high) = (row.number("ifSpeed"), row.number("ifHighSpeed").map(|mega| mega * 1e6));
    let known = speed.filter(|speed| *speed < f64::from(u32::MAX) || high.is_none()).or(high);
    known.filter(|speed| *speed > 0.0)
}
