//! Why a request got no answer, and what to tell the operator.

use super::usm::{Odd, Refusal};
use model::Outcome;
use std::io;

/// Why a request got no answer.
#[derive(Debug)]
pub(super) enum Failure {
    /// The address has no number.
    Unresolved(io::Error),
    /// This machine or the network has no way there.
    Unreachable(io::Error),
    /// Nothing listens at the port.
    Closed,
    /// The engine will not talk to us.
    Refused(Refusal),
    /// Nothing came that answers.
    Silent {
        /// How often the request was sent.
        sent: u32,
        /// What came instead of an answer.
        odd: Option<Odd>,
        /// Whether the engine told its name in this poll.
        introduced: bool,
    },
    /// The whole poll's time is over.
    Deadline,
    /// This machine gives no socket.
    Socket(io::Error),
}

/// The version's part in the sentences.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    V2c,
    V3,
}

impl Failure {
    /// How a poll ends to which nothing else came.
    pub(super) fn outcome(&self) -> Outcome {
        match self {
            // Who tells its name and then is silent could not decrypt what we sent.
            Failure::Closed | Failure::Refused(_) | Failure::Silent { introduced: true, .. } => Outcome::Refused,
            _ => Outcome::Silent,
        }
    }

    /// Whether asking for anything else makes no sense.
    pub(super) fn is_final(&self) -> bool {
        !matches!(self, Failure::Silent { .. })
    }

    /// What went wrong and what to change, for a device at this place.
    pub(super) fn sentence(&self, place: &str, version: Version) -> String {
        match self {
            Failure::Unresolved(why) => {
                format!("{place} has no address ({why}); check the device's `address` and the name server")
            }
            Failure::Unreachable(why) => {
                format!("there is no way to {place} ({why}); check the device's `address` and the routes")
            }
            Failure::Closed => {
                format!(
                    "{place} answers that nothing listens there; start the device's SNMP agent or correct the port in its `address`"
                )
            }
            Failure::Refused(refusal) => refused(refusal, place),
            Failure::Silent { introduced: true, .. } => format!(
                "{place} tells its engine's name but answers no request; the likeliest reason is `privacy`: \
                 check its `protocol` and `password` in the device's credentials"
            ),
            Failure::Silent { sent, odd, .. } => {
                let times = if *sent == 1 { "once".to_owned() } else { format!("{sent} times") };
                let odd = odd.map_or(String::new(), |odd| format!(" (what came {})", described(odd)));
                let check = match version {
                    Version::V2c => "`community` in its credentials",
                    Version::V3 => "that its agent speaks SNMPv3",
                };
                format!(
                    "{place} did not answer, asked {times}{odd}; check that it is up, its `address`, {check}, \
                     and that it lets this machine ask"
                )
            }
            Failure::Deadline => format!("{place} did not answer before the probe's `deadline`"),
            Failure::Socket(why) => format!("this machine gives no socket: {why}"),
        }
    }
}

fn refused(refusal: &Refusal, place: &str) -> String {
    match refusal {
        Refusal::User => format!("{place} knows no such user; check `user` in the device's credentials"),
        Refusal::Password => format!(
            "{place} says that the signature is wrong; check `password` and `protocol` of `auth` in the device's credentials"
        ),
        Refusal::Privacy => {
            format!("{place} cannot decrypt; check `password` and `protocol` of `privacy` in the device's credentials")
        }
        Refusal::Level => format!(
            "{place} does not let this user ask at this level of security; \
             check whether the device's credentials need `auth` and `privacy` or must not have them"
        ),
        Refusal::Access => format!(
            "{place} does not let us read; check the rights of the user or community on the device, \
             and whether it demands `auth` and `privacy`"
        ),
        Refusal::Confused => {
            format!("{place} takes none of our messages as timely; its SNMP engine's boots or time do not hold still")
        }
        Refusal::Other(counter) => format!("{place} refuses with a report of {counter}"),
    }
}

fn described(odd: Odd) -> &'static str {
    match odd {
        Odd::Malformed => "is no SNMP answer",
        Odd::Stranger => "answers another request",
        Odd::Unsigned => "is not signed and encrypted as this user's answers are",
        Odd::Stale => "is signed but out of date",
    }
}
