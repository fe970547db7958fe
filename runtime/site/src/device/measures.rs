//! What a device tells beside its interfaces: load, memory, disks, temperatures, or whatever else a probe or a transform gives.

use super::Known;
use crate::draw::coordinate;
use crate::draw::spark::{Range, Spark, SparkLine};
use crate::history::natural;
use crate::widget::layout::{self, Shape};
use model::{Kind, Millis};
use serde::Serialize;
use std::collections::BTreeMap;
use store::Curve;

/// All other measurements of a device.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Measures {
    /// Those of the device itself: figures with a sparkline.
    pub(crate) tiles: Vec<Measure>,
    /// Those of its parts, by metric.
    pub(crate) groups: Vec<Group>,
}

/// The same measurement of several parts.
#[derive(Debug, Serialize)]
pub(crate) struct Group {
    /// What is measured.
    pub(crate) title: String,
    /// Part by part.
    pub(crate) rows: Vec<Measure>,
    /// The columns of twelve that it takes.
    pub(crate) span: u8,
}

/// One measurement.
#[derive(Debug, Serialize)]
pub(crate) struct Measure {
    /// What is measured, or of which part.
    pub(crate) title: String,
    /// The digits; a dash where it is not known now.
    pub(crate) figure: String,
    /// The unit with its prefix.
    pub(crate) unit: String,
    /// `20 % of 16 GB`, where a whole is known.
    pub(crate) text: Option<String>,
    /// The length of its bar, where a whole is known.
    pub(crate) share: Option<String>,
    /// Its recent past, drawn.
    pub(crate) spark: Option<String>,
    /// The columns of twelve that it takes, where it stands alone.
    pub(crate) span: u8,
}

/// Metrics that are a part of another one, the whole; and whether they tell what is left of it, so that the rest of the whole is what is used.
/// HOST-RESOURCES-MIB and UCD-SNMP-MIB.
const PARTS: [(&str, &str, bool); 3] = [
    ("hrStorageUsed", "hrStorageSize", false),
    ("memAvailReal", "memTotalReal", true),
    ("memAvailSwap", "memTotalSwap", true),
];

/// The measurements of a device but its uptime and its interfaces' counters.
pub(crate) fn measures(known: Known<'_>, until: Millis) -> Measures {
    let all = known.history.latest(&known.device.name);
    let is_whole = |metric: &str| PARTS.iter().any(|(_, whole, _)| *whole == metric);
    let shown = all.iter().filter(|curve| {
        let series = &curve.series;
        let of_port = series.metric.starts_with("if") && !series.labels.is_empty();
        series.kind == Kind::Gauge && series.metric != "sysUpTime" && !of_port && !is_whole(&series.metric)
    });
    let mut measures = Measures::default();
    let mut groups: BTreeMap<&str, Vec<Measure>> = BTreeMap::new();
    for curve in shown {
        let Some(mut measure) = measure(known, all, curve, until) else { continue };
        let labels = &curve.series.labels;
        if labels.is_empty() {
            measures.tiles.push(measure);
        } else {
            measure.title = part(&labels.iter().map(|(_, value)| value).collect::<Vec<_>>().join(" "));
            groups.entry(&curve.series.metric).or_default().push(measure);
        }
    }
    for (metric, mut rows) in groups {
        rows.sort_by_cached_key(|measure| natural(&measure.title));
        measures.groups.push(Group { title: title(metric), rows, span: 12 });
    }
    for (at, span) in layout::rows(&vec![Shape::Low; measures.tiles.len()]) {
        measures.tiles[at].span = span;
    }
    for (at, span) in layout::rows(&vec![Shape::Tall; measures.groups.len()]) {
        measures.groups[at].span = span;
    }
    measures
}

