//! What the appliance is doing, for `lightship status`: a board that every task writes to, read over a private socket in the data folder.

use crate::collect::now;
use anyhow::{Context as _, Result};
use model::{Millis, Outcome, Polled, Slowest};
use publish::{PublishError, Report};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::TransformRun;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{UnixListener, UnixStream};

/// Everything on the board.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub(crate) struct Status {
    pub(crate) version: String,
    pub(crate) started_at: Millis,
    pub(crate) polls: BTreeMap<String, Poll>,
    pub(crate) transforms: BTreeMap<String, Run>,
    pub(crate) site: Option<Rendered>,
    pub(crate) targets: BTreeMap<String, Published>,
}

/// The last poll of one device by one probe.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Poll {
    pub(crate) probe: String,
    pub(crate) device: String,
    pub(crate) at: Millis,
    pub(crate) outcome: Outcome,
    pub(crate) took_ms: u64,
    pub(crate) samples: usize,
    pub(crate) slowest: Option<Slowest>,
    pub(crate) trouble: Option<String>,
}

/// The last run of one transform.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Run {
    pub(crate) at: Millis,
    pub(crate) took_ms: u64,
    pub(crate) outputs: usize,
    pub(crate) error: Option<String>,
}

/// The last rendering of the site.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Rendered {
    pub(crate) at: Millis,
    pub(crate) took_ms: u64,
    pub(crate) files: usize,
    pub(crate) bytes: usize,
    pub(crate) error: Option<String>,
}

/// How publishing to one target last ended.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub(crate) struct Published {
    pub(crate) tried_at: Millis,
    pub(crate) published_at: Option<Millis>,
    pub(crate) took_ms: u64,
    pub(crate) uploaded: usize,
    pub(crate) bytes: u64,
    pub(crate) error: Option<String>,
}

/// The shared board; cheap to clone.
#[derive(Clone)]
pub(crate) struct Board(Arc<Mutex<Status>>);

impl Board {
    pub(crate) fn new() -> Board {
        let version = env!("CARGO_PKG_VERSION").to_owned();
        Board(Arc::new(Mutex::new(Status { version, started_at: now(), ..Status::default() })))
    }

    pub(crate) fn read(&self) -> Status {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn write(&self, write: impl FnOnce(&mut Status)) {
        write(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    pub(crate) fn polled(&self, probe: &str, polled: &Polled) {
        let poll = Poll {
            probe: probe.to_owned(),
            device: polled.device.clone(),
            at: polled.at,
            outcome: polled.outcome,
            took_ms: polled.took,
            samples: polled.samples.len(),
            slowest: polled.slowest.clone(),
            trouble: polled.trouble.clone(),
        };
        self.write(|status| _ = status.polls.insert(format!("{probe} {}", poll.device), poll));
    }

    /// Puts a run on the board; whether the one before it had failed.
    pub(crate) fn transformed(&self, run: &TransformRun) -> bool {
        let line = Run { at: run.ran_at, took_ms: run.took, outputs: run.outputs.len(), error: run.error.clone() };
        let mut failed = false;
        self.write(|status| {
            let before = status.transforms.insert(run.transform.clone(), line);
            failed = before.is_some_and(|before| before.error.is_some());
        });
        failed
    }

    pub(crate) fn rendered(&self, rendered: Rendered) {
        self.write(|status| status.site = Some(rendered));
    }

    pub(crate) fn published(&self, name: &str, at: Millis, took: Duration, ended: &Result<Report, PublishError>) {
        self.write(|status| {
            let line = status.targets.entry(name.to_owned()).or_default();
            line.tried_at = at;
            line.took_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
            match ended {
                Ok(report) => {
                    line.published_at = Some(at);
                    (line.uploaded, line.bytes, line.error) = (report.uploaded, report.bytes, None);
                }
                Err(error) => line.error = Some(error.to_string()),
            }
        });
    }
}

fn socket(data: &Path) -> PathBuf {
    data.join("status.sock")
}

/// Answers `lightship status`: each connection gets the board as one JSON document. The folder is the owner's alone, and so is the socket.
pub(crate) fn serve(data: &Path, board: Board) -> Result<()> {
    let path = socket(data);
    let _ = std::fs::remove_file(&path);
    let listener = UnixListener::bind(&path).with_context(|| format!("cannot listen on {}", path.display()))?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let json = serde_json::to_vec(&board.read()).unwrap_or_default();
            let _ = tokio::time::timeout(Duration::from_secs(5), stream.write_all(&json)).await;
        }
    });
    Ok(())
}

/// Asks a running appliance.
pub(crate) async fn ask(data: &Path) -> Result<Status> {
    let none = || {
        format!(
            "no appliance runs on {}; start one with `lightship run`, or name its folder with --data",
            data.display()
        )
    };
    let mut stream = UnixStream::connect(socket(data)).await.map_err(|_| anyhow::Error::msg(none()))?;
    let mut json = Vec::new();
    stream.read_to_end(&mut json).await.context("the appliance broke off")?;
    serde_json::from_slice(&json).context("the appliance answered something else; is it of another version?")
}
