//! Asked what it is, it thinks for ever.

use lightship_guest::{Batch, Failure, Manifest, Transform, Widget};

struct Brooding;

impl Transform for Brooding {
    fn describe() -> Manifest {
        loop {
            std::hint::black_box(());
        }
    }

    fn transform(_: Batch) -> Result<Vec<Widget>, Failure> {
        Ok(Vec::new())
    }
}

lightship_guest::export!(Brooding);
