//! Series, points and rows over the packed columns.

use crate::bindings::lightship::transform::types as wit;
use crate::{Kind, Millis, Point};
use std::ops::Range;

/// The samples of a run, or of a [query](crate::history::query).
pub struct Batch {
    packed: wit::Batch,
    /// For each series, where its points stand.
    spans: Vec<Range<usize>>,
}

impl Batch {
    pub(crate) fn new(packed: wit::Batch) -> Batch {
        let mut spans = vec![0..0; packed.series.len()];
        for (at, &of) in packed.of.iter().enumerate() {
            if let Some(span) = spans.get_mut(of as usize) {
                if span.start == span.end {
                    span.start = at;
                }
                span.end = at + 1;
            }
        }
        Batch { packed, spans }
    }

    /// The time of this run, or the end of the time that was asked for.
    pub fn now(&self) -> Millis {
        self.packed.now_ms as Millis
    }

    /// Points after this time are here: that of the last good run, or the start of the time that was asked for.
    pub fn since(&self) -> Millis {
        self.packed.since_ms as Millis
    }

    /// How many points were left out because there were too many, the oldest first.
    pub fn dropped(&self) -> u32 {
        self.packed.dropped
    }

    /// The series, in order of device, metric and labels.
    pub fn series(&self) -> impl Iterator<Item = Series<'_>> {
        (0..self.packed.series.len()).map(|at| Series { batch: self, at })
    }

    /// The points one by one, by series and then by time.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.series().flat_map(|series| series.points().map(move |(at, value)| Row { series, at, value }))
    }

    /// The name of a state's number, such as `up` for `ifOperStatus` 1.
    pub fn state_name(&self, metric: &str, number: f64) -> Option<&str> {
        let known = |(of, value, _): &&(u32, i32, u32)| f64::from(*value) == number && self.text(*of) == metric;
        self.packed.states.iter().find(known).map(|&(_, _, name)| self.text(name))
    }

    fn text(&self, index: u32) -> &str {
        let index = index as usize;
        let end = self.packed.ends.get(index).copied().unwrap_or(0) as usize;
        let start = index.checked_sub(1).and_then(|before| self.packed.ends.get(before)).copied().unwrap_or(0) as usize;
        self.packed.text.get(start..end).and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

/// One series of a batch.
#[derive(Clone, Copy)]
pub struct Series<'b> {
    batch: &'b Batch,
    at: usize,
}

impl<'b> Series<'b> {
    fn packed(&self) -> &'b wit::Series {
        &self.batch.packed.series[self.at]
    }

    /// The device's name.
    pub fn device(&self) -> &'b str {
        self.batch.text(self.packed().device)
    }

    /// The metric, such as `ifInOctets`.
    pub fn metric(&self) -> &'b str {
        self.batch.text(self.packed().metric)
    }

    /// The unit of its values: a counter of octets has `octet/s`.
    pub fn unit(&self) -> &'b str {
        self.batch.text(self.packed().unit)
    }

    /// How its values are to be read.
    pub fn kind(&self) -> Kind {
        self.packed().kind
    }

    /// The interval at which it is polled, in milliseconds.
    pub fn every(&self) -> Millis {
        self.packed().every_ms as Millis
    }

    /// Its labels.
    pub fn labels(&self) -> Labels<'b> {
        Labels { batch: self.batch, at: self.packed().labels_at as usize, len: self.packed().labels_len as usize }
    }

    /// The value of a label.
    pub fn label(&self, name: &str) -> Option<&'b str> {
        self.labels().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// Its points in order of time; a gap has no value.
    pub fn points(&self) -> impl Iterator<Item = Point> + use<'b> {
        let Batch { packed, spans } = self.batch;
        spans[self.at].clone().map(|at| (packed.at_ms[at] as Millis, Some(packed.value[at]).filter(|v| v.is_finite())))
    }

    /// Its last point.
    pub fn latest(&self) -> Option<Point> {
        self.points().last()
    }

    /// The value of its last point, where that is no gap.
    pub fn value(&self) -> Option<f64> {
        self.latest().and_then(|(_, value)| value)
    }

    /// The name of its present state, such as `up`.
    pub fn state(&self) -> Option<&'b str> {
        self.batch.state_name(self.metric(), self.value()?)
    }
}

/// The names and values of a series' labels, in order of name.
#[derive(Clone)]
pub struct Labels<'b> {
    batch: &'b Batch,
    at: usize,
    len: usize,
}

impl<'b> Iterator for Labels<'b> {
    type Item = (&'b str, &'b str);

    fn next(&mut self) -> Option<Self::Item> {
        self.len = self.len.checked_sub(1)?;
        let &(name, value) = self.batch.packed.labels.get(self.at)?;
        self.at += 1;
        Some((self.batch.text(name), self.batch.text(value)))
    }
}

/// One point with its series.
#[derive(Clone, Copy)]
pub struct Row<'b> {
    /// Whose it is.
    pub series: Series<'b>,
    /// When.
    pub at: Millis,
    /// The value, or a gap.
    pub value: Option<f64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch() -> Batch {
        let series = |metric, kind| wit::Series {
            device: 0,
            metric,
            unit: 2,
            kind,
            labels_at: 0,
            labels_len: 1,
            every_ms: 1000.0,
        };
        Batch::new(wit::Batch {
            now_ms: 9000.0,
            since_ms: 1000.0,
            dropped: 0,
            text: "R1ifInOctetsoctet/sifNameGi0/1ifOperStatusup".into(),
            ends: vec![2, 12, 19, 25, 30, 42, 44],
            labels: vec![(3, 4)],
            series: vec![series(1, Kind::Counter), series(5, Kind::State), series(1, Kind::Gauge)],
            states: vec![(5, 1, 6)],
            of: vec![0, 0, 1],
            at_ms: vec![2000.0, 3000.0, 3000.0],
            value: vec![f64::NAN, 7.0, 1.0],
        })
    }

    #[test]
    fn columns_read_as_series_and_rows() {
        let batch = batch();
        let series: Vec<_> = batch.series().collect();
        assert_eq!((series[0].device(), series[0].metric(), series[0].unit()), ("R1", "ifInOctets", "octet/s"));
        assert_eq!(series[0].label("ifName"), Some("Gi0/1"));
        assert_eq!(series[0].points().collect::<Vec<_>>(), [(2000, None), (3000, Some(7.0))]);
        assert_eq!(series[1].state(), Some("up"));
        assert_eq!(series[2].latest(), None);
        assert_eq!(batch.rows().map(|row| (row.series.metric(), row.at)).last(), Some(("ifOperStatus", 3000)));
    }
}
