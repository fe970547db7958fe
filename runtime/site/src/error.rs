//! What can go wrong while the site is made.

use std::collections::BTreeMap;
use std::path::PathBuf;
use tera::{Error, ErrorKind};

/// What can go wrong while the site is made.
#[derive(Debug, thiserror::Error)]
pub enum SiteError {
    /// `zone` is not the name of a time zone.
    #[error("zone: `{0}` is not a time zone; write an IANA name such as \"Europe/London\"")]
    Zone(String),
    /// The folder of templates, or a file in it, cannot be read.
    #[error("templates: cannot read {path}: {source}")]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A template is wrong, or asks for something that is not there.
    #[error("{file}{}: {message}", if *line > 0 { format!(":{line}") } else { String::new() })]
    Template {
        /// The template's file: a path for a user's, a name for a built-in one.
        file: String,
        /// The line, from 1; 0 where the whole file is meant.
        line: usize,
        /// What is wrong.
        message: String,
    },
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] store::StoreError),
    /// A selector of ours is wrong for a name that came from outside.
    #[error("cannot ask the store: {0}")]
    Selector(#[from] model::SelectorError),
    /// A file cannot be written as JSON.
    #[error("cannot write {path}: {source}")]
    Json {
        /// Which file of the site.
        path: String,
        /// Why.
        source: serde_json::Error,
    },
}

impl SiteError {
    /// Tera's error with the file and line that it names; `template` is the file where it names none. Of the `own` templates, which are the
    /// user's, the path is told.
    pub(crate) fn template(error: &Error, template: &str, own: &BTreeMap<String, PathBuf>) -> SiteError {
        let (file, line, message) = match error.kind() {
            ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
                (report.filename(), report.span().start_line, report.message().to_owned())
            }
            other => {
                let message = other.to_string();
                let (file, line) =
                    own.keys().find_map(|name| Some((name.as_str(), line(&message, name)?))).unwrap_or((template, 0));
                (file, line, message)
            }
        };
        let file = own.get(file).map_or_else(|| file.to_owned(), |path| path.display().to_string());
        SiteError::Template { file, line, message }
    }
}

/// The line that a message names after a template's name, as `index.html:3:8`; 0 where it names the template alone.
fn line(message: &str, name: &str) -> Option<usize> {
    let (_, rest) = message.split_once(name)?;
    let digits =
        rest.strip_prefix(':').map_or("", |rest| rest.split(|c: char| !c.is_ascii_digit()).next().unwrap_or(""));
    Some(digits.parse().unwrap_or(0))
}
