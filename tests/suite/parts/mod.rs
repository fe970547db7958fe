//! The real parts that the tests stand up, one file each. Every part is a value: made by `start`, ended when dropped.

pub mod browser;
pub mod files;
pub mod http;
pub mod link;
pub mod ports;
pub mod process;
pub mod program;
pub mod site;
pub mod snmpd;
pub mod sshd;
pub mod wait;
pub mod web;
