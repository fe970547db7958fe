//! What the modules of one poll give, together.

use crate::Moment;
use crate::probe::millis;
use model::{Attribute, Outcome, Polled, Sample, Slowest, StateName};
use std::time::Duration;

/// How many troubles are named.
const NAMED: usize = 5;

/// What the modules of one poll give, together.
#[derive(Debug, Default)]
pub(crate) struct Gathered {
    pub(crate) samples: Vec<Sample>,
    pub(crate) attributes: Vec<Attribute>,
    pub(crate) states: Vec<StateName>,
    /// What is missing, a sentence each.
    pub(crate) trouble: Vec<String>,
    parts: Vec<(&'static str, Duration)>,
}

impl Gathered {
    /// Adds to the time that a table or module took.
    pub(crate) fn took(&mut self, part: &'static str, time: Duration) {
        match self.parts.iter_mut().find(|(name, _)| *name == part) {
            Some((_, sum)) => *sum += time,
            None => self.parts.push((part, time)),
        }
    }

    /// Whether there is nothing to tell, not even a trouble.
    pub(crate) fn is_empty(&self) -> bool {
        self.samples.is_empty() && self.attributes.is_empty() && self.trouble.is_empty()
    }

    /// The poll of a device that answered.
    pub(crate) fn polled(self, device: &str, every: i64, moment: &Moment) -> Polled {
        let more = self.trouble.len().saturating_sub(NAMED);
        let mut trouble = self.trouble.get(..NAMED).unwrap_or(&self.trouble).join("; ");
        if more > 0 {
            trouble.push_str(&format!("; and {more} troubles more"));
        }
        let outcome = if trouble.is_empty() { Outcome::Answered } else { Outcome::Partial };
        let slowest = self.parts.iter().max_by_key(|(_, time)| *time);
        Polled {
            trouble: Some(trouble).filter(|trouble| !trouble.is_empty()),
            took: millis(moment.started.elapsed()),
            slowest: slowest.map(|(part, time)| Slowest { part: (*part).to_owned(), took: millis(*time) }),
            samples: self.samples,
            attributes: self.attributes,
            states: self.states,
            ..Polled::nothing(device, moment.at, every, outcome)
        }
    }
}
