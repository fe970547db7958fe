//! A configured transform: it runs whenever its turn comes, and tells the store how that ended.

use crate::batch::{gather, pack};
use crate::cache::Cache;
use crate::config::Config;
use crate::engine::Engine;
use crate::guest::{Call, Guest, LogLine};
use crate::settings;
use crate::single::{Opened, Source};
use crate::{Fault, Level, Manifest, TransformError, outputs};
use model::{Event, Every, Millis, Output, Selector, Severity};
use serde_json::{Map, Value, json};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;
use store::{Reader, TransformRun, Writer};

/// A transform of the configuration.
pub struct Transform {
    name: String,
    every: Every,
    writer: Writer,
    worker: Arc<Mutex<Worker>>,
    /// How its last run ended, here or before the start; none where it never ran.
    last: Option<TransformRun>,
}

/// What runs on a blocking thread.
pub(crate) struct Worker {
    config: Config,
    engine: Engine,
    cache: Arc<Cache>,
    reader: Reader,
    source: Source,
    loaded: Option<Result<Loaded, Fault>>,
}

/// A component that is ready to run.
struct Loaded {
    guest: Guest,
    manifest: Manifest,
    settings: Map<String, Value>,
    selectors: Vec<Selector>,
}

/// How a turn ended.
struct Turn {
    /// None where the component cannot be asked.
    version: Option<String>,
    answer: Result<Vec<Output>, Fault>,
    log: Vec<LogLine>,
    dropped: usize,
}

impl Transform {
    pub(crate) fn new(name: String, worker: Worker, writer: Writer, last: Option<TransformRun>) -> Transform {
        Transform { name, every: worker.config.every, writer, worker: Arc::new(Mutex::new(worker)), last }
    }

    /// Its name in the configuration.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How often it is to run.
    pub fn every(&self) -> Every {
        self.every
    }

    /// Runs it at this time, on a blocking thread, and tells the store how that ended. What the guest did wrong stands in the run's `error`; an
    /// error is our own fault.
    pub async fn run(&mut self, now: Millis) -> Result<TransformRun, TransformError> {
        let started = Instant::now();
        let good_at = self.last.as_ref().and_then(|run| run.ok_at);
        let worker = self.worker.clone();
        let turn = move || worker.lock().unwrap_or_else(PoisonError::into_inner).turn(good_at, now);
        let turn = tokio::task::spawn_blocking(turn).await.map_err(|_| TransformError::Panicked)??;
        self.log(&turn);
        let (error, outputs) = match turn.answer {
            Ok(outputs) => (None, outputs),
            Err(fault) => (Some(format!("transforms.{}: {fault}", self.name)), Vec::new()),
        };
        let known = self.last.as_ref().map(|run| run.version.clone());
        let run = TransformRun {
            transform: self.name.clone(),
            version: turn.version.or(known).unwrap_or_default(),
            ran_at: now,
            ok_at: if error.is_none() { Some(now) } else { good_at },
            took: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            error,
            outputs,
        };
        self.writer.ran(run.clone()).await?;
        if let Some(event) = change(self.last.as_ref(), &run) {
            self.writer.event(event).await?;
        }
        self.last = Some(TransformRun { outputs: Vec::new(), ..run.clone() });
        Ok(run)
    }

    fn log(&self, turn: &Turn) {
        let name = self.name.as_str();
        for LogLine { level, text } in &turn.log {
            match level {
                Level::Debug => tracing::debug!(target: "transform", transform = name, "{text}"),
                Level::Info => tracing::info!(target: "transform", transform = name, "{text}"),
                Level::Warn => tracing::warn!(target: "transform", transform = name, "{text}"),
                Level::Error => tracing::error!(target: "transform", transform = name, "{text}"),
            }
        }
        if turn.dropped > 0 {
            let dropped = turn.dropped;
            tracing::warn!(target: "transform", transform = name, dropped, "the batch was too large; its oldest points were left out");
        }
    }
}

/// The event of a change from well to failed and back.
fn change(last: Option<&TransformRun>, run: &TransformRun) -> Option<Event> {
    let failed_before = last.is_some_and(|run| run.error.is_some());
    let name = &run.transform;
    let (kind, severity, text) = match (&run.error, failed_before) {
        (Some(_), false) => {
            let text = format!("The transform {name} fails; what it showed last stays up");
            ("transform.failed", Severity::Error, text)
        }
        (None, true) => ("transform.well", Severity::Info, format!("The transform {name} is well again")),
        _ => return None,
    };
    let body = json!({ "transform": name, "version": run.version, "error": run.error });
    Some(Event { at: run.ran_at, device: None, kind: kind.to_owned(), severity, text, body })
}

impl Worker {
    pub(crate) fn new(config: Config, engine: Engine, cache: Arc<Cache>, reader: Reader) -> Worker {
        let source = Source::new(&config.wasm);
        Worker { config, engine, cache, reader, source, loaded: None }
    }

    /// Loads the component if it is not loaded or its file has changed, and says what is wrong with it.
    pub(crate) fn ready(&mut self) -> Result<Option<&Fault>, TransformError> {
        if self.source.changed() || self.loaded.is_none() {
            self.loaded = None;
            let loaded = self.load()?;
            self.loaded = Some(loaded);
        }
        Ok(self.loaded.as_ref().and_then(|loaded| loaded.as_ref().err()))
    }

    fn load(&mut self) -> Result<Result<Loaded, Fault>, TransformError> {
        let loaded = self.source.load(&self.engine, &self.config.limits, Some(&self.cache))?;
        Ok(loaded.and_then(|Opened { code, manifest, .. }| {
            let settings = settings::resolve(&self.config.settings, &manifest)
                .map_err(|wrong| Fault::Settings(wrong.join("; ")))?;
            let selectors = selectors(&self.config, &manifest)?;
            Ok(Loaded { guest: Guest::new(code), manifest, settings, selectors })
        }))
    }

    fn turn(&mut self, good_at: Option<Millis>, now: Millis) -> Result<Turn, TransformError> {
        self.ready()?;
        let loaded = match &mut self.loaded {
            Some(Ok(loaded)) => loaded,
            Some(Err(fault)) => return Ok(Turn::unusable(fault.clone())),
            None => return Ok(Turn::unusable(Fault::Unusable("it is not loaded".to_owned()))),
        };
        let gathered = gather(&self.reader, &loaded.selectors, good_at, now)?;
        let frame = pack::Frame { now, since: gathered.since, dropped: gathered.dropped };
        let batch = pack::pack(&gathered.curves, &gathered.states, &frame);
        let call = Call::granted(loaded.settings.clone(), self.reader.clone());
        let ended = loaded.guest.run(&self.engine, &self.config.limits, call, &batch)?;
        let answer = ended.answer.and_then(|documents| outputs::parse(&documents, self.config.limits.output));
        Ok(Turn { version: Some(loaded.manifest.version.clone()), answer, log: ended.log, dropped: gathered.dropped })
    }
}

/// The samples that a transform gets: those of the configuration, else those of the manifest.
pub(crate) fn selectors(config: &Config, manifest: &Manifest) -> Result<Vec<Selector>, Fault> {
    match &config.select {
        Some(selector) => Ok(vec![selector.clone()]),
        None => manifest.selectors().map_err(|why| Fault::Unusable(why.to_string())),
    }
}

impl Turn {
    fn unusable(fault: Fault) -> Turn {
        Turn { version: None, answer: Err(fault), log: Vec::new(), dropped: 0 }
    }
}
