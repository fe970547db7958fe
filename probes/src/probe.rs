//! What every probe is and what it is given.

use crate::{Problem, snmp};
use async_trait::async_trait;
use model::{Every, Millis, Polled};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::Instant;

/// Asks one device, again and again. When that happens and how long it may take is decided by whoever calls.
#[async_trait]
pub trait Poll: Send {
    /// Asks once and gives what came before the deadline. A device that is down, refuses or talks nonsense is an [`Outcome`](model::Outcome);
    /// `Err` is our own fault alone. Dropping the future ends the poll at once, and the next one starts clean.
    async fn poll(&mut self, now: &Moment) -> Result<Polled, ProbeError>;
}

/// The clock of one poll: when it began and when it must end.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// The wall clock's time when the poll began.
    pub at: Millis,
    /// The same moment on the clock that never jumps.
    pub started: Instant,
    /// When the poll must have ended.
    pub deadline: Instant,
}

impl Moment {
    /// A poll that begins now, at `at` on the wall clock, and may take so long.
    pub fn new(at: Millis, deadline: Duration) -> Moment {
        let started = Instant::now();
        Moment { at, started, deadline: started + deadline }
    }

    /// The time now: that of the beginning and what went by since, so that a step of the wall clock spoils no rate.
    pub fn now(&self) -> Millis {
        self.at.saturating_add(millis(self.started.elapsed()) as Millis)
    }

    /// Whether the poll must end.
    pub fn is_over(&self) -> bool {
        Instant::now() >= self.deadline
    }
}

/// Whole milliseconds.
pub(crate) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// How long a poll may take: what the table says, else the kind's default, which always leaves some time before the next turn.
pub(crate) fn deadline(
    probe: &str,
    given: Option<Every>,
    default: Every,
    every: Every,
    problems: &mut Vec<Problem>,
) -> Every {
    let Some(given) = given else { return Every(default.0.min(every.0 / 5 * 4)) };
    if given.0 > every.0 {
        let message =
            format!("the `deadline` of {given} is longer than `every`, {every}: a slow device misses its turns");
        problems.push(Problem::warning(probe, "deadline", message));
    }
    given
}

/// A device as the configuration describes it.
#[derive(Debug, Clone)]
pub struct Target {
    /// Its name in the configuration.
    pub device: String,
    /// Where it is: `host`, `host:port` or `[v6]:port`; each kind of probe has its own default port.
    pub address: String,
    /// Its tags in the configuration.
    pub tags: BTreeMap<String, String>,
    /// What it demands of those who ask.
    pub credentials: Credentials,
}

/// What a device demands of those who ask, by kind of probe, with all secrets read.
#[derive(Debug, Default, Clone)]
pub struct Credentials {
    /// For SNMP.
    pub snmp: Option<snmp::Credentials>,
}

/// Our own fault: the device has nothing to do with it.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// This machine gives no socket, most often because too many files are open.
    #[error("cannot open a socket: {0}")]
    Socket(std::io::Error),
    /// A part of the probe panicked.
    #[error("{0} panicked, which is a bug in Lightship")]
    Panicked(&'static str),
}
