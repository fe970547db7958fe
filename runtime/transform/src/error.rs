//! What can go wrong: in a guest ([`Fault`]), or with us ([`TransformError`]).

use model::{Every, Size};
use std::path::PathBuf;
use store::StoreError;

/// What a guest did wrong, in one sentence that names the key to change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The component cannot be read, compiled or linked, or what it says of itself makes no sense.
    #[error("{0}")]
    Unusable(String),
    /// The settings do not fit the manifest.
    #[error("{0}")]
    Settings(String),
    /// It computed for too long.
    #[error("it computed for longer than {0}; let it do less, or raise limits.time")]
    Time(Every),
    /// It wanted too much memory.
    #[error("it wanted more memory than {0}; let it do less, or raise limits.memory")]
    Memory(Size),
    /// Its outputs, or its answer to `describe`, are too long.
    #[error("it gave more output than {0}; let it say less, or raise limits.output")]
    Output(Size),
    /// It gave too many outputs.
    #[error("it gave {0} outputs, and at most {most} are taken; let it gather them into fewer widgets", most = crate::outputs::MOST)]
    Count(usize),
    /// It called the host too often.
    #[error("it called the host more than {0} times in one run; let it ask for more at once")]
    Calls(u32),
    /// It trapped.
    #[error("it broke off: {0}")]
    Trap(String),
    /// It said itself that it failed, and why.
    #[error("{message}{}", if detail.is_empty() { String::new() } else { format!(" ({detail})") })]
    Failed {
        /// Its sentence for the operator.
        message: String,
        /// Its particulars.
        detail: String,
    },
    /// One of its outputs is not an output document.
    #[error("its output {place} is {why}")]
    Document {
        /// Which, from 1.
        place: usize,
        /// Why.
        why: String,
    },
}

/// What is our own fault, or the machine's.
#[derive(Debug, thiserror::Error)]
pub enum TransformError {
    /// wasmtime cannot be set up here.
    #[error("cannot set up the engine for WebAssembly: {0}")]
    Engine(String),
    /// The folder for compiled code cannot be used.
    #[error("cannot keep compiled code in {folder}: {why}")]
    Cache {
        /// The folder.
        folder: PathBuf,
        /// Why, and what to do.
        why: String,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The thread of a run ended by a fault of the program.
    #[error("a run ended by a fault of the program; please report it")]
    Panicked,
    /// The guest; only where it is asked for alone.
    #[error("{0}")]
    Guest(Fault),
}
