//! The batch of a run: what came since the last good one, and of every series at least the latest point.

use super::configured::Configured;
use model::{Millis, Selector, Series, StateName};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::{Curve, Range, Reader, StoreError};

/// A first run gets the points of this long.
const FIRST: Millis = 60 * 60 * 1000;

/// After a long silence nobody wants more than this; `history.query` reaches further.
const LONGEST: Millis = 24 * 60 * 60 * 1000;

/// How many points a batch has at most.
const MOST: usize = 200_000;

/// The curves of a batch.
pub(crate) struct Gathered {
    pub(crate) curves: Vec<Curve>,
    pub(crate) states: Vec<StateName>,
    /// The points are later than this.
    pub(crate) since: Millis,
    /// How many were left out.
    pub(crate) dropped: usize,
}

/// Reads what the selectors mean, from the last good run up to now.
pub(crate) fn gather(
    reader: &Reader,
    selectors: &[Selector],
    last: Option<Millis>,
    now: Millis,
) -> Result<Gathered, StoreError> {
    let since = last.unwrap_or(now - FIRST).clamp(now - LONGEST, now);
    let range = Range { from: since + 1, until: now };
    let devices = Configured::read(reader)?;
    let mut found: BTreeMap<Arc<Series>, Curve> = BTreeMap::new();
    for selector in selectors {
        let latest = devices.only(reader.latest(selector)?);
        found.extend(latest.map(|curve| (curve.series.clone(), curve)));
        if since < now {
            let new = devices.only(reader.points(selector, range, None)?).filter(|curve| !curve.points.is_empty());
            found.extend(new.map(|curve| (curve.series.clone(), curve)));
        }
    }
    let mut curves: Vec<_> = found.into_values().collect();
    let by = |curve: &Curve| (curve.series.device.clone(), curve.series.metric.clone(), curve.series.labels.clone());
    curves.sort_by_cached_key(by);
    let dropped = drop_oldest(&mut curves, MOST);
    Ok(Gathered { curves, states: reader.state_names()?, since, dropped })
}

/// Leaves at most about so many points, the newest of all; each series keeps its last one.
fn drop_oldest(curves: &mut [Curve], most: usize) -> usize {
    let mut times: Vec<Millis> = curves.iter().flat_map(|curve| curve.points.iter().map(|(at, _)| *at)).collect();
    let Some(excess) = times.len().checked_sub(most).filter(|excess| *excess > 0) else { return 0 };
    let (_, &mut newest_dropped, _) = times.select_nth_unstable(excess - 1);
    let mut dropped = 0;
    for curve in curves {
        let old = curve.points.partition_point(|(at, _)| *at <= newest_dropped);
        let old = old.min(curve.points.len().saturating_sub(1));
        curve.points.drain(..old);
        dropped += old;
    }
    dropped
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Kind, Labels};

    fn curve(device: &str, times: impl IntoIterator<Item = Millis>) -> Curve {
        let series = Series {
            device: device.to_owned(),
            metric: "load1".to_owned(),
            labels: Labels::none(),
            unit: String::new(),
            kind: Kind::Gauge,
        };
        let points = times.into_iter().map(|at| (at, Some(1.0))).collect();
        Curve { series: Arc::new(series), unit: String::new(), every: 1, points }
    }

    #[test]
    fn the_oldest_points_go_and_each_series_keeps_its_last() {
        let mut curves = [curve("a", 0..10), curve("b", [0]), curve("c", 5..10)];
        assert_eq!(drop_oldest(&mut curves, 16), 0);
        assert_eq!(drop_oldest(&mut curves, 6), 9);
        let left: Vec<Vec<_>> = curves.iter().map(|curve| curve.points.iter().map(|(at, _)| *at).collect()).collect();
        assert_eq!(left, [vec![7, 8, 9], vec![0], vec![7, 8, 9]]);
    }
}
