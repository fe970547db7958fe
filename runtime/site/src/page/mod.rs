//! What the templates of whole pages get.

pub(crate) mod card;
pub(crate) mod device;
pub(crate) mod events;
pub(crate) mod frame;
pub(crate) mod overview;

pub(crate) use frame::Frame;
