//! How much a run may use up, and what of it is left.

use crate::config::Limits;
use model::Size;
use rustix::time::{ClockId, clock_gettime};
use std::time::Duration;
use wasmtime::ResourceLimiter;

/// How often a run may call the host; log lines have an allowance of their own.
pub(crate) const CALLS: u32 = 10_000;

/// How many points the store gives a run beyond its batch.
pub(crate) const POINTS: usize = 500_000;

/// How many bytes of log lines are kept of a run.
pub(crate) const LOG: usize = 64 << 10;

/// Tables hold functions; a component of a megabyte has some thousands.
const TABLE: usize = 100_000;

/// How many core instances, memories and tables one component may consist of.
const PARTS: usize = 64;

/// Watches memory and time. The memory limit holds for all memories of the component together.
pub(crate) struct Meter {
    memory: Size,
    used: usize,
    /// Whether the guest was refused memory: a trap after that has this reason.
    pub(crate) refused: bool,
    /// The processor time of this thread at which the guest must have ended.
    deadline: Duration,
}

impl Meter {
    pub(crate) fn new(memory: Size) -> Meter {
        Meter { memory, used: 0, refused: false, deadline: Duration::ZERO }
    }

    /// Begins a run on this thread.
    pub(crate) fn begin(&mut self, limits: &Limits) {
        self.refused = false;
        self.deadline = processor_time().saturating_add(limits.time.0);
    }

    /// Whether the time is over.
    pub(crate) fn is_over(&self) -> bool {
        processor_time() >= self.deadline
    }
}

/// How long this thread has computed. A guest cannot wait, so its computing is all the time it takes; that of a busy machine or a slow disk is
/// not its fault.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap_or(0), time.tv_nsec.try_into().unwrap_or(0))
}

impl ResourceLimiter for Meter {
    fn memory_growing(&mut self, current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        let used = self.used.saturating_add(desired.saturating_sub(current));
        if used as u64 > self.memory.0 {
            self.refused = true;
            return Ok(false);
        }
        self.used = used;
        Ok(true)
    }

    fn table_growing(&mut self, _current: usize, desired: usize, _maximum: Option<usize>) -> wasmtime::Result<bool> {
        Ok(desired <= TABLE)
    }

    fn instances(&self) -> usize {
        PARTS
    }

    fn tables(&self) -> usize {
        PARTS
    }

    fn memories(&self) -> usize {
        PARTS
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::Every;

    #[test]
    fn memory_is_counted_over_all_memories() {
        let mut meter = Meter::new(Size(300));
        assert!(matches!(meter.memory_growing(0, 100, None), Ok(true)));
        assert!(matches!(meter.memory_growing(0, 200, None), Ok(true)));
        assert!(matches!(meter.memory_growing(100, 101, None), Ok(false)));
        assert!(meter.refused);
        meter.begin(&Limits::default());
        assert!(!meter.refused);
        assert!(matches!(meter.memory_growing(0, usize::MAX, None), Ok(false)));
    }

    #[test]
    fn only_computing_counts_as_time() {
        let mut meter = Meter::new(Size(0));
        meter.begin(&Limits { time: Every(Duration::from_millis(5)), ..Limits::default() });
        assert!(!meter.is_over());
        let mut turns = 0u64;
        while !meter.is_over() {
            turns += 1;
        }
        assert!(turns > 0);
    }
}
