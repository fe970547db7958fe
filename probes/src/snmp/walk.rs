//! Reads the columns of a table with GETBULK (RFC 3416 §4.2.3), several at once, and keeps what came when the rest does not.

use super::client::Session;
use super::codec::{self, Answer, Ask, Bind, TOO_BIG, Value};
use super::oid::Oid;
use super::system;
use model::Millis;
use std::collections::BTreeMap;

/// How many columns are asked for at once.
const WIDTH: usize = 8;

/// A table with more rows than this is taken for one that never ends.
const ROWS: usize = 20_000;

/// How often a part of a table is asked for while the device is known to live.
const TRIES: u32 = 2;

/// Why the columns are not whole behind which the device fell silent.
pub(super) const GONE: &str = "the device fell silent, or the probe's `deadline` came";

/// A column of a table: what is wanted, what came, and how it ended.
#[derive(Debug)]
pub(super) struct Column {
    /// Its object's name in the MIB.
    pub(super) name: &'static str,
    oid: Oid,
    /// The cells by the index of their row.
    pub(super) cells: BTreeMap<Vec<u32>, Cell>,
    /// Whether the walk came to the column's end, so that a cell that is not there is one that the device does not have.
    pub(super) whole: bool,
    /// Where the walk stands.
    last: Oid,
    steps: usize,
    ended: bool,
    /// Why it is not whole.
    why: Option<String>,
    /// The first object that could not be read, and how many there were.
    unreadable: Option<(String, usize)>,
}

/// A value and when it came.
#[derive(Debug)]
pub(super) struct Cell {
    pub(super) value: Value,
    pub(super) at: Millis,
}

impl Column {
    pub(super) fn new(name: &'static str, oid: Oid) -> Column {
        let last = oid.clone();
        let cells = BTreeMap::new();
        Column { name, oid, cells, whole: false, last, steps: 0, ended: false, why: None, unreadable: None }
    }

    pub(super) fn end(&mut self, why: impl Into<String>) {
        self.ended = true;
        self.why = Some(why.into());
    }

    /// Takes one object of an answer. Whether the walk got any further by it.
    fn take(&mut self, bind: &Bind, at: Millis) -> bool {
        if self.ended {
            return false;
        }
        let Some(oid) = &bind.oid else {
            self.note_unreadable(format!("an object behind {}", self.last));
            return false;
        };
        let index = match oid.below(&self.oid) {
            Some(index) if bind.value != Value::End => index.to_vec(),
            // The end of all there is, or the first object of what comes behind this column.
            _ => {
                self.ended = true;
                self.whole = true;
                return true;
            }
        };
        if *oid <= self.last {
            self.end(format!("the device answers {oid} behind {}, which is not increasing", self.last));
            return true;
        }
        self.last = oid.clone();
        self.steps += 1;
        if self.steps > ROWS {
            self.end(format!("there are more than {ROWS} rows"));
        } else if bind.value.is_there() {
            self.cells.insert(index, Cell { value: bind.value.clone(), at });
        } else if bind.value == Value::Unreadable {
            self.note_unreadable(oid.to_string());
        }
        true
    }

    fn note_unreadable(&mut self, what: String) {
        self.unreadable.get_or_insert((what, 0)).1 += 1;
    }
}

