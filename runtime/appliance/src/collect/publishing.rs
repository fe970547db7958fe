//! Targets: each is a task that takes the newest bundle when it is ready for one.

use super::clock::now;
use crate::status::Board;
use model::{Bundle, Event, Severity};
use publish::{PublishError, Report, Target};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use store::Writer;
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;

/// The wait after the first failure; it doubles with each further one.
const FIRST_WAIT: Duration = Duration::from_secs(1);

/// The longest wait.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

type Offer = Option<Arc<Bundle>>;

/// All targets.
pub(crate) struct Targets {
    offers: watch::Sender<Offer>,
    tasks: JoinSet<()>,
}

impl Targets {
    /// Starts the targets. `done` gets a permit for each bundle that a target has published.
    pub(crate) fn start(targets: Vec<Target>, writer: &Writer, board: &Board, done: &Arc<Semaphore>) -> Targets {
        let (offers, offered) = watch::channel(None);
        let mut tasks = JoinSet::new();
        for target in targets {
            tasks.spawn(serve(target, offered.clone(), writer.clone(), board.clone(), done.clone()));
        }
        Targets { offers, tasks }
    }

    /// Offers a bundle; a target that is busy or cut off takes the newest when it comes back.
    pub(crate) fn offer(&self, bundle: Bundle) {
        self.offers.send_replace(Some(Arc::new(bundle)));
    }

    /// Lets each target finish what it is at, close its session, and end.
    pub(crate) async fn stop(self, patience: Duration) {
        let Targets { offers, mut tasks } = self;
        drop(offers);
        let all = async { while tasks.join_next().await.is_some() {} };
        let _ = tokio::time::timeout(patience, all).await;
    }
}

async fn serve(
    mut target: Target,
    mut offered: watch::Receiver<Offer>,
    writer: Writer,
    board: Board,
    done: Arc<Semaphore>,
) {
    let mut failures = 0;
    while offered.changed().await.is_ok() {
        loop {
            let Some(bundle) = offered.borrow_and_update().clone() else { break };
            let ended = publish_once(&mut target, &bundle, &board).await;
            tell(&target.name, &ended, failures, &writer).await;
            if ended.is_ok() {
                failures = 0;
                done.add_permits(1);
                break;
            }
            let wait =
                FIRST_WAIT.saturating_mul(1 << failures.min(6)).min(LONGEST_WAIT).mul_f64(0.75 + fastrand::f64() / 2.0);
            failures += 1;
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = closed(&mut offered) => break,
            }
        }
    }
    target.publisher.close().await;
}

/// Waits until no more bundles can come.
async fn closed(offered: &mut watch::Receiver<Offer>) {
    let mut offered = offered.clone();
    while offered.changed().await.is_ok() {}
}

/// Publishes one bundle to one target, and puts on the board how that ended.
pub(crate) async fn publish_once(target: &mut Target, bundle: &Bundle, board: &Board) -> Result<Report, PublishError> {
    let started = tokio::time::Instant::now();
    let ended = target.publisher.publish(bundle).await;
    board.published(&target.name, now(), started.elapsed(), &ended);
    ended
}

/// The log's line, and an event where the target's state changed.
async fn tell(name: &str, ended: &Result<Report, PublishError>, failures: u32, writer: &Writer) {
    match ended {
        Ok(report) => {
            tracing::debug!(target: "publish", name, uploaded = report.uploaded, bytes = report.bytes, "published")
        }
        Err(error) => tracing::error!(target: "publish", name, %error, failures = failures + 1, "not published"),
    }
    let (kind, severity, words) = match (ended, failures) {
        (Err(_), 0) => ("publish.failed", Severity::Error, "cannot be reached; visitors see older data"),
        (Ok(_), 1..) => ("publish.well", Severity::Info, "is published to again"),
        _ => return,
    };
    let event = Event {
        at: now(),
        device: None,
        kind: kind.to_owned(),
        severity,
        text: format!("{name} {words}"),
        body: json!({ "target": name, "failures": failures }),
    };
    if let Err(error) = writer.event(event).await {
        tracing::error!(target: "store", %error, "an event could not be kept");
    }
}
