//! LAB: simulated devices for the demo, the tests and the benches; knows no stage
//!
//! Six routers, wired R1-R2, R1-R3, R2-R4, R2-R5, R3-R4, R3-R5, R4-R6, R5-R6, each with a LAN, R1 and R6 with an uplink. Each has an
//! SNMPv2c agent on a UDP port of 127.0.0.1 within this process. Their traffic is that of a working day (UTC), a function of the
//! time alone; the lab's clock can be set to any moment, so that a past day is polled as the present is.
//!
//! Two minutes after the start the link R3-R5 fails for some minutes, then about every 45 minutes; R5 restarts 25 minutes after the
//! start, then about every two hours, and is silent meanwhile. It was so before the start too, for twelve days.

mod counters;
mod serve;
mod snmp;
mod topology;
mod traffic;

pub use counters::Counters;
pub use serve::{End, Lab, Link, Options, Router};
