//! Series, made once and shared from poll to poll.

use model::{Kind, Labels, Series};
use std::collections::HashMap;
use std::sync::Arc;

/// The series of one device, by row and metric.
pub(crate) struct Interner {
    device: String,
    rows: HashMap<Labels, Row>,
}

#[derive(Default)]
struct Row {
    series: Vec<Arc<Series>>,
    used: bool,
}

impl Interner {
    pub(crate) fn new(device: &str) -> Interner {
        Interner { device: device.to_owned(), rows: HashMap::new() }
    }

    /// The series of a metric of a row. A metric always comes with the same unit and kind.
    pub(crate) fn series(&mut self, row: &Labels, metric: &str, unit: &str, kind: Kind) -> Arc<Series> {
        if !self.rows.contains_key(row) {
            self.rows.insert(row.clone(), Row::default());
        }
        let make = || {
            let (device, metric, unit) = (self.device.clone(), metric.to_owned(), unit.to_owned());
            Arc::new(Series { device, metric, labels: row.clone(), unit, kind })
        };
        let Some(known) = self.rows.get_mut(row) else { return make() };
        known.used = true;
        if let Some(series) = known.series.iter().find(|series| series.metric == metric) {
            return series.clone();
        }
        let series = make();
        known.series.push(series.clone());
        series
    }

    /// Forgets the rows that no one asked for since the last call, such as those of a tunnel that is gone.
    pub(crate) fn sweep(&mut self) {
        self.rows.retain(|_, row| std::mem::take(&mut row.used));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_series_is_shared_while_it_is_used() {
        let mut series = Interner::new("r1");
        let row = Labels::one("ifName", "eth0");
        let first = series.series(&row, "ifInOctets", "octet", Kind::Counter);
        series.series(&row, "ifOutOctets", "octet", Kind::Counter);
        series.sweep();
        let second = series.series(&row, "ifInOctets", "octet", Kind::Counter);
        assert!(Arc::ptr_eq(&first, &second));
        series.sweep();
        series.sweep();
        let third = series.series(&row, "ifInOctets", "octet", Kind::Counter);
        assert!(!Arc::ptr_eq(&first, &third) && first == third);
    }
}
