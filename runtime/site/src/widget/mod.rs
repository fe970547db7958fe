//! The transforms' widgets: one output becomes a page, a card, a picture, Geckoboard's JSON and a file of its data.

pub(crate) mod data;
pub(crate) mod geckoboard;
pub(crate) mod layout;
pub(crate) mod shape;
pub(crate) mod table;
pub(crate) mod view;

pub(crate) use shape::Shown;
