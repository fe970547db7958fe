//! The whole line against real parts, in one test binary.

mod cases;
mod checks;
mod commands;
mod demo;
mod hostile;
mod line;
pub mod parts;
mod samples;
mod tidy;
