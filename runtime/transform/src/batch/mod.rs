//! What a guest is given: samples as packed columns.

mod configured;
mod gather;
pub(crate) mod pack;
pub(crate) mod query;

pub(crate) use gather::gather;
