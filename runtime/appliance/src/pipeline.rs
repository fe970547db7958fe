//! THE flow: the whole life of a sample on one screen.
//!
//! probe → sample → store → transform → site → publish. Each probe, transform and target is a task of its own; none waits for another.

use crate::collect::{self, Fleet, Targets};
use crate::config::{Config, read_secret};
use crate::status::{Board, Rendered};
use anyhow::{Context as _, Result, bail};
use model::{Bundle, Millis};
use probes::Job;
use site::Site;
use std::collections::BTreeMap;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use store::{Reader, Store};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};
use transform::{Catalog, Transform};

/// At a start each stage waits at most this long for the first turns of the one before it.
const FIRST_TURNS: Duration = Duration::from_secs(5);

/// A counter has no rate until its second poll: `run --once` polls again after this long.
const SECOND_POLL: Duration = Duration::from_secs(10);

/// A running target gets this long to finish what it is at.
const PATIENCE: Duration = Duration::from_millis(1500);

/// The stages, open and not yet running.
pub(crate) struct Line {
    pub(crate) store: Store,
    pub(crate) fleet: Arc<Fleet>,
    pub(crate) board: Board,
    pub(crate) jobs: Vec<Job>,
    transforms: Vec<Transform>,
    site: Arc<Site>,
    every: Duration,
    targets: Vec<publish::Target>,
}

impl Line {
    /// Opens every stage of a configuration; a device that the store does not know is unknown since `at`.
    pub(crate) async fn open(config: &Config, data: &Path, at: Millis) -> Result<Line> {
        let store = Store::open(data)?;
        let (jobs, _) = config.probes.build(&config.targets);
        let fleet = Arc::new(Fleet::new(&jobs, &config.targets, &store, at)?);
        let transforms = open_transforms(config.transforms.clone(), &store, data.join("cache")).await?;
        let site = Arc::new(Site::new(&config.site)?);
        let (targets, _) = config.publish.build(&read_secret);
        Ok(Line { store, fleet, board: Board::new(), jobs, transforms, site, every: config.site.every.0, targets })
    }

    /// Runs until `stop`, or for so many cycles of the site.
    pub(crate) async fn run(self, cycles: Option<u64>, stop: impl Future<Output = ()>) -> Result<()> {
        let Line { store, fleet, board, jobs, transforms, site, every, targets } = self;
        let first = || Arc::new(Semaphore::new(0));
        let (polled, transformed, published) = (first(), first(), first());
        let (polls, runs, hosts) = (jobs.len(), transforms.len(), targets.len());
        let targets = Targets::start(targets, &store.writer(), &board, &published);
        let mut tasks = collect::probes(jobs, &fleet, &board, &polled); // probe → sample → store
        let flow = async {
            first_turns(&polled, polls).await;
            collect::judge(&fleet).await;
            let mut more = collect::transforms(transforms, &board, &transformed); // store → transform → outputs
            first_turns(&transformed, runs).await;
            let sites = async {
                let mut next = Instant::now();
                let mut cycle = 0;
                while cycles.is_none_or(|cycles| cycle < cycles) {
                    tokio::time::sleep_until(next).await;
                    next = (next + every).max(Instant::now());
                    match render(&site, store.reader(), &board).await {
                        Ok(bundle) => targets.offer(bundle), // site → publish
                        Err(error) => tracing::error!(target: "site", "the site could not be rendered: {error:#}"),
                    }
                    cycle += 1;
                    if cycles.is_some() {
                        first_turns(&published, hosts).await;
                    }
                }
            };
            tokio::select! {
                () = sites => {}
                () = faults(&mut more) => {}
            }
            more.shutdown().await;
        };
        tokio::select! {
            () = flow => {}
            () = stop => {}
            () = faults(&mut tasks) => {}
        }
        tasks.shutdown().await;
        targets.stop(PATIENCE).await;
        tokio::task::spawn_blocking(move || store.close()).await?;
        Ok(())
    }

