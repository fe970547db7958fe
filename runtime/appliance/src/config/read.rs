//! Reads one table into its type and says all that is wrong with it.

use super::problem::Problem;
use super::tables::Table;
use serde::Deserialize;
use std::ops::Range;
use toml::de::{DeTable, DeValue, Error, ValueDeserializer};

/// Reads a table; every unknown key is a problem, and so is the first value of a wrong type.
pub(super) fn table<'s, T: Deserialize<'s>>(table: &Table<'s>, problems: &mut Vec<Problem>) -> Option<T> {
    with(table, problems, |deserializer| T::deserialize(deserializer))
}

/// The same for whoever takes a deserializer.
pub(super) fn with<'s, T>(
    table: &Table<'s>,
    problems: &mut Vec<Problem>,
    mut read: impl FnMut(ValueDeserializer<'s>) -> Result<T, Error>,
) -> Option<T> {
    let mut value = table.value.clone();
    loop {
        let error = match read(ValueDeserializer::from(value.clone())) {
            Ok(read) => return Some(read),
            Err(error) => error,
        };
        let span = error.span().unwrap_or(table.at..table.at);
        let mut names = table.names.clone();
        let removed = unknown_field(error.message()) && remove(value.get_mut(), &span, &mut names);
        if !removed {
            names.truncate(table.names.len());
            locate(table.value.get_ref(), &span, &mut names);
        }
        // serde names no place for what is missing: the table's own name is the place.
        let missing = error.message().starts_with("missing field") && names.len() == table.names.len();
        let at = if missing || span.is_empty() { table.at } else { span.start };
        let place = table.source.place(at);
        problems.push(Problem { place, warning: false, key: names.join("."), message: in_words(error.message()) });
        if !removed {
            return None;
        }
    }
}

fn unknown_field(message: &str) -> bool {
    message.starts_with("unknown field")
}

/// serde's words, in the field's.
fn in_words(message: &str) -> String {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    match quoted.as_slice() {
        [unknown, known @ ..] if unknown_field(message) => {
            format!("unknown key{}", did_you_mean(unknown, known.iter().copied()))
        }
        [unknown, known @ ..] if message.starts_with("unknown variant") => {
            format!("`{unknown}` is not known here{}", did_you_mean(unknown, known.iter().copied()))
        }
        [missing] if message.starts_with("missing field") => format!("the key `{missing}` is missing"),
        _ => message.trim_end().to_owned(),
    }
}

/// `; did you mean `x`?` where a name is near, else the list of names.
pub(super) fn did_you_mean<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    let near = known.iter().map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate)).min();
    match near {
        Some((distance, near)) if distance <= 2.max(near.len() / 3) && distance < near.len() => {
            format!("; did you mean `{near}`?")
        }
        Some(_) => {
            format!("; expected one of {}", known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "))
        }
        None => "; none is defined".to_owned(),
    }
}

/// Removes the key that stands at this place, and adds the names on the way to it.
fn remove(value: &mut DeValue<'_>, span: &Range<usize>, names: &mut Vec<String>) -> bool {
    match value {
        DeValue::Table(table) => {
            if let Some(key) = table.keys().find(|key| key.span() == *span).cloned() {
                names.push(key.get_ref().to_string());
                return table.remove(&key).is_some();
            }
            remove_below(table, span, names)
        }
        DeValue::Array(array) => array.iter_mut().any(|value| remove(value.get_mut(), span, names)),
        _ => false,
    }
}

fn remove_below(table: &mut DeTable<'_>, span: &Range<usize>, names: &mut Vec<String>) -> bool {
    table.iter_mut().any(|(name, value)| {
        names.push(name.get_ref().to_string());
        let removed = remove(value.get_mut(), span, names);
        if !removed {
            names.pop();
        }
        removed
    })
}

/// Adds the names on the way to the value that stands at this place.
fn locate(value: &DeValue<'_>, span: &Range<usize>, names: &mut Vec<String>) {
    let DeValue::Table(table) = value else { return };
    let holds = |outer: Range<usize>| outer.start <= span.start && span.end <= outer.end;
    if let Some((name, value)) = table.iter().find(|(name, value)| holds(value.span()) || holds(name.span())) {
        names.push(name.get_ref().to_string());
        locate(value.get_ref(), span, names);
    }
}
