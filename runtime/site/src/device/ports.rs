//! A device's interfaces.

use super::Known;
use crate::draw::coordinate;
use crate::draw::spark::{Range, Spark, SparkLine};
use crate::history::{natural, sum};
use model::{Labels, Millis, Point};
use serde::Serialize;
use std::collections::BTreeSet;

/// An interface as the device's page shows it.
#[derive(Debug, Serialize)]
pub(crate) struct Port {
    /// Such as `Gi0/1`.
    pub(crate) name: String,
    /// What the operator calls it.
    pub(crate) alias: Option<String>,
    /// The class of its state's colour and shape: `up`, `down`, or `unknown` for what is switched off on purpose or not told.
    pub(crate) state: &'static str,
    /// The state in words.
    pub(crate) word: String,
    /// What comes in now.
    pub(crate) received: Option<String>,
    /// What goes out now.
    pub(crate) sent: Option<String>,
    /// In and out over the last hours, drawn.
    pub(crate) spark: Option<String>,
    /// How much of it the busier direction uses now: `41 % of 1 Gbit/s`; a dash where the speed is not known, and nothing for a loopback, which
    /// has none.
    pub(crate) used: String,
    /// The length of that bar.
    pub(crate) share: Option<String>,
    /// How many errors in the last hours, if any.
    pub(crate) errors: Option<String>,
    /// Whether nobody uses it: it is not up, and nothing went over it in the last hours.
    pub(crate) idle: bool,
}

/// ifType of a loopback interface (IANAifType-MIB).
const LOOPBACK: f64 = 24.0;

/// The interfaces of a device in the order of their ifIndex, else of their names.
pub(crate) fn ports(known: Known<'_>, until: Millis) -> Vec<Port> {
    let mut rows: Vec<&Labels> = rows(known).into_iter().collect();
    rows.sort_by_key(|row| {
        let index = known.number_of_row(row, "ifIndex").map_or(u64::MAX, |index| index as u64);
        (index, natural(&name(row)))
    });
    rows.into_iter().map(|row| port(known, row, until)).collect()
}

/// The rows that count octets or tell an operational state.
fn rows<'a>(known: Known<'a>) -> BTreeSet<&'a Labels> {
    let curves = known.history.latest(&known.device.name).iter();
    let of_port = |metric: &str| matches!(metric, "ifInOctets" | "ifOutOctets" | "ifOperStatus");
    curves.filter(|curve| of_port(&curve.series.metric)).map(|curve| &curve.series.labels).collect()
}

/// How many interfaces a device has.
pub(crate) fn count(known: Known<'_>) -> usize {
    rows(known).len()
}

fn name(row: &Labels) -> String {
    row.iter().map(|(_, value)| value).collect::<Vec<_>>().join(" ")
}

fn port(known: Known<'_>, row: &Labels, until: Millis) -> Port {
    let span = known.span(until);
    let [received, sent] = ["ifInOctets", "ifOutOctets"].map(|metric| known.now(metric, row));
    let past = ["ifInOctets", "ifOutOctets"].map(|metric| past(known, row, metric, span));
    let lines = [SparkLine { tone: "in", points: &past[0] }, SparkLine { tone: "out", points: &past[1] }];
    let name = name(row);
    let label = format!("{name}, in and out");
    let drawn =
        Spark { lines: &lines, span, slack: known.history.slack(known.device), range: Range::Zero, label: &label };
    let speed = speed(known, row);
    let used = speed.zip(received.into_iter().chain(sent).reduce(f64::max)).map(|(speed, most)| most / speed * 100.0);
    let errors: f64 = ["ifInErrors", "ifOutErrors"].into_iter().map(|metric| counted(known, row, metric, span)).sum();
    let (state, word) = state(known, row);
    let moved = past.iter().flatten().any(|point| point.1.is_some_and(|rate| rate > 0.0));
    let bits = |value: f64| known.shown(value, "bit/s").aligned();
    let whole = |speed: f64| known.shown(speed, "bit/s").to_string();
    let used_words = match (speed, used) {
        _ if is_loopback(known, row) => String::new(),
        (Some(speed), Some(used)) => format!("{} of {}", portion(known, used), whole(speed)),
        (Some(speed), None) => whole(speed),
        (None, _) => "—".to_owned(),
    };
    let used = used.filter(|_| !is_loopback(known, row));
    Port {
        alias: known.of_row(row, "ifAlias").filter(|alias| *alias != name),
        state,
        received: received.map(bits),
        sent: sent.map(bits),
        spark: past.iter().any(|points| points.iter().any(|point| point.1.is_some())).then(|| drawn.svg()),
        used: used_words,
        share: used.map(|used| format!("{}%", coordinate(used.clamp(0.0, 100.0), 1))),
        errors: (errors >= 0.5).then(|| known.shown(errors.round(), "").to_string()),
        idle: state != "up" && !moved,
        name,
        word,
    }
}

