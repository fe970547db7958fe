//! Lines for the host's log; they carry the transform's name.

use crate::bindings::lightship::transform::log::{Level, write};

/// For whoever looks for a fault.
pub fn debug(text: &str) {
    write(Level::Debug, text);
}

/// Good to know.
pub fn info(text: &str) {
    write(Level::Info, text);
}

/// Worth a look.
pub fn warn(text: &str) {
    write(Level::Warn, text);
}

/// Something does not work.
pub fn error(text: &str) {
    write(Level::Error, text);
}

/// Makes a panic say its message in the log; without this a guest that panics ends without a word.
pub(crate) fn panics() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| std::panic::set_hook(Box::new(|panic| error(&panic.to_string()))));
}
