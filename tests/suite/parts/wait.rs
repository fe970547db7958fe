//! Waiting for something to become so, with an end.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Asks until there is an answer; panics with what was waited for, and the last thing seen, when the time is over.
pub fn wait_for<T>(what: &str, limit: Duration, mut ask: impl FnMut() -> Result<T, String>) -> T {
    let end = Instant::now() + limit;
    loop {
        let seen = match ask() {
            Ok(answer) => return answer,
            Err(seen) => seen,
        };
        assert!(Instant::now() < end, "waited {limit:?} in vain for {what}; last seen: {seen}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Sets a flag when dropped, so that a thread that heeds it ends also when the test fails.
pub struct SetOnDrop<'f>(pub &'f AtomicBool);

impl Drop for SetOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}
