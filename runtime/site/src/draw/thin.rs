//! Fewer points that look the same: Largest-Triangle-Three-Buckets (Sveinn Steinarsson, "Downsampling Time Series for Visual
//! Representation", 2013), on each stretch between gaps, so that peaks and gaps stay.

use model::Point;

/// The most points of one drawn or published line, gaps included.
pub(crate) const MOST: usize = 250;

/// At most `most` of these points, which stand in order of time. All gaps stay (several nulls in a row become one), and so do the largest and
/// the smallest value. Where gaps are so many that they alone would fill the line, it is thinned by time: peaks stay, and a null stands
/// wherever there was one.
pub(crate) fn thin(points: &[Point], most: usize) -> Vec<Point> {
    if points.len() <= most {
        return points.to_vec();
    }
    // Known stretches and gaps in turn.
    let runs: Vec<&[Point]> = points.chunk_by(|one, next| one.1.is_some() == next.1.is_some()).collect();
    if runs.len() * 4 > most {
        return by_time(points, most);
    }
    let extremes = extremes(points);
    let known = points.iter().filter(|point| point.1.is_some()).count();
    // Three for each run's ends or null, two for the extremes; the rest by length.
    let spare = most.saturating_sub(runs.len() * 3 + 2);
    let mut thinned = Vec::with_capacity(most);
    for run in runs {
        if run[0].1.is_none() {
            thinned.push(run[0]);
            continue;
        }
        let mut kept = triangles(run, 2 + spare * run.len() / known.max(1));
        for peak in extremes.iter().filter(|peak| run.contains(peak)) {
            if !kept.contains(peak) {
                kept.insert(kept.partition_point(|point| point.0 < peak.0), *peak);
            }
        }
        thinned.append(&mut kept);
    }
    thinned
}

/// The points with the smallest and the largest value.
fn extremes(points: &[Point]) -> Vec<Point> {
    let known = || points.iter().filter_map(|point| point.1.map(|value| (value, point)));
    let least = known().min_by(|one, other| one.0.total_cmp(&other.0));
    let largest = known().max_by(|one, other| one.0.total_cmp(&other.0));
    [least, largest].into_iter().flatten().map(|(_, point)| *point).collect()
}

/// LTTB: the ends, and of each bucket between them the point that makes the largest triangle with the one kept before and the mean of the
/// next bucket. All points have values.
fn triangles(points: &[Point], most: usize) -> Vec<Point> {
    let [start, inner @ .., end] = points else { return points.to_vec() };
    if points.len() <= most || most < 3 {
        return if points.len() <= most { points.to_vec() } else { vec![*start, *end] };
    }
    let buckets = most - 2;
    let bucket = |at: usize| &inner[at * inner.len() / buckets..(at + 1) * inner.len() / buckets];
    let place = |point: &Point| ((point.0 - start.0) as f64, point.1.unwrap_or_default());
    let mut kept = vec![*start];
    let mut before = place(start);
    for at in 0..buckets {
        let next = if at + 1 < buckets { bucket(at + 1) } else { std::slice::from_ref(end) };
        let count = next.len() as f64;
        let (x, y) = next.iter().map(place).fold((0.0, 0.0), |sum, point| (sum.0 + point.0, sum.1 + point.1));
        let mean = (x / count, y / count);
        let area = |point: &Point| {
            let (x, y) = place(point);
            ((before.0 - mean.0) * (y - before.1) - (before.0 - x) * (mean.1 - before.1)).abs()
        };
        let chosen = bucket(at).iter().max_by(|one, other| area(one).total_cmp(&area(other)));
        if let Some(point) = chosen {
            kept.push(*point);
            before = place(point);
        }
    }
    kept.push(*end);
    kept
}

/// Of each of `most / 2` equal spans of time the largest value, and a null where the span has one.
fn by_time(points: &[Point], most: usize) -> Vec<Point> {
    let (Some(start), Some(end)) = (points.first(), points.last()) else { return Vec::new() };
    let spans = (most / 2).max(1) as i128;
    let length = i128::from(end.0) - i128::from(start.0) + 1;
    let span = |point: &Point| (i128::from(point.0) - i128::from(start.0)) * spans / length;
    let mut thinned = Vec::with_capacity(most);
    for points in points.chunk_by(|one, next| span(one) == span(next)) {
        let known = points.iter().filter(|point| point.1.is_some());
        let peak = known.max_by(|one, other| one.1.unwrap_or_default().total_cmp(&other.1.unwrap_or_default()));
        let gap = points.iter().find(|point| point.1.is_none());
        let mut kept: Vec<Point> = peak.into_iter().chain(gap).copied().collect();
        kept.sort_by_key(|point| point.0);
        thinned.append(&mut kept);
    }
    thinned
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wave(count: i64) -> Vec<Point> {
        (0..count).map(|at| (at * 1000, Some(100.0 + (at as f64 / 40.0).sin() * 50.0))).collect()
    }

    fn gaps(points: &[Point]) -> Vec<i64> {
        points.iter().filter(|point| point.1.is_none()).map(|point| point.0).collect()
    }

    #[test]
    fn short_lines_stay_as_they_are() {
        assert_eq!(thin(&wave(250), 250), wave(250));
        assert_eq!(thin(&[], 250), []);
    }

    #[test]
    fn a_long_line_keeps_its_ends_its_peak_its_pit_and_its_gaps() {
        let mut points = wave(5_000);
        points[1_234].1 = Some(9_000.0);
        points[4_321].1 = Some(-9_000.0);
        for at in (2_000..2_300).chain([3_000]) {
            points[at].1 = None;
        }
        let thinned = thin(&points, MOST);
        assert!((200..=MOST).contains(&thinned.len()), "{}", thinned.len());
        for kept in [points[0], points[1_234], points[4_321], points[4_999]] {
            assert!(thinned.contains(&kept), "{kept:?}");
        }
        assert_eq!(gaps(&thinned), [2_000_000, 3_000_000]);
        assert!(thinned.windows(2).all(|pair| pair[0].0 < pair[1].0), "in order of time, none twice");
        let before: Vec<_> = thinned.iter().filter(|point| point.0 == 1_999_000 || point.0 == 2_300_000).collect();
        assert_eq!(before.len(), 2, "the ends of a gap stay where they were");
    }

    #[test]
    fn a_line_of_nothing_but_gaps_is_thinned_by_time() {
        let mut points = wave(4_000);
        for point in points.iter_mut().step_by(3) {
            point.1 = None;
        }
        points[2_000].1 = Some(7_000.0);
        let thinned = thin(&points, MOST);
        assert!(thinned.len() <= MOST && !gaps(&thinned).is_empty());
        assert!(thinned.contains(&points[2_000]));
        let nothing: Vec<Point> = (0..1_000).map(|at| (at, None)).collect();
        assert_eq!(thin(&nothing, MOST), [(0, None)]);
    }

    #[test]
    fn times_at_the_ends_of_the_range_do_no_harm() {
        let points: Vec<Point> = (0..600)
            .map(|at| (if at < 300 { i64::MIN + at } else { i64::MAX - 600 + at }, (at % 2 == 0).then_some(1.0)))
            .collect();
        assert!(thin(&points, MOST).len() <= MOST);
    }
}
