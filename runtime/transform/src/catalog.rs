//! All transforms of the configuration.

use crate::cache::Cache;
use crate::config::Config;
use crate::engine::Engine;
use crate::single::{Opened, Source};
use crate::transform::{Transform, Worker, selectors};
use crate::{TransformError, settings};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use store::{Reader, Writer};

/// The transforms of the configuration, compiled and ready to run.
pub struct Catalog {
    transforms: Vec<Transform>,
    problems: Vec<Problem>,
}

/// What is wrong with one transform's configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The transform's name.
    pub transform: String,
    /// The key of its table that the message is about: `wasm` or `settings`.
    pub key: &'static str,
    /// What is wrong.
    pub message: String,
}

impl Catalog {
    /// Compiles the components, or takes their code from the folder `cache`; it blocks for a second or more. A transform that cannot run does not
    /// stop the others: each of its runs says why, and [`Catalog::problems`] does so at once.
    pub fn open(
        configs: &BTreeMap<String, Config>,
        reader: Reader,
        writer: Writer,
        cache: &Path,
    ) -> Result<Catalog, TransformError> {
        let engine = Engine::new()?;
        let cache = Arc::new(Cache::open(cache)?);
        let mut runs = reader.runs()?;
        let mut catalog = Catalog { transforms: Vec::new(), problems: Vec::new() };
        for (name, config) in configs {
            let mut worker = Worker::new(config.clone(), engine.clone(), cache.clone(), reader.clone());
            if let Some(fault) = worker.ready()? {
                let key = if matches!(fault, crate::Fault::Settings(_)) { "settings" } else { "wasm" };
                catalog.problems.push(Problem { transform: name.clone(), key, message: fault.to_string() });
            }
            let last = runs.iter().position(|run| run.transform == *name).map(|at| runs.swap_remove(at));
            catalog.transforms.push(Transform::new(name.clone(), worker, writer.clone(), last));
        }
        cache.prune();
        Ok(catalog)
    }

    /// What is wrong with them.
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The transforms, in order of name.
    pub fn transforms(self) -> Vec<Transform> {
        self.transforms
    }
}

/// What is wrong with the transforms of a configuration, told without a store and without writing anything: each component is compiled and asked
/// for its manifest.
pub fn check(configs: &BTreeMap<String, Config>) -> Result<Vec<Problem>, TransformError> {
    let engine = Engine::new()?;
    let mut problems = Vec::new();
    for (name, config) in configs {
        let mut wrong = |key, message| problems.push(Problem { transform: name.clone(), key, message });
        match Source::new(&config.wasm).load(&engine, &config.limits, None)? {
            Err(fault) => wrong("wasm", fault.to_string()),
            Ok(Opened { manifest, .. }) => {
                if let Err(all) = settings::resolve(&config.settings, &manifest) {
                    all.into_iter().for_each(|message| wrong("settings", message));
                }
                if let Err(fault) = selectors(config, &manifest) {
                    wrong("select", fault.to_string());
                }
            }
        }
    }
    Ok(problems)
}
