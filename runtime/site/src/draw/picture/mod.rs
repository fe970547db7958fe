//! Widgets as pictures that stand alone: an SVG file with its own colours, by day and by night, that needs nothing from the site.

mod body;

use super::escape;
use super::picture::body::{board, figure, lights, plot};
use crate::clock::Clock;
use crate::widget::Shown;
use crate::widget::view::{View, Writing, chart, view};
use model::Body;

/// The picture's own style. No variables: picture viewers that are not browsers don't know them.
const STYLE: &str = include_str!("../../../../../site-templates/static/picture.css");

/// The margin around what is drawn.
const PAD: f64 = 18.0;

/// Whether such a widget has a picture.
pub(crate) fn is_picture(body: &Body) -> bool {
    matches!(body, Body::Number(_) | Body::Line(_) | Body::Leaderboard(_) | Body::Rag(_))
}

/// The widget as a file of its own; none for what is no picture.
pub(crate) fn picture(widget: &Shown, writing: Writing<'_>) -> Option<String> {
    let (width, height, inner, desc) = match (view(widget, writing), &widget.body) {
        (View::Number(data), Body::Number(number)) => (
            320.0,
            170.0,
            figure(widget, number, &data),
            words(&[&format!("{} {}", data.figure, data.unit), data.text.as_deref().unwrap_or_default()]),
        ),
        (View::Line(data), Body::Line(line)) => {
            (760.0, 340.0, plot(&chart(widget, line, writing), &data), data.sentence.clone())
        }
        (View::Leaderboard(data), _) => {
            let rows: Vec<String> = data.rows.iter().map(|row| format!("{} {}", row.label, row.value)).collect();
            (420.0, 62.0 + 28.0 * data.rows.len().max(1) as f64, board(&data), rows.join("; "))
        }
        (View::Rag(data), _) => {
            let rows: Vec<String> = data.rows.iter().map(|row| format!("{} {}", row.value, row.text)).collect();
            (320.0, 192.0, lights(&data), rows.join(", "))
        }
        _ => return None,
    };
    let age = age(widget, writing.clock);
    Some(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" aria-labelledby=\"t d\">\
         <title id=\"t\">{title}</title><desc id=\"d\">{desc}</desc><style>{style}</style>\
         <rect class=\"card\" x=\"0.5\" y=\"0.5\" width=\"{card_width}\" height=\"{card_height}\" rx=\"12\"/>\
         <text class=\"head\" x=\"{PAD}\" y=\"29\">{heading}</text>\
         <text class=\"soft age\" x=\"{right}\" y=\"29\" text-anchor=\"end\">{age}</text>{inner}</svg>\n",
        title = escape(&widget.title),
        desc = escape(&desc),
        style = STYLE.trim(),
        card_width = width - 1.0,
        card_height = height - 1.0,
        heading = escape(&shorten(&widget.title, ((width - 110.0) / 7.6) as usize)),
        right = width - PAD,
        age = escape(&age),
    ))
}

/// The time of the data, and whether nothing newer came since.
fn age(widget: &Shown, clock: &Clock) -> String {
    let at = clock.moment(widget.collected_at, Some(widget.collected_at));
    if widget.stale { format!("old: {at}") } else { at }
}

fn words(parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.trim().is_empty()).map(|part| part.trim()).collect::<Vec<_>>().join("; ")
}

/// The text, or its beginning and an ellipsis where it is longer than so many characters: SVG text does not wrap.
fn shorten(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{}…", kept.trim_end())
}
