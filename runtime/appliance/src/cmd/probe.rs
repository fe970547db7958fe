//! `lightship probe NAME [--device D]`: runs one probe now and prints its samples.

use crate::cli::{Format, Global};
use crate::collect;
use crate::config::Config;
use crate::out::{self, Record, Usage};
use anyhow::{Result, bail};
use model::{Outcome, Sample, Value};
use tokio::task::JoinSet;

impl Record for Sample {
    const HEADINGS: &'static [&'static str] = &["device", "metric", "labels", "kind", "unit", "at", "value"];

    fn row(&self) -> Vec<String> {
        let mut cells = self.cells();
        cells[5] = out::time(self.at);
        cells
    }

    fn cells(&self) -> Vec<String> {
        let series = &self.series;
        let value = match self.value {
            Value::Gauge(value) => value.to_string(),
            Value::Counter(counter) => counter.raw.to_string(),
            Value::State(number) => number.to_string(),
        };
        let (labels, kind) = (series.labels.to_string(), series.kind.as_str().to_owned());
        vec![
            series.device.clone(),
            series.metric.clone(),
            labels,
            kind,
            series.unit.clone(),
            self.at.to_string(),
            value,
        ]
    }
}

pub(super) async fn run(global: &Global, name: &str, device: Option<&str>, format: Format) -> Result<()> {
    let config = Config::load(global.config.as_deref())?;
    let (mut jobs, _) = config.probes.build(&config.targets);
    let known: Vec<String> = jobs.iter().map(|job| format!("{} on {}", job.probe, job.device)).collect();
    jobs.retain(|job| job.probe == name || job.probe.split_once('.').is_some_and(|(_, short)| short == name));
    let some = !jobs.is_empty();
    jobs.retain(|job| device.is_none_or(|device| job.device == device));
    if jobs.is_empty() {
        let what = if some { "the probe does not ask that device" } else { "no such probe" };
        let known =
            if known.is_empty() { "none; write a table [probes.<kind>.<name>]".to_owned() } else { known.join(", ") };
        return Err(Usage(format!("{what}; there is {known}")).into());
    }
    let mut silent = Vec::new();
    let mut samples = Vec::new();
    let mut polls = JoinSet::new();
    for mut job in jobs {
        polls.spawn(async move { (collect::ask(&mut job, collect::now()).await, job) });
    }
    let mut polls = polls.join_all().await;
    polls.sort_by(|(_, a), (_, b)| (&a.device, &a.probe).cmp(&(&b.device, &b.probe)));
    for (polled, job) in polls {
        if let Some(trouble) = &polled.trouble {
            tracing::warn!(target: "probe", "{}: {trouble}", job.device);
        }
        if matches!(polled.outcome, Outcome::Silent | Outcome::Refused) {
            silent.push(job.device);
        }
        samples.extend(polled.samples);
    }
    if !samples.is_empty() {
        out::records(format, &samples)?;
    }
    if silent.is_empty() { Ok(()) } else { bail!("no answer from {}", silent.join(", ")) }
}
