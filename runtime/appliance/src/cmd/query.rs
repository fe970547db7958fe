//! `lightship query SELECTOR`: what the store holds.

use crate::cli::{Agg, Global, Query};
use crate::collect::now;
use crate::config::did_you_mean;
use crate::out::{self, Record, Usage};
use anyhow::Result;
use jiff::Timestamp;
use model::{Every, Labels, Millis, Selector, Series, StateName};
use serde::Serialize;
use std::collections::BTreeSet;
use std::sync::Arc;
use store::{Curve, Range, Reader, Step, Store};

/// One point of one series: its value, or its rate per second where it is a counter.
#[derive(Serialize)]
struct Line<'c> {
    device: &'c str,
    metric: &'c str,
    labels: &'c Labels,
    kind: &'static str,
    unit: &'c str,
    at: Millis,
    /// Nothing where nothing is known.
    value: Option<f64>,
    /// The name of a state's number; for people.
    #[serde(skip)]
    state: Option<&'c str>,
}

impl Record for Line<'_> {
    const HEADINGS: &'static [&'static str] = &["device", "metric", "labels", "kind", "unit", "at", "value"];

    fn cells(&self) -> Vec<String> {
        let value = self.value.map(|value| value.to_string()).unwrap_or_default();
        let text = [self.device, self.metric, &self.labels.to_string(), self.kind, self.unit].map(str::to_owned);
        text.into_iter().chain([self.at.to_string(), value]).collect()
    }

    fn row(&self) -> Vec<String> {
        let mut cells = self.cells();
        cells[5] = out::time(self.at);
        cells[6] = match (self.value, self.state) {
            (None, _) => "-".to_owned(),
            (_, Some(name)) => name.to_owned(),
            (Some(value), None) if value.fract() == 0.0 => value.to_string(),
            (Some(value), None) => format!("{value:.3}"),
        };
        cells
    }
}

pub(super) fn run(global: &Global, query: &Query) -> Result<()> {
    let selector: Selector = query.selector.parse().map_err(|why: model::SelectorError| Usage(why.to_string()))?;
    let now = now();
    let range = Range { from: time(&query.from, now)?, until: time(&query.until, now)? };
    if range.from > range.until {
        return Err(Usage("--from lies after --until".to_owned()).into());
    }
    let step = query.step.as_deref().map(|step| step.parse::<Every>().map_err(Usage)).transpose()?;
    let step = step.map(|step| Step { length: step.millis(), agg: agg(query.agg) });
    let reader = Store::read(&super::data_folder(global))?;
    if query.raw {
        return out::records(query.output.format, &reader.raw(&selector, range)?);
    }
    let curves = reader.points(&selector, range, step)?;
    if curves.is_empty() {
        hint(&reader, &selector)?;
    }
    let states = reader.state_names()?;
    let counts = step.is_some_and(|step| step.agg == store::Agg::Count);
    let lines: Vec<Line<'_>> = curves.iter().flat_map(|curve| lines(curve, &states, counts)).collect();
    out::records(query.output.format, &lines)
}

fn lines<'c>(curve: &'c Curve, states: &'c [StateName], counts: bool) -> impl Iterator<Item = Line<'c>> {
    let series: &Arc<Series> = &curve.series;
    curve.points.iter().map(move |&(at, value)| Line {
        device: &series.device,
        metric: &series.metric,
        labels: &series.labels,
        kind: series.kind.as_str(),
        unit: if counts { "" } else { &curve.unit },
        at,
        value,
        state: states
            .iter()
            .find(|state| !counts && state.metric == series.metric && Some(state.number as f64) == value)
            .map(|state| state.name.as_str()),
    })
}

/// Says what there is, where nothing was found.
fn hint(reader: &Reader, selector: &Selector) -> Result<()> {
    let found = reader.series(&"{device=*}".parse()?)?;
    let metrics: BTreeSet<&str> = found.iter().map(|found| found.series.metric.as_str()).collect();
    let wanted = selector.plain_metrics().unwrap_or_default();
    let near = match wanted.into_iter().find(|metric| !metrics.contains(metric)) {
        Some(unknown) => did_you_mean(unknown, metrics),
        None => "; `{device=*}` is everything".to_owned(),
    };
    tracing::warn!(target: "store", "nothing matches `{selector}`{near}");
    Ok(())
}

/// `now`, `-3h`, a date and time with its zone, or milliseconds since the epoch.
fn time(text: &str, now: Millis) -> Result<Millis, Usage> {
    if text == "now" {
        return Ok(now);
    }
    if let Some(back) = text.strip_prefix('-') {
        return back.parse::<Every>().map(|back| now - back.millis()).map_err(Usage);
    }
    if let Ok(millis) = text.parse() {
        return Ok(millis);
    }
    let parsed: Result<Timestamp, _> = text.parse();
    parsed.map(Timestamp::as_millisecond).map_err(|_| {
        Usage(format!("`{text}` is no time; write now, -3h, 2026-11-21T06:00:00Z, or milliseconds since 1970"))
    })
}

fn agg(agg: Agg) -> store::Agg {
    match agg {
        Agg::Avg => store::Agg::Avg,
        Agg::Min => store::Agg::Min,
        Agg::Max => store::Agg::Max,
        Agg::Last => store::Agg::Last,
        Agg::Sum => store::Agg::Sum,
        Agg::Count => store::Agg::Count,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        let at = |text| time(text, 10_000_000).map_err(|why| why.0);
        assert_eq!(at("now"), Ok(10_000_000));
        assert_eq!(at("-1h"), Ok(6_400_000));
        assert_eq!(at("5000"), Ok(5000));
        assert_eq!(at("1970-01-01T00:00:01Z"), Ok(1000));
        assert!(at("yesterday").is_err_and(|why| why.contains("write now, -3h")));
    }
}
