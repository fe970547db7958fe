//! The whole line against real parts, in one test binary.

pub mod parts;
mod tidy;
