//! The agent as a manager sees it, with snmp2's parser in the manager's place.

use super::agent::Agent;
use super::ber::{INTEGER, OCTETS, SEQUENCE, put, put_integer, put_oid};
use super::message::{LONGEST, Request};
use super::view::View;
use crate::topology::ROUTERS;
use crate::traffic::Network;
use snmp2::{MessageType, Pdu, Value};

const START: i64 = 1_790_072_000_000;
const GET: u8 = 0xa0;
const NEXT: u8 = 0xa1;
const SET: u8 = 0xa3;
const BULK: u8 = 0xa5;

/// A request with the two numbers that stand before the names.
fn request(community: &str, tag: u8, numbers: (i64, i64), names: &[&[u32]]) -> Vec<u8> {
    let mut bindings = Vec::new();
    for name in names {
        let mut binding = Vec::new();
        put_oid(&mut binding, name);
        binding.extend([5, 0]);
        put(&mut bindings, SEQUENCE, &binding);
    }
    let mut pdu = Vec::new();
    [77, numbers.0, numbers.1].into_iter().for_each(|number| put_integer(&mut pdu, number));
    put(&mut pdu, SEQUENCE, &bindings);
    let mut message = vec![INTEGER, 1, 1];
    put(&mut message, OCTETS, community.as_bytes());
    put(&mut message, tag, &pdu);
    let mut datagram = Vec::new();
    put(&mut datagram, SEQUENCE, &message);
    datagram
}

struct Lab {
    network: Network,
    agent: Agent,
}

/// The status and the bindings of an answer, each value as snmp2 prints it.
type Answer = (u32, Vec<(Vec<u32>, String)>);

impl Lab {
    fn new() -> Lab {
        Lab { network: Network::new(START), agent: Agent::new(0, "public") }
    }

    fn raw(&self, datagram: &[u8]) -> Option<Vec<u8>> {
        self.agent.answer(&self.network.at(START), datagram)
    }

    fn ask(&self, tag: u8, numbers: (i64, i64), names: &[&[u32]]) -> Answer {
        let answer = self.raw(&request("public", tag, numbers, names)).expect("an answer");
        assert!(answer.len() <= LONGEST, "{} octets", answer.len());
        let pdu = Pdu::from_bytes(&answer).expect("a message");
        assert_eq!((pdu.message_type, pdu.req_id, pdu.community), (MessageType::Response, 77, &b"public"[..]));
        let bindings = pdu.varbinds.map(|(name, value)| {
            let parts = name.iter().expect("parts of 64 bits").map(|part| part as u32).collect();
            (parts, format!("{value:?}"))
        });
        (pdu.error_status, bindings.collect())
    }
}

const NAME: &[u32] = &[1, 3, 6, 1, 2, 1, 1, 5, 0];
const ALIAS: &[u32] = &[1, 3, 6, 1, 2, 1, 31, 1, 1, 1, 18];

#[test]
fn values_and_exceptions_are_told_apart() {
    let instance = [ALIAS, &[99]].concat();
    let (status, bindings) = Lab::new().ask(
        GET,
        (0, 0),
        &[NAME, &[1, 3, 6, 1, 2, 1, 1, 2, 0], &[ALIAS, &[4]].concat(), &instance, ALIAS, &[1, 3, 6, 1, 2, 1, 4, 1, 0]],
    );
    let values: Vec<_> = bindings.iter().map(|(_, value)| value.as_str()).collect();
    assert_eq!(status, 0);
    assert_eq!(
        values,
        [
            "OCTET STRING: R1",
            "OBJECT IDENTIFIER: 1.3.6.1.4.1.32473.1.1",
            "OCTET STRING: uplink to provider",
            "NO SUCH INSTANCE",
            "NO SUCH INSTANCE",
            "NO SUCH OBJECT",
        ]
    );
    assert_eq!(bindings[3].0, instance);
}

#[test]
fn a_walk_sees_everything_once_in_order_and_ends() {
    let lab = Lab::new();
    let (mut name, mut seen) = (vec![0, 0], Vec::new());
    loop {
        let (status, mut bindings) = lab.ask(NEXT, (0, 0), &[&name]);
        let (next, value) = bindings.pop().expect("one binding");
        assert_eq!(status, 0);
        if value == "END OF MIB VIEW" {
            assert_eq!(next, name);
            break;
        }
        assert!(next > name);
        seen.push((next.clone(), value));
        name = next;
    }
    assert_eq!(seen.len(), View::new(0).len());

    // In bulk it is the same, whatever is cut off for its length.
    let (mut name, mut bulk) = (vec![0, 0], Vec::new());
    loop {
        let (_, bindings) = lab.ask(BULK, (0, 50), &[&name]);
        let ended = bindings.iter().any(|(_, value)| value == "END OF MIB VIEW");
        bulk.extend(bindings.into_iter().filter(|(_, value)| value != "END OF MIB VIEW"));
        if ended {
            break;
        }
        name = bulk.last().expect("at least one fits").0.clone();
    }
    assert_eq!(bulk, seen);
}

