//! Reads one table into its type and says all that is wrong with it.

use super::problem::Problem;
use super::tables::Table;
use serde::Deserialize;
use std::ops::Range;
use toml::de::{DeValue, Error, ValueDeserializer};

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
    let mut complete = true;
    loop {
        let error = match read(ValueDeserializer::from(value.clone())) {
            Ok(read) => return complete.then_some(read),
            Err(error) => error,
        };
        let span = error.span().unwrap_or(table.at..table.at);
        let mut names = table.names.clone();
        locate(value.get_ref(), &span, &mut names);
        let unknown = unknown_field(error.message());
        if unknown || complete {
            // serde names no place for what is missing: the table's own name is the place.
            let whole = names.len() == table.names.len();
            let place = table.source.place(if whole { table.at } else { span.start });
            problems.push(Problem { place, warning: false, key: names.join("."), message: in_words(error.message()) });
        }
        // One wrong value is enough to say of a table, but a wrong value must not hide an unknown key.
        complete &= unknown;
        if !remove(value.get_mut(), &names[table.names.len()..]) {
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
pub(crate) fn did_you_mean<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> String {
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

/// Removes what these names lead to.
fn remove(value: &mut DeValue<'_>, names: &[String]) -> bool {
    let (DeValue::Table(table), [first, rest @ ..]) = (value, names) else { return false };
    let Some(key) = table.keys().find(|key| key.get_ref() == first).cloned() else { return false };
    if rest.is_empty() {
        return table.remove(&key).is_some();
    }
    table.get_mut(&key).is_some_and(|value| remove(value.get_mut(), rest))
}

/// Adds the names on the way to the key or value that stands at this place.
fn locate(value: &DeValue<'_>, span: &Range<usize>, names: &mut Vec<String>) {
    let DeValue::Table(table) = value else { return };
    let holds = |outer: Range<usize>| outer.start <= span.start && span.end <= outer.end;
    if let Some((name, value)) = table.iter().find(|(name, value)| holds(value.span()) || holds(name.span())) {
        names.push(name.get_ref().to_string());
        locate(value.get_ref(), span, names);
    }
}

#[cfg(test)]
mod tests {
    use super::super::assemble::assemble;
    use super::super::tables::Sources;
    use std::path::Path;

    fn problems(text: &str) -> String {
        let (_, problems) = assemble("x.toml".into(), &Sources::of(Path::new("x.toml"), text));
        problems.to_string()
    }

    #[test]
    fn a_wrong_value_hides_no_unknown_key() {
        let said = problems("[site]\nevery = \"soon\"\ntitel = \"x\"\nzone = 3\n");
        assert!(said.contains("x.toml:2:9: error: site.every: `soon` is not a length of time"), "{said}");
        assert!(said.contains("x.toml:3:1: error: site.titel: unknown key; did you mean `title`?"), "{said}");
        assert!(said.ends_with("2 errors"), "{said}");
    }

    #[test]
    fn what_is_missing_stands_at_the_table() {
        let said = problems("\n[publish.dir.x]\n");
        assert!(said.starts_with("x.toml:2:14: error: publish.dir.x: the key `to` is missing"), "{said}");
    }

    #[test]
    fn an_unknown_key_deep_within_is_named_in_full() {
        let said = problems("[transforms.t]\nwasm = \"bundled:traffic\"\nlimits = { memry = \"1MiB\" }\n");
        assert!(
            said.starts_with("x.toml:3:12: error: transforms.t.limits.memry: unknown key; did you mean `memory`?"),
            "{said}"
        );
    }

    #[test]
    fn any_text_is_answered_without_a_panic() {
        for text in [
            "",
            "[",
            "=",
            "[site]\nsite=",
            "[devices]\nx=1",
            "[probes.snmp]\nx=1",
            "[a.b.c]\n[a]\n",
            "site=1\n",
            "\u{feff}[site]",
        ] {
            problems(text);
        }
    }
}
