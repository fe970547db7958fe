//! A device on the overview and in the list of all.

use super::{Known, ports};
use crate::clock::iso;
use crate::draw::spark::{Range, Spark, SparkLine};
use model::{DeviceState, Kind, Millis, Point};
use serde::Serialize;

/// A device in a few words and one line.
#[derive(Debug, Serialize)]
pub(crate) struct Card {
    /// Its name.
    pub(crate) name: String,
    /// Its page, relative to the site's root.
    pub(crate) href: String,
    /// What it is for: the tag `role`, else the first tag.
    pub(crate) role: Option<String>,
    /// `up`, `late`, `down` or `unknown`.
    pub(crate) state: &'static str,
    /// The state in words: `up`, `down since 14:06`.
    pub(crate) word: String,
    /// The figure that tells most of it: its traffic, else its first measurement.
    pub(crate) value: Option<String>,
    /// What stands before it.
    pub(crate) prefix: Option<&'static str>,
    /// What that figure is.
    pub(crate) meaning: Option<String>,
    /// Its recent past, drawn.
    pub(crate) spark: Option<String>,
    /// How long it is up.
    pub(crate) uptime: Option<String>,
    /// The same by its largest unit alone, for where there is little room.
    pub(crate) uptime_short: Option<String>,
    /// When it last answered: for the eye, for machines, for the script.
    pub(crate) seen: Option<String>,
    /// The same in RFC 3339.
    pub(crate) seen_iso: Option<String>,
    /// The same in milliseconds since the epoch.
    pub(crate) seen_at: Option<Millis>,
    /// How many interfaces it has.
    pub(crate) ports: usize,
}

/// The card of a device, whose sparkline ends at `until`; `drawn` tells whether there is room for one.
pub(crate) fn card(known: Known<'_>, href: &str, until: Option<Millis>, drawn: bool) -> Card {
    let device = known.device;
    let span = known.span(until.unwrap_or_default());
    let figure = figure(known, span);
    let label = figure.as_ref().map(|figure| format!("{}, {}", device.name, figure.meaning)).unwrap_or_default();
    let spark = figure.as_ref().filter(|_| drawn && until.is_some()).map(|figure| {
        let lines = [SparkLine { tone: figure.tone, points: &figure.past }];
        Spark { lines: &lines, span, slack: known.history.slack(device), range: Range::Zero, label: &label }.svg()
    });
    let since = known.clock.moment(device.since, until);
    Card {
        name: device.name.clone(),
        href: href.to_owned(),
        role: device.tags.get("role").or_else(|| device.tags.values().next()).cloned(),
        state: device.state.as_str(),
        word: match device.state {
            DeviceState::Up => "up".to_owned(),
            DeviceState::Late => "late".to_owned(),
            DeviceState::Down => format!("down since {since}"),
            DeviceState::Unknown => "not heard yet".to_owned(),
        },
        value: figure.as_ref().and_then(|figure| figure.now.clone()),
        prefix: figure.as_ref().and_then(|figure| figure.prefix),
        meaning: figure.map(|figure| figure.meaning),
        spark,
        uptime_short: known.uptime().map(|uptime| uptime.split(' ').take(2).collect::<Vec<_>>().join("\u{a0}")),
        uptime: known.uptime(),
        seen: device.seen_at.map(|at| known.clock.moment(at, until)),
        seen_iso: device.seen_at.map(iso),
        seen_at: device.seen_at,
        ports: ports::count(known),
    }
}

/// The figure that tells most of a device.
struct Figure {
    now: Option<String>,
    prefix: Option<&'static str>,
    past: Vec<Point>,
    meaning: String,
    tone: &'static str,
}

/// Its traffic, else its first percentage, else its first gauge.
fn figure(known: Known<'_>, span: (Millis, Millis)) -> Option<Figure> {
    if let Some(traffic) = ports::traffic(known, span) {
        // All that comes in anywhere is what the device carries.
        return Some(Figure {
            now: traffic.received.map(|bits| known.shown(bits, "bit/s").to_string()),
            prefix: Some("in"),
            past: traffic.past_in,
            meaning: "traffic in over all interfaces".to_owned(),
            tone: "in",
        });
    }
    let gauges = || known.history.past(&known.device.name).iter().filter(|curve| curve.series.kind == Kind::Gauge);
    let curve = gauges().find(|curve| curve.unit == "%").or_else(|| gauges().next())?;
    let now = known.now(&curve.series.metric, &curve.series.labels);
    Some(Figure {
        now: now.map(|value| known.shown(value, &curve.unit).to_string()),
        prefix: None,
        past: known.past_of(curve, span),
        meaning: super::measures::title(&curve.series.metric),
        tone: "c3",
    })
}