/// A percentage with one decimal below ten; what is hardly anything is not called nothing.
fn portion(known: Known<'_>, percent: f64) -> String {
    match percent {
        some if some > 0.0 && some < 0.1 => "< 0.1 %".to_owned(),
        few if few < 10.0 => known.shown((few * 10.0).round() / 10.0, "%").to_string(),
        many => known.shown(many.round(), "%").to_string(),
    }
}

fn past(known: Known<'_>, row: &Labels, metric: &str, span: (Millis, Millis)) -> Vec<Point> {
    let curves = known.history.past(&known.device.name).iter();
    let curve = curves.clone().find(|curve| curve.series.metric == metric && curve.series.labels == *row);
    curve.map(|curve| known.past_of(curve, span)).unwrap_or_default()
}

/// How many were counted in a span: the mean rate of each step times its length.
fn counted(known: Known<'_>, row: &Labels, metric: &str, span: (Millis, Millis)) -> f64 {
    let seconds = known.history.step(known.device) as f64 / 1000.0;
    past(known, row, metric, span).iter().filter_map(|point| point.1).map(|rate| rate * seconds).sum()
}

/// The link's speed in bit/s. ifSpeed ends at 4.29 Gbit/s, beyond which ifHighSpeed tells it in Mbit/s (RFC 2863 §3.1.6).
fn speed(known: Known<'_>, row: &Labels) -> Option<f64> {
    let high = known.number_of_row(row, "ifHighSpeed").map(|mega| mega * 1e6);
    let speed = known.number_of_row(row, "ifSpeed");
    let told = speed.filter(|speed| *speed < f64::from(u32::MAX)).or(high).or(speed);
    told.filter(|speed| *speed > 0.0)
}

/// ifOperStatus in the words of RFC 2863; what ifAdminStatus switched off is `off`, which is no trouble.
fn state(known: Known<'_>, row: &Labels) -> (&'static str, String) {
    const OPER: [&str; 7] = ["up", "down", "testing", "unknown", "dormant", "notPresent", "lowerLayerDown"];
    if known.device.state == model::DeviceState::Down {
        return ("unknown", "not known".to_owned());
    }
    let off = known.now("ifAdminStatus", row).or_else(|| known.number_of_row(row, "ifAdminStatus")) == Some(2.0)
        || known.of_row(row, "ifAdminStatus").as_deref() == Some("down");
    let Some(number) = known.now("ifOperStatus", row) else { return ("unknown", "not told".to_owned()) };
    let standard = OPER.get((number as usize).wrapping_sub(1)).copied();
    let word = known.history.state_name("ifOperStatus", number).or(standard).unwrap_or("unknown");
    match word {
        "up" => ("up", "up".to_owned()),
        _ if off => ("unknown", "off".to_owned()),
        "down" | "lowerLayerDown" => ("down", "down".to_owned()),
        other => ("unknown", other.to_owned()),
    }
}

/// Whether what goes over an interface stays within the device.
fn is_loopback(known: Known<'_>, row: &Labels) -> bool {
    let name = name(row).to_lowercase();
    known.number_of_row(row, "ifType") == Some(LOOPBACK)
        || name == "lo"
        || name == "lo0"
        || name.starts_with("loopback")
}

/// What came in and what went out over all interfaces but loopback ones, in bit/s.
pub(crate) struct Traffic {
    /// What comes in now.
    pub(crate) received: Option<f64>,
    /// What goes out now.
    pub(crate) sent: Option<f64>,
    /// Whether a loopback was left out.
    pub(crate) left_out: bool,
    /// What came in.
    pub(crate) past_in: Vec<Point>,
    /// What went out.
    pub(crate) past_out: Vec<Point>,
}

/// The traffic of a device; none where it counts no octets.
pub(crate) fn traffic(known: Known<'_>, span: (Millis, Millis)) -> Option<Traffic> {
    let outward = |row: &Labels| !is_loopback(known, row);
    let now = |metric: &str| {
        let curves = known.history.latest(&known.device.name).iter();
        let of = curves.filter(|curve| curve.series.metric == metric && outward(&curve.series.labels));
        of.filter_map(|curve| known.latest_of(curve)).reduce(|sum, value| sum + value)
    };
    let past = |metric: &str| {
        let curves = known.history.past(&known.device.name).iter();
        let of = curves.filter(|curve| curve.series.metric == metric && outward(&curve.series.labels));
        let all: Vec<Vec<Point>> = of.map(|curve| known.past_of(curve, span)).collect();
        sum(all.iter().map(Vec::as_slice))
    };
    let traffic = Traffic {
        received: now("ifInOctets"),
        sent: now("ifOutOctets"),
        left_out: rows(known).into_iter().any(|row| !outward(row)),
        past_in: past("ifInOctets"),
        past_out: past("ifOutOctets"),
    };
    let nothing = traffic.received.is_none() && traffic.past_in.is_empty() && traffic.past_out.is_empty();
    (!nothing).then_some(traffic)
}
