//! Counters become exact rates, through the store.

use super::{ALWAYS, EVERY, Lab, SECOND, parse, series, up};
use crate::{Agg, Step};
use model::{Continuity, Counter, Kind};

const T: i64 = 1_700_000_000_000;

#[test]
fn a_count_becomes_its_rate_and_the_first_sample_is_a_gap() {
    let lab = Lab::new();
    let octets = series("ifInOctets", "Gi0/1", Kind::Counter);
    for (n, raw) in [(0, 1_000), (1, 31_000), (2, 31_000)] {
        lab.count(&octets, T + n * EVERY, Counter::b64(raw));
    }
    let wanted = [(T, None), (T + EVERY, Some(1_000.0)), (T + 2 * EVERY, Some(0.0))];
    assert_eq!(lab.points("ifInOctets"), wanted);
}

#[test]
fn wraps_of_either_width_are_exact() {
    let lab = Lab::new();
    let (narrow, wide) = (series("narrow", "", Kind::Counter), series("wide", "", Kind::Counter));
    lab.count(&narrow, T, Counter::b32(u32::MAX - 299).with(up(100)));
    lab.count(&narrow, T + EVERY, Counter::b32(0).with(up(130)));
    lab.count(&wide, T, Counter::b64(u64::MAX - 2_999));
    lab.count(&wide, T + EVERY, Counter::b64(0));
    assert_eq!(lab.points("narrow"), [(T, None), (T + EVERY, Some(10.0))]);
    assert_eq!(lab.points("wide"), [(T, None), (T + EVERY, Some(100.0))]);
}

#[test]
fn a_narrow_counter_that_somebody_cleared_is_a_gap_and_no_spike() {
    let lab = Lab::new();
    let octets = series("ifInOctets", "Gi0/1", Kind::Counter);
    for (n, raw) in [(0, 3_900_000_000), (1, 3_900_300_000), (2, 200_000), (3, 500_000)] {
        lab.count(&octets, T + n * EVERY, Counter::b32(raw).with(up(100 + 30 * n)));
    }
    let known = Some(10_000.0);
    assert_eq!(
        lab.points("ifInOctets"),
        [(T, None), (T + EVERY, known), (T + 2 * EVERY, None), (T + 3 * EVERY, known)]
    );
}

#[test]
fn a_reboot_is_a_gap_also_across_a_restart_of_lightship() {
    let lab = Lab::new();
    let octets = series("ifInOctets", "Gi0/1", Kind::Counter);
    lab.count(&octets, T, Counter::b32(3_000_000_000).with(up(5_000)));
    lab.count(&octets, T + EVERY, Counter::b32(3_000_030_000).with(up(5_030)));
    let lab = lab.reopened();
    // Without the uptime this fall would look like a wrap, and be a spike of 80 MB/s.
    lab.count(&octets, T + 2 * EVERY, Counter::b32(1_000_000_000).with(up(7)));
    lab.count(&octets, T + 3 * EVERY, Counter::b32(1_000_060_000).with(up(37)));
    let wanted = [(T, None), (T + EVERY, Some(1_000.0)), (T + 2 * EVERY, None), (T + 3 * EVERY, Some(2_000.0))];
    assert_eq!(lab.points("ifInOctets"), wanted);
    let lab = lab.reopened();
    assert_eq!(lab.points("ifInOctets"), wanted, "the mark is on disk");
}

#[test]
fn rates_run_on_across_a_restart_of_lightship() {
    let lab = Lab::new();
    let octets = series("ifInOctets", "Gi0/1", Kind::Counter);
    lab.count(&octets, T, Counter::b64(0).with(up(100)));
    let lab = lab.reopened();
    lab.count(&octets, T + EVERY, Counter::b64(3_000).with(up(130)));
    assert_eq!(lab.points("ifInOctets"), [(T, None), (T + EVERY, Some(100.0))]);
}

#[test]
fn an_uptime_that_one_poll_lacks_does_not_hide_a_reboot() {
    let lab = Lab::new();
    let octets = series("ifInOctets", "Gi0/1", Kind::Counter);
    lab.count(&octets, T, Counter::b64(1_000).with(up(5_000)));
    lab.count(&octets, T + EVERY, Counter::b64(2_000));
    lab.count(&octets, T + 2 * EVERY, Counter::b64(9_000).with(up(20)));
    assert_eq!(lab.points("ifInOctets").last(), Some(&(T + 2 * EVERY, None)));
}

#[test]
fn a_discontinuity_of_the_row_is_a_gap() {
    let lab = Lab::new();
    let octets = series("ifInOctets", "Gi0/1", Kind::Counter);
    let mark = |discontinuity| Continuity { discontinuity: Some(discontinuity), ..up(5_000) };
    let runs_on =
        |seconds: i64, continuity: Continuity| Continuity { uptime: up(5_000 + seconds).uptime, ..continuity };
    lab.count(&octets, T, Counter::b64(1_000).with(mark(0)));
    lab.count(&octets, T + EVERY, Counter::b64(9_000).with(runs_on(30, mark(77))));
    lab.count(&octets, T + 2 * EVERY, Counter::b64(12_000).with(runs_on(60, mark(77))));
    assert_eq!(lab.points("ifInOctets"), [(T, None), (T + EVERY, None), (T + 2 * EVERY, Some(100.0))]);
}

