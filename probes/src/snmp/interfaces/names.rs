//! The name of a row: what stays when indices are renumbered.

use super::Columns;
use crate::snmp::codec::Value;
use crate::snmp::text;
use std::collections::{BTreeMap, HashMap};

/// The names of the last poll that read them all.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeMap<u32, String>);

impl Names {
    /// The names of the rows by index: ifName, else ifDescr, else ifIndex. All rows that share a name get `#<ifIndex>` behind it, so that
    /// which of them comes first does not matter.
    ///
    /// Where the columns did not come whole, a row keeps the name of an earlier poll, or gets the one that did come; a row for which there is
    /// neither is left out, because under another name it would be another series.
    pub(super) fn of(&mut self, columns: &Columns) -> BTreeMap<u32, String> {
        let indices = columns.indices();
        let whole = |name: &str| columns.get(name).is_some_and(|column| column.whole);
        let all = whole("ifName") && whole("ifDescr");
        let mut names: BTreeMap<u32, String> = BTreeMap::new();
        for index in indices {
            let came = || {
                cell(columns, "ifName", index).or_else(|| cell(columns, "ifDescr", index).filter(|_| whole("ifName")))
            };
            if all {
                names.insert(index, came().unwrap_or_else(|| index.to_string()));
            } else if let Some(name) = self.0.get(&index).cloned().or_else(came) {
                names.insert(index, name);
            }
        }
        while number(&mut names) {}
        if all {
            self.0.clone_from(&names);
        }
        names
    }
}

fn cell(columns: &Columns, column: &str, index: u32) -> Option<String> {
    match &columns.get(column)?.cells.get(&[index][..])?.value {
        Value::Octets(bytes) => Some(text::name(bytes)).filter(|name| !name.is_empty()),
        _ => None,
    }
}

/// Puts the index behind names that several rows share. Whether there were any: a number may make a name that another row has by itself.
fn number(names: &mut BTreeMap<u32, String>) -> bool {
    let mut counts: HashMap<String, usize> = HashMap::new();
    names.values().for_each(|name| *counts.entry(name.clone()).or_default() += 1);
    let mut any = false;
    for (index, name) in names.iter_mut() {
        if counts.get(name).is_some_and(|count| *count > 1) {
            *name = format!("{name}#{index}");
            any = true;
        }
    }
    any
}
