//! Which cards share a row: every row fills twelve columns, and what shares it is of about one height.

/// How much room a card wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// A figure, three lights: low, a quarter to a half of the width.
    Low,
    /// A chart: high, two thirds of the width or more.
    Wide,
    /// A ranking: high, a third of the width.
    Tall,
    /// A narrow table, the events: half the width or all of it.
    Half,
    /// A table: the whole width.
    Full,
}

/// The cards by place and how many of twelve columns each gets, in the order in which they stand. Low ones come first, then charts with a
/// ranking beside each as long as there are any, then tables, wide ones first; within these the order stays.
pub(crate) fn rows(shapes: &[Shape]) -> Vec<(usize, u8)> {
    let of = |wanted: Shape| -> Vec<usize> {
        shapes.iter().enumerate().filter(|(_, shape)| **shape == wanted).map(|(at, _)| at).collect()
    };
    let (mut low, wide, mut tall, full) = (of(Shape::Low), of(Shape::Wide), of(Shape::Tall), of(Shape::Full));
    let mut rows = Vec::new();
    // A low card alone would stand in an empty row; beside a chart it is well placed.
    if low.len() == 1 && wide.len() > tall.len() {
        tall.append(&mut low);
    }
    evenly(&mut rows, &low, 4);
    // One ranking too many would be alone too: then the chart takes a row, and the two rankings share one.
    let pairs = if wide.len() < tall.len() && tall.len() - wide.len() == 1 {
        wide.len().saturating_sub(1)
    } else {
        wide.len().min(tall.len())
    };
    for (chart, beside) in wide.iter().zip(&tall).take(pairs) {
        rows.extend([(*chart, 8), (*beside, 4)]);
    }
    evenly(&mut rows, &wide[pairs..], 2);
    evenly(&mut rows, &tall[pairs..], 3);
    rows.extend(full.into_iter().map(|at| (at, 12)));
    evenly(&mut rows, &of(Shape::Half), 2);
    rows
}

/// Rows of at most `most` cards, as equal as can be.
fn evenly(rows: &mut Vec<(usize, u8)>, cards: &[usize], most: usize) {
    let mut left = cards;
    while !left.is_empty() {
        let count = left.len().div_ceil(left.len().div_ceil(most));
        let (row, rest) = left.split_at(count);
        rows.extend(row.iter().map(|at| (*at, (12 / count) as u8)));
        left = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Shape::{Full, Half, Low, Tall, Wide};

    #[test]
    fn the_bundled_transforms_make_three_full_rows() {
        let shapes = [Low, Half, Low, Low, Wide, Tall, Half];
        assert_eq!(rows(&shapes), [(0, 4), (2, 4), (3, 4), (4, 8), (5, 4), (1, 6), (6, 6)]);
    }

    #[test]
    fn a_lone_low_card_goes_beside_a_chart() {
        assert_eq!(rows(&[Low, Wide]), [(1, 8), (0, 4)]);
        assert_eq!(rows(&[Low]), [(0, 12)]);
    }

    #[test]
    fn any_mix_fills_every_row_and_shows_every_card_once() {
        for code in 0..5usize.pow(6) {
            for length in 0..=6 {
                let shapes: Vec<Shape> =
                    (0..length).map(|at| [Low, Wide, Tall, Full, Half][code / 5usize.pow(at) % 5]).collect();
                let rows = rows(&shapes);
                let mut filled = 0;
                for (_, span) in &rows {
                    filled += span;
                    assert!(filled <= 12, "{shapes:?} {rows:?}");
                    filled %= 12;
                }
                assert_eq!(filled, 0, "{shapes:?} {rows:?}");
                let mut shown: Vec<usize> = rows.iter().map(|(at, _)| *at).collect();
                shown.sort_unstable();
                assert_eq!(shown, (0..shapes.len()).collect::<Vec<_>>());
            }
        }
    }
}
