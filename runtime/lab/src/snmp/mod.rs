//! An SNMPv2c agent as a function: a datagram in, a datagram or silence out.

mod agent;
mod ber;
mod columns;
mod message;
mod view;

pub(crate) use agent::Agent;

#[cfg(test)]
mod tests;
