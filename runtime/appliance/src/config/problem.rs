//! What is wrong with a configuration, each with its place, in a form that editors can click.

use std::fmt;
use std::path::PathBuf;

/// A place in a file; line and column count from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) file: PathBuf,
    pub(crate) line: usize,
    pub(crate) column: usize,
}

/// `lightship.toml:12:3`.
impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file.display(), self.line, self.column)
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Problem {
    pub(crate) place: Place,
    /// Worth a look, but no reason to stop.
    pub(crate) warning: bool,
    /// The table or key, such as `probes.snmp.interfaces.modules`; empty for a mistake of syntax.
    pub(crate) key: String,
    /// What is wrong, what was expected, and the fix where there is one.
    pub(crate) message: String,
}

/// `lightship.toml:12:3: error: probes.snmp.lab.modulez: …`.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.place, if self.warning { "warning" } else { "error" }, self.what())
    }
}

impl Problem {
    /// The key and what is wrong with it.
    pub(crate) fn what(&self) -> String {
        if self.key.is_empty() { self.message.clone() } else { format!("{}: {}", self.key, self.message) }
    }
}

/// All that is wrong, in order of place.
#[derive(Debug, Default)]
pub(crate) struct Problems(Vec<Problem>);

impl Problems {
    pub(crate) fn new(mut problems: Vec<Problem>) -> Problems {
        problems.sort();
        problems.dedup();
        Problems(problems)
    }

    /// These and those.
    pub(crate) fn and(self, more: Vec<Problem>) -> Problems {
        Problems::new(self.0.into_iter().chain(more).collect())
    }

    pub(crate) fn errors(&self) -> usize {
        self.0.iter().filter(|problem| !problem.warning).count()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for problem in &self.0 {
            writeln!(f, "{problem}")?;
        }
        let plural = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
        let (errors, warnings) = (self.errors(), self.0.len() - self.errors());
        f.write_str(&plural(errors, "error"))?;
        if warnings > 0 {
            write!(f, ", {}", plural(warnings, "warning"))?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
