//! The module `interfaces`: ifTable and ifXTable of the IF-MIB (RFC 2863).

mod columns;
mod names;
mod rows;

use super::client::Session;
use super::codec::Answer;
use super::walk::{self, Column};
use crate::gathered::Gathered;
use crate::series::Interner;
use columns::{COUNTERS, Table};
use names::Names;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use tokio::time::Instant;

/// What is remembered from poll to poll, so that a poll that lacks a part does not rename or narrow a series.
#[derive(Debug, Default)]
pub(super) struct Memory {
    names: Names,
    /// The rows by name and metric whose counter was seen with 64 bits.
    wide: HashSet<(String, &'static str)>,
}

/// The columns that were read, by name.
#[derive(Debug, Default)]
pub(super) struct Columns(BTreeMap<&'static str, Column>);

impl Columns {
    fn get(&self, name: &str) -> Option<&Column> {
        self.0.get(name)
    }

    /// The indices of all rows, in order. An interface's is a single number.
    fn indices(&self) -> BTreeSet<u32> {
        let indices = self.0.values().flat_map(|column| column.cells.keys());
        indices.filter_map(|index| if let [number] = index.as_slice() { Some(*number) } else { None }).collect()
    }

    fn has_odd_indices(&self) -> bool {
        self.0.values().flat_map(|column| column.cells.keys()).any(|index| index.len() != 1)
    }

    /// The 32-bit columns that are needed because some row has no 64-bit counter for the same thing.
    fn narrow(&self, table: Table) -> Vec<(&'static str, u32)> {
        let rows = self.indices().len();
        let needed = |wide: &str| self.get(wide).is_none_or(|column| column.cells.len() < rows);
        let counters = COUNTERS.iter().filter(|counter| counter.table == table);
        let narrow = counters.filter(|counter| counter.wide.is_some_and(|(wide, _)| needed(wide)));
        narrow.map(|counter| (counter.metric, counter.narrow)).collect()
    }
}

/// Reads the tables. False where the device, or the time, is gone.
pub(super) async fn read(session: &mut Session<'_>, repetitions: u32, into: &mut Gathered) -> (Columns, bool) {
    let mut columns = Columns::default();
    let wide = COUNTERS.iter().filter_map(|counter| counter.wide).collect();
    let errors = COUNTERS.iter().filter(|counter| counter.wide.is_none());
    let errors = errors.map(|counter| (counter.metric, counter.narrow)).collect();
    let mut lives = true;
    // What names the rows comes first, then the counters that matter most: where the time does not suffice, the tail is missing.
    for (table, wanted) in [
        (Table::IfX, columns::FACTS_IFX.to_vec()),
        (Table::If, columns::FACTS_IF.to_vec()),
        (Table::IfX, wide),
        (Table::If, errors),
    ] {
        lives = part(session, table, wanted, repetitions, lives, &mut columns, into).await;
    }
    for table in [Table::If, Table::IfX] {
        let wanted = columns.narrow(table);
        lives = part(session, table, wanted, repetitions, lives, &mut columns, into).await;
    }
    into.trouble.extend(walk::troubles(columns.0.values()));
    if columns.has_odd_indices() {
        into.trouble.push("rows whose index is not one number are left out of the interfaces".to_owned());
    }
    (columns, lives)
}

async fn part(
    session: &mut Session<'_>,
    table: Table,
    wanted: Vec<(&'static str, u32)>,
    repetitions: u32,
    lives: bool,
    columns: &mut Columns,
    into: &mut Gathered,
) -> bool {
    let mut part: Vec<Column> =
        wanted.into_iter().map(|(name, number)| Column::new(name, table.column(number))).collect();
    let started = Instant::now();
    let lives = if lives {
        walk::walk(session, &mut part, repetitions).await
    } else {
        part.iter_mut().for_each(|column| column.end(walk::GONE));
        false
    };
    into.took(table.name(), started.elapsed());
    columns.0.extend(part.into_iter().map(|column| (column.name, column)));
    lives
}

/// What the module gives, given sysUpTime in the same poll; `None` for the counters where the agent restarted while it was read.
pub(super) fn emit(
    columns: &Columns,
    uptime: rows::Uptime,
    memory: &mut Memory,
    series: &mut Interner,
    into: &mut Gathered,
) {
    let names = memory.names.of(columns);
    let unnamed = columns.indices().len() - names.len();
    if unnamed > 0 {
        into.trouble.push(format!("{unnamed} interfaces are left out, because their names did not come"));
    }
    rows::emit(columns, &names, uptime, memory, series, into);
}

/// Takes an answer as if every column had been asked for it.
pub(super) fn fuzz(answer: &Answer, series: &mut Interner, into: &mut Gathered) {
    let mut columns = Columns::default();
    let wide = COUNTERS.iter().filter_map(|counter| counter.wide);
    let facts = columns::FACTS_IFX.into_iter().chain(wide).map(|(name, number)| (name, Table::IfX.column(number)));
    let facts = facts.chain(columns::FACTS_IF.map(|(name, number)| (name, Table::If.column(number))));
    let narrow = COUNTERS.iter().map(|counter| (counter.metric, counter.table.column(counter.narrow)));
    for (name, oid) in facts.chain(narrow) {
        let mut column = Column::new(name, oid);
        walk::fuzz(&mut column, answer);
        columns.0.insert(name, column);
    }
    into.trouble.extend(walk::troubles(columns.0.values()));
    emit(&columns, Uptime::Ticks(1), &mut Memory::default(), series, into);
}

pub(super) use rows::Uptime;
