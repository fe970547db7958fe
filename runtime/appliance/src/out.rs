//! What the commands print on stdout: tables for people, JSON and CSV for programs; and how a failure is said.

use crate::cli::Format;
use crate::config::Problems;
use anyhow::{Error, Result};
use jiff::Timestamp;
use model::Millis;
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
        let json = cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind);
        let kind = json.or_else(|| cause.downcast_ref::<io::Error>().map(io::Error::kind));
        kind == Some(io::ErrorKind::BrokenPipe)
    };
    if error.chain().any(gone) {
        return ExitCode::SUCCESS;
    }
    let mut stderr = io::stderr().lock();
    if let Some(problems) = error.downcast_ref::<Problems>() {
        let _ = writeln!(stderr, "{problems}");
        return ExitCode::from(2);
    }
    let _ = writeln!(stderr, "lightship: {}", printable(said(error)));
    if error.downcast_ref::<Usage>().is_some() { ExitCode::from(2) } else { ExitCode::FAILURE }
}

/// The error and its causes; a cause that was told already is left out.
fn said(error: &Error) -> String {
    error.chain().map(ToString::to_string).fold(String::new(), |said, cause| match said.is_empty() {
        true => cause,
        false if said.contains(&cause) => said,
        false => format!("{said}: {cause}"),
    })
}

/// Prints one line.
pub(crate) fn line(text: impl fmt::Display) -> Result<()> {
    Ok(writeln!(io::stdout().lock(), "{text}")?)
}

/// A time for people, in UTC and always of the same length.
pub(crate) fn time(at: Millis) -> String {
    Timestamp::from_millisecond(at)
        .map_or_else(|_| at.to_string(), |time| time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())
}

/// The longest text in a table, in characters; JSON and CSV have it whole.
const LONGEST_CELL: usize = 400;

/// One printed record: its object for JSON, its cells for CSV, its row for tables.
pub(crate) trait Record: Serialize {
    /// The headings of the cells.
    const HEADINGS: &'static [&'static str];
    /// The cells, as many as headings.
    fn cells(&self) -> Vec<String>;
    /// The cells as people read them.
    fn row(&self) -> Vec<String> {
        self.cells()
    }
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
        Format::Table => table(&mut stdout, R::HEADINGS, records.iter().map(Record::row).collect())?,
    }
    Ok(stdout.flush()?)
}

fn table(out: &mut impl io::Write, headings: &[&str], rows: Vec<Vec<String>>) -> io::Result<()> {
    let rows: Vec<Vec<String>> = rows.into_iter().map(|row| row.into_iter().map(printable).collect()).collect();
    let column = |at: usize| rows.iter().filter_map(move |row| row.get(at));
    let columns: Vec<(String, usize, bool)> = (headings.iter().enumerate())
        .map(|(at, heading)| {
            let widest = column(at).map(|cell| cell.chars().count()).max().unwrap_or(0);
            (
                heading.to_uppercase(),
                widest.max(heading.len()),
                !rows.is_empty() && column(at).all(|cell| is_figure(cell)),
            )
        })
        .collect();
    let headings = columns.iter().map(|(heading, ..)| heading.clone()).collect();
    for row in std::iter::once(&headings).chain(&rows) {
        let mut line = String::new();
        for (cell, (_, width, figures)) in row.iter().zip(&columns) {
            line += &if *figures { format!("{cell:>width$}  ") } else { format!("{cell:<width$}  ") };
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// Figures stand to the right, with or without a unit such as `ms` behind them; a sentence that begins with a number is none.
fn is_figure(cell: &str) -> bool {
    let (number, unit) = cell.split_once(' ').unwrap_or((cell, ""));
    matches!(cell, "" | "-" | "never") || (number.parse::<f64>().is_ok() && unit.len() <= 2)
}

/// Text from devices and guests must not steer the terminal, nor flood it.
fn printable(text: String) -> String {
    let text = if text.contains(char::is_control) { text.replace(char::is_control, "\u{fffd}") } else { text };
    match text.char_indices().nth(LONGEST_CELL) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_stand_to_the_right_and_nothing_steers_the_terminal() {
        let mut out = Vec::new();
        assert_eq!(printable("y".repeat(100_000)).chars().count(), LONGEST_CELL + 1);
        let rows = [["R1", "5 ms", "2 outputs"], ["\x1b[2J", "12 ms", "29 files, 62.7 kB"]];
        let rows = rows.map(|row| row.map(str::to_owned).to_vec()).to_vec();
        table(&mut out, &["name", "took", "detail"], rows).expect("written");
        let wanted = "NAME   TOOK  DETAIL\nR1     5 ms  2 outputs\n\u{fffd}[2J  12 ms  29 files, 62.7 kB\n";
        assert_eq!(String::from_utf8(out).expect("text"), wanted);
    }

    #[test]
    fn times_are_of_one_length() {
        assert_eq!([time(0), time(1_795_236_599_750)], ["1970-01-01T00:00:00.000Z", "2026-11-21T04:49:59.750Z"]);
    }
}