/// One measurement as it is shown; none for a part of nothing, such as the swap of a machine that has none.
fn measure(known: Known<'_>, all: &[Curve], curve: &Curve, until: Millis) -> Option<Measure> {
    let series = &curve.series;
    let rule = PARTS.iter().find(|(part, ..)| *part == series.metric);
    let whole = rule.and_then(|(_, whole, _)| {
        all.iter().find(|other| other.series.metric == *whole && other.series.labels == series.labels)
    });
    let whole = whole.and_then(|whole| known.latest_of(whole));
    if rule.is_some() && whole == Some(0.0) {
        return None;
    }
    let rest = rule.is_some_and(|(.., rest)| *rest);
    let told = |value: f64| if rest { whole.map(|whole| whole - value) } else { Some(value) };
    let span = known.span(until);
    let now = known.latest_of(curve).and_then(told);
    let share = match (now, whole) {
        (Some(now), Some(whole)) => Some(now / whole * 100.0),
        (Some(now), None) if curve.unit == "%" => Some(now),
        _ => None,
    };
    let past = known.history.past(&known.device.name).iter().find(|past| past.series == *series);
    let mut past = past.map(|past| known.past_of(past, span)).unwrap_or_default();
    past.iter_mut().for_each(|point| point.1 = point.1.and_then(told));
    let title = title(&series.metric);
    let range = match (whole, curve.unit.as_str()) {
        (Some(whole), _) => Range::Whole(whole),
        (None, "%") => Range::Whole(100.0),
        (None, "Cel" | "°C" | "V" | "dBm" | "rpm") => Range::Own,
        _ => Range::Zero,
    };
    let lines = [SparkLine { tone: "c3", points: &past }];
    let drawn = Spark { lines: &lines, span, slack: known.history.slack(known.device), range, label: &title };
    let quantity = now.map(|now| known.shown(now, &curve.unit));
    Some(Measure {
        figure: quantity.as_ref().map_or_else(|| "—".to_owned(), |quantity| quantity.figure.clone()),
        unit: quantity.map(|quantity| quantity.unit()).unwrap_or_default(),
        text: share.zip(whole).map(|(share, whole)| {
            format!("{} of {}", known.shown(share.round(), "%"), known.shown(whole, &curve.unit))
        }),
        share: share.map(|share| format!("{}%", coordinate(share.clamp(0.0, 100.0), 1))),
        spark: past.iter().any(|point| point.1.is_some()).then(|| drawn.svg()),
        title,
        span: 12,
    })
}

/// The name of a part: laNames says `Load-15`.
fn part(name: &str) -> String {
    name.strip_prefix("Load-").map_or_else(|| name.to_owned(), |minutes| format!("{minutes} min"))
}

/// A metric's name as people say it: `memoryUsed` becomes `Memory used`.
pub(crate) fn title(metric: &str) -> String {
    match metric {
        "hrProcessorLoad" => return "CPU".to_owned(),
        "memAvailReal" => return "Memory used".to_owned(),
        "memAvailSwap" => return "Swap used".to_owned(),
        "hrStorageUsed" => return "Disks".to_owned(),
        "laLoad" => return "Load".to_owned(),
        "entPhySensorValue" => return "Temperatures".to_owned(),
        _ => {}
    }
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    for character in metric.chars() {
        let starts = character.is_uppercase() && !before.is_uppercase();
        match character {
            '_' | '-' | '.' => words.push(String::new()),
            other if starts || words.is_empty() => words.push(other.to_string()),
            other => words.last_mut().into_iter().for_each(|word| word.push(other)),
        }
        before = character;
    }
    let words =
        words.iter().filter(|word| !word.is_empty()).enumerate().map(|(at, word)| match word.to_lowercase().as_str() {
            "cpu" => "CPU".to_owned(),
            lower if at > 0 && word.len() > 1 && word.chars().all(char::is_uppercase) => lower.to_uppercase(),
            lower if at > 0 => lower.to_owned(),
            lower => lower.chars().take(1).flat_map(char::to_uppercase).chain(lower.chars().skip(1)).collect(),
        });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_are_named_as_people_say_them() {
        for (metric, wanted) in [
            ("memoryUsed", "Memory used"),
            ("cpu", "CPU"),
            ("cpuLoad", "CPU load"),
            ("disk_free.bytes", "Disk free bytes"),
            ("hrProcessorLoad", "CPU"),
            ("rttMs", "Rtt ms"),
            ("", ""),
        ] {
            assert_eq!(title(metric), wanted);
        }
    }
}
