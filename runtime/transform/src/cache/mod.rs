//! Compiled code and manifests, kept between starts in a folder of our own.

mod code;
mod sealed;

use crate::TransformError;
use crate::engine::Engine;
use hmac::digest::Update;
use sealed::Folder;
use sha2::{Digest, Sha256};
use std::collections::HashSet;
use std::hash::Hash as _;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use wasmtime::component::Component;

/// The cache. What it does not have, or cannot vouch for, is compiled again; that a file could not be written is said in the log.
pub(crate) struct Cache {
    folder: Folder,
    /// The files that were of use since it was opened.
    used: Mutex<HashSet<String>>,
}

impl Cache {
    /// Opens the folder, or makes it: 0700, ours, and no link.
    pub(crate) fn open(folder: &Path) -> Result<Cache, TransformError> {
        let wrong = |why| TransformError::Cache { folder: folder.to_owned(), why };
        Ok(Cache { folder: Folder::open(folder).map_err(wrong)?, used: Mutex::default() })
    }

    /// The compiled code of a component.
    pub(crate) fn code(&self, engine: &Engine, wasm: &[u8]) -> Option<Component> {
        let bytes = self.folder.read(&self.name(engine, wasm, "code"))?;
        code::from_sealed(engine, &bytes)
    }

    /// Keeps the compiled code of a component.
    pub(crate) fn keep_code(&self, engine: &Engine, wasm: &[u8], component: &Component) {
        match component.serialize() {
            Ok(code) => self.keep(&self.name(engine, wasm, "code"), &code),
            Err(why) => tracing::warn!(target: "transform", %why, "compiled code cannot be kept"),
        }
    }

    /// What a component says of itself.
    pub(crate) fn manifest(&self, engine: &Engine, wasm: &[u8]) -> Option<String> {
        String::from_utf8(self.folder.read(&self.name(engine, wasm, "json"))?).ok()
    }

    /// Keeps what a component says of itself.
    pub(crate) fn keep_manifest(&self, engine: &Engine, wasm: &[u8], json: &str) {
        self.keep(&self.name(engine, wasm, "json"), json.as_bytes());
    }

    /// Removes what was of no use since the cache was opened: the code of components that are gone or were changed, or of an older program.
    pub(crate) fn prune(&self) {
        let used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        self.folder.remove_others(&used);
    }

    fn keep(&self, name: &str, bytes: &[u8]) {
        if let Err(why) = self.folder.write(name, bytes) {
            tracing::warn!(target: "transform", %why, "compiled code cannot be kept, and will be compiled again at the next start");
        }
    }

    /// The name tells the component's content, and the engine with its version and settings.
    fn name(&self, engine: &Engine, wasm: &[u8], ending: &str) -> String {
        struct Hasher(Sha256);
        impl std::hash::Hasher for Hasher {
            fn write(&mut self, bytes: &[u8]) {
                Update::update(&mut self.0, bytes);
            }
            fn finish(&self) -> u64 {
                0
            }
        }
        let mut hasher = Hasher(Sha256::new_with_prefix(Sha256::digest(wasm)));
        engine.wasmtime().precompile_compatibility_hash().hash(&mut hasher);
        let name = format!("{}.{ending}", model::Hash(hasher.0.finalize().into()));
        self.used.lock().unwrap_or_else(PoisonError::into_inner).insert(name.clone());
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Limits;
    use crate::guest::Code;
    use std::fs;

    fn load(cache: &Cache, engine: &Engine) -> bool {
        let wasm = crate::bundled("devices").expect("bundled");
        let code = Code::load(engine, wasm, Some(cache)).expect("compiles");
        let manifest = code.manifest(engine, &Limits::default(), wasm, Some(cache)).expect("runs").expect("good");
        assert_eq!(manifest.name, "devices");
        code.compiled_in.is_none()
    }

    #[test]
    fn code_is_compiled_once_and_again_when_its_file_was_touched() {
        let parent = tempfile::tempdir().expect("a folder");
        let folder = parent.path().join("code");
        let engine = Engine::new().expect("an engine");
        assert!(!load(&Cache::open(&folder).expect("opens"), &engine), "the first time it is compiled");
        let cache = Cache::open(&folder).expect("opens again");
        assert!(load(&cache, &engine), "then it comes from the cache");

        let file = fs::read_dir(&folder).expect("a folder").flatten().map(|entry| entry.path());
        let file = file.into_iter().find(|path| path.extension().is_some_and(|end| end == "code")).expect("code");
        let good = fs::read(&file).expect("readable");
        for damage in [0, 40, good.len() - 1] {
            let mut bytes = good.clone();
            bytes[damage] ^= 1;
            fs::write(&file, bytes).expect("writable");
            assert!(!load(&cache, &engine), "a changed byte at {damage} is not believed");
        }
        fs::write(&file, &good[..20]).expect("writable");
        assert!(!load(&cache, &engine), "nor is the beginning of a file");
        assert!(load(&cache, &engine), "and what was compiled again is kept");
    }

    #[test]
    fn what_is_of_no_use_any_more_goes() {
        let parent = tempfile::tempdir().expect("a folder");
        let engine = Engine::new().expect("an engine");
        let cache = Cache::open(parent.path()).expect("opens");
        fs::write(parent.path().join("old.code"), "x").expect("writable");
        load(&cache, &engine);
        cache.prune();
        assert!(!parent.path().join("old.code").exists());
        assert!(load(&Cache::open(parent.path()).expect("opens"), &engine));
    }
}
