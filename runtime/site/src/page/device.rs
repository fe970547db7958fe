//! A device's own page.

use super::Frame;
use super::events::EventRow;
use crate::device::Known;
use crate::device::card::Card;
use crate::device::measures::{Measures, measures};
use crate::device::ports::{Port, Traffic, ports, traffic};
use crate::draw::chart::{Chart, ChartLine};
use crate::widget::view::{LineView, line_view};
use crate::words::{count, of_device};
use model::Millis;
use serde::Serialize;

/// What `device.html` gets.
#[derive(Debug, Serialize)]
pub(crate) struct DevicePage<'a> {
    /// What every page has.
    pub(crate) frame: Frame<'a>,
    /// The card that the overview shows.
    pub(crate) card: &'a Card,
    /// The first line.
    pub(crate) headline: String,
    /// The second line, part by part.
    pub(crate) facts: Vec<String>,
    /// What it says of itself: name and value.
    pub(crate) identity: Vec<(&'static str, String)>,
    /// Its traffic, drawn.
    pub(crate) chart: Option<LineView>,
    /// Its interfaces that are in use.
    pub(crate) ports: Vec<Port>,
    /// Those that nobody uses.
    pub(crate) idle: Vec<Port>,
    /// What else it measures.
    pub(crate) measures: Measures,
    /// What is said of a device of which there is nothing to show.
    pub(crate) silent: Option<String>,
    /// Which interfaces the traffic is of.
    pub(crate) scope: &'static str,
    /// What happened to it lately.
    pub(crate) events: Vec<EventRow>,
    /// How far back the pictures go: `3 h`.
    pub(crate) span: String,
}

/// What a device says of itself that visitors may see: no contact, no addresses, no serial numbers.
const IDENTITY: [(&str, &str); 8] = [
    ("sysName", "Name"),
    ("sysDescr", "Description"),
    ("sysLocation", "Location"),
    ("sysObjectID", "Object ID"),
    ("osName", "System"),
    ("kernelVersion", "Kernel"),
    ("cpuModel", "Processor"),
    ("architecture", "Architecture"),
];

impl<'a> DevicePage<'a> {
    /// The page of a device whose data end at `until`.
    pub(crate) fn new(
        frame: Frame<'a>,
        known: Known<'_>,
        card: &'a Card,
        until: Option<Millis>,
        events: Vec<EventRow>,
    ) -> DevicePage<'a> {
        let end = until.unwrap_or_default();
        let (idle, ports): (Vec<Port>, Vec<Port>) = ports(known, end).into_iter().partition(|port| port.idle);
        let mut facts = Vec::new();
        facts.extend(card.uptime.as_ref().map(|uptime| format!("up {uptime}")));
        facts.extend(card.role.clone());
        if !ports.is_empty() && known.device.state != model::DeviceState::Down {
            let up = ports.iter().filter(|port| port.state == "up").count();
            facts.push(format!("{} of {} up", up, count(ports.len() + idle.len(), "interface", "interfaces")));
        }
        facts.extend(card.seen.as_ref().map(|seen| format!("last answer {seen}")));
        let chart = traffic(known, known.span(end)).filter(|_| until.is_some());
        let identity: Vec<(&str, String)> =
            IDENTITY.into_iter().filter_map(|(attribute, name)| Some((name, known.attribute(attribute)?))).collect();
        let measures = until.map(|until| measures(known, until)).unwrap_or_default();
        let empty = chart.is_none() && identity.is_empty() && ports.is_empty() && idle.is_empty();
        let silent = (empty && measures.tiles.is_empty() && measures.groups.is_empty()).then(|| silence(known, until));
        DevicePage {
            frame,
            card,
            headline: of_device(known.device, known.clock, until),
            facts,
            identity,
            scope: match &chart {
                Some(traffic) if traffic.left_out => "all interfaces without loopback",
                _ => "all interfaces",
            },
            silent,
            chart: chart.map(|traffic| drawn(known, &traffic, end)),
            ports,
            idle,
            measures,
            events,
            span: known.shown(known.history.span(known.device) as f64 / 1000.0, "s").to_string(),
        }
    }
}

fn drawn(known: Known<'_>, traffic: &Traffic, until: Millis) -> LineView {
    let line = |name: &'static str, points, now| ChartLine { name: name.to_owned(), tone: name, points, now };
    let mut view = line_view(&Chart {
        lines: vec![
            line("in", traffic.past_in.as_slice(), traffic.received),
            line("out", &traffic.past_out, traffic.sent),
        ],
        span: known.span(until),
        slack: known.history.slack(known.device),
        limit: None,
        unit: "bit/s",
        prefixes: known.prefixes,
        clock: known.clock,
    });
    let step = known.history.step(known.device);
    view.note = (step > known.device.every).then(|| format!("means of {}", known.shown(step as f64 / 1000.0, "s")));
    view
}

/// What is said of a device of which there is nothing to show: whether it ever answered.
fn silence(known: Known<'_>, until: Option<Millis>) -> String {
    let device = known.device;
    let since = known.clock.moment(device.since, until);
    match (device.seen_at, device.state) {
        (Some(seen), _) => format!("It last answered at {}.", known.clock.moment(seen, until)),
        (None, model::DeviceState::Down) => format!("It has never answered, and counts as down since {since}."),
        (None, _) => format!("It has never answered. It is asked since {since}."),
    }
}