#[test]
fn bulk_asks_once_for_the_first_and_again_for_the_rest() {
    let descr = [1, 3, 6, 1, 2, 1, 2, 2, 1, 2];
    let (_, bindings) = Lab::new().ask(BULK, (1, 2), &[&NAME[..8], &descr, ALIAS]);
    let values: Vec<_> = bindings.iter().map(|(_, value)| value.trim_start_matches("OCTET STRING: ")).collect();
    assert_eq!(values, ["R1", "GigabitEthernet0/0", "to R2", "GigabitEthernet0/1", "to R3"]);
    let (_, none) = Lab::new().ask(BULK, (-1, -5), &[NAME]);
    assert!(none.is_empty());
}

#[test]
fn both_ends_of_a_link_count_the_same() {
    let network = Network::new(START);
    let now = network.at(START);
    let one = |router: usize, column: u32, index: u32| {
        let view = View::new(router);
        let entry = view.get(&[1, 3, 6, 1, 2, 1, 31, 1, 1, 1, column, index]).expect("an entry");
        format!("{:?}", view.value(entry, &now))
    };
    // R1's Gi0/0 leads to R2's Gi0/0: ifHCOutOctets there is ifHCInOctets here.
    assert_eq!(one(0, 10, 1), one(1, 6, 1));
    assert_eq!(one(0, 6, 1), one(1, 10, 1));
    assert_ne!(one(0, 6, 1), one(0, 10, 1));
}

#[test]
fn a_get_of_too_much_is_too_big() {
    let names = vec![NAME; 200];
    let (status, bindings) = Lab::new().ask(GET, (0, 0), &names);
    assert_eq!((status, bindings.len()), (1, 0));
}

#[test]
fn nothing_can_be_set() {
    let (status, bindings) = Lab::new().ask(SET, (0, 0), &[NAME]);
    assert_eq!((status, bindings.len()), (6, 1));
}

#[test]
fn strangers_and_other_versions_hear_nothing() {
    let lab = Lab::new();
    assert!(lab.raw(&request("public", GET, (0, 0), &[NAME])).is_some());
    assert!(lab.raw(&request("Public", GET, (0, 0), &[NAME])).is_none());
    assert!(lab.raw(&request("", GET, (0, 0), &[NAME])).is_none());
    assert!(lab.raw(&request("public", 0xa7, (0, 0), &[NAME])).is_none(), "a trap");
    let mut other = request("public", GET, (0, 0), &[NAME]);
    other[4] = 0;
    assert!(lab.raw(&other).is_none(), "version 1");
}

#[test]
fn a_restarting_router_is_silent_and_then_young() {
    let network = Network::new(START);
    let agent = Agent::new(4, "public");
    let datagram = request("public", GET, (0, 0), &[&[1, 3, 6, 1, 2, 1, 1, 3, 0]]);
    assert!(agent.answer(&network.at(START + 26 * 60_000), &datagram).is_none());
    let answer = agent.answer(&network.at(START + 32 * 60_000), &datagram).expect("an answer");
    let value = Pdu::from_bytes(&answer).ok().and_then(|mut pdu| pdu.varbinds.next()).map(|(_, value)| value);
    assert!(matches!(value, Some(Value::Timeticks(ticks)) if ticks < 6 * 6000), "{value:?}");
}

#[test]
fn no_datagram_makes_an_agent_panic() {
    let lab = Lab::new();
    let names: &[&[u32]] = &[NAME, ALIAS, &[0, 0]];
    let seeds = [GET, NEXT, BULK, SET].map(|tag| request("public", tag, (1, 7), names));
    // A small generator (xorshift) makes the run the same each time.
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let mut answered = 0;
    for round in 0..40_000 {
        let mut datagram = seeds[round % seeds.len()].clone();
        for _ in 0..1 + random(4) {
            let at = random(datagram.len());
            match random(4) {
                0 => datagram[at] = random(256) as u8,
                1 => datagram[at] ^= 1 << random(8),
                2 => datagram.insert(at, [0, 0x7f, 0x80, 0x84, 0xff][random(5)]),
                _ => datagram.truncate(at.max(1)),
            }
        }
        if let Some(answer) = lab.raw(&datagram) {
            assert!(answer.len() <= LONGEST || datagram.len() > LONGEST);
            answered += 1;
        }
    }
    assert!(answered > 1000, "the mutator must leave something to answer: {answered}");
    assert_eq!(Request::read(&[]), None);
}

#[test]
fn each_router_has_its_own_view() {
    let sizes: Vec<_> = (0..ROUTERS.len()).map(|router| View::new(router).len()).collect();
    assert_eq!(sizes, [4, 4, 4, 4, 4, 4].map(|ports| 8 + ports * 37));
}
