//! What wasmtime makes of the world.

#![allow(missing_docs, unreachable_pub)]

wasmtime::component::bindgen!({
    path: "../../guest-sdk/wit",
    world: "transformer",
    imports: { default: trappable },
});
