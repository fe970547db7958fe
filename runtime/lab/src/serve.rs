//! The lab in real life: sockets, tasks and the clock.

use crate::counters::Counters;
use crate::snmp::Agent;
use crate::topology::{LINKS, ROUTERS, ports};
use crate::traffic::Network;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::net::UdpSocket;
use tokio::task::JoinHandle;

/// The longest datagram there can be over IPv4.
const LONGEST: usize = 65_507;

/// How a lab is started.
#[derive(Debug, Clone)]
pub struct Options {
    /// R1 answers at this UDP port, R2 at the next, and so on; without it each takes a free one.
    pub base_port: Option<u16>,
    /// The lab's start, in milliseconds since the epoch, from which its failures are reckoned.
    pub epoch: i64,
    /// The community that the agents answer to.
    pub community: String,
}

impl Default for Options {
    /// Free ports, a lab that starts now, and the community `public`.
    fn default() -> Options {
        Options { base_port: None, epoch: wall(), community: "public".to_owned() }
    }
}

/// A router of the lab.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Router {
    /// `R1` to `R6`; its sysName too.
    pub name: &'static str,
    /// Where its agent answers.
    pub address: SocketAddr,
    /// `core router`, `edge router` or `exit router`.
    pub role: &'static str,
}

/// One end of a link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// The router's name.
    pub router: &'static str,
    /// Its ifName.
    pub interface: String,
}

/// A link between two routers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The end at the router of the lower number.
    pub a: End,
    /// The other end.
    pub b: End,
}

/// The wall clock, unless it is set to a fixed time.
struct Clock(AtomicI64);

/// What the clock holds while it follows the wall clock.
const FOLLOW: i64 = i64::MIN;

impl Clock {
    fn now(&self) -> i64 {
        match self.0.load(Ordering::Acquire) {
            FOLLOW => wall(),
            fixed => fixed,
        }
    }
}

/// A running lab. Dropping it ends its agents.
pub struct Lab {
    routers: Vec<Router>,
    community: String,
    network: Arc<Network>,
    clock: Arc<Clock>,
    tasks: Vec<JoinHandle<()>>,
}

impl Lab {
    /// Opens the agents' sockets and starts to answer, within the tokio runtime that this is called in. The error says which
    /// address could not be had.
    pub async fn start(options: Options) -> io::Result<Lab> {
        let network = Arc::new(Network::new(options.epoch));
        let clock = Arc::new(Clock(AtomicI64::new(FOLLOW)));
        let mut lab = Lab { routers: Vec::new(), community: options.community, network, clock, tasks: Vec::new() };
        for (number, site) in ROUTERS.iter().enumerate() {
            let port = options.base_port.map_or(Some(0), |base| base.checked_add(number as u16));
            let port = port.ok_or_else(|| io::Error::other("the lab's base port leaves no room for six ports"))?;
            let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
            let socket = UdpSocket::bind(address).await.map_err(|why| {
                io::Error::new(why.kind(), format!("the lab's {} cannot have {address}: {why}", site.name))
            })?;
            lab.routers.push(Router { name: site.name, address: socket.local_addr()?, role: site.role });
            let agent = Agent::new(number, &lab.community);
            lab.tasks.push(tokio::spawn(serve(socket, agent, lab.network.clone(), lab.clock.clone())));
        }
        Ok(lab)
    }

    /// The routers, R1 first.
    pub fn routers(&self) -> &[Router] {
        &self.routers
    }

    /// The community that the agents answer to.
    pub fn community(&self) -> &str {
        &self.community
    }

    /// The links between the routers.
    pub fn links(&self) -> Vec<Link> {
        let end = |router: usize, peer: usize| {
            let alias = format!("to {}", ROUTERS[peer].name);
            let port = ports(router).into_iter().find(|port| port.alias == alias);
            End { router: ROUTERS[router].name, interface: port.map(|port| port.name).unwrap_or_default() }
        };
        LINKS.into_iter().map(|(a, b)| Link { a: end(a, b), b: end(b, a) }).collect()
    }

    /// Sets the lab's clock to a fixed time, in milliseconds since the epoch, from the next datagram on; `None` lets it follow the wall
    /// clock again, as it does from the start.
    pub fn at(&self, ms: Option<i64>) {
        self.clock.0.store(ms.map_or(FOLLOW, |ms| ms.max(FOLLOW + 1)), Ordering::Release);
    }

    /// The lab's time, in milliseconds since the epoch.
    pub fn now(&self) -> i64 {
        self.clock.now()
    }

    /// Whether a router answers at a time. A name that no router has does not.
    pub fn answers(&self, router: &str, at_ms: i64) -> bool {
        ROUTERS.iter().position(|site| site.name == router).is_some_and(|number| self.network.at(at_ms).answers(number))
    }

