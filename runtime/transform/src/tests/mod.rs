//! Transforms over a real store.

mod golden;
mod line;
mod removed;
mod schema;
mod turns;
