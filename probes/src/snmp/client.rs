//! Requests and answers over UDP: timeouts, retries with back-off, and nothing that outlives the poll's deadline.

use super::address::Address;
use super::codec::{self, Answer, Ask};
use super::credentials::Access;
use super::failure::{Failure, Version};
use super::usm::{Engine, Odd, Opened, Refusal};
use crate::Moment;
use model::{Millis, Secret};
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;
use tokio::net::UdpSocket;
use tokio::time::{Instant, timeout_at};

/// The largest datagram.
const LARGEST: usize = 65_535;

/// So many rows of eight columns fit into 1,400 bytes, which most networks carry in one piece.
const UNFRAGMENTED: u32 = 6;

/// How often an engine may correct us within one request: its name, its clock, and once more for a change in between.
const CORRECTIONS: u32 = 4;

/// Who is asked, and how: what is kept from poll to poll.
pub(super) struct Client {
    pub(super) address: Address,
    dialect: Dialect,
    timeout: Duration,
    retries: u32,
}

enum Dialect {
    Community(Secret),
    Engine(Box<Engine>),
}

impl Client {
    pub(super) fn new(address: Address, access: &Access, timeout: Duration, retries: u32) -> Client {
        let dialect = match access {
            Access::Community(community) => Dialect::Community(community.clone()),
            Access::User(user) => Dialect::Engine(Box::new(Engine::new(user.clone()))),
        };
        Client { address, dialect, timeout, retries }
    }

    pub(super) fn version(&self) -> Version {
        match self.dialect {
            Dialect::Community(_) => Version::V2c,
            Dialect::Engine(_) => Version::V3,
        }
    }
}

/// One poll's conversation. Its socket is of this poll alone: no late answer or ICMP error of an earlier poll can be taken for one of this,
/// and a device that is not being asked holds no file open.
pub(super) struct Session<'c> {
    client: &'c mut Client,
    socket: UdpSocket,
    buffer: Vec<u8>,
    pub(super) moment: &'c Moment,
    answered: bool,
    introduced: bool,
    /// The most rows that this device was found to answer at once.
    rows: u32,
}

enum Heard {
    Answer(Answer, Millis),
    Again,
    Nothing(Option<Odd>),
}

