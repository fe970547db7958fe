//! From the store to a bundle of files.

use crate::assets::Assets;
use crate::clock::Clock;
use crate::device::Known;
use crate::device::card::{Card, card};
use crate::draw::picture::picture;
use crate::history::{History, attributes};
use crate::page::card::{WidgetCard, card as widget_card, shape};
use crate::page::device::DevicePage;
use crate::page::overview::{Overview, form};
use crate::page::{Frame, events};
use crate::status::Status;
use crate::templates::Templates;
use crate::widget::shape::shown_widgets;
use crate::widget::view::Writing;
use crate::widget::{Shown, data, geckoboard, layout};
use crate::{Config, Prefixes, SiteError};
use model::{Attribute, Bundle, Class, Every, Millis, Slugs};
use serde::Serialize;
use std::collections::BTreeMap;
use store::Reader;

/// How many events a page shows.
const EVENTS: usize = 8;

/// The site: templates and configuration, ready to be filled in.
pub struct Site {
    title: String,
    every: Every,
    prefixes: Prefixes,
    clock: Clock,
    templates: Templates,
    assets: Assets,
}

/// What `embed.html` gets.
#[derive(Serialize)]
struct Embed<'a> {
    frame: Frame<'a>,
    widget: WidgetCard,
}

impl Site {
    /// Reads and checks the templates; nothing is rendered yet.
    pub fn new(config: &Config) -> Result<Site, SiteError> {
        let templates = Templates::load(config.templates.as_deref())?;
        Ok(Site {
            title: config.title.clone(),
            every: config.every,
            prefixes: config.units,
            clock: Clock::new(&config.zone)?,
            assets: Assets::new(&templates),
            templates,
        })
    }

    /// The whole site as the store has it. `now` stands in `status.json` alone: pages carry the time of their data, so that what has not
    /// changed keeps its bytes. Blocks while it reads the store.
    pub fn render(&self, reader: &Reader, now: Millis) -> Result<Bundle, SiteError> {
        let history = History::read(reader)?;
        let mut bundle = Bundle { collected_at: history.collected_at, ..Bundle::default() };
        self.assets.add_to(&mut bundle);
        let pages = pages(&history);
        let frame = Frame::new(&self.title, self.every, &self.clock, self.assets.paths(), &history);
        let cards = self.devices(&mut bundle, reader, &history, &pages, &frame)?;
        let writing = Writing { clock: &self.clock, prefixes: self.prefixes, devices: &pages };
        let widgets = shown_widgets(&history.runs);
        for widget in &widgets {
            self.widget(&mut bundle, widget, writing, &frame, history.collected_at)?;
        }
        let mut overview = Overview::new(frame.clone(), &history, &cards, &self.clock);
        // The events are the last card.
        let events = (!history.events.is_empty()).then_some(layout::Shape::Half);
        let shapes: Vec<layout::Shape> = widgets.iter().map(shape).chain(events).collect();
        for (at, span) in layout::rows(&shapes) {
            let Some(widget) = widgets.get(at) else {
                overview.events_span = span;
                continue;
            };
            overview
                .widgets
                .push(WidgetCard { span, ..widget_card(widget, "", &self.templates, writing, history.collected_at)? });
        }
        overview.events = events::rows(history.events.iter(), EVENTS, &pages, &self.clock, history.collected_at);
        self.page(&mut bundle, "index.html", "index.html", &overview)?;
        let list = Overview {
            frame: frame.below(history.collected_at, &self.clock),
            ..Overview::new(frame, &history, &cards, &self.clock)
        };
        self.page(&mut bundle, "devices/index.html", "devices.html", &list)?;
        json(&mut bundle, "status.json", &Status::new(&history.devices, &history.runs, history.collected_at, now))?;
        Ok(bundle)
    }

    /// The devices' pages; hands back their cards.
    fn devices(
        &self,
        bundle: &mut Bundle,
        reader: &Reader,
        history: &History,
        pages: &BTreeMap<String, String>,
        frame: &Frame<'_>,
    ) -> Result<Vec<Card>, SiteError> {
        let drawn = form(history.devices.len()) == "cards";
        let mut cards = Vec::new();
        for device in &history.devices {
            let Some(path) = pages.get(&device.name) else { continue };
            let attributes: Vec<Attribute> = attributes(reader, &device.name)?;
            let (clock, prefixes) = (&self.clock, self.prefixes);
            let known = Known { device, attributes: &attributes, history, clock, prefixes };
            let until = history.data_at(device);
            let own = card(known, path, until, false);
            let happened = history.events.iter().filter(|event| event.device.as_deref() == Some(&device.name));
            let happened = events::rows(happened, EVENTS, &BTreeMap::new(), clock, until);
            let page = DevicePage::new(frame.below(until, clock), known, &own, until, happened);
            self.page(bundle, path, "device.html", &page)?;
            cards.push(card(known, path, history.collected_at, drawn));
        }
        Ok(cards)
    }

    /// A widget's own files.
    fn widget(
        &self,
        bundle: &mut Bundle,
        widget: &Shown,
        writing: Writing<'_>,
        frame: &Frame<'_>,
        today: Option<Millis>,
    ) -> Result<(), SiteError> {
        let id = &widget.id;
        json(bundle, &format!("data/{id}.json"), &data::file(widget))?;
        if let Some(shape) = geckoboard::widget(widget) {
            json(bundle, &format!("widgets/{id}.json"), &shape)?;
        }
        if let Some(svg) = picture(widget, writing) {
            bundle.add(format!("widgets/{id}.svg"), Class::Data, svg.into_bytes());
        }
        let frame = frame.below(Some(widget.collected_at), &self.clock);
        let embed = Embed { widget: widget_card(widget, "../", &self.templates, writing, today)?, frame };
        self.page(bundle, &format!("widgets/{id}.html"), "embed.html", &embed)
    }

    fn page(&self, bundle: &mut Bundle, path: &str, template: &str, data: &impl Serialize) -> Result<(), SiteError> {
        let html = self.templates.render(template, data)?;
        bundle.add(path, Class::Page, html.into_bytes());
        Ok(())
    }
}

/// The devices' pages by name, relative to the root. `index` is taken by the list of all.
fn pages(history: &History) -> BTreeMap<String, String> {
    let mut slugs = Slugs::default();
    slugs.next("index");
    let mut names: Vec<&str> = history.devices.iter().map(|device| device.name.as_str()).collect();
    // In plain order, so that a colliding name keeps its page when others come and go before it as seldom as can be.
    names.sort_unstable();
    names.into_iter().map(|name| (name.to_owned(), format!("devices/{}.html", slugs.next(name)))).collect()
}

fn json(bundle: &mut Bundle, path: &str, data: &impl Serialize) -> Result<(), SiteError> {
    let wrong = |source| SiteError::Json { path: path.to_owned(), source };
    bundle.add(path, Class::Data, serde_json::to_vec(data).map_err(wrong)?);
    Ok(())
}
