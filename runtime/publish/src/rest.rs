//! Leaving a target alone after failures: a second, then twice as long each time, up to five minutes.

use crate::PublishError;
use std::time::Duration;
use tokio::time::Instant;

const SHORTEST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(300);
/// Nobody's key becomes right within a second, and servers lock out who tries too often.
const REFUSED: Duration = Duration::from_secs(30);

/// How a target did lately.
#[derive(Debug, Default)]
pub(crate) struct Rest {
    failed: Option<Failure>,
}

#[derive(Debug)]
struct Failure {
    pause: Duration,
    until: Instant,
    why: String,
}

impl Rest {
    /// An error while the target is to be left alone.
    pub(crate) fn check(&self) -> Result<(), PublishError> {
        match &self.failed {
            Some(Failure { until, why, .. }) if *until > Instant::now() => {
                Err(PublishError::Resting { left: *until - Instant::now(), why: why.clone() })
            }
            _ => Ok(()),
        }
    }

    /// Waits while the target is to be left alone.
    pub(crate) async fn over(&self) {
        if let Some(failure) = &self.failed {
            tokio::time::sleep_until(failure.until).await;
        }
    }

    /// Takes note of how a try ended.
    pub(crate) fn note(&mut self, error: Option<&PublishError>) {
        let Some(error) = error else {
            self.failed = None;
            return;
        };
        let least = match error {
            PublishError::HostKey { .. } | PublishError::Auth { .. } => REFUSED,
            _ => SHORTEST,
        };
        let pause = self.failed.as_ref().map_or(least, |before| (before.pause * 2).clamp(least, LONGEST));
        // Many appliances that lost the same host shall not come back at the same moment.
        let until = Instant::now() + pause.mul_f64(0.8 + 0.4 * fastrand::f64());
        self.failed = Some(Failure { pause, until, why: error.to_string() });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lost() -> PublishError {
        PublishError::Lost { host: "www.example.net".to_owned(), why: "cut".to_owned() }
    }

    #[tokio::test(start_paused = true)]
    async fn the_pause_doubles_and_ends_with_success() {
        let mut rest = Rest::default();
        let mut pauses = Vec::new();
        for _ in 0..12 {
            assert!(rest.check().is_ok());
            rest.note(Some(&lost()));
            assert!(matches!(rest.check(), Err(PublishError::Resting { why, .. }) if why.contains("cut")));
            let start = Instant::now();
            rest.over().await;
            pauses.push(start.elapsed().as_secs_f64());
        }
        assert!((0.8..=1.21).contains(&pauses[0]), "{pauses:?}");
        assert!((1.6..=2.41).contains(&pauses[1]), "{pauses:?}");
        assert!(pauses.iter().all(|pause| *pause <= 361.0) && pauses[11] >= 240.0, "{pauses:?}");
        rest.note(None);
        assert!(rest.check().is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn a_refused_key_is_not_tried_again_at_once() {
        let mut rest = Rest::default();
        let [host, user, key, why] = ["h", "u", "k", "w"].map(str::to_owned);
        rest.note(Some(&PublishError::Auth { host, user, key, why }));
        tokio::time::advance(Duration::from_secs(20)).await;
        assert!(rest.check().is_err());
    }
}
