//! Which interfaces carry most.

use crate::interface::{Interface, Rates, bits};
use lightship_guest::history::{self, Agg};
use lightship_guest::{Failure, Leader, Leaderboard, Millis, Widget};

const HOUR: Millis = 60 * 60 * 1000;

/// The interface that carried most in the last full hour, so that the choice stands for an hour; before there is one, the busiest now.
pub(crate) fn of_last_hour(interfaces: &[Interface], now: Millis) -> Result<Option<&Interface>, Failure> {
    let until = now - now.rem_euclid(HOUR);
    let select = "ifInOctets,ifOutOctets";
    let means = history::query(select, until - HOUR, until - 1, HOUR as u32, Agg::Avg)?;
    let mut rates = vec![Rates::default(); interfaces.len()];
    for series in means.series() {
        if let Some(at) = interfaces.iter().position(|interface| interface.owns(&series)) {
            rates[at].take(series.metric(), series.value().map(bits));
        }
    }
    let busiest = |rates: &dyn Fn(usize) -> Option<f64>| {
        let used = interfaces.iter().enumerate().filter(|(_, interface)| interface.in_use);
        let known = used.filter_map(|(at, interface)| rates(at).map(|rate| (rate, interface)));
        known.reduce(|best, next| if next.0 > best.0 { next } else { best }).map(|(_, interface)| interface)
    };
    Ok(busiest(&|at| rates[at].larger()).or_else(|| busiest(&|at| interfaces[at].now.larger())))
}

/// The ranking by what each carries now, the larger of both directions.
pub(crate) fn ranking(interfaces: &[Interface], top: usize) -> Widget {
    let used = interfaces.iter().filter(|interface| interface.in_use);
    let mut items: Vec<_> = used
        .filter_map(|interface| {
            let value = interface.now.larger()?;
            Some(Leader { label: interface.full_name(), value, previous_rank: None })
        })
        .collect();
    items.sort_by(|a, b| b.value.total_cmp(&a.value));
    items.truncate(top);
    Widget::new("busiest", "Busiest interfaces", Leaderboard { items })
        .unit("bit/s")
        .subtitle("the larger of in and out")
}
