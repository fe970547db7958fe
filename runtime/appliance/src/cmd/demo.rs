//! `lightship demo`: a simulated lab and this very host through the whole line, with nothing but the program.

use crate::cli::{Demo, Global};
use crate::collect::{self, Fleet};
use crate::config::Config;
use crate::out::Usage;
use crate::pipeline::Line;
use crate::{local, out, status};
use anyhow::{Context as _, Result, bail};
use lab::{Lab, Options};
use model::{Every, Millis, Outcome, Polled};
use probes::Job;
use std::fmt::Write as _;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};
use store::{Store, Writer};
use tokio::task::JoinSet;

/// The past that the demo begins with, in steps of this length.
const PAST: Millis = 24 * 3_600_000;
const STEP: Every = Every::seconds(120);

/// The configuration, but for the routers.
const CONFIG: &str = include_str!("demo.toml");

/// A data folder with this file belongs to the demo, which begins anew each time.
const MARK: &str = "demo.toml";

pub(super) async fn run(global: &Global, demo: &Demo) -> Result<()> {
    if let Some(config) = &global.config {
        return Err(Usage(format!(
            "the demo has a configuration of its own; {} is for `lightship run`",
            config.display()
        ))
        .into());
    }
    let stop = super::stop_signal()?;
    let now = collect::now();
    let data = super::data_folder(global);
    prepare(&data)?;
    let listener = local::listen(demo.listen).await?;
    let address = listener.local_addr()?;
    if address.port() != demo.listen.port() && demo.listen.port() != 0 {
        out::line(format_args!("Port {} is taken; the demo takes {}.", demo.listen.port(), address.port()))?;
    }
    let lab = Lab::start(Options { epoch: now, ..Options::default() }).await.context("the simulated lab")?;
    let config = Config::load(Some(&write_config(&data, &lab)?))?;
    let mut line = Line::open(&config, &data, now - PAST).await?;
    out::line("Six simulated routers and this host; polling a simulated past day first.")?;
    line.jobs = past(&lab, line.jobs, &line.fleet, &line.store.writer(), now).await?;
    if let Err(error) = status::serve(&data, line.board.clone()) {
        tracing::warn!(target: "lightship", "`lightship status` will not work: {error:#}");
    }
    tokio::spawn(local::serve(listener, data.join("public")));
    out::line(format_args!("The site: http://{address}/ (complete in a few seconds; Ctrl-C ends the demo)"))?;
    out::line(format_args!("Its configuration: {}", data.join(MARK).display()))?;
    line.run(demo.cycles, stop).await
}

/// Keeps a real appliance out of the demo's data: its site would show routers that are not there.
pub(super) fn refuse(data: &Path) -> Result<()> {
    if data.join(MARK).exists() {
        bail!("{} holds the demo's simulated data; delete that folder, or name another with --data", data.display());
    }
    Ok(())
}

/// Makes the folder, and clears away an earlier demo; a folder with other data is left alone.
fn prepare(data: &Path) -> Result<()> {
    if Store::exists(data) {
        if !data.join(MARK).exists() {
            bail!("{} holds the data of a real appliance; name another folder with --data", data.display());
        }
        Store::remove(data)?;
    }
    std::fs::create_dir_all(data).with_context(|| format!("cannot make {}", data.display()))
}

/// Writes the demo's configuration beside its data, so that anyone can look at it.
fn write_config(data: &Path, lab: &Lab) -> Result<PathBuf> {
    let mut text = CONFIG.to_owned();
    for router in lab.routers() {
        let (name, address, role) = (&router.name, router.address, &router.role);
        write!(
            text,
            "\n[devices.{name}]\naddress = \"{address}\"\ncredentials = \"lab\"\ntags = {{ role = \"{role}\" }}\n"
        )?;
    }
    let path = data.join(MARK);
    std::fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    std::fs::write(data.join("community"), lab.community()).context("cannot write the demo's community")?;
    Ok(path)
}

/// Polls the routers through a simulated day up to now: real polls of real agents whose clock is put back.
async fn past(lab: &Lab, jobs: Vec<Job>, fleet: &Fleet, writer: &Writer, now: Millis) -> Result<Vec<Job>> {
    let (mut routers, host): (Vec<Job>, Vec<Job>) = jobs.into_iter().partition(|job| job.probe.starts_with("snmp."));
    let Some(every) = routers.first().map(|job| job.every) else { return Ok(host) };
    routers.iter_mut().for_each(|job| job.every = STEP);
    let mut kept = JoinSet::new();
    let steps = PAST / STEP.millis();
    for step in 0..steps {
        let at = now - PAST + step * STEP.millis();
        lab.at(Some(at));
        let mut polls = JoinSet::new();
        for mut job in routers {
            // In the past nobody waits for the deadline of a router that is off the net.
            let answers = lab.answers(&job.device, at);
            polls.spawn(async move {
                let silent = || Polled::nothing(&job.device, at, STEP.millis(), Outcome::Silent);
                let polled = if answers { collect::ask(&mut job, at).await } else { silent() };
                (polled, job)
            });
        }
        let polls = polls.join_all().await;
        let (mut polled, back): (Vec<Polled>, Vec<Job>) = polls.into_iter().unzip();
        routers = back;
        polled.iter_mut().for_each(|polled| fleet.take(polled));
        if let Some(last) = polled.last_mut() {
            last.events.extend(fleet.verdict(at).into_iter().map(|verdict| verdict.event));
        }
        for polled in polled {
            let writer = writer.clone();
            kept.spawn(async move { writer.polled(polled).await });
        }
        // So many at a time share their commits, and memory stays small.
        if step % 60 == 59 {
            while let Some(ended) = kept.join_next().await {
                ended??;
            }
            progress(step + 1, steps);
        }
    }
    lab.at(None);
    routers.iter_mut().for_each(|job| job.every = every);
    fleet.judge(now - STEP.millis()).await?;
    fleet.asked_from(collect::now());
    Ok(routers.into_iter().chain(host).collect())
}

/// A bar on a terminal, nothing elsewhere: it is a matter of seconds.
fn progress(done: i64, all: i64) {
    if !std::io::stderr().is_terminal() {
        return;
    }
    let width = 30;
    let filled = usize::try_from(done * width / all).unwrap_or(0);
    let bar = "█".repeat(filled) + &"·".repeat(usize::try_from(width).unwrap_or(0) - filled);
    let end = if done == all { "\r\x1b[K" } else { "" };
    let _ = std::io::Write::write_fmt(&mut std::io::stderr(), format_args!("\r{bar} {:>3} %{end}", done * 100 / all));
}
