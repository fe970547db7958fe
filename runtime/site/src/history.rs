//! What the store knows, read once for all pages.

use crate::SiteError;
use model::{Attribute, Device, Event, Kind, Millis, Point, Selector};
use std::collections::{BTreeMap, BTreeSet};
use store::{Agg, Curve, Range, Reader, Step, TransformRun};

/// How far back the pages look.
pub(crate) const SPAN: Millis = 3 * 60 * 60 * 1000;

/// About how many steps a sparkline has.
const STEPS: Millis = 90;

/// The lengths that a step may have, in seconds.
const LENGTHS: [Millis; 9] = [5, 10, 15, 20, 30, 60, 120, 300, 600];

/// How far back a device's pictures go, and in which steps, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Reach {
    span: Millis,
    step: Millis,
}

/// So many devices that were added of late are looked at in finer steps than the others.
const YOUNG: usize = 50;

/// How many events are looked through.
const EVENTS: usize = 400;

/// What the store knows at one moment.
pub(crate) struct History {
    /// The devices in the order in which people count: R2 before R10.
    pub(crate) devices: Vec<Device>,
    /// The transforms' runs in order of name.
    pub(crate) runs: Vec<TransformRun>,
    /// The newest events, newest first.
    pub(crate) events: Vec<Event>,
    /// When the newest data were collected.
    pub(crate) collected_at: Option<Millis>,
    /// How far back there is anything of most devices to look at: [`SPAN`], or less in the first hours; and the length of a step of the points.
    usual: Reach,
    /// The same of devices that are watched for a much shorter time.
    young: BTreeMap<String, Reach>,
    /// The latest point of every series, by device.
    latest: BTreeMap<String, Vec<Curve>>,
    /// The points of traffic, errors and measurements in steps, by device.
    past: BTreeMap<String, Vec<Curve>>,
    /// The names of states: metric, number, name.
    states: BTreeMap<(String, i64), String>,
}

impl History {
    /// Reads the store. Every series is asked for once, whatever the number of devices, and those of young devices twice.
    pub(crate) fn read(reader: &Reader) -> Result<History, SiteError> {
        let mut devices = reader.devices()?;
        devices.sort_by_cached_key(|device| natural(&device.name));
        let every_series = "{device=*}".parse::<Selector>()?;
        let series = reader.series(&every_series)?;
        let seen = devices.iter().filter_map(|device| device.seen_at).max();
        let collected_at = seen.or_else(|| series.iter().map(|found| found.last_at).max());
        let slowest = devices.iter().map(|device| device.every).max().unwrap_or(0).min(600_000);
        let reach = |first: Option<Millis>, every: Millis| {
            let span = collected_at.zip(first).map_or(SPAN, |(last, first)| (last - first).clamp(10_000, SPAN));
            Reach { span, step: step(span).max(every.min(600_000)) }
        };
        let usual = reach(series.iter().map(|found| found.first_at).min(), slowest);
        let mut firsts: BTreeMap<&str, Millis> = BTreeMap::new();
        for found in &series {
            let first = firsts.entry(&found.series.device).or_insert(found.first_at);
            *first = found.first_at.min(*first);
        }
        let young: BTreeMap<String, Reach> = devices
            .iter()
            .filter_map(|device| Some((device, *firsts.get(device.name.as_str())?)))
            .map(|(device, first)| (device.name.clone(), reach(Some(first), device.every)))
            .filter(|(_, reach)| reach.span < usual.span / 2)
            .take(YOUNG)
            .collect();
        let latest = reader.latest(&every_series)?;
        let mut past = BTreeMap::new();
        if let (Some(until), Some(metrics)) = (collected_at, drawn(&latest)) {
            // The page of a device that is asked less often ends earlier, so it begins earlier too.
            let range = |reach: Reach| Range { from: until - reach.span - 2 * slowest.max(reach.step), until };
            let average = |reach: Reach| Some(Step { length: reach.step, agg: Agg::Avg });
            past = by_device(reader.points(&metrics.parse()?, range(usual), average(usual))?);
            for (device, reach) in &young {
                let name = device.replace('\\', "\\\\").replace('"', "\\\"");
                let selector = format!("{metrics}{{device=\"{name}\"}}").parse()?;
                let mut curves = reader.points(&selector, range(*reach), average(*reach))?;
                curves.retain(|curve| curve.series.device == *device);
                past.insert(device.clone(), curves);
            }
        }
        let states = reader.state_names()?.into_iter().map(|state| ((state.metric, state.number), state.name));
        Ok(History {
            states: states.collect(),
            events: reader.events(EVENTS)?,
            runs: reader.runs()?,
            latest: by_device(latest),
            past,
            devices,
            collected_at,
            usual,
            young,
        })
    }

    /// The latest point of each series of a device.
    pub(crate) fn latest(&self, device: &str) -> &[Curve] {
        self.latest.get(device).map_or(&[], Vec::as_slice)
    }

