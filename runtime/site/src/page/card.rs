//! The card around a widget, on the overview and on its own page.

use crate::SiteError;
use crate::clock::{Clock, iso};
use crate::draw::picture::is_picture;
use crate::templates::Templates;
use crate::widget::Shown;
use crate::widget::layout::Shape;
use crate::widget::table::NARROW;
use crate::widget::view::{Writing, view};
use model::{Body, Millis};
use serde::Serialize;

/// A widget, filled in, with what stands around it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct WidgetCard {
    /// `<transform>.<widget>`.
    pub(crate) id: String,
    /// Its heading.
    pub(crate) title: String,
    /// The fainter part of it.
    pub(crate) subtitle: Option<String>,
    /// Its kind, which is also a class.
    pub(crate) kind: String,
    /// Its template, filled in.
    pub(crate) body: String,
    /// What is said where its data are of an earlier time than they should be.
    pub(crate) stale: Option<String>,
    /// The time of its data, in RFC 3339.
    pub(crate) iso: String,
    /// The same in milliseconds since the epoch.
    pub(crate) at: Millis,
    /// The columns of twelve that it takes.
    pub(crate) span: u8,
    /// Whether it has a picture.
    pub(crate) has_svg: bool,
}

/// What a widget's own template gets.
#[derive(Serialize)]
struct Inner<'a, T: Serialize> {
    id: &'a str,
    title: &'a str,
    subtitle: Option<&'a str>,
    unit: &'a str,
    root: &'a str,
    data: T,
}

/// Fills a widget in for pages at `root` (nothing, or `../`) whose data are of `today`. A kind without a drawing of its own is shown as a table, unless the user's
/// folder has a template for it, which gets the guest's data as they came.
pub(crate) fn card(
    widget: &Shown,
    root: &str,
    templates: &Templates,
    writing: Writing<'_>,
    today: Option<Millis>,
) -> Result<WidgetCard, SiteError> {
    let (id, title, unit) = (widget.id.as_str(), widget.title.as_str(), widget.unit.as_str());
    let subtitle = widget.subtitle.as_deref();
    let own = templates.widget(widget.body.kind());
    let body = match (&widget.body, &own) {
        (Body::Other(_, data), Some(own)) => templates.render(own, &Inner { id, title, subtitle, unit, root, data }),
        _ => {
            let data = view(widget, writing);
            let template = own.as_deref().unwrap_or("widgets/table.html");
            templates.render(template, &Inner { id, title, subtitle, unit, root, data })
        }
    }?;
    Ok(WidgetCard {
        id: widget.id.clone(),
        title: widget.title.clone(),
        subtitle: widget.subtitle.clone(),
        kind: model::slug(widget.body.kind()),
        body,
        stale: widget.stale.then(|| stale(widget.collected_at, writing.clock, today)),
        iso: iso(widget.collected_at),
        at: widget.collected_at,
        span: 12,
        has_svg: is_picture(&widget.body),
    })
}

fn stale(at: Millis, clock: &Clock, today: Option<Millis>) -> String {
    format!("not updated since {}", clock.moment(at, today))
}

/// How much room a widget wants.
pub(crate) fn shape(widget: &Shown) -> Shape {
    match &widget.body {
        Body::Number(_) | Body::Rag(_) => Shape::Low,
        Body::Line(_) => Shape::Wide,
        Body::Leaderboard(_) => Shape::Tall,
        Body::Table(table) if table.columns.len() <= NARROW => Shape::Half,
        Body::Table(_) | Body::Other(..) => Shape::Full,
    }
}
