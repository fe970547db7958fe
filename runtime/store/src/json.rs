//! JSON in columns; what cannot be written or read counts as SQLite's own errors do.

use rusqlite::types::Type;
use rusqlite::{Error, Result, Row};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A value as JSON text.
pub(crate) fn text(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|why| Error::ToSqlConversionFailure(Box::new(why)))
}

/// The value of a column that holds JSON text.
pub(crate) fn column<T: DeserializeOwned>(row: &Row, column: usize) -> Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    serde_json::from_str(text).map_err(|why| Error::FromSqlConversionFailure(column, Type::Text, Box::new(why)))
}

/// The value of a column that holds one of our own names, such as a kind's.
pub(crate) fn named<T>(row: &Row, column: usize, parse: fn(&str) -> Option<T>) -> Result<T> {
    let name = row.get_ref(column)?.as_str()?;
    let unknown = || Error::FromSqlConversionFailure(column, Type::Text, format!("`{name}` is not known").into());
    parse(name).ok_or_else(unknown)
}
