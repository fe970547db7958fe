//! From the bytes of a component to a guest that runs.

use super::bindings::TransformerPre;
use super::host::{Call, Host};
use super::instance::{Ended, Instance};
use super::wit;
use crate::cache::Cache;
use crate::config::Limits;
use crate::engine::Engine;
use crate::manifest::Manifest;
use crate::{Fault, TransformError};
use std::time::{Duration, Instant};
use wasmtime::component::{Component, HasSelf, Linker};

/// The largest component, in bytes: the largest that a known toolchain writes has 18 MB.
const LARGEST: usize = 64 << 20;

/// A kept instance is thrown away after so many runs, so that a guest that leaks does not grow for ever.
const RUNS: u32 = 1000;

/// A compiled component, linked with the host.
pub(crate) struct Code {
    pub(crate) component: Component,
    linked: TransformerPre<Host>,
    /// How long compiling took; none where the code came from the cache.
    pub(crate) compiled_in: Option<Duration>,
}

impl Code {
    /// Compiles the component, or takes its code from the cache.
    pub(crate) fn load(engine: &Engine, wasm: &[u8], cache: Option<&Cache>) -> Result<Code, Fault> {
        if wasm.len() > LARGEST {
            return Err(Fault::Unusable(format!("it has {} bytes, and at most {LARGEST} are taken", wasm.len())));
        }
        let cached = cache.and_then(|cache| cache.code(engine, wasm));
        let (component, compiled_in) = match cached {
            Some(component) => (component, None),
            None => {
                let started = Instant::now();
                let component = Component::from_binary(engine.wasmtime(), wasm).map_err(|why| not_ours(wasm, &why))?;
                let took = started.elapsed();
                if let Some(cache) = cache {
                    cache.keep_code(engine, wasm, &component);
                }
                (component, Some(took))
            }
        };
        let linked = link(engine, &component).map_err(|why| {
            Fault::Unusable(format!("it is not of the world lightship:transform/transformer@0.1.0: {why:#}"))
        })?;
        Ok(Code { component, linked, compiled_in })
    }

    /// What the guest says of itself, from the cache or from itself.
    pub(crate) fn manifest(
        &self,
        engine: &Engine,
        limits: &Limits,
        wasm: &[u8],
        cache: Option<&Cache>,
    ) -> Result<Result<Manifest, Fault>, TransformError> {
        if let Some(json) = cache.and_then(|cache| cache.manifest(engine, wasm)) {
            return Ok(Manifest::parse(&json));
        }
        let mut instance = match Instance::new(engine, &self.linked, limits)? {
            Ok(instance) => instance,
            Err(fault) => return Ok(Err(fault)),
        };
        let json = match instance.describe(engine, limits)?.answer {
            Ok(json) => json,
            Err(fault) => return Ok(Err(describing(fault))),
        };
        let manifest = Manifest::parse(&json);
        if let (Ok(_), Some(cache)) = (&manifest, cache) {
            cache.keep_manifest(engine, wasm, &json);
        }
        Ok(manifest)
    }
}

fn describing(fault: Fault) -> Fault {
    match fault {
        Fault::Output(limit) => Fault::Unusable(format!("what it says of itself is longer than {limit}")),
        other => other,
    }
}

fn link(engine: &Engine, component: &Component) -> wasmtime::Result<TransformerPre<Host>> {
    let mut linker = Linker::new(engine.wasmtime());
    super::bindings::Transformer::add_to_linker::<_, HasSelf<_>>(&mut linker, |host: &mut Host| host)?;
    TransformerPre::new(linker.instantiate_pre(component)?)
}

/// The header tells a component from a core module (the binary formats' specifications: magic, version, layer).
fn not_ours(wasm: &[u8], why: &wasmtime::Error) -> Fault {
    Fault::Unusable(match wasm.get(..8) {
        Some(b"\0asm\x01\0\0\0") => {
            "it is a core module, not a component; link it with wasm-component-ld (guest-sdk/README.md)".to_owned()
        }
        Some(header) if header.starts_with(b"\0asm") => format!("it does not compile: {why:#}"),
        _ => "it is not WebAssembly".to_owned(),
    })
}

/// A guest with its kept instance.
pub(crate) struct Guest {
    code: Code,
    kept: Option<(Instance, u32)>,
}

impl Guest {
    pub(crate) fn new(code: Code) -> Guest {
        Guest { code, kept: None }
    }

    /// One run, in the kept instance where there is one.
    pub(crate) fn run(
        &mut self,
        engine: &Engine,
        limits: &Limits,
        call: Call,
        batch: &wit::Batch,
    ) -> Result<Ended<Vec<String>>, TransformError> {
        let (mut instance, runs) = match self.kept.take() {
            Some(kept) => kept,
            None => match Instance::new(engine, &self.code.linked, limits)? {
                Ok(instance) => (instance, 0),
                Err(fault) => return Ok(Ended { answer: Err(fault), log: call.into_log(), alive: false }),
            },
        };
        let ended = instance.transform(engine, limits, call, batch)?;
        if ended.alive && runs + 1 < RUNS {
            self.kept = Some((instance, runs + 1));
        }
        Ok(ended)
    }
}