    /// What a router's interface has counted by a time: what its agent says then, for comparison.
    pub fn counters(&self, router: &str, interface: &str, at_ms: i64) -> Option<Counters> {
        let number = ROUTERS.iter().position(|site| site.name == router)?;
        let port = ports(number).into_iter().find(|port| port.name == interface)?;
        Some(Counters::of(number, &port, &self.network.at(at_ms)))
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

/// Answers until the task is ended.
async fn serve(socket: UdpSocket, agent: Agent, network: Arc<Network>, clock: Arc<Clock>) {
    let mut buffer = vec![0; LONGEST];
    loop {
        let failed = match socket.recv_from(&mut buffer).await {
            Ok((length, from)) => match agent.answer(&network.at(clock.now()), &buffer[..length]) {
                Some(answer) => socket.send_to(&answer, from).await.err(),
                None => None,
            },
            Err(why) => Some(why),
        };
        if let Some(why) = failed {
            tracing::debug!(%why, "a socket of the lab failed once");
            // A socket that fails again and again must not take a whole processor.
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

fn wall() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: i64 = 1_790_072_000_000;

    fn options() -> Options {
        Options { epoch: START, ..Options::default() }
    }

    /// GET of R1's ifHCInOctets.1 with a community of six letters.
    fn get(community: &[u8; 6]) -> Vec<u8> {
        let mut datagram = vec![0x30, 41, 2, 1, 1, 4, 6];
        datagram.extend(community);
        datagram.extend([0xa0, 28, 2, 1, 5, 2, 1, 0, 2, 1, 0, 0x30, 17, 0x30, 15]);
        datagram.extend([6, 11, 43, 6, 1, 2, 1, 31, 1, 1, 1, 6, 1, 5, 0]);
        datagram
    }

    async fn octets(lab: &Lab) -> u64 {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).await.expect("a socket");
        let address = lab.routers()[0].address;
        // The first is not answered, so that the first answer is to the second.
        for community in [b"secret", b"public"] {
            socket.send_to(&get(community), address).await.expect("sent");
        }
        let mut answer = [0; 1500];
        let (length, _) = socket.recv_from(&mut answer).await.expect("an answer");
        let pdu = snmp2::Pdu::from_bytes(&answer[..length]).expect("a message");
        match pdu.varbinds.clone().next() {
            Some((_, snmp2::Value::Counter64(octets))) if pdu.community == b"public" => octets,
            other => panic!("{other:?}"),
        }
    }

    #[tokio::test]
    async fn agents_answer_for_the_time_that_is_set() {
        let lab = Lab::start(options()).await.expect("a lab");
        for at in [START - 3_600_000, START, START - 86_400_000] {
            lab.at(Some(at));
            let wanted = lab.counters("R1", "Gi0/0", at).expect("counters").in_octets;
            assert_eq!(octets(&lab).await, wanted);
        }
    }

    #[tokio::test]
    async fn the_clock_follows_the_wall_clock_again() {
        let lab = Lab::start(options()).await.expect("a lab");
        lab.at(Some(START));
        assert_eq!(lab.now(), START);
        let before = wall();
        lab.at(None);
        assert!((before..=wall()).contains(&lab.now()));
    }

    #[tokio::test]
    async fn a_dropped_lab_leaves_its_ports() {
        let lab = Lab::start(options()).await.expect("a lab");
        let address = lab.routers()[5].address;
        drop(lab);
        let free = async {
            while std::net::UdpSocket::bind(address).is_err() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(1), free).await.expect("the port is free within a second");
    }

    #[tokio::test]
    async fn a_port_that_is_taken_is_named() {
        let lab = Lab::start(options()).await.expect("a lab");
        let taken = lab.routers()[0].address.port();
        let second = Lab::start(Options { base_port: Some(taken), ..options() }).await;
        let why = second.err().expect("no second lab").to_string();
        assert!(why.contains(&taken.to_string()), "{why}");
        assert!(Lab::start(Options { base_port: Some(65_533), ..options() }).await.is_err());
    }

    #[tokio::test]
    async fn links_have_the_names_that_agents_show() {
        let lab = Lab::start(options()).await.expect("a lab");
        let links = lab.links();
        assert_eq!(links.len(), 8);
        let end = |router, interface: &str| End { router, interface: interface.to_owned() };
        assert_eq!(links[5], Link { a: end("R3", "Gi0/2"), b: end("R5", "Gi0/1") });
        let (a, b) = (lab.counters("R3", "Gi0/1", START), lab.counters("R4", "Gi0/1", START));
        assert_eq!(a.map(|a| (a.in_octets, a.out_octets)), b.map(|b| (b.out_octets, b.in_octets)));
        assert_eq!(lab.counters("R3", "Gi9/9", START), None);
    }
}
