//! The program `lightship`.
fn main() {}
