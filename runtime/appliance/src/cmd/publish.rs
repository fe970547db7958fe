//! `lightship publish [TARGET] [--dry-run]`: pushes the site, or says what a push would change.

use crate::cli::{Format, Global};
use crate::config::{Config, read_secret};
use crate::out::{self, Record, Usage};
use crate::pipeline;
use crate::status::Board;
use anyhow::{Result, bail};
use publish::{Report, Target};
use serde::Serialize;
use site::Site;
use std::sync::Arc;
use store::Store;

/// One file that a push would change.
#[derive(Serialize)]
struct Line {
    target: String,
    action: &'static str,
    path: String,
    bytes: u64,
}

impl Record for Line {
    const HEADINGS: &'static [&'static str] = &["target", "action", "path", "bytes"];

    fn cells(&self) -> Vec<String> {
        vec![self.target.clone(), self.action.to_owned(), self.path.clone(), self.bytes.to_string()]
    }
}

/// What a push to one target came to.
#[derive(Serialize)]
struct Done {
    target: String,
    uploaded: usize,
    bytes: u64,
    unchanged: usize,
    deleted: usize,
}

impl Record for Done {
    const HEADINGS: &'static [&'static str] = &["target", "uploaded", "bytes", "unchanged", "deleted"];

    fn cells(&self) -> Vec<String> {
        let numbers = [self.uploaded as u64, self.bytes, self.unchanged as u64, self.deleted as u64];
        std::iter::once(self.target.clone()).chain(numbers.map(|number| number.to_string())).collect()
    }
}

pub(super) async fn run(global: &Global, target: Option<&str>, dry_run: bool, format: Format) -> Result<()> {
    let config = Config::load(global.config.as_deref())?;
    let mut targets = chosen(config.publish.build(&read_secret).0, target)?;
    let reader = Store::read(&super::data_folder(global))?;
    let site = Arc::new(Site::new(&config.site)?);
    let bundle = pipeline::render(&site, reader, &Board::new()).await?;
    let (all, mut failed) = (targets.len(), 0);
    let (mut lines, mut done) = (Vec::new(), Vec::new());
    for target in &mut targets {
        let name = target.name.clone();
        let ended = if dry_run {
            target.publisher.plan(&bundle).await.map(|plan| {
                let line = |change: publish::Change| Line {
                    target: name.clone(),
                    action: change.action.as_str(),
                    path: change.path,
                    bytes: change.bytes,
                };
                lines.extend(plan.changes.into_iter().map(line));
            })
        } else {
            target.publisher.publish(&bundle).await.map(|report| {
                let Report { uploaded, bytes, deleted, unchanged } = report;
                done.push(Done { target: name.clone(), uploaded, bytes, unchanged, deleted });
            })
        };
        if let Err(error) = ended {
            tracing::error!(target: "publish", "{name}: {error}");
            failed += 1;
        }
        target.publisher.close().await;
    }
    if dry_run {
        out::records(format, &lines)?;
    } else if !done.is_empty() {
        out::records(format, &done)?;
    }
    if failed == 0 { Ok(()) } else { bail!("{failed} of {all} targets could not be published to") }
}

fn chosen(targets: Vec<Target>, wanted: Option<&str>) -> Result<Vec<Target>> {
    let names: Vec<String> = targets.iter().map(|target| target.name.clone()).collect();
    let meant = |name: &str| {
        wanted.is_none_or(|wanted| name == wanted || name.split_once('.').is_some_and(|(_, short)| short == wanted))
    };
    let chosen: Vec<Target> = targets.into_iter().filter(|target| meant(&target.name)).collect();
    match (chosen.is_empty(), names.is_empty()) {
        (_, true) => {
            Err(Usage("no target; write a table [publish.sftp.<name>] or [publish.dir.<name>]".to_owned()).into())
        }
        (true, _) => Err(Usage(format!("no such target; there is {}", names.join(", "))).into()),
        _ => Ok(chosen),
    }
}

/// `3 files, 12.5 kB sent; 40 unchanged; 1 deleted`.
pub(crate) fn in_words(report: &Report) -> String {
    let kilobytes = report.bytes as f64 / 1000.0;
    let Report { uploaded, unchanged, deleted, .. } = report;
    let files = if *uploaded == 1 { "file" } else { "files" };
    format!("{uploaded} {files}, {kilobytes:.1} kB sent; {unchanged} unchanged; {deleted} deleted")
}
