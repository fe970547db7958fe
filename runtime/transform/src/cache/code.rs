//! The one place where compiled code is believed.

use crate::engine::Engine;
use wasmtime::component::Component;

/// The component of these bytes, which a sealed file held; none where they are of another version of wasmtime after all.
#[allow(unsafe_code)]
pub(super) fn from_sealed(engine: &Engine, bytes: &[u8]) -> Option<Component> {
    // SAFETY: wasmtime demands bytes that `Component::serialize` gave, unchanged. `Folder::read` returns only what carries a HMAC of this
    // file's name and content under a key that lies in a folder which nobody else may enter, and `Cache::keep_code` alone seals files of that
    // ending, with the output of `serialize`. The name holds the component's content and the engine's version and settings, so it is code for
    // this very engine. The bytes are in our memory: nobody can change them after the check.
    unsafe { Component::deserialize(engine.wasmtime(), bytes) }.ok()
}
