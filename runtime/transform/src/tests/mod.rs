//! Transforms over a real store.

mod golden;
mod line;
mod schema;
mod turns;
