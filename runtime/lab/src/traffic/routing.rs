//! Which way a flow goes: the fewest hops over the links that are up.

use crate::topology::{EXITS, LINKS, ROUTERS, Wire, exit_wire, lan_wire, link_wire};
use std::collections::VecDeque;

/// Where a flow begins or ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    /// A router's LAN.
    Lan(usize),
    /// The provider at an exit, by its index.
    Provider(usize),
}

impl Place {
    fn router(self) -> usize {
        match self {
            Place::Lan(router) => router,
            Place::Provider(exit) => EXITS[exit],
        }
    }

    fn way_in(self) -> Wire {
        match self {
            Place::Lan(router) => lan_wire(router),
            Place::Provider(exit) => exit_wire(exit),
        }
    }
}

/// Which neighbour is taken where several are as near.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tie {
    /// The one with the lower number.
    Low,
    /// The one with the higher number.
    High,
}

/// The wires on the way, the first and the last included; none where there is no way. The way back is the same, reversed.
pub(crate) fn path(from: Place, to: Place, tie: Tie, up: &[bool; LINKS.len()]) -> Option<Vec<Wire>> {
    let (start, end) = (from.router(), to.router());
    let mut routers = hops(start.min(end), start.max(end), tie, up)?;
    if start > end {
        routers.reverse();
    }
    let mut wires = vec![from.way_in()];
    for pair in routers.windows(2) {
        let ends = (pair[0].min(pair[1]), pair[0].max(pair[1]));
        let link = LINKS.iter().position(|link| *link == ends)?;
        wires.push(link_wire(link, pair[0]));
    }
    wires.push(to.way_in() + 1);
    Some(wires)
}

/// The routers on the way, both ends included.
fn hops(start: usize, end: usize, tie: Tie, up: &[bool; LINKS.len()]) -> Option<Vec<usize>> {
    let mut far = [None; ROUTERS.len()];
    far[end] = Some(0);
    let mut queue = VecDeque::from([end]);
    while let Some(router) = queue.pop_front() {
        for peer in neighbours(router, up) {
            if far[peer].is_none() {
                far[peer] = far[router].map(|hops: usize| hops + 1);
                queue.push_back(peer);
            }
        }
    }
    let mut routers = vec![start];
    let (mut here, mut left) = (start, far[start]?);
    while left > 0 {
        left -= 1;
        let mut nearer = neighbours(here, up).filter(|peer| far[*peer] == Some(left));
        here = match tie {
            Tie::Low => nearer.min(),
            Tie::High => nearer.by_ref().max(),
        }?;
        routers.push(here);
    }
    Some(routers)
}

fn neighbours(router: usize, up: &[bool; LINKS.len()]) -> impl Iterator<Item = usize> {
    LINKS.iter().zip(up).filter(|(_, up)| **up).filter_map(move |((a, b), _)| match router {
        _ if router == *a => Some(*b),
        _ if router == *b => Some(*a),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::topology::FAILING;

    #[test]
    fn flows_take_the_shortest_way_and_ties_go_as_told() {
        let up = [true; LINKS.len()];
        assert_eq!(hops(2, 4, Tie::Low, &up), Some(vec![2, 4]));
        assert_eq!(hops(0, 5, Tie::Low, &up), Some(vec![0, 1, 3, 5]));
        assert_eq!(hops(0, 5, Tie::High, &up), Some(vec![0, 2, 4, 5]));
    }

    #[test]
    fn a_failed_link_is_gone_round() {
        let mut up = [true; LINKS.len()];
        up[FAILING] = false;
        assert_eq!(hops(2, 4, Tie::Low, &up), Some(vec![2, 0, 1, 4]));
        up[3] = false;
        up[7] = false;
        assert_eq!(hops(2, 4, Tie::Low, &up), None);
    }

    #[test]
    fn the_way_back_is_the_same() {
        let up = [true; LINKS.len()];
        let there = path(Place::Lan(2), Place::Provider(1), Tie::High, &up).expect("a way");
        let back = path(Place::Provider(1), Place::Lan(2), Tie::High, &up).expect("a way");
        let mirrored: Vec<_> = back.iter().rev().map(|wire| wire ^ 1).collect();
        assert_eq!(there, mirrored);
    }
}
