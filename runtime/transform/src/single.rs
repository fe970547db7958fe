//! One component by itself, for whoever writes a transform: `transform run` and `transform inspect`.

use crate::batch::{gather, pack};
use crate::bundled::{BUNDLED, bundled};
use crate::cache::Cache;
use crate::config::{Config, Limits};
use crate::engine::Engine;
use crate::guest::{Call, Code, Guest, LogLine};
use crate::transform::selectors;
use crate::{Fault, Manifest, TransformError, outputs, settings};
use model::{Hash, Millis, Output};
use std::borrow::Cow;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};
use store::Reader;

/// The largest component that is read; Python's are some 20 MB.
const LARGEST: u64 = 256 << 20;

/// Where a component comes from.
pub(crate) enum Source {
    /// From this program.
    Bundled(String),
    /// From a file, which is read again when it changes.
    File(PathBuf, Option<Stamp>),
}

/// A component that answered what it is.
pub(crate) struct Opened {
    wasm: Cow<'static, [u8]>,
    pub(crate) code: Code,
    pub(crate) manifest: Manifest,
}

/// What changes when a file is written.
type Stamp = (SystemTime, u64);

impl Source {
    /// What the key `wasm` means.
    pub(crate) fn new(wasm: &str) -> Source {
        match wasm.strip_prefix("bundled:") {
            Some(name) => Source::Bundled(name.to_owned()),
            None => Source::File(PathBuf::from(wasm), None),
        }
    }

    /// The same message, with the file in front where the component comes from one.
    fn named(&self, fault: Fault) -> Fault {
        match (self, fault) {
            (Source::File(path, _), Fault::Unusable(why)) => {
                Fault::Unusable(format!("wasm: {}: {why}", path.display()))
            }
            (_, fault) => fault,
        }
    }

    /// Whether the file is another than when it was read.
    pub(crate) fn changed(&self) -> bool {
        match self {
            Source::Bundled(_) => false,
            Source::File(path, read) => stamp(path) != *read,
        }
    }

    /// The component's bytes.
    fn read(&mut self) -> Result<Cow<'static, [u8]>, Fault> {
        match self {
            Source::Bundled(name) => bundled(name).map(Cow::Borrowed).ok_or_else(|| {
                Fault::Unusable(format!("wasm: there is no bundled:{name}, but bundled:{}", BUNDLED.join(", bundled:")))
            }),
            Source::File(path, read) => {
                // First the stamp: what is written while we read is seen the next time.
                *read = stamp(path);
                let bytes = read_bounded(path);
                bytes
                    .map(Cow::Owned)
                    .map_err(|why| Fault::Unusable(format!("wasm: cannot read {}: {why}", path.display())))
            }
        }
    }

    /// Reads the component, compiles it or takes its code from the cache, and asks it what it is.
    pub(crate) fn load(
        &mut self,
        engine: &Engine,
        limits: &Limits,
        cache: Option<&Cache>,
    ) -> Result<Result<Opened, Fault>, TransformError> {
        let wasm = match self.read() {
            Ok(wasm) => wasm,
            Err(fault) => return Ok(Err(fault)),
        };
        let loaded = load(engine, &wasm, limits, cache)?;
        Ok(loaded.map(|(code, manifest)| Opened { wasm, code, manifest }).map_err(|fault| self.named(fault)))
    }
}

/// A component's file; one that never ends must not fill the memory.
fn read_bounded(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST {
        return Err(std::io::Error::other("it is larger than 256 MiB, which no component is"));
    }
    Ok(bytes)
}

fn stamp(path: &Path) -> Option<Stamp> {
    let about = fs::metadata(path).ok()?;
    Some((about.modified().ok()?, about.len()))
}

fn load(
    engine: &Engine,
    wasm: &[u8],
    limits: &Limits,
    cache: Option<&Cache>,
) -> Result<Result<(Code, Manifest), Fault>, TransformError> {
    let code = match Code::load(engine, wasm, cache) {
        Ok(code) => code,
        Err(fault) => return Ok(Err(fault)),
    };
    Ok(code.manifest(engine, limits, wasm, cache)?.map(|manifest| (code, manifest)))
}

/// What [`inspect`] found.
#[derive(Debug, Clone, PartialEq)]
pub struct Inspection {
    /// What the component says of itself.
    pub manifest: Manifest,
    /// The interfaces that it imports.
    pub imports: Vec<String>,
    /// Its size in bytes.
    pub bytes: usize,
    /// The hash of its content.
    pub hash: Hash,
    /// How long it took to compile on this machine.
    pub compiled_in: Duration,
    /// The size of its compiled code in bytes.
    pub code_bytes: usize,
}

/// Compiles a component (`bundled:NAME` or a path) and asks it what it is; it blocks.
pub fn inspect(wasm: &str, limits: &Limits) -> Result<Inspection, TransformError> {
    let engine = Engine::new()?;
    let Opened { wasm, code, manifest } =
        Source::new(wasm).load(&engine, limits, None)?.map_err(TransformError::Guest)?;
    let imports = code.component.component_type().imports(engine.wasmtime()).map(|(name, _)| name.to_owned()).collect();
    let image = code.component.image_range();
    Ok(Inspection {
        manifest,
        imports,
        bytes: wasm.len(),
        hash: Hash::of(&wasm),
        compiled_in: code.compiled_in.unwrap_or_default(),
        code_bytes: (image.end as usize).saturating_sub(image.start as usize),
    })
}

/// What [`run_file`] gave.
#[derive(Debug, Clone, PartialEq)]
pub struct FileRun {
    /// What the component says of itself.
    pub manifest: Manifest,
    /// Its outputs, or what it did wrong.
    pub outputs: Result<Vec<Output>, Fault>,
    /// The lines that it logged.
    pub log: Vec<LogLine>,
    /// How many series and points it was given.
    pub given: (usize, usize),
    /// How long the run took, without compiling and without reading the batch.
    pub took: Duration,
}

/// Runs a component once over what the store holds, and stores nothing; it blocks. The batch is that of a first run. `config` is as in a table of
/// the configuration; its `every` is of no matter here.
pub fn run_file(config: &Config, reader: &Reader, now: Millis) -> Result<FileRun, TransformError> {
    let engine = Engine::new()?;
    let Opened { code, manifest, .. } =
        Source::new(&config.wasm).load(&engine, &config.limits, None)?.map_err(TransformError::Guest)?;
    let settings = settings::resolve(&config.settings, &manifest);
    let settings = settings.map_err(|wrong| TransformError::Guest(Fault::Settings(wrong.join("; "))))?;
    let selectors = selectors(config, &manifest).map_err(TransformError::Guest)?;
    let gathered = gather(reader, &selectors, None, now)?;
    let frame = pack::Frame { now, since: gathered.since, dropped: gathered.dropped };
    let batch = pack::pack(&gathered.curves, &gathered.states, &frame);
    let started = Instant::now();
    let call = Call::granted(settings, reader.clone());
    let ended = Guest::new(code).run(&engine, &config.limits, call, &batch)?;
    let took = started.elapsed();
    let outputs = ended.answer.and_then(|documents| outputs::parse(&documents, config.limits.output));
    Ok(FileRun { manifest, outputs, log: ended.log, given: (batch.series.len(), batch.of.len()), took })
}