/// Reads these columns. False where the device, or the time, is gone, so that nothing else need be asked.
pub(super) async fn walk(session: &mut Session<'_>, columns: &mut [Column], repetitions: u32) -> bool {
    let mut groups: Vec<(Vec<&mut Column>, u32)> =
        columns.chunks_mut(WIDTH).map(|group| (group.iter_mut().collect(), TRIES)).rev().collect();
    while let Some((mut group, tries)) = groups.pop() {
        while !group.is_empty() {
            let ask = Ask::Bulk(group.iter().map(|column| column.last.clone()).collect(), repetitions);
            let failure = match session.ask(&ask, tries.min(session.patience())).await {
                Ok((answer, at)) if answer.error == 0 => {
                    take(&mut group, &answer, at);
                    continue;
                }
                Ok((answer, _)) if answer.error == TOO_BIG && session.ease(repetitions) => continue,
                Ok((answer, _)) => {
                    refused(&mut group, &answer, &mut groups);
                    continue;
                }
                Err(failure) => failure,
            };
            if !failure.is_final() {
                // One object that makes the agent fall silent must not cost the others: while it lives, the columns are asked apart.
                match system::uptime(session).await {
                    Ok(_) if group.len() > 1 => {
                        groups.push((group.split_off(group.len() / 2), 1));
                        groups.push((std::mem::take(&mut group), 1));
                        continue;
                    }
                    Ok(_) => {
                        let last = group.iter().map(|column| column.last.to_string()).collect::<String>();
                        group
                            .drain(..)
                            .for_each(|column| column.end(format!("the device does not answer what is behind {last}")));
                        continue;
                    }
                    Err(_) => {}
                }
            }
            let rest = groups.into_iter().flat_map(|(group, _)| group);
            group.into_iter().chain(rest).for_each(|column| column.end(GONE));
            return false;
        }
    }
    true
}

/// Takes an answer to all columns of a group: its objects go round them in turn.
fn take(group: &mut Vec<&mut Column>, answer: &Answer, at: Millis) {
    let width = group.len();
    let mut moved = false;
    for (place, bind) in answer.binds.iter().enumerate() {
        if let Some(column) = group.get_mut(place % width) {
            moved |= column.take(bind, at);
        }
    }
    if !moved {
        let what = if answer.cut { "broken answers" } else { "answers without a next object" };
        group.iter_mut().for_each(|column| column.end(format!("the device gives {what} behind {}", column.last)));
    }
    group.retain(|column| !column.ended);
}

/// Takes all objects of an answer that stand in this column, whatever else there is.
pub(super) fn fuzz(column: &mut Column, answer: &Answer) {
    let below = |bind: &&Bind| bind.oid.as_ref().is_none_or(|oid| oid.below(&column.oid).is_some());
    let binds: Vec<&Bind> = answer.binds.iter().filter(below).collect();
    for bind in binds {
        column.take(bind, 0);
    }
    column.whole = !answer.cut;
}

/// An error status ends the column that it is about; where it says of none, the columns are asked apart.
fn refused<'c>(group: &mut Vec<&'c mut Column>, answer: &Answer, groups: &mut Vec<(Vec<&'c mut Column>, u32)>) {
    let why = || format!("the device answers {}", codec::error_name(answer.error));
    let about =
        usize::try_from(answer.index).ok().and_then(|index| index.checked_sub(1)).filter(|at| *at < group.len());
    match about {
        Some(at) if answer.error != TOO_BIG => group.remove(at).end(why()),
        _ if group.len() > 1 => groups.push((group.split_off(group.len() / 2), TRIES)),
        _ => group.drain(..).for_each(|column| column.end(why())),
    }
}

/// What is missing from these columns and why, a sentence for each reason.
pub(super) fn troubles<'c>(columns: impl Iterator<Item = &'c Column>) -> Vec<String> {
    let mut reasons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut sentences = Vec::new();
    for column in columns {
        if let Some(why) = &column.why {
            reasons.entry(why).or_default().push(column.name);
        }
        if let Some((what, count)) = &column.unreadable {
            let more = if *count > 1 { format!(", nor can {} more of its values", count - 1) } else { String::new() };
            sentences.push(format!("{}: {what} cannot be read{more}", column.name));
        }
    }
    for (why, names) in reasons {
        let more = names.len().saturating_sub(4);
        let shown = names.get(..4).unwrap_or(&names).join(", ");
        let more = if more > 0 { format!(" and {more} more columns") } else { String::new() };
        sentences.push(format!("{shown}{more} incomplete: {why}"));
    }
    sentences
}
