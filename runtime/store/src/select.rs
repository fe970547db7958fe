//! Which series a selector means.

use crate::samples::Id;
use crate::{attributes, json};
use model::{Kind, Labels, Selector, Series};
use rusqlite::{Connection, Result, Row};
use std::borrow::Cow;
use std::cell::{OnceCell, RefCell};
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;
use std::sync::Arc;

type Tags = BTreeMap<String, String>;
/// By row and name.
type Attributes = HashMap<Labels, HashMap<String, String>>;

/// The series that a selector means, in order of device, metric and labels.
pub(crate) fn select(db: &Connection, selector: &Selector) -> Result<Vec<(Id, Arc<Series>)>> {
    let names = Names { db, tags: OnceCell::new(), attributes: RefCell::default(), failed: RefCell::default() };
    let mut chosen = Vec::new();
    for (id, series) in candidates(db, selector)? {
        if selector.matches(&series.metric, |name| names.look_up(&series, name)) {
            chosen.push((id, Arc::new(series)));
        }
    }
    if let Some(why) = names.failed.take() {
        return Err(why);
    }
    chosen.sort_by(|(_, a), (_, b)| a.cmp(b));
    Ok(chosen)
}

/// All series, or those of the metrics that are named in full.
fn candidates(db: &Connection, selector: &Selector) -> Result<Vec<(Id, Series)>> {
    let all = "SELECT id, device, metric, labels, unit, kind FROM series";
    let read = |row: &Row| {
        let (device, metric, labels) = (row.get(1)?, row.get(2)?, json::column(row, 3)?);
        let (unit, kind) = (row.get(4)?, json::named(row, 5, Kind::parse)?);
        Ok((row.get(0)?, Series { device, metric, labels, unit, kind }))
    };
    match selector.plain_metrics() {
        None => db.prepare_cached(all)?.query_map([], read)?.collect(),
        Some(metrics) => db
            .prepare_cached(&format!("{all} WHERE metric IN (SELECT value FROM json_each(?))"))?
            .query_map([json::text(&metrics)?], read)?
            .collect(),
    }
}

/// What the names in a selector's braces stand for; read from the database when first asked for.
struct Names<'db> {
    db: &'db Connection,
    tags: OnceCell<HashMap<String, Tags>>,
    attributes: RefCell<HashMap<String, Rc<Attributes>>>,
    /// The look-up itself cannot fail.
    failed: RefCell<Option<rusqlite::Error>>,
}

impl Names<'_> {
    fn look_up<'s>(&self, series: &'s Series, name: &str) -> Option<Cow<'s, str>> {
        if let Some(label) = series.labels.get(name) {
            return Some(Cow::Borrowed(label));
        }
        if name == "device" {
            return Some(Cow::Borrowed(&series.device));
        }
        let tags = self.tags.get_or_init(|| self.or_default(tags(self.db)));
        if let Some(tag) = tags.get(&series.device).and_then(|tags| tags.get(name)) {
            return Some(Cow::Owned(tag.clone()));
        }
        let attributes = self.attributes(&series.device);
        let of = |row: &Labels| attributes.get(row)?.get(name).cloned().map(Cow::Owned);
        of(&series.labels).or_else(|| of(&Labels::none()))
    }

    fn attributes(&self, device: &str) -> Rc<Attributes> {
        if let Some(known) = self.attributes.borrow().get(device) {
            return known.clone();
        }
        let mut all = Attributes::new();
        for attribute in self.or_default(attributes::of(self.db, device)) {
            all.entry(attribute.row).or_default().insert(attribute.name, attribute.value.to_string());
        }
        let all = Rc::new(all);
        self.attributes.borrow_mut().insert(device.to_owned(), all.clone());
        all
    }

    fn or_default<T: Default>(&self, result: Result<T>) -> T {
        result.unwrap_or_else(|why| {
            self.failed.replace(Some(why));
            T::default()
        })
    }
}

fn tags(db: &Connection) -> Result<HashMap<String, Tags>> {
    let mut statement = db.prepare_cached("SELECT name, tags FROM devices")?;
    statement.query_map([], |row| Ok((row.get(0)?, json::column(row, 1)?)))?.collect()
}