impl<'c> Session<'c> {
    /// Finds the address and opens the socket; nothing is sent.
    pub(super) async fn open(client: &'c mut Client, moment: &'c Moment) -> Result<Session<'c>, Failure> {
        let places = match timeout_at(moment.deadline, client.address.resolve()).await {
            Ok(places) => places.map_err(Failure::Unresolved)?,
            Err(_) => return Err(Failure::Unresolved(io::Error::new(io::ErrorKind::TimedOut, "no answer"))),
        };
        let mut why = io::Error::new(io::ErrorKind::NotFound, "the name has no number");
        for place in places {
            let any: SocketAddr = match place {
                SocketAddr::V4(_) => (Ipv4Addr::UNSPECIFIED, 0).into(),
                SocketAddr::V6(_) => (Ipv6Addr::UNSPECIFIED, 0).into(),
            };
            let socket = UdpSocket::bind(any).await.map_err(Failure::Socket)?;
            match socket.connect(place).await {
                Ok(()) => {
                    let buffer = vec![0; LARGEST];
                    return Ok(Session {
                        client,
                        socket,
                        buffer,
                        moment,
                        answered: false,
                        introduced: false,
                        rows: u32::MAX,
                    });
                }
                Err(error) => why = error,
            }
        }
        Err(Failure::Unreachable(why))
    }

    /// How often a request is to be sent of which it is not known whether anybody is there to answer it.
    pub(super) fn patience(&self) -> u32 {
        self.client.retries.saturating_add(1)
    }

    /// Asks until an answer comes, `tries` times at most and never beyond the deadline. An answer to an earlier try is as good as one to the
    /// last; one to another request is passed over, because every request has a number of its own.
    pub(super) async fn ask(&mut self, ask: &Ask, tries: u32) -> Result<(Answer, Millis), Failure> {
        let number = fastrand::i32(1..);
        let mut ids = Vec::new();
        let mut odd = None;
        let mut unreachable = None;
        let mut corrections = 0;
        let mut sent = 0;
        for attempt in 0..tries.max(1) {
            sent += 1;
            let until = self.until(attempt);
            let ask = self.eased(ask, attempt);
            let pdu = codec::request(&ask, number);
            loop {
                ids.push(fastrand::i32(1..));
                match self.exchange(&pdu, number, &ids, until).await {
                    Ok(Heard::Answer(answer, at)) => {
                        self.answered = true;
                        if let (Ask::Bulk(_, rows), 1..) = (&ask, attempt) {
                            self.rows = *rows;
                        }
                        return Ok((answer, at));
                    }
                    Ok(Heard::Again) if corrections < CORRECTIONS => {
                        self.introduced = true;
                        corrections += 1;
                    }
                    Ok(Heard::Again) => return Err(Failure::Refused(Refusal::Confused)),
                    Ok(Heard::Nothing(what)) => {
                        odd = odd.or(what);
                        break;
                    }
                    Err(Failure::Unreachable(why)) => {
                        // It may come back while we wait for the next try.
                        unreachable = Some(why);
                        tokio::time::sleep_until(until).await;
                        break;
                    }
                    Err(failure) => return Err(failure),
                }
            }
            if self.moment.is_over() {
                break;
            }
        }
        if let Some(why) = unreachable {
            return Err(Failure::Unreachable(why));
        }
        if self.answered && self.moment.is_over() {
            return Err(Failure::Deadline);
        }
        if let (Dialect::Engine(engine), false) = (&mut self.client.dialect, self.answered) {
            // Whoever comes back at this address may be another engine; and whether it still tells its name tells a dead device from one
            // that cannot decrypt.
            engine.forget();
        }
        Err(Failure::Silent { sent, odd, introduced: self.introduced && !self.answered })
    }

    /// Lets all further requests of this poll ask for half as much; false where they ask for a single row already.
    pub(super) fn ease(&mut self, repetitions: u32) -> bool {
        let rows = self.rows.min(repetitions);
        self.rows = (rows / 2).max(1);
        rows > 1
    }

    /// What a try asks for: later ones ask for less, because where the network loses the pieces of large datagrams, a small one may come
    /// through; but not for less than fits into one piece.
    fn eased(&self, ask: &Ask, attempt: u32) -> Ask {
        match ask {
            Ask::Get(oids) => Ask::Get(oids.clone()),
            Ask::Bulk(oids, repetitions) => {
                let rows = self.rows.min(*repetitions);
                Ask::Bulk(oids.clone(), (rows >> attempt.min(31)).max(rows.min(UNFRAGMENTED)))
            }
        }
    }

    /// When a try ends: each waits twice as long as the one before, and a little more at random so that retries of many devices spread.
    fn until(&self, attempt: u32) -> Instant {
        let wait = self.client.timeout.saturating_mul(1 << attempt.min(10));
        let wait = wait.mul_f64(1.0 + fastrand::f64() / 4.0);
        Instant::now().checked_add(wait).map_or(self.moment.deadline, |until| until.min(self.moment.deadline))
    }

    async fn exchange(&mut self, pdu: &[u8], number: i32, ids: &[i32], until: Instant) -> Result<Heard, Failure> {
        let message = match &mut self.client.dialect {
            Dialect::Community(community) => codec::seal(pdu, community.reveal()),
            Dialect::Engine(engine) => engine.seal(pdu, ids.last().copied().unwrap_or(number), Instant::now()),
        };
        self.socket.send(&message).await.map_err(failure)?;
        let mut odd = None;
        // The time is looked at after each datagram: a flood of them must not hold us up.
        while Instant::now() < until {
            let Ok(received) = timeout_at(until, self.socket.recv(&mut self.buffer)).await else { break };
            let bytes = self.buffer.get(..received.map_err(failure)?).unwrap_or_default();
            let opened = match &mut self.client.dialect {
                Dialect::Community(_) => codec::open(bytes).map(Opened::Answer).map_err(Odd::from),
                Dialect::Engine(engine) => engine.open(bytes, ids, Instant::now()),
            };
            match opened {
                Ok(Opened::Answer(answer)) if answer.id == i64::from(number) && !answer.report => {
                    return Ok(Heard::Answer(answer, self.moment.now()));
                }
                Ok(Opened::Answer(_)) => odd = odd.or(Some(Odd::Stranger)),
                Ok(Opened::Again) => return Ok(Heard::Again),
                Ok(Opened::Refused(refusal)) => return Err(Failure::Refused(refusal)),
                Err(what) => odd = Some(what),
            }
        }
        Ok(Heard::Nothing(odd))
    }
}

/// On a connected socket an ICMP error comes as the error of the next call.
fn failure(error: io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Failure::Closed,
        _ => Failure::Unreachable(error),
    }
}
