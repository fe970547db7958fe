//! Times in the site's zone.

use crate::SiteError;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use model::Millis;

/// Writes times in one zone.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    zone: TimeZone,
    name: String,
}

/// What is written where a time is outside of all calendars.
const NEVER: &str = "—";

impl Clock {
    /// A clock for the zone of this IANA name.
    pub(crate) fn new(name: &str) -> Result<Clock, SiteError> {
        let zone = TimeZone::get(name).map_err(|_| SiteError::Zone(name.to_owned()))?;
        Ok(Clock { zone, name: name.to_owned() })
    }

    /// The zone's IANA name.
    pub(crate) fn zone(&self) -> &str {
        &self.name
    }

    /// The moment in the zone; none where it is outside of the calendar.
    pub(crate) fn zoned(&self, at: Millis) -> Option<Zoned> {
        Some(Timestamp::from_millisecond(at).ok()?.to_zoned(self.zone.clone()))
    }

    /// `14:06`, or with the date where that is not the day of `today`: `20 Nov 14:06`, `20 Nov 2025 14:06`.
    pub(crate) fn moment(&self, at: Millis, today: Option<Millis>) -> String {
        let Some(then) = self.zoned(at) else { return NEVER.to_owned() };
        let form = match today.and_then(|today| self.zoned(today)) {
            Some(today) if today.date() == then.date() => "%H:%M",
            Some(today) if today.year() == then.year() => "%-d %b %H:%M",
            _ => "%-d %b %Y %H:%M",
        };
        then.strftime(form).to_string()
    }

    /// `2026-11-21 14:33:58`.
    pub(crate) fn full(&self, at: Millis) -> String {
        self.zoned(at).map_or_else(|| NEVER.to_owned(), |then| then.strftime("%Y-%m-%d %H:%M:%S").to_string())
    }

    /// What the zone is called at that moment, such as `GMT` or `CET`.
    pub(crate) fn zone_at(&self, at: Millis) -> String {
        self.zoned(at).map_or_else(|| self.name.clone(), |then| then.strftime("%Z").to_string())
    }
}

/// RFC 3339 in UTC, for machines: `2026-11-21T14:33:58Z`.
pub(crate) fn iso(at: Millis) -> String {
    Timestamp::from_millisecond(at).map_or_else(|_| String::new(), |at| at.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_said_as_shortly_as_its_distance_allows() {
        let clock = Clock::new("Europe/London").expect("a zone");
        let summer = 1_782_000_000_000; // 2026-06-21 00:00 UTC, in London 01:00
        assert_eq!(clock.moment(summer, Some(summer + 3_600_000)), "01:00");
        assert_eq!(clock.moment(summer, Some(summer - 86_400_000)), "21 Jun 01:00");
        assert_eq!(clock.moment(summer, Some(summer + 366 * 86_400_000)), "21 Jun 2026 01:00");
        assert_eq!(clock.zone_at(summer), "BST");
        assert_eq!(clock.full(summer), "2026-06-21 01:00:00");
        assert_eq!(iso(summer), "2026-06-21T00:00:00Z");
    }

    #[test]
    fn a_time_beyond_the_calendar_and_an_unknown_zone_are_said_so() {
        let clock = Clock::new("UTC").expect("a zone");
        assert_eq!(clock.moment(i64::MAX, None), NEVER);
        assert!(matches!(Clock::new("Mars/Olympus"), Err(SiteError::Zone(zone)) if zone == "Mars/Olympus"));
    }
}