    /// One full cycle of everything; fails where a transform or a target failed, but not for a device that is down.
    pub(crate) async fn once(mut self) -> Result<()> {
        let from = collect::now();
        self.jobs = collect::poll_once(self.jobs, from, &self.fleet, &self.board).await;
        if lacks_rates(self.store.reader(), from).await? {
            tracing::info!(target: "probe", "counters have no predecessor yet: polling again in {} s", SECOND_POLL.as_secs());
            tokio::time::sleep(SECOND_POLL).await;
            self.jobs = collect::poll_once(self.jobs, collect::now(), &self.fleet, &self.board).await;
        }
        let failed = collect::run_transforms(&mut self.transforms, collect::now(), &self.board).await;
        let bundle = render(&self.site, self.store.reader(), &self.board).await?;
        let refused = publish(&mut self.targets, &bundle, &self.board).await;
        let (transforms, hosts) = (self.transforms.len(), self.targets.len());
        tokio::task::spawn_blocking(move || self.store.close()).await?;
        match (failed, refused) {
            (0, 0) => Ok(()),
            (0, refused) => bail!("{refused} of {hosts} targets could not be published to"),
            (failed, 0) => bail!("{failed} of {transforms} transforms failed"),
            (failed, refused) => bail!("{failed} of {transforms} transforms and {refused} of {hosts} targets failed"),
        }
    }
}

async fn open_transforms(
    configs: BTreeMap<String, transform::Config>,
    store: &Store,
    cache: PathBuf,
) -> Result<Vec<Transform>> {
    store.writer().keep_transforms(configs.keys().cloned().collect()).await?;
    let (reader, writer) = (store.reader(), store.writer());
    let catalog = tokio::task::spawn_blocking(move || Catalog::open(&configs, reader, writer, &cache)).await??;
    for problem in catalog.problems() {
        tracing::error!(target: "transform", "transforms.{}: {}", problem.transform, problem.message);
    }
    Ok(catalog.transforms())
}

/// Waits until each of so many tasks had its first turn, or for as long as that may take.
async fn first_turns(done: &Semaphore, tasks: usize) {
    let all = done.acquire_many(u32::try_from(tasks).unwrap_or(u32::MAX));
    if let Ok(Ok(permits)) = timeout(FIRST_TURNS, all).await {
        permits.forget();
    }
}

/// Says when a task ended by a fault of its own; the others go on.
async fn faults(tasks: &mut JoinSet<()>) {
    while let Some(ended) = tasks.join_next().await {
        if let Err(fault) = ended {
            tracing::error!(target: "probe", %fault, "a task has ended by a fault of the program; please report it");
        }
    }
    std::future::pending().await
}

/// Builds the site from the store.
pub(crate) async fn render(site: &Arc<Site>, reader: Reader, board: &Board) -> Result<Bundle> {
    let started = Instant::now();
    let (site, at) = (site.clone(), collect::now());
    let ended = tokio::task::spawn_blocking(move || site.render(&reader, at)).await?;
    let size = |bundle: &Bundle| (bundle.files.len(), bundle.files.values().map(|file| file.content.len()).sum());
    let (files, bytes) = ended.as_ref().map_or((0, 0), size);
    let took_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let error = ended.as_ref().err().map(ToString::to_string);
    board.rendered(Rendered { at, took_ms, files, bytes, error });
    ended.context("the site")
}

/// Publishes one bundle to all targets and says how each ended; how many failed.
async fn publish(targets: &mut [publish::Target], bundle: &Bundle, board: &Board) -> usize {
    let mut failed = 0;
    for target in targets {
        match collect::publish_once(target, bundle, board).await {
            Ok(report) => {
                tracing::info!(target: "publish", "{}: {}", target.name, crate::cmd::publish::in_words(&report))
            }
            Err(error) => {
                tracing::error!(target: "publish", "{}: {error}", target.name);
                failed += 1;
            }
        }
        target.publisher.close().await;
    }
    failed
}

/// Whether some counter was first seen in this cycle, so that it has no rate yet.
async fn lacks_rates(reader: Reader, from: Millis) -> Result<bool> {
    let all = "{device=*}".parse().context("the selector of everything")?;
    let found = tokio::task::spawn_blocking(move || reader.series(&all)).await??;
    Ok(found.iter().any(|found| found.series.kind == model::Kind::Counter && found.first_at >= from))
}
