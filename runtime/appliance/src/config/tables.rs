//! The files of a configuration, cut into the tables that are read on their own.

use super::problem::{Place, Problem};
use super::{paths, read};
use crate::out::Usage;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The sections and how many names stand before a table of each: `[site]`, `[devices.core-sw1]`, `[probes.snmp.interfaces]`.
pub(super) const SECTIONS: [(&str, usize); 6] =
    [("site", 1), ("credentials", 2), ("devices", 2), ("probes", 3), ("transforms", 2), ("publish", 3)];

/// The files as they were read.
pub(super) struct Sources(Vec<Source>);

/// One file.
pub(super) struct Source {
    pub(super) path: PathBuf,
    text: String,
}

impl Source {
    /// Where a byte of the file stands.
    pub(super) fn place(&self, at: usize) -> Place {
        let before = &self.text[..self.text.floor_char_boundary(at)];
        let line = before.matches('\n').count() + 1;
        let column = before.chars().rev().take_while(|character| *character != '\n').count() + 1;
        Place { file: self.path.clone(), line, column }
    }
}

/// A table that is read on its own.
pub(super) struct Table<'s> {
    pub(super) source: &'s Source,
    /// Its names, such as `probes`, `snmp`, `interfaces`.
    pub(super) names: Vec<String>,
    /// Where its name stands.
    pub(super) at: usize,
    pub(super) value: Spanned<DeValue<'s>>,
}

impl Table<'_> {
    /// The dotted name.
    pub(super) fn key(&self) -> String {
        self.names.join(".")
    }

    /// A problem at a key of this table, or at the table itself where it has no such key.
    pub(super) fn problem(&self, key: &str, message: impl Into<String>) -> Problem {
        let entry =
            self.value.get_ref().as_table().and_then(|table| table.iter().find(|(name, _)| name.get_ref() == key));
        let (at, key) = match entry {
            Some((name, _)) => (name.span().start, format!("{}.{key}", self.key())),
            None => (self.at, self.key()),
        };
        Problem { place: self.source.place(at), warning: false, key, message: message.into() }
    }
}

impl Sources {
    /// Reads the file and those in `conf.d` beside it, in order of name.
    pub(super) fn read(file: &Path) -> Result<Sources, Usage> {
        let cannot = |path: &Path, why: std::io::Error| Usage(format!("cannot read {}: {why}", path.display()));
        let mut paths = vec![file.to_owned()];
        let folder = file.parent().unwrap_or(Path::new("")).join("conf.d");
        if folder.is_dir() {
            let entries = folder.read_dir().map_err(|why| cannot(&folder, why))?;
            let mut more: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
            more.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
            more.sort();
            paths.extend(more);
        }
        let read = |path: PathBuf| {
            let bytes = std::fs::read(&path).map_err(|why| cannot(&path, why))?;
            let text = String::from_utf8(bytes).map_err(|_| Usage(format!("{} is not UTF-8 text", path.display())))?;
            Ok(Source { path, text })
        };
        Ok(Sources(paths.into_iter().map(read).collect::<Result<_, Usage>>()?))
    }

    /// One file of this text.
    #[cfg(test)]
    pub(super) fn of(path: &Path, text: &str) -> Sources {
        Sources(vec![Source { path: path.to_owned(), text: text.to_owned() }])
    }

    /// All tables by their names, and what is wrong with the files as TOML or with the names.
    pub(super) fn tables(&self) -> (BTreeMap<Vec<String>, Table<'_>>, Vec<Problem>) {
        let mut cut = Cut { tables: BTreeMap::new(), problems: Vec::new() };
        for source in &self.0 {
            let (root, errors) = DeTable::parse_recoverable(&source.text);
            for error in errors {
                let place = source.place(error.span().map_or(0, |span| span.start));
                let message = error.message().to_owned();
                cut.problems.push(Problem { place, warning: false, key: String::new(), message });
            }
            cut.sections(source, root.into_inner());
        }
        (cut.tables, cut.problems)
    }
}

struct Cut<'s> {
    tables: BTreeMap<Vec<String>, Table<'s>>,
    problems: Vec<Problem>,
}

impl<'s> Cut<'s> {
    fn sections(&mut self, source: &'s Source, root: DeTable<'s>) {
        for (name, value) in root {
            let section = name.get_ref().to_string();
            match SECTIONS.iter().find(|(known, _)| *known == section) {
                Some((_, depth)) => self.descend(source, vec![section], name.span(), value, depth - 1),
                None => {
                    let message =
                        format!("unknown section{}", read::did_you_mean(&section, SECTIONS.map(|(name, _)| name)));
                    self.complain(source, name.span(), section, message);
                }
            }
        }
    }

    fn descend(
        &mut self,
        source: &'s Source,
        names: Vec<String>,
        at: Range<usize>,
        value: Spanned<DeValue<'s>>,
        depth: usize,
    ) {
        let span = value.span();
        let DeValue::Table(table) = value.into_inner() else {
            let wanted = if depth == 0 { "a table" } else { "tables, each under a name of its own" };
            return self.complain(source, at, names.join("."), format!("expected {wanted}"));
        };
        if depth == 0 {
            return self.table(source, names, at, Spanned::new(span, DeValue::Table(table)));
        }
        for (name, value) in table {
            let mut names = names.clone();
            names.push(name.get_ref().to_string());
            if name.get_ref().trim().is_empty() || name.get_ref().contains(char::is_control) {
                let message = "a name must not be empty, nor hold control characters".to_owned();
                self.complain(source, name.span(), format!("{:?}", names.join(".")), message);
                continue;
            }
            self.descend(source, names, name.span(), value, depth - 1);
        }
    }

    fn table(&mut self, source: &'s Source, names: Vec<String>, at: Range<usize>, mut value: Spanned<DeValue<'s>>) {
        if let Some(first) = self.tables.get(&names) {
            let message = format!("defined twice; it stands at {} already", first.source.place(first.at));
            return self.complain(source, at, names.join("."), message);
        }
        paths::make_absolute(source.path.parent().unwrap_or(Path::new("")), &names, value.get_mut());
        self.tables.insert(names.clone(), Table { source, names, at: at.start, value });
    }

    fn complain(&mut self, source: &Source, at: Range<usize>, key: String, message: String) {
        self.problems.push(Problem { place: source.place(at.start), warning: false, key, message });
    }
}
