//! A small SNMP agent of version 2c for tests, with the bad habits of real ones.

use crate::snmp::codec::{self, tests::response};
use crate::snmp::oid::Oid;
use snmp2::{MessageType, Pdu};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::ops::Bound;
use tokio::net::UdpSocket;
use tokio::task::JoinHandle;

/// A server on a loopback port; it ends when it is dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Answers each datagram with those that `answer` gives.
pub(crate) async fn serve(mut answer: impl FnMut(&[u8]) -> Vec<Vec<u8>> + Send + 'static) -> Server {
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a loopback port");
    let address = socket.local_addr().expect("an address");
    let task = tokio::spawn(async move {
        let mut buffer = vec![0; 65_535];
        while let Ok((length, peer)) = socket.recv_from(&mut buffer).await {
            for datagram in answer(&buffer[..length]) {
                let _ = socket.send_to(&datagram, peer).await;
            }
        }
    });
    Server { address, task }
}

/// A request as the agent reads it.
pub(crate) struct Request {
    pub(crate) id: i32,
    pub(in crate::snmp) oids: Vec<Oid>,
    /// How many rows, if it is GETBULK.
    pub(crate) repetitions: Option<u32>,
}

impl Request {
    pub(crate) fn read(bytes: &[u8]) -> Request {
        let pdu = Pdu::from_bytes(bytes).expect("a request");
        let oids = pdu.varbinds.clone().map(|(oid, _)| Oid::from_ber(oid.as_bytes()).expect("a name")).collect();
        let repetitions = (pdu.message_type == MessageType::GetBulkRequest).then_some(pdu.error_index);
        Request { id: pdu.req_id, oids, repetitions }
    }
}

/// What an agent has: the bytes of each value by name.
#[derive(Debug, Clone, Default)]
pub(crate) struct Objects(pub(in crate::snmp) BTreeMap<Oid, Vec<u8>>);

impl Objects {
    pub(crate) fn set(&mut self, oid: &str, tag: u8, value: &[u8]) {
        let mut bytes = Vec::new();
        crate::snmp::ber::put(&mut bytes, tag, value);
        self.0.insert(oid_of(oid), bytes);
    }

    pub(crate) fn text(&mut self, oid: &str, text: &str) {
        self.set(oid, 4, text.as_bytes());
    }

    pub(crate) fn number(&mut self, oid: &str, tag: u8, number: u64) {
        let bytes = number.to_be_bytes();
        let zeros = bytes.iter().take(7).take_while(|byte| **byte == 0).count();
        let digits = &bytes[zeros..];
        let sign: &[u8] = if digits[0] > 0x7f { &[0] } else { &[] };
        self.set(oid, tag, &[sign, digits].concat());
    }

    fn after(&self, oid: &Oid) -> Option<(&Oid, &Vec<u8>)> {
        self.0.range((Bound::Excluded(oid), Bound::Unbounded)).next()
    }

    /// What a good agent answers: the objects, in the order of the protocol.
    pub(in crate::snmp) fn found(&self, request: &Request) -> Vec<(Oid, Vec<u8>)> {
        let Some(repetitions) = request.repetitions else {
            let value = |oid: &Oid| self.0.get(oid).cloned().unwrap_or(vec![0x80, 0]);
            return request.oids.iter().map(|oid| (oid.clone(), value(oid))).collect();
        };
        let mut at = request.oids.clone();
        let mut found = Vec::new();
        for _ in 0..repetitions {
            for oid in &mut at {
                match self.after(oid) {
                    Some((next, value)) => {
                        found.push((next.clone(), value.clone()));
                        next.clone_into(oid);
                    }
                    None => found.push((oid.clone(), vec![0x82, 0])),
                }
            }
        }
        found
    }

    /// The answer of a good agent.
    pub(crate) fn answer(&self, request: &Request) -> Vec<u8> {
        sealed(request.id, &self.found(request))
    }
}

/// The message of an answer with these objects.
pub(in crate::snmp) fn sealed(id: i32, found: &[(Oid, Vec<u8>)]) -> Vec<u8> {
    let binds: Vec<(Oid, &[u8])> = found.iter().map(|(oid, value)| (oid.clone(), value.as_slice())).collect();
    codec::seal(&response(id, 0, 0, &binds), "public")
}

/// The message of an answer that says what is wrong with the request.
pub(crate) fn failed(id: i32, error: i64, index: i64) -> Vec<u8> {
    codec::seal(&response(id, error, index, &[]), "public")
}

/// The answer of an agent whose tables have one row more each time it is asked.
pub(crate) fn drip(request: &Request, row: u32) -> Vec<u8> {
    let next = |oid: &Oid| {
        let numbers = oid.to_string();
        let column: Vec<&str> = numbers.split('.').collect();
        let length = if column.get(6) == Some(&"31") { 11 } else { 10 };
        (oid_of(&column.get(..length).unwrap_or(&column).join(".")).child(&[row]), vec![4, 1, b'x'])
    };
    sealed(request.id, &request.oids.iter().map(next).collect::<Vec<_>>())
}

pub(in crate::snmp) fn oid_of(text: &str) -> Oid {
    let numbers: Vec<u32> =
        text.trim_start_matches('.').split('.').map(|number| number.parse().expect("a number")).collect();
    Oid::new(&numbers)
}
