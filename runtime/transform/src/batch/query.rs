//! `history.query`: what a guest asks of the store beyond its batch.

use super::configured::Configured;
use super::pack::{Frame, millis, pack};
use crate::guest::{to_millis, wit};
use model::Selector;
use store::{Agg, Found, Range, Reader, Step, StoreError};

/// What is asked for, as the guest wrote it.
pub(crate) struct Query {
    pub(crate) select: String,
    pub(crate) start_ms: f64,
    pub(crate) end_ms: f64,
    pub(crate) step_ms: u32,
    pub(crate) agg: Agg,
}

/// Why it gets no answer.
pub(crate) struct Refused {
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl From<StoreError> for Refused {
    fn from(why: StoreError) -> Refused {
        Refused { code: "store", message: why.to_string() }
    }
}

/// Asks the store for at most so many points.
pub(crate) fn ask(reader: &Reader, query: &Query, most: usize) -> Result<wit::Batch, Refused> {
    let selector: Selector = query
        .select
        .parse()
        .map_err(|why: model::SelectorError| Refused { code: "selector", message: why.to_string() })?;
    let range = match (to_millis(query.start_ms), to_millis(query.end_ms)) {
        (Some(from), Some(until)) if from <= until => Range { from, until },
        _ => {
            let message = format!("from {} to {} is no stretch of time", query.start_ms, query.end_ms);
            return Err(Refused { code: "range", message });
        }
    };
    let step = (query.step_ms > 0).then(|| Step { length: query.step_ms.into(), agg: query.agg });
    let too_many = |points: usize| Refused {
        code: "limit",
        message: format!(
            "`{}` asks for some {points} points, and this run may have {most} more; choose a larger step",
            query.select
        ),
    };
    let devices = Configured::read(reader)?;
    let estimate = estimate(reader, &devices, &selector, range, step)?;
    if estimate > most {
        return Err(too_many(estimate));
    }
    let curves: Vec<_> = devices.only(reader.points(&selector, range, step)?).collect();
    let points = curves.iter().map(|curve| curve.points.len()).sum();
    if points > most {
        return Err(too_many(points));
    }
    let states = reader.state_names()?;
    Ok(pack(&curves, &states, &Frame { now: range.until, since: range.from, dropped: 0 }))
}

/// About how many points there are, told from what is known of the series without reading them.
fn estimate(
    reader: &Reader,
    devices: &Configured,
    selector: &Selector,
    range: Range,
    step: Option<Step>,
) -> Result<usize, StoreError> {
    let points = |found: &Found| {
        let Some(every) = devices.every(&found.series.device) else { return 0 };
        let width = step.map_or(every, |step| step.length.max(every)).max(1);
        let shared = found.last_at.min(range.until) - found.first_at.max(range.from);
        if shared < 0 { 0 } else { (millis(shared) / millis(width)) as usize + 1 }
    };
    Ok(reader.series(selector)?.iter().map(points).sum())
}
