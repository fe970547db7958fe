//! The one place that reads the wall clock, and the moments at which a task has its turn.

use model::{Hash, Millis};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

/// The wall clock's time.
pub(crate) fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis::try_from(since.as_millis()).unwrap_or(Millis::MAX)
}

/// Ticks every so often, a turn that was missed is left out; the first comes after `delay`.
pub(super) fn ticks(every: Duration, delay: Duration) -> Interval {
    let mut interval = interval_at(Instant::now() + delay, every.max(Duration::from_millis(10)));
    interval.set_missed_tick_behavior(MissedTickBehavior::Skip);
    interval
}

/// A share of `spread` that is always the same for the same name, so that polls do not all leave at once and keep their places.
pub(super) fn stable_delay(name: &str, spread: Duration) -> Duration {
    let hash = Hash::of(name.as_bytes()).0;
    let share = u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]);
    spread.mul_f64(f64::from(share) / f64::from(u32::MAX))
}
