//! Any bytes through all that reads bytes from the network: what fuzzers call.

use super::codec::{self, Answer};
use super::interfaces;
use super::system::System;
use super::usm;
use crate::gathered::Gathered;
use crate::series::Interner;

/// Reads these bytes as a message of version 2c and of version 3, and as what a signed and encrypted message says, and makes samples of what
/// they hold. Nothing may panic, whatever they are.
pub fn fuzz(bytes: &[u8]) {
    if let Ok(answer) = codec::open(bytes) {
        emit(&answer);
    }
    usm::fuzz(bytes).iter().for_each(emit);
}

fn emit(answer: &Answer) {
    let mut series = Interner::new("fuzz");
    let mut gathered = Gathered::default();
    let mut system = System::default();
    answer.binds.iter().for_each(|bind| system.take(bind, 0));
    system.emit(&mut series, &mut gathered);
    interfaces::fuzz(answer, &mut series, &mut gathered);
}
