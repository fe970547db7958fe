//! SAMPLE: the plain data that two stages exchange.
//!
//! Nothing here does I/O, waits, or reads a clock, and nothing enters that fewer than two stages use.
//! Times are whole milliseconds since the Unix epoch, UTC ([`Millis`]).

mod attribute;
mod bundle;
mod counter;
mod device;
mod event;
mod output;
mod polled;
mod sample;
mod secret;
mod selector;
mod series;
mod slug;
mod text;
mod units;

pub use attribute::{AttrValue, Attribute};
pub use bundle::{Bundle, Class, File, Hash};
pub use counter::{Bits, Continuity, Counter, rate, restarted};
pub use device::{Device, DeviceState};
pub use event::{Event, Severity};
pub use output::{
    Body, Cell, Column, Format, Leader, Leaderboard, Light, Line, Number, Output, OutputError, Rag, Role, Table, Trace,
    Widget,
};
pub use polled::{Outcome, Polled, Slowest, StateName};
pub use sample::{Sample, Value};
pub use secret::{Secret, SecretRef};
pub use selector::{Devices, Selector, SelectorError};
pub use series::{Kind, Labels, Series};
pub use slug::{Slugs, is_slug, slug};
pub use text::plain;
pub use units::{Every, Size};

/// A point in time: whole milliseconds since the Unix epoch, UTC.
pub type Millis = i64;

/// One point of a drawn or queried series: when, and the value or a gap.
pub type Point = (Millis, Option<f64>);
