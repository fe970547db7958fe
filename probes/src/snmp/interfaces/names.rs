//! The name of a row: what stays when indices are renumbered.

use super::Columns;
use crate::snmp::codec::Value;
use crate::snmp::text;
use std::collections::{BTreeMap, HashMap};

/// The names of the last poll that read them all.
#[derive(Debug, Default)]
pub(super) struct Names(BTreeMap<u32, Known>);

#[derive(Debug)]
struct Known {
    name: String,
    description: Option<String>,
}

impl Names {
    /// The names of the rows by index: ifName, else ifDescr, else ifIndex. All rows that share a name get `#<ifIndex>` behind it, so that
    /// which of them comes first does not matter.
    ///
    /// Where the columns did not come whole, a row keeps the name of an earlier poll, if nothing that did come speaks against it, or gets the
    /// one that did come; a row for which there is neither is left out, because under another name it would be another series.
    pub(super) fn of(&mut self, columns: &Columns) -> BTreeMap<u32, String> {
        let whole = |name: &str| columns.get(name).is_some_and(|column| column.whole);
        let all = whole("ifName") && whole("ifDescr");
        let mut names: BTreeMap<u32, String> = BTreeMap::new();
        for index in columns.indices() {
            let (name, description) = (cell(columns, "ifName", index), cell(columns, "ifDescr", index));
            let came = name.or_else(|| description.clone().filter(|_| whole("ifName")));
            let known = self.0.get(&index).filter(|known| known.agrees(came.as_deref(), description.as_deref()));
            let name = match known {
                _ if all => Some(came.unwrap_or_else(|| index.to_string())),
                Some(known) => Some(known.name.clone()),
                None => came,
            };
            names.extend(name.map(|name| (index, name)));
        }
        while number(&mut names) {}
        if all {
            let known = |(index, name): (&u32, &String)| {
                (*index, Known { name: name.clone(), description: cell(columns, "ifDescr", *index) })
            };
            self.0 = names.iter().map(known).collect();
        }
        names
    }
}

impl Known {
    /// Whether this may be the row of which that much came: indices may have been renumbered.
    fn agrees(&self, name: Option<&str>, description: Option<&str>) -> bool {
        let same =
            |name: &str| self.name.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('#'));
        name.is_none_or(same) && (description.is_none() || self.description.as_deref() == description)
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
