//! The first page, and the list of all devices.

use super::Frame;
use super::card::WidgetCard;
use super::events::EventRow;
use crate::clock::Clock;
use crate::device::card::Card;
use crate::history::History;
use crate::quantity::{Prefixes, quantity};
use crate::status::counts;
use crate::words::{count, headline, worst};
use model::{DeviceState, Millis};
use serde::Serialize;

/// What `index.html` and `devices.html` get.
#[derive(Debug, Serialize)]
pub(crate) struct Overview<'a> {
    /// What every page has.
    pub(crate) frame: Frame<'a>,
    /// The first line.
    pub(crate) headline: String,
    /// The worst state of all: the shape and colour of the first line.
    pub(crate) state: &'static str,
    /// The second line, part by part.
    pub(crate) counts: Vec<String>,
    /// How often devices are asked; the script says instead when the next poll comes.
    pub(crate) polled: Option<String>,
    /// When that is, in milliseconds since the epoch.
    pub(crate) next_at: Option<Millis>,
    /// How devices are shown: `cards`, `chips` or `table`.
    pub(crate) form: &'static str,
    /// How many cards share a row on a wide, a middling and a narrow screen.
    pub(crate) columns: [usize; 3],
    /// The devices; in a table and in chips those that need a look stand first.
    pub(crate) devices: Vec<&'a Card>,
    /// The transforms' widgets, row by row.
    pub(crate) widgets: Vec<WidgetCard>,
    /// What happened lately.
    pub(crate) events: Vec<EventRow>,
    /// The columns of twelve that they take.
    pub(crate) events_span: u8,
}

/// Up to this many devices have a card with a sparkline.
pub(crate) const CARDS: usize = 40;

/// Up to this many have a chip; beyond there is a table with a search.
pub(crate) const CHIPS: usize = 200;

/// How so many devices are shown.
pub(crate) fn form(devices: usize) -> &'static str {
    match devices {
        few if few <= CARDS => "cards",
        many if many <= CHIPS => "chips",
        _ => "table",
    }
}

/// So many cards a row, at most `most`, that the last row is as full as can be.
pub(crate) fn columns(cards: usize, most: usize) -> usize {
    let rows = cards.max(1).div_ceil(most);
    cards.max(1).div_ceil(rows)
}

impl<'a> Overview<'a> {
    /// The page without widgets and events.
    pub(crate) fn new(frame: Frame<'a>, history: &History, cards: &'a [Card], clock: &Clock) -> Overview<'a> {
        let form = form(cards.len());
        let mut devices: Vec<&Card> = cards.iter().collect();
        if form != "cards" {
            devices.sort_by_key(|card| ["down", "late", "unknown", "up"].iter().position(|state| *state == card.state));
        }
        let every = history.devices.iter().map(|device| device.every).filter(|every| *every > 0).min();
        Overview {
            frame,
            headline: headline(&history.devices),
            state: worst(&history.devices).as_str(),
            counts: second_line(history, cards, clock),
            polled: every.map(|every| {
                // The number stays with its unit.
                let length = quantity(every as f64 / 1000.0, "s", Prefixes::Si).to_string();
                format!("polled every {}", length.replace(' ', "\u{a0}"))
            }),
            next_at: every.zip(history.collected_at).map(|(every, at)| at + every),
            form,
            columns: [columns(cards.len(), 7), columns(cards.len(), 4), columns(cards.len(), 2)],
            devices,
            widgets: Vec::new(),
            events: Vec::new(),
            events_span: 12,
        }
    }
}

/// `7 devices`, `5 up`, `1 late`, `1 down since 14:06`, `168 interfaces`.
fn second_line(history: &History, cards: &[Card], clock: &Clock) -> Vec<String> {
    if cards.is_empty() {
        return Vec::new();
    }
    let counted = counts(&history.devices);
    let mut parts = vec![count(cards.len(), "device", "devices"), format!("{} up", counted.up)];
    if counted.late > 0 {
        parts.push(format!("{} late", counted.late));
    }
    let down = || history.devices.iter().filter(|device| device.state == DeviceState::Down);
    match down().map(|device| device.since).min() {
        Some(since) if counted.down == 1 => {
            parts.push(format!("1 down since {}", clock.moment(since, history.collected_at)));
        }
        Some(since) => {
            parts.push(format!("{} down, the first since {}", counted.down, clock.moment(since, history.collected_at)));
        }
        None => {}
    }
    let waiting = cards.len() - counted.up - counted.late - counted.down;
    if waiting > 0 {
        parts.push(format!("{waiting} not heard yet"));
    }
    let ports: usize = cards.iter().map(|card| card.ports).sum();
    if ports > 0 {
        parts.push(count(ports, "interface", "interfaces"));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_cards_are_as_full_as_can_be() {
        assert_eq!([1, 7, 8, 9, 14, 15, 40].map(|cards| columns(cards, 7)), [1, 7, 4, 5, 7, 5, 7]);
        assert_eq!(columns(0, 7), 1);
    }

    #[test]
    fn the_more_devices_the_denser_they_stand() {
        assert_eq!(
            [0, 7, 40, 41, 200, 201, 700].map(form),
            ["cards", "cards", "cards", "chips", "chips", "table", "table"]
        );
    }
}
