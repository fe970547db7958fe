//! `lightship status`: what a running appliance is doing.

use crate::cli::{Format, Global};
use crate::collect::now;
use crate::out::{self, Record};
use crate::status::{self, Status};
use anyhow::Result;
use model::Millis;
use serde::Serialize;

/// One line: the last turn of a probe, a transform, the site or a target.
#[derive(Serialize)]
struct Line {
    stage: &'static str,
    name: String,
    state: String,
    /// When, in milliseconds since the epoch.
    at: Option<Millis>,
    took_ms: u64,
    detail: String,
}

impl Record for Line {
    const HEADINGS: &'static [&'static str] = &["stage", "name", "state", "age", "took", "detail"];

    fn cells(&self) -> Vec<String> {
        let age = self.at.map_or_else(|| "never".to_owned(), |at| format!("{} s", (now() - at).max(0) / 1000));
        vec![
            self.stage.to_owned(),
            self.name.clone(),
            self.state.clone(),
            age,
            format!("{} ms", self.took_ms),
            self.detail.clone(),
        ]
    }
}

pub(super) async fn run(global: &Global, format: Format) -> Result<()> {
    let status = status::ask(&super::data_folder(global)).await?;
    out::records(format, &lines(&status))
}

fn lines(status: &Status) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut polls: Vec<_> = status.polls.values().collect();
    polls.sort_by_key(|poll| std::cmp::Reverse(poll.took_ms));
    for poll in polls {
        let slowest = poll.slowest.as_ref().map(|slowest| format!(", slowest {} {} ms", slowest.part, slowest.took));
        let detail =
            poll.trouble.clone().unwrap_or_else(|| format!("{} samples{}", poll.samples, slowest.unwrap_or_default()));
        let state = format!("{:?}", poll.outcome).to_lowercase();
        let name = format!("{} {}", poll.probe, poll.device);
        lines.push(Line { stage: "probe", name, state, at: Some(poll.at), took_ms: poll.took_ms, detail });
    }
    for (name, run) in &status.transforms {
        let detail = run
            .error
            .clone()
            .unwrap_or_else(|| format!("{} output{}", run.outputs, if run.outputs == 1 { "" } else { "s" }));
        let state = state(&run.error);
        lines.push(Line {
            stage: "transform",
            name: name.clone(),
            state,
            at: Some(run.at),
            took_ms: run.took_ms,
            detail,
        });
    }
    if let Some(site) = &status.site {
        let files = || format!("{} files, {:.1} kB", site.files, site.bytes as f64 / 1000.0);
        let (state, detail) = (state(&site.error), site.error.clone().unwrap_or_else(files));
        let name = "site".to_owned();
        lines.push(Line { stage: "site", name, state, at: Some(site.at), took_ms: site.took_ms, detail });
    }
    for (name, target) in &status.targets {
        let sent = || format!("{} files, {:.1} kB sent", target.uploaded, target.bytes as f64 / 1000.0);
        let detail = target.error.clone().unwrap_or_else(sent);
        let (name, state) = (name.clone(), state(&target.error));
        lines.push(Line { stage: "publish", name, state, at: target.published_at, took_ms: target.took_ms, detail });
    }
    lines
}

fn state(error: &Option<String>) -> String {
    if error.is_some() { "failed" } else { "ok" }.to_owned()
}
