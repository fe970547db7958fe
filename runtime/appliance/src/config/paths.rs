//! Relative paths are relative to the file that names them: they are made absolute before any stage sees them.

use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The keys that hold a path, by section; beside them every table of the one key `file` is a secret's place.
const PATHS: [(&str, &str); 3] = [("site", "templates"), ("transforms", "wasm"), ("publish.dir", "to")];

/// Tables that belong to the user: nothing in them is a path of ours.
const FREE: [&str; 2] = ["settings", "tags"];

/// Makes the paths in a table absolute; `folder` is that of the file that it stands in.
pub(super) fn make_absolute(folder: &Path, names: &[String], value: &mut DeValue<'_>) {
    let folder = std::path::absolute(Path::new(".").join(folder)).unwrap_or_else(|_| folder.to_owned());
    let DeValue::Table(table) = value else { return };
    let section = names[..names.len().saturating_sub(1).max(1)].join(".");
    for (_, key) in PATHS.iter().filter(|(known, _)| *known == section) {
        if let Some(text) = entry(table, key) {
            absolute(&folder, text);
        }
    }
    secrets(&folder, table);
}

fn secrets(folder: &Path, table: &mut DeTable<'_>) {
    if table.len() == 1
        && let Some(text) = entry(table, "file")
    {
        return absolute(folder, text);
    }
    for (name, value) in table.iter_mut() {
        if let DeValue::Table(inner) = value.get_mut()
            && !FREE.contains(&name.get_ref().as_ref())
        {
            secrets(folder, inner);
        }
    }
}

fn entry<'t, 'i>(table: &'t mut DeTable<'i>, key: &str) -> Option<&'t mut Spanned<DeValue<'i>>> {
    table.iter_mut().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
}

fn absolute(folder: &Path, value: &mut Spanned<DeValue<'_>>) {
    if let DeValue::String(text) = value.get_mut()
        && !text.starts_with("bundled:")
    {
        let joined = folder.join(text.as_ref());
        *text = joined.to_string_lossy().into_owned().into();
    }
}
