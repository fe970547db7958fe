//! Bends good bytes: the same way on every run with the same number to start from.

use fastrand::Rng;

/// `count` variations of the seeds, one after another to `each`.
pub(crate) fn mutate(start: u64, seeds: &[Vec<u8>], count: usize, mut each: impl FnMut(&[u8])) {
    let mut rng = Rng::with_seed(start);
    for _ in 0..count {
        let mut bytes = seeds[rng.usize(..seeds.len())].clone();
        for _ in 0..rng.usize(1..6) {
            bend(&mut bytes, &mut rng);
        }
        each(&bytes);
    }
}

fn bend(bytes: &mut Vec<u8>, rng: &mut Rng) {
    // Values at the edges of tags, lengths and numbers find more than any others.
    const EDGES: [u8; 10] = [0, 1, 0x7f, 0x80, 0x81, 0x84, 0x88, 0xfe, 0xff, 0x30];
    let at = rng.usize(..=bytes.len());
    let end = (at + rng.usize(1..12)).min(bytes.len());
    match rng.u8(..6) {
        0 => bytes.truncate(at),
        1 => drop(bytes.drain(at..end)),
        2 => bytes.insert(at, rng.u8(..)),
        3 => {
            let part = bytes[at..end].to_vec();
            bytes.splice(at..at, part);
        }
        4 if at < bytes.len() => bytes[at] ^= 1 << rng.u8(..8),
        _ if at < bytes.len() => bytes[at] = EDGES[rng.usize(..EDGES.len())],
        _ => bytes.extend([0x30, 0x84]),
    }
}