#[test]
fn missed_polls_are_a_null_and_then_the_exact_average() {
    let lab = Lab::new();
    let octets = series("ifInOctets", "Gi0/1", Kind::Counter);
    lab.count(&octets, T, Counter::b64(0));
    lab.count(&octets, T + 2 * EVERY, Counter::b64(6_000));
    lab.count(&octets, T + 5 * EVERY, Counter::b64(15_000));
    let wanted = [(T, None), (T + 2 * EVERY, Some(100.0)), (T + 3 * EVERY, None), (T + 5 * EVERY, Some(100.0))];
    assert_eq!(lab.points("ifInOctets"), wanted);
}

#[test]
fn a_straggler_and_a_repeated_sample_do_no_harm() {
    let lab = Lab::new();
    let octets = series("ifInOctets", "Gi0/1", Kind::Counter);
    lab.count(&octets, T, Counter::b64(0).with(up(100)));
    lab.count(&octets, T + 2 * EVERY, Counter::b64(6_000).with(up(160)));
    lab.count(&octets, T + EVERY, Counter::b64(4_500).with(up(130)));
    lab.count(&octets, T + 2 * EVERY, Counter::b64(1).with(up(160)));
    lab.count(&octets, T + 3 * EVERY, Counter::b64(9_000).with(up(190)));
    let wanted = [(T, None), (T + EVERY, Some(150.0)), (T + 2 * EVERY, Some(50.0)), (T + 3 * EVERY, Some(100.0))];
    assert_eq!(lab.points("ifInOctets"), wanted);
}

#[test]
fn a_straggler_within_a_reboot_leaves_both_halves_a_gap() {
    let lab = Lab::new();
    let octets = series("ifInOctets", "Gi0/1", Kind::Counter);
    lab.count(&octets, T, Counter::b64(1_000).with(up(5_000)));
    lab.count(&octets, T + 2 * EVERY, Counter::b64(90_000).with(up(50)));
    lab.count(&octets, T + EVERY, Counter::b64(60_000).with(up(20)));
    assert_eq!(lab.points("ifInOctets"), [(T, None), (T + EVERY, None), (T + 2 * EVERY, None)]);
}

#[test]
fn large_counts_and_their_width_come_back_exactly() {
    let lab = Lab::new();
    let octets = series("ifInOctets", "Gi0/1", Kind::Counter);
    lab.count(&octets, T, Counter::b64(u64::MAX - 1));
    lab.count(&octets, T + SECOND, Counter::b32(7));
    let raw = lab.store.reader().raw(&super::parse("ifInOctets"), super::ALWAYS).expect("samples");
    let values: Vec<_> = raw.iter().map(|sample| sample.value).collect();
    assert_eq!(values, [model::Value::Counter(Counter::b64(u64::MAX - 1)), model::Value::Counter(Counter::b32(7))]);
    assert_eq!(lab.points("ifInOctets").last(), Some(&(T + SECOND, None)), "a change of width is a gap");
}

#[test]
fn a_mean_is_what_was_counted_by_time_whatever_the_spacing() {
    let lab = Lab::new();
    let octets = series("ifInOctets", "Gi0/1", Kind::Counter);
    let (mut at, mut raw) = (T - T % 600_000 + 7 * SECOND, 0);
    let first = at;
    let mut seen = vec![(at, raw)];
    lab.count(&octets, at, Counter::b64(raw));
    // Slowly and calm at first, then fast and busy, as after a past that was filled in.
    for (every, rate, polls) in [(120 * SECOND, 1_000, 6), (5 * SECOND, 50_000, 30), (30 * SECOND, 2_000, 10)] {
        for _ in 0..polls {
            at += every;
            raw += rate * every as u64 / 1_000;
            seen.push((at, raw));
            lab.count(&octets, at, Counter::b64(raw));
        }
    }
    let means = |length| {
        let step = Some(Step { length, agg: Agg::Avg });
        lab.store.reader().points(&parse("ifInOctets"), ALWAYS, step).expect("points").remove(0).points
    };
    let close = |value: Option<f64>, wanted: f64| value.is_some_and(|value| (value - wanted).abs() < 1e-6 * wanted);
    let all = means(86_400_000);
    assert!(all.len() == 1 && close(all[0].1, raw as f64 * 1_000.0 / (at - first) as f64), "{all:?}");
    // What the counter showed at a moment between two polls, as rates say it.
    let count = |moment: i64| {
        let next = seen.iter().position(|(at, _)| *at >= moment).expect("a later poll").max(1);
        let ((t0, c0), (t1, c1)) = (seen[next - 1], seen[next]);
        c0 as f64 + (c1 - c0) as f64 * (moment - t0) as f64 / (t1 - t0) as f64
    };
    for (start, mean) in means(600_000) {
        let (from, until) = (start.max(first), (start + 600_000).min(at));
        let wanted = (count(until) - count(from)) * 1_000.0 / (until - from) as f64;
        assert!(close(mean, wanted), "{start}: {mean:?}, not {wanted}");
    }
}