    /// The past of each drawn series of a device.
    pub(crate) fn past(&self, device: &str) -> &[Curve] {
        self.past.get(device).map_or(&[], Vec::as_slice)
    }

    /// The name of a state's number.
    pub(crate) fn state_name(&self, metric: &str, number: f64) -> Option<&str> {
        self.states.get(&(metric.to_owned(), number as i64)).map(String::as_str)
    }

    fn reach(&self, device: &Device) -> Reach {
        self.young.get(&device.name).copied().unwrap_or(self.usual)
    }

    /// How far back a device's pictures go.
    pub(crate) fn span(&self, device: &Device) -> Millis {
        self.reach(device).span
    }

    /// The length of a step of a device's past.
    pub(crate) fn step(&self, device: &Device) -> Millis {
        self.reach(device).step
    }

    /// Rests at the ends of a picture of this device's past that are no longer than this are no gap.
    pub(crate) fn slack(&self, device: &Device) -> Millis {
        (self.step(device) * 2).max(device.every * 5 / 2)
    }

    /// The time of the data on a device's own page: when it last answered, or the newest of all where it is known to be silent since.
    pub(crate) fn data_at(&self, device: &Device) -> Option<Millis> {
        match (device.state, device.seen_at) {
            (model::DeviceState::Up | model::DeviceState::Late, Some(seen)) => Some(seen),
            _ => self.collected_at,
        }
    }
}

/// What describes a device and its rows.
pub(crate) fn attributes(reader: &Reader, device: &str) -> Result<Vec<Attribute>, SiteError> {
    Ok(reader.attributes(device)?)
}

/// The metrics whose past is drawn: interfaces' octets and errors, and every gauge but the uptime.
fn drawn(latest: &[Curve]) -> Option<String> {
    const COUNTERS: [&str; 4] = ["ifInOctets", "ifOutOctets", "ifInErrors", "ifOutErrors"];
    let plain = |name: &str| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c));
    let metrics: BTreeSet<&str> = latest
        .iter()
        .filter(|curve| match curve.series.kind {
            Kind::Counter => COUNTERS.contains(&curve.series.metric.as_str()),
            Kind::Gauge => curve.series.metric != "sysUpTime",
            Kind::State => false,
        })
        .map(|curve| curve.series.metric.as_str())
        .filter(|metric| plain(metric))
        .collect();
    (!metrics.is_empty()).then(|| metrics.into_iter().collect::<Vec<_>>().join(","))
}

fn by_device(curves: Vec<Curve>) -> BTreeMap<String, Vec<Curve>> {
    let mut devices: BTreeMap<String, Vec<Curve>> = BTreeMap::new();
    for curve in curves {
        devices.entry(curve.series.device.clone()).or_default().push(curve);
    }
    devices
}

/// The shortest good step that makes about [`STEPS`] of a span.
fn step(span: Millis) -> Millis {
    LENGTHS.into_iter().map(|seconds| seconds * 1000).find(|length| span / length <= STEPS).unwrap_or(600_000)
}

/// A name in the order of people: runs of digits count as numbers.
pub(crate) fn natural(name: &str) -> Vec<(String, u64)> {
    let mut parts = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let text_end = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let (text, after) = rest.split_at(text_end);
        let number_end = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
        let (number, after) = after.split_at(number_end);
        parts.push((text.to_lowercase(), number.parse().unwrap_or(if number.is_empty() { 0 } else { u64::MAX })));
        rest = after;
    }
    parts
}

/// The sum of several lines at each of their times; a time at which none of them is known is a gap.
pub(crate) fn sum<'a>(curves: impl IntoIterator<Item = &'a [Point]>) -> Vec<Point> {
    let mut total: BTreeMap<Millis, Option<f64>> = BTreeMap::new();
    for (at, value) in curves.into_iter().flatten() {
        let entry = total.entry(*at).or_default();
        if let Some(value) = value {
            *entry = Some(entry.unwrap_or(0.0) + value);
        }
    }
    total.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_in_the_order_of_people() {
        let mut names = ["R10", "r2", "R1", "Gi0/10", "Gi0/9", "core", "99999999999999999999999"];
        names.sort_by_key(|name| natural(name));
        assert_eq!(names, ["99999999999999999999999", "core", "Gi0/9", "Gi0/10", "R1", "r2", "R10"]);
    }

    #[test]
    fn a_sum_is_a_gap_where_nothing_is_known() {
        let one: [Point; 3] = [(0, Some(1.0)), (10, None), (20, None)];
        let other: [Point; 2] = [(0, Some(2.0)), (20, Some(5.0))];
        assert_eq!(sum([&one[..], &other]), [(0, Some(3.0)), (10, None), (20, Some(5.0))]);
    }

    #[test]
    fn steps_are_round_and_not_too_many() {
        assert_eq!([step(60_000), step(SPAN), step(SPAN * 100)], [5_000, 120_000, 600_000]);
    }
}
