//! The whole network over time.

use super::network::Network;
use super::schedule::{Schedule, State};
use super::*;
use crate::topology::{Cable, FAILING, LINKS, RESTARTING, ROUTERS, SPEED, link_wire, ports};

/// Tuesday, 2026-09-22 10:13 UTC.
const START: i64 = 1_790_072_000_000;
const MINUTE: i64 = 60_000;

/// Bits a second on a wire over the minute from this time.
fn rate(network: &Network, wire: usize, from: i64) -> f64 {
    let octets = |at| network.at(at).counted(0, wire).octets;
    (octets(from + MINUTE) - octets(from)) as f64 * 8.0 / 60.0
}

#[test]
fn counters_never_go_back_but_for_a_restart() {
    let network = Network::new(START);
    let mut before = network.at(START - DAY);
    for step in 1..2880 {
        let now = network.at(START - DAY + step * 30_000);
        for router in 0..ROUTERS.len() {
            let restarted = now.booted(router) != before.booted(router);
            assert!(!restarted || router == RESTARTING);
            for port in ports(router) {
                for wire in [port.sends, port.receives] {
                    let (old, new) = (before.counted(router, wire), now.counted(router, wire));
                    if !restarted {
                        assert!(new.octets >= old.octets && new.unicast >= old.unicast, "router {router}, wire {wire}");
                        assert!(new.multicast >= old.multicast && new.broadcast >= old.broadcast);
                    }
                }
            }
        }
        before = now;
    }
}

#[test]
fn what_comes_in_goes_out() {
    let network = Network::new(START);
    for at in [START - DAY, START - 7 * 3_600_000, START, START + 4 * MINUTE] {
        let now = network.at(at);
        for router in 0..ROUTERS.len() {
            let sum = |receiving: bool| -> u64 {
                let wires = ports(router).into_iter().map(|port| if receiving { port.receives } else { port.sends });
                wires.map(|wire| now.counted(router, wire).unicast).sum()
            };
            assert_eq!(sum(true), sum(false), "router {router}");
        }
    }
}

#[test]
fn no_order_of_asking_changes_an_answer() {
    let (forward, back) = (Network::new(START), Network::new(START));
    let times: Vec<_> = (0..200).map(|step| START - DAY + step * 431_000).collect();
    let totals = |network: &Network, at| {
        let now = network.at(at);
        ports(RESTARTING).iter().map(|port| now.counted(RESTARTING, port.sends)).collect::<Vec<_>>()
    };
    let mut asked: Vec<_> = times.iter().rev().map(|at| totals(&back, *at)).collect();
    asked.reverse();
    assert_eq!(times.iter().map(|at| totals(&forward, *at)).collect::<Vec<_>>(), asked);
}

#[test]
fn no_wire_is_ever_too_small() {
    for bounds in Network::new(START).bounds() {
        for (wire, bound) in bounds.into_iter().enumerate() {
            assert!(bound < f64::from(SPEED) * 1e6, "wire {wire} could carry {:.0} Mbit/s", bound / 1e6);
        }
    }
}

#[test]
fn a_working_day_is_seen_on_the_uplinks() {
    let network = Network::new(START);
    let midnight = START - START.rem_euclid(DAY) - DAY;
    for router in [0, 5] {
        let uplink = ports(router).into_iter().find(|port| port.cable == Cable::Uplink).expect("an exit");
        let hour = |hour: i64| -> f64 {
            let from = midnight + hour * 3_600_000;
            (0..60).map(|minute| rate(&network, uplink.receives, from + minute * MINUTE)).sum::<f64>() / 60e6
        };
        let (night, noon, afternoon) = (hour(4), hour(12), hour(15));
        assert!(afternoon > 150.0 && afternoon < 600.0, "{afternoon} Mbit/s");
        assert!(night < afternoon / 4.0 && noon < afternoon * 0.95, "{night} {noon} {afternoon} Mbit/s");
    }
}

#[test]
fn a_failed_link_falls_silent_and_others_carry_its_traffic() {
    let network = Network::new(START);
    let (a, b) = LINKS[FAILING];
    let well = START;
    let failed = START + 3 * MINUTE;
    assert_eq!(Schedule { start: START }.state(failed), State::ALL[1]);
    for from in [a, b] {
        let wire = link_wire(FAILING, from);
        assert!(rate(&network, wire, well) > 30e6, "{:.0}", rate(&network, wire, well));
        assert!(rate(&network, wire, failed) == 0.0);
    }
    assert!(network.at(well).link_up(FAILING) && !network.at(failed).link_up(FAILING));
    assert_eq!(network.at(failed).link_changed(FAILING), START + 2 * MINUTE);
    let round = link_wire(0, 0);
    assert!(rate(&network, round, failed) > 1.1 * rate(&network, round, well));
}

#[test]
fn a_restarted_router_counts_from_zero() {
    let network = Network::new(START);
    let schedule = Schedule { start: START };
    let silent = START + 26 * MINUTE;
    assert!(!network.at(silent).answers(RESTARTING));
    let mut again = schedule.next_change(silent);
    while schedule.state(again).restarting {
        again = schedule.next_change(again);
    }
    let now = network.at(again);
    assert!(now.answers(RESTARTING));
    assert_eq!(again - now.booted(RESTARTING), 40_000);
    for port in ports(RESTARTING) {
        assert_eq!(now.counted(RESTARTING, port.sends).octets, 0);
        assert!(network.at(again + MINUTE).counted(RESTARTING, port.receives).octets > 0);
    }
    // The peers counted on.
    assert!(now.counted(1, link_wire(3, 1)).octets > 0);
}
