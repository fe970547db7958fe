//! An instance, and how its end is understood.

use super::bindings::{Transformer, TransformerPre};
use super::host::{Call, Host};
use super::limits::{CALLS, Meter};
use super::{LogLine, wit};
use crate::config::Limits;
use crate::engine::Engine;
use crate::manifest;
use crate::{Fault, TransformError};
use model::{Size, plain};
use wasmtime::{Store, Trap, UpdateDeadline};

/// What a list of outputs costs beside its bytes.
const OVERHEAD: u64 = 64 << 10;

/// An instance that lives until it traps, or until it is old.
pub(super) struct Instance {
    store: Store<Host>,
    exports: Transformer,
}

/// What a call ended with: an answer or a fault, and the log lines either way.
pub(crate) struct Ended<T> {
    pub(crate) answer: Result<T, Fault>,
    pub(crate) log: Vec<LogLine>,
    /// Whether the instance may be called again.
    pub(super) alive: bool,
}

impl Instance {
    /// Makes the instance; a component's own start code runs here, within the limits.
    pub(super) fn new(
        engine: &Engine,
        component: &TransformerPre<Host>,
        limits: &Limits,
    ) -> Result<Result<Instance, Fault>, TransformError> {
        let _ticking = engine.ticking()?;
        let mut store = Store::new(engine.wasmtime(), Host { meter: Meter::new(limits.memory), call: Call::default() });
        store.limiter(|host| &mut host.meter);
        store.epoch_deadline_callback(|context| {
            Ok(if context.data().meter.is_over() { UpdateDeadline::Interrupt } else { UpdateDeadline::Continue(1) })
        });
        store.set_epoch_deadline(1);
        store.data_mut().meter.begin(limits);
        Ok(match component.instantiate(&mut store) {
            Ok(exports) => Ok(Instance { store, exports }),
            Err(error) => Err(fault(&error, &store, limits)),
        })
    }

    /// What the guest says of itself, as JSON.
    pub(super) fn describe(&mut self, engine: &Engine, limits: &Limits) -> Result<Ended<String>, TransformError> {
        let limits = Limits { output: Size(manifest::LONGEST as u64), ..*limits };
        self.call(engine, &limits, Call::default(), |exports, store| exports.call_describe(store))
    }

    /// One run. A failure that the guest reports itself leaves it well.
    pub(super) fn transform(
        &mut self,
        engine: &Engine,
        limits: &Limits,
        call: Call,
        batch: &wit::Batch,
    ) -> Result<Ended<Vec<String>>, TransformError> {
        let ended = self.call(engine, limits, call, |exports, store| exports.call_transform(store, batch))?;
        let answer = ended.answer.and_then(|answer| answer.map_err(|failure| failed(&failure)));
        Ok(Ended { answer, log: ended.log, alive: ended.alive })
    }

    fn call<T>(
        &mut self,
        engine: &Engine,
        limits: &Limits,
        call: Call,
        run: impl FnOnce(&Transformer, &mut Store<Host>) -> wasmtime::Result<T>,
    ) -> Result<Ended<T>, TransformError> {
        let _ticking = engine.ticking()?;
        let store = &mut self.store;
        store.set_hostcall_fuel(usize::try_from(limits.output.0.saturating_add(OVERHEAD)).unwrap_or(usize::MAX));
        store.set_epoch_deadline(1);
        let host = store.data_mut();
        host.call = call;
        host.meter.begin(limits);
        let answer = run(&self.exports, store).map_err(|error| fault(&error, store, limits));
        let log = std::mem::take(&mut store.data_mut().call).into_log();
        Ok(Ended { alive: answer.is_ok(), answer, log })
    }
}

/// What an error of wasmtime means.
fn fault(error: &wasmtime::Error, store: &Store<Host>, limits: &Limits) -> Fault {
    let host = store.data();
    let trap = error.downcast_ref::<Trap>();
    if trap == Some(&Trap::Interrupt) {
        return Fault::Time(limits.time);
    }
    if host.call.too_often {
        return Fault::Calls(CALLS);
    }
    if host.meter.refused {
        return Fault::Memory(limits.memory);
    }
    let why = trap.map_or_else(|| error.root_cause().to_string(), ToString::to_string);
    // wasmtime keeps the type of this error to itself; a hostile guest among the tests proves that the words are still these.
    if why.contains("fuel allocated for hostcalls") {
        return Fault::Output(limits.output);
    }
    let why = why.trim_start_matches("wasm trap: ").to_owned();
    Fault::Trap(host.call.last_words().map_or(why.clone(), |words| format!("{why}; its last words were: {words}")))
}

/// The guest's own words, plain and no longer than a reader would take.
fn failed(failure: &wit::Failure) -> Fault {
    let words = |text: &str, most: usize| plain(text).chars().take(most).collect();
    Fault::Failed { message: words(&failure.message, 400), detail: words(&failure.detail, 2_000) }
}
