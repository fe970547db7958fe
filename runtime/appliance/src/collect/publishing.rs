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

/// The same where the host said no: servers shut out whoever tries too often.
const REFUSED_WAIT: Duration = Duration::from_secs(30);

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
    let mut first = true;
    while offered.changed().await.is_ok() {
        loop {
            let Some(bundle) = offered.borrow_and_update().clone() else { break };
            let ended = publish_once(&mut target, &bundle, &board).await;
            tell(&target.name, &ended, failures, &writer).await;
            if let Ok(report) = &ended
                && std::mem::take(&mut first)
            {
                tracing::info!(target: "publish", "{}: {}", target.name, crate::cmd::publish::in_words(report));
            }
            let least = match ended {
                Ok(_) => {
                    failures = 0;
                    done.add_permits(1);
                    break;
                }
                Err(PublishError::HostKey { .. } | PublishError::Auth { .. }) => REFUSED_WAIT,
                Err(_) => FIRST_WAIT,
            };
            let wait =
                least.saturating_mul(1 << failures.min(6)).min(LONGEST_WAIT).mul_f64(0.75 + fastrand::f64() / 2.0);
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
        Ok(_) if failures > 0 => {
            tracing::info!(target: "publish", "{name}: published again, after a failure or more");
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use model::Class;
    use publish::{Plan, Publisher};
    use std::sync::Mutex;
    use store::Store;

    /// Fails so many times, and notes what it was given.
    struct Flaky {
        failures: u32,
        seen: Arc<Mutex<Vec<String>>>,
    }

    #[async_trait::async_trait]
    impl Publisher for Flaky {
        async fn publish(&mut self, bundle: &Bundle) -> Result<Report, PublishError> {
            let name = bundle.files.keys().next().cloned().unwrap_or_default();
            self.seen.lock().expect("no panic").push(name);
            if self.failures > 0 {
                self.failures -= 1;
                return Err(PublishError::Unreachable {
                    host: "www.example.net:22".to_owned(),
                    why: "away".to_owned(),
                });
            }
            Ok(Report::default())
        }

        async fn plan(&mut self, _: &Bundle) -> Result<Plan, PublishError> {
            Ok(Plan::default())
        }

        async fn close(&mut self) {
            self.seen.lock().expect("no panic").push("closed".to_owned());
        }
    }

    fn bundle(name: &str) -> Bundle {
        let mut bundle = Bundle::default();
        bundle.add(name, Class::Page, *b"x");
        bundle
    }

    #[tokio::test(start_paused = true)]
    async fn after_failures_the_newest_bundle_goes_out_and_both_changes_are_events() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path()).expect("a store");
        let seen = Arc::new(Mutex::new(Vec::new()));
        let publisher = Box::new(Flaky { failures: 2, seen: seen.clone() });
        let target = Target { name: "dir.x".to_owned(), publisher };
        let (board, done) = (Board::new(), Arc::new(Semaphore::new(0)));
        let targets = Targets::start(vec![target], &store.writer(), &board, &done);
        targets.offer(bundle("old"));
        while seen.lock().expect("no panic").is_empty() {
            tokio::task::yield_now().await;
        }
        targets.offer(bundle("new"));
        done.acquire().await.expect("published").forget();
        targets.stop(Duration::from_secs(1)).await;
        assert_eq!(*seen.lock().expect("no panic"), ["old", "new", "new", "closed"]);
        let kinds: Vec<String> =
            store.reader().events(9).expect("events").into_iter().map(|event| event.kind).collect();
        assert_eq!(kinds, ["publish.well", "publish.failed"]);
        assert!(board.read().targets["dir.x"].error.is_none());
    }
}
