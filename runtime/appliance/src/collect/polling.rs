//! Probes: each job is a task with its own turn and deadline.

use super::clock::{now, stable_delay, ticks};
use super::fleet::Fleet;
use crate::status::Board;
use model::{Millis, Outcome, Polled};
use probes::{Job, Moment};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

/// First polls are spread over this long for each job, so that a start is no burst.
const SPREAD: Duration = Duration::from_millis(5);

/// How often the devices' states are judged.
const JUDGE_EVERY: Duration = Duration::from_secs(1);

/// So many polls go on at once in one cycle of `run --once` and in the demo's past.
const AT_ONCE: usize = 64;

/// Starts the jobs, each with its own turn, and the judging of states. `first` gets a permit for each job that had its first turn.
pub(crate) fn probes(jobs: Vec<Job>, fleet: &Arc<Fleet>, board: &Board, first: &Arc<Semaphore>) -> JoinSet<()> {
    let mut tasks = JoinSet::new();
    let spread = SPREAD * u32::try_from(jobs.len()).unwrap_or(u32::MAX);
    for mut job in jobs {
        let (fleet, board, first) = (fleet.clone(), board.clone(), first.clone());
        let delay = stable_delay(&format!("{} {}", job.probe, job.device), spread.min(job.every.0));
        tasks.spawn(async move {
            let mut ticks = ticks(job.every.0, delay);
            let mut waited = true;
            loop {
                ticks.tick().await;
                one(&mut job, now(), &fleet, &board).await;
                if std::mem::take(&mut waited) {
                    first.add_permits(1);
                }
            }
        });
    }
    let fleet = fleet.clone();
    tasks.spawn(async move {
        let mut ticks = ticks(JUDGE_EVERY, Duration::ZERO);
        loop {
            ticks.tick().await;
            judge(&fleet).await;
        }
    });
    tasks
}

/// Gives every job one turn, at this wall time, and judges the states.
pub(crate) async fn poll_once(jobs: Vec<Job>, at: Millis, fleet: &Arc<Fleet>, board: &Board) -> Vec<Job> {
    let places = Arc::new(Semaphore::new(AT_ONCE));
    let mut tasks = JoinSet::new();
    for mut job in jobs {
        let (fleet, board, places) = (fleet.clone(), board.clone(), places.clone());
        tasks.spawn(async move {
            let _place = places.acquire().await;
            if let Some(trouble) = one(&mut job, at, &fleet, &board).await {
                tracing::warn!(target: "probe", "{}: {trouble}", job.device);
            }
            job
        });
    }
    let jobs = tasks.join_all().await;
    judge(fleet).await;
    jobs
}

/// Judges the states of all devices as they are now.
pub(crate) async fn judge(fleet: &Fleet) {
    if let Err(error) = fleet.judge(now()).await {
        tracing::error!(target: "store", %error, "the devices' states could not be kept");
    }
}

/// One turn of a job; what its poll complained about.
async fn one(job: &mut Job, at: Millis, fleet: &Fleet, board: &Board) -> Option<String> {
    let polled = ask(job, at).await;
    board.polled(&job.probe, &polled);
    let trouble = polled.trouble.clone();
    if let Err(error) = fleet.note(polled).await {
        tracing::error!(target: "store", probe = %job.probe, device = %job.device, %error, "a poll could not be kept");
    }
    trouble
}

/// One poll. The deadline is the probe's to keep; a second later it is ended whatever it does.
pub(crate) async fn ask(job: &mut Job, at: Millis) -> Polled {
    let started = Instant::now();
    let deadline = started + job.deadline.0;
    let moment = Moment { at, started, deadline };
    let ended = timeout_at(deadline + Duration::from_secs(1), job.poll.poll(&moment)).await;
    let mut polled = match ended {
        Ok(Ok(polled)) => polled,
        Ok(Err(error)) => {
            tracing::error!(target: "probe", probe = %job.probe, device = %job.device, %error, "the probe failed");
            Polled { trouble: Some(error.to_string()), ..Polled::nothing(&job.device, at, 0, Outcome::Silent) }
        }
        Err(_) => Polled {
            trouble: Some(format!("ended one second after its deadline of {}", job.deadline)),
            ..Polled::nothing(&job.device, at, 0, Outcome::Silent)
        },
    };
    polled.every = job.every.millis();
    polled.took = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::debug!(
        target: "probe", probe = %job.probe, device = %job.device, outcome = ?polled.outcome, samples = polled.samples.len(),
        took_ms = polled.took, trouble = polled.trouble.as_deref(), "polled"
    );
    polled
}
