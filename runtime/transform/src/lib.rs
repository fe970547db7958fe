//! TRANSFORM: the only user of wasmtime; runs guests over samples
