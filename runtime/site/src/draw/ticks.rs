//! The level scale of a chart: round times in the site's zone.

use crate::clock::Clock;
use jiff::{ToSpan, Zoned};
use model::Millis;

/// A time that gets a label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tick {
    /// When.
    pub(crate) at: Millis,
    /// `12:00`, and the date at midnight: `21 Nov`.
    pub(crate) label: String,
}

const MINUTE: Millis = 60_000;
const DAY: Millis = 24 * 60 * MINUTE;

/// The steps that people count in, in minutes.
const STEPS: [Millis; 13] = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2 * 1440];

/// At most `most` round times from `from` until `until`.
pub(crate) fn ticks(clock: &Clock, from: Millis, until: Millis, most: usize) -> Vec<Tick> {
    let least = until.saturating_sub(from) / (most.max(1) as Millis);
    if until <= from {
        return Vec::new();
    }
    let step = STEPS.into_iter().map(|minutes| minutes * MINUTE).find(|step| *step >= least);
    // Beyond the longest step, whole days.
    let step = step.unwrap_or_else(|| (least / DAY + 1) * DAY);
    let mut ticks = Vec::new();
    let mut next = clock.zoned(from).and_then(|from| first(&from, step));
    while let Some(time) = next {
        let at = time.timestamp().as_millisecond();
        if at > until || ticks.len() > most + 1 {
            break;
        }
        if at >= from {
            let midnight = time.hour() == 0 && time.minute() == 0;
            let form = if step >= DAY || midnight { "%-d %b" } else { "%H:%M" };
            ticks.push(Tick { at, label: time.strftime(form).to_string() });
        }
        next = after(&time, step);
    }
    ticks
}

/// The last round time at or before this one. Steps of hours are counted from local midnight.
fn first(time: &Zoned, step: Millis) -> Option<Zoned> {
    if step >= DAY {
        return time.start_of_day().ok();
    }
    let minutes = i64::from(time.hour()) * 60 + i64::from(time.minute());
    let over = minutes % (step / MINUTE);
    let whole = time.datetime().with().second(0).subsec_nanosecond(0).build().ok()?;
    whole.checked_sub(over.minutes()).ok()?.to_zoned(time.time_zone().clone()).ok()
}

/// The next round time. Steps of an hour and more go by the clock on the wall, so that labels stay round on the day on which it changes.
fn after(time: &Zoned, step: Millis) -> Option<Zoned> {
    if step >= DAY {
        return time.checked_add((step / DAY).days()).ok()?.start_of_day().ok();
    }
    let minutes = step / MINUTE;
    if minutes < 60 {
        return time.checked_add(minutes.minutes()).ok();
    }
    let next = time.datetime().checked_add(minutes.minutes()).ok()?.to_zoned(time.time_zone().clone()).ok()?;
    (next > *time).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(zone: &str, from: &str, minutes: i64, most: usize) -> Vec<String> {
        let clock = Clock::new(zone).expect("a zone");
        let from = from.parse::<jiff::Timestamp>().expect("a time").as_millisecond();
        ticks(&clock, from, from + minutes * MINUTE, most).into_iter().map(|tick| tick.label).collect()
    }

    #[test]
    fn three_hours_are_told_by_half_hours_in_the_zone() {
        assert_eq!(
            labels("Asia/Kolkata", "2026-11-21T11:27:30Z", 180, 6),
            ["17:00", "17:30", "18:00", "18:30", "19:00", "19:30"]
        );
    }

    #[test]
    fn midnight_is_told_by_its_date_and_long_spans_by_days() {
        assert_eq!(labels("UTC", "2026-11-20T19:10:00Z", 12 * 60, 4), ["21:00", "21 Nov", "03:00", "06:00"]);
        assert_eq!(labels("UTC", "2026-11-01T12:00:00Z", 10 * 1440, 6), ["3 Nov", "5 Nov", "7 Nov", "9 Nov", "11 Nov"]);
    }

    #[test]
    fn ticks_stay_round_when_the_clocks_change() {
        let labels = labels("Europe/London", "2026-10-25T00:00:00Z", 24 * 60, 4);
        assert_eq!(labels, ["06:00", "12:00", "18:00", "26 Oct"]);
    }

    #[test]
    fn no_span_and_times_beyond_the_calendar_have_no_ticks() {
        let clock = Clock::new("UTC").expect("a zone");
        assert_eq!(ticks(&clock, 5, 5, 6), []);
        assert_eq!(ticks(&clock, i64::MAX - 10, i64::MAX, 6), []);
    }
}
