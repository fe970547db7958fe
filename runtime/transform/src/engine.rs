//! The engine: one for all transforms, with the clock that ends a run.

use crate::TransformError;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use wasmtime::Config;

/// How often a running guest is asked whether its time is over.
const TICK: Duration = Duration::from_millis(10);

/// The engine that compiles and runs guests; cheap to clone.
#[derive(Clone)]
pub(crate) struct Engine {
    wasmtime: wasmtime::Engine,
    clock: Arc<Mutex<Clock>>,
}

#[derive(Default)]
struct Clock {
    /// How many runs are under way.
    runs: usize,
    /// Whether the thread is there that ticks for them.
    ticking: bool,
}

impl Engine {
    pub(crate) fn new() -> Result<Engine, TransformError> {
        let mut config = Config::new();
        config.wasm_component_model(true).epoch_interruption(true);
        let wasmtime = wasmtime::Engine::new(&config).map_err(|why| TransformError::Engine(why.to_string()))?;
        Ok(Engine { wasmtime, clock: Arc::default() })
    }

    pub(crate) fn wasmtime(&self) -> &wasmtime::Engine {
        &self.wasmtime
    }

    /// Makes the epoch advance until the guard is dropped. The thread that does so ends soon after the last run, so an idle appliance has none.
    pub(crate) fn ticking(&self) -> Result<Ticking, TransformError> {
        let mut clock = self.clock.lock().unwrap_or_else(PoisonError::into_inner);
        if !clock.ticking {
            let engine = self.clone();
            let thread = std::thread::Builder::new().name("transform-clock".to_owned());
            thread.spawn(move || engine.tick()).map_err(|why| TransformError::Engine(why.to_string()))?;
            clock.ticking = true;
        }
        clock.runs += 1;
        Ok(Ticking { clock: self.clock.clone() })
    }

    fn tick(&self) {
        loop {
            std::thread::sleep(TICK);
            self.wasmtime.increment_epoch();
            let mut clock = self.clock.lock().unwrap_or_else(PoisonError::into_inner);
            if clock.runs == 0 {
                clock.ticking = false;
                return;
            }
        }
    }
}

/// While it lives, the epoch advances.
pub(crate) struct Ticking {
    clock: Arc<Mutex<Clock>>,
}

impl Drop for Ticking {
    fn drop(&mut self) {
        self.clock.lock().unwrap_or_else(PoisonError::into_inner).runs -= 1;
    }
}
