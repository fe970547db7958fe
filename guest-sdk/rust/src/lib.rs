//! Write a Lightship transform in Rust.
//!
//! A transform gets a [`Batch`] of samples and gives [`Widget`]s. This one shows every device's load:
//!
//! ```
//! use lightship_guest::{Batch, Failure, Manifest, Number, Transform, Widget};
//!
//! struct Load;
//!
//! impl Transform for Load {
//!     fn describe() -> Manifest {
//!         Manifest::new("load", "1.0.0").selects("load1")
//!     }
//!
//!     fn transform(batch: Batch) -> Result<Vec<Widget>, Failure> {
//!         let widget = |series: lightship_guest::Series| {
//!             let spark = series.points().collect();
//!             Widget::new(format!("load-{}", series.device()), series.device(), Number { value: series.value(), spark, ..Number::default() })
//!         };
//!         Ok(batch.series().map(widget).collect())
//!     }
//! }
//!
//! lightship_guest::export!(Load);
//! # fn main() {}
//! ```
//!
//! Built with `crate-type = ["cdylib"]` for `wasm32-unknown-unknown` and the linker `wasm-component-ld` it is a component that
//! Lightship runs as it is. An instance is kept between runs, but not for ever: keep nothing in statics that a later run needs.

mod batch;
/// What wit-bindgen makes of the world; the rest of the crate stands on it.
#[doc(hidden)]
#[allow(missing_docs, clippy::all)]
pub mod bindings;
pub mod devices;
pub mod history;
pub mod log;
mod manifest;
pub mod settings;
mod widget;

pub use batch::{Batch, Labels, Row, Series};
pub use bindings::lightship::transform::types::Kind;
pub use manifest::{Manifest, Setting, SettingType};
pub use widget::{
    Cell, Column, Data, Format, Leader, Leaderboard, Light, Line, Number, Rag, Role, Table, Trace, Widget,
};

/// A time: whole milliseconds since the Unix epoch, UTC.
pub type Millis = i64;

/// When, and the value or a gap.
pub type Point = (Millis, Option<f64>);

/// What a transform does.
pub trait Transform {
    /// What it says of itself. Nothing of the host may be called here.
    fn describe() -> Manifest;

    /// One run: the widgets replace all those of the run before. After a failure those of the last good run stay up.
    fn transform(batch: Batch) -> Result<Vec<Widget>, Failure>;
}

/// Why a run has no widgets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// One sentence for the operator: what is wrong and what to change.
    pub message: String,
    /// Particulars for the author, or empty.
    pub detail: String,
}

impl Failure {
    /// A failure that needs no particulars.
    pub fn new(message: impl Into<String>) -> Failure {
        Failure { message: message.into(), detail: String::new() }
    }
}

impl From<history::QueryError> for Failure {
    fn from(error: history::QueryError) -> Failure {
        Failure { message: error.message, detail: format!("history.query: {}", error.code) }
    }
}

/// Makes a type that is a [`Transform`] the component's.
#[macro_export]
macro_rules! export {
    ($transform:ty) => {
        struct LightshipComponent;

        impl $crate::bindings::Guest for LightshipComponent {
            fn describe() -> String {
                $crate::describe::<$transform>()
            }

            fn transform(
                batch: $crate::bindings::Batch,
            ) -> Result<Vec<String>, $crate::bindings::lightship::transform::types::Failure> {
                $crate::run::<$transform>(batch)
            }
        }

        $crate::bindings::export!(LightshipComponent with_types_in $crate::bindings);
    };
}

/// What the exported function does; for [`export!`].
#[doc(hidden)]
pub fn describe<T: Transform>() -> String {
    log::panics();
    T::describe().to_json()
}

/// What the exported function does; for [`export!`].
#[doc(hidden)]
pub fn run<T: Transform>(
    batch: bindings::Batch,
) -> Result<Vec<String>, bindings::lightship::transform::types::Failure> {
    log::panics();
    match T::transform(Batch::new(batch)) {
        Ok(widgets) => Ok(widgets.iter().map(Widget::to_json).collect()),
        Err(Failure { message, detail }) => Err(bindings::lightship::transform::types::Failure { message, detail }),
    }
}
