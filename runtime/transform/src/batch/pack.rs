//! From the store's curves to packed columns: every distinct string once, then plain numbers.

use crate::guest::wit;
use model::{Kind, Millis, StateName};
use std::collections::{HashMap, HashSet};
use store::Curve;

/// The time of a batch and what was left out of it.
pub(crate) struct Frame {
    pub(crate) now: Millis,
    pub(crate) since: Millis,
    pub(crate) dropped: usize,
}

/// Packs curves, which stand in order of device, metric and labels.
pub(crate) fn pack(curves: &[Curve], states: &[StateName], frame: &Frame) -> wit::Batch {
    let mut strings = Strings::default();
    let mut labels = Vec::new();
    let mut series = Vec::with_capacity(curves.len());
    let points = curves.iter().map(|curve| curve.points.len()).sum();
    let mut columns = (Vec::with_capacity(points), Vec::with_capacity(points), Vec::with_capacity(points));
    for (of, curve) in (0..).zip(curves) {
        let labels_at = length(&labels);
        labels.extend(curve.series.labels.iter().map(|(name, value)| (strings.number(name), strings.number(value))));
        series.push(wit::Series {
            device: strings.number(&curve.series.device),
            metric: strings.number(&curve.series.metric),
            unit: strings.number(&curve.unit),
            kind: match curve.series.kind {
                Kind::Gauge => wit::Kind::Gauge,
                Kind::Counter => wit::Kind::Counter,
                Kind::State => wit::Kind::State,
            },
            labels_at,
            labels_len: length(&labels) - labels_at,
            every_ms: millis(curve.every),
        });
        for (at, value) in &curve.points {
            columns.0.push(of);
            columns.1.push(millis(*at));
            columns.2.push(value.unwrap_or(f64::NAN));
        }
    }
    let shown = curves.iter().filter(|curve| curve.series.kind == Kind::State);
    let shown: HashSet<&str> = shown.map(|curve| curve.series.metric.as_str()).collect();
    let states = states.iter().filter(|state| shown.contains(state.metric.as_str())).filter_map(|state| {
        let number = i32::try_from(state.number).ok()?;
        Some((strings.number(&state.metric), number, strings.number(&state.name)))
    });
    let states = states.collect();
    wit::Batch {
        now_ms: millis(frame.now),
        since_ms: millis(frame.since),
        dropped: u32::try_from(frame.dropped).unwrap_or(u32::MAX),
        text: strings.text,
        ends: strings.ends,
        labels,
        series,
        states,
        of: columns.0,
        at_ms: columns.1,
        value: columns.2,
    }
}

/// A time as it crosses the border: exact to 2^53.
pub(crate) fn millis(at: Millis) -> f64 {
    at as f64
}

fn length<T>(list: &[T]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX)
}

/// Every distinct string once.
#[derive(Default)]
struct Strings {
    text: Vec<u8>,
    ends: Vec<u32>,
    numbers: HashMap<String, u32>,
}

impl Strings {
    fn number(&mut self, string: &str) -> u32 {
        if let Some(number) = self.numbers.get(string) {
            return *number;
        }
        let number = length(&self.ends);
        self.text.extend_from_slice(string.as_bytes());
        self.ends.push(length(&self.text));
        self.numbers.insert(string.to_owned(), number);
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Labels, Series};
    use std::sync::Arc;

    fn curve(metric: &str, kind: Kind, points: &[(Millis, Option<f64>)]) -> Curve {
        let labels = Labels::one("ifName", "Gi0/1");
        let series =
            Series { device: "R1".to_owned(), metric: metric.to_owned(), labels, unit: "octet".to_owned(), kind };
        Curve { unit: series.read_unit(), series: Arc::new(series), every: 30_000, points: points.to_vec() }
    }

    #[test]
    fn curves_become_columns_and_each_string_stands_once() {
        let curves = [
            curve("ifInOctets", Kind::Counter, &[(1000, None), (2000, Some(7.5))]),
            curve("ifOperStatus", Kind::State, &[]),
            curve("ifOutOctets", Kind::Counter, &[(2000, Some(1.0))]),
        ];
        let name = |metric: &str| StateName { metric: metric.to_owned(), number: 1, name: "up".to_owned() };
        let states = [name("ifOperStatus"), name("hrDeviceStatus")];
        let batch = pack(&curves, &states, &Frame { now: 3000, since: 500, dropped: 2 });
        let text: &str = std::str::from_utf8(&batch.text).expect("UTF-8");
        assert_eq!(text, "ifNameGi0/1R1ifInOctetsoctet/sifOperStatusoctetifOutOctetsup");
        assert_eq!(batch.ends, [6, 11, 13, 23, 30, 42, 47, 58, 60]);
        assert_eq!(batch.labels, [(0, 1); 3]);
        assert_eq!((batch.of.as_slice(), batch.at_ms.as_slice()), (&[0, 0, 2][..], &[1000.0, 2000.0, 2000.0][..]));
        assert!(batch.value[0].is_nan() && batch.value[1..] == [7.5, 1.0]);
        assert_eq!(batch.states, [(5, 1, 8)]);
        assert_eq!((batch.now_ms, batch.since_ms, batch.dropped), (3000.0, 500.0, 2));
        assert_eq!((batch.series[2].metric, batch.series[2].labels_at, batch.series[2].labels_len), (7, 2, 1));
    }
}
