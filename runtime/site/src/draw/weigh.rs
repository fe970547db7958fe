//! What a line was in the mean and for most of the time, whatever the spacing of its points.

use model::Point;

/// The known values, each with the time for which it stands: since the point before, as it is drawn. The first one, and the first after a gap,
/// count for as long as the one that follows.
pub(crate) fn weighed(points: &[Point]) -> Vec<(f64, i128)> {
    let since = |at: usize| match (at.checked_sub(1).and_then(|before| points.get(before)), points.get(at)) {
        (Some((before, Some(_))), Some((at, Some(_)))) => Some((i128::from(*at) - i128::from(*before)).max(1)),
        _ => None,
    };
    let known = points.iter().enumerate().filter_map(|(at, point)| Some((at, point.1?)));
    known.map(|(at, value)| (value, since(at).or_else(|| since(at + 1)).unwrap_or(1))).collect()
}

/// The mean over time; none of nothing.
pub(crate) fn mean(values: &[(f64, i128)]) -> Option<f64> {
    let time: i128 = values.iter().map(|(_, weight)| weight).sum();
    (time > 0).then(|| values.iter().map(|(value, weight)| value * (*weight as f64 / time as f64)).sum())
}

/// The value at or below which a line was for 95 % of the time.
pub(crate) fn percentile(mut values: Vec<(f64, i128)>) -> Option<f64> {
    values.sort_by(|one, other| one.0.total_cmp(&other.0));
    let time: i128 = values.iter().map(|(_, weight)| weight).sum();
    let mut passed = 0;
    let reached = values.into_iter().find(|(_, weight)| {
        passed += weight;
        passed * 100 >= time * 95
    });
    reached.map(|(value, _)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_longer_weighs_more() {
        let points = [(0, Some(1.0)), (30, Some(4.0)), (40, Some(2.0)), (50, None), (90, Some(8.0)), (100, Some(9.0))];
        // The first counts like the second; the one after the gap like the next.
        assert_eq!(weighed(&points), [(1.0, 30), (4.0, 30), (2.0, 10), (8.0, 10), (9.0, 10)]);
        assert_eq!(mean(&weighed(&points)), Some((30.0 + 120.0 + 20.0 + 80.0 + 90.0) / 90.0));
        assert_eq!((mean(&[]), weighed(&[(7, Some(3.0))])), (None, vec![(3.0, 1)]));
        assert_eq!(weighed(&[(i64::MIN, Some(0.0)), (i64::MAX, Some(1.0))]).len(), 2);
    }

    #[test]
    fn a_percentile_is_of_time_and_not_of_points() {
        let values = |busy: i64| {
            let slow = (0..=95).map(|at| (at * 100, Some(1.0)));
            weighed(&slow.chain((1..=busy).map(|at| (9_500 + at, Some(9.0)))).collect::<Vec<_>>())
        };
        assert_eq!(percentile(values(400)), Some(1.0), "400 of 10 000 is less than 5 %");
        assert_eq!(percentile(values(600)), Some(9.0));
        assert_eq!(percentile(vec![]), None);
    }
}
