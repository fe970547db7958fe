//! What the commands print on stdout: tables for people, JSON and CSV for programs; and how a failure is said.

use crate::cli::Format;
use crate::config::Problems;
use anyhow::{Error, Result};
use serde::Serialize;
use std::fmt;
use std::io::{self, Write as _};
use std::process::ExitCode;

/// Wrong usage, found after the command line was parsed: exit code 2.
#[derive(Debug)]
pub(crate) struct Usage(pub(crate) String);

impl fmt::Display for Usage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Usage {}

/// Says a failure on stderr: 2 for wrong usage or configuration, 1 for the rest. A reader that has gone away is no failure.
pub(crate) fn failure(error: &Error) -> ExitCode {
    let gone = |cause: &(dyn std::error::Error + 'static)| {
        cause.downcast_ref::<io::Error>().is_some_and(|error| error.kind() == io::ErrorKind::BrokenPipe)
    };
    if error.chain().any(gone) {
        return ExitCode::SUCCESS;
    }
    let mut stderr = io::stderr().lock();
    if let Some(problems) = error.downcast_ref::<Problems>() {
        let _ = writeln!(stderr, "{problems}");
        return ExitCode::from(2);
    }
    let _ = writeln!(stderr, "lightship: {error:#}");
    if error.downcast_ref::<Usage>().is_some() { ExitCode::from(2) } else { ExitCode::FAILURE }
}

/// Prints one line.
pub(crate) fn line(text: impl fmt::Display) -> Result<()> {
    Ok(writeln!(io::stdout().lock(), "{text}")?)
}

/// One printed record: its object for JSON, its cells for tables and CSV.
pub(crate) trait Record: Serialize {
    /// The headings of the cells.
    const HEADINGS: &'static [&'static str];
    /// The cells, as many as headings.
    fn cells(&self) -> Vec<String>;
}

/// Prints records: an aligned table, one JSON object a line, or CSV with a heading.
pub(crate) fn records<R: Record>(format: Format, records: &[R]) -> Result<()> {
    let mut stdout = io::BufWriter::new(io::stdout().lock());
    match format {
        Format::Json => {
            for record in records {
                serde_json::to_writer(&mut stdout, record)?;
                stdout.write_all(b"\n")?;
            }
        }
        Format::Csv => {
            let mut csv = csv::Writer::from_writer(&mut stdout);
            csv.write_record(R::HEADINGS)?;
            for record in records {
                csv.write_record(record.cells())?;
            }
            csv.flush()?;
        }
        Format::Table => table(&mut stdout, R::HEADINGS, records.iter().map(Record::cells).collect())?,
    }
    Ok(stdout.flush()?)
}

fn table(out: &mut impl io::Write, headings: &[&str], rows: Vec<Vec<String>>) -> io::Result<()> {
    let headings = headings.iter().map(|heading| heading.to_uppercase()).collect();
    let rows: Vec<Vec<String>> =
        std::iter::once(headings).chain(rows).map(|row| row.into_iter().map(printable).collect()).collect();
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..rows[0].len()).map(width).collect();
    for row in &rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            line.push_str(&format!("{cell:<width$}  "));
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// Text from devices must not steer the terminal.
fn printable(cell: String) -> String {
    if cell.contains(char::is_control) { cell.replace(char::is_control, "\u{fffd}") } else { cell }
}
