//! An interface of our own: one end of a virtual cable, whose other end stands in a network namespace.
//! Nothing crosses it but what a test sends, so its counters can be compared to the byte.

use super::files::is_root;
use super::process::{find, must, run};
use super::wait::wait_for;
use std::fs;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

/// A virtual cable.
pub struct Link {
    name: String,
    here: String,
}

impl Link {
    /// Makes the cable.
    pub fn start() -> Link {
        assert!(
            is_root(),
            "an interface of our own needs root: run the tests as root, for example with sudo or in a container"
        );
        static NEXT: AtomicU8 = AtomicU8::new(0);
        let (process, number) = (std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        // At most 15 letters; ids of processes have at most 7 digits.
        let name = format!("ls{process}n{number}");
        // Link-local networks of four addresses (RFC 3927), so that two runs at once do not meet.
        let (third, first) = (1 + process % 254, 4 * (number % 60));
        let (here, there) = (format!("169.254.{third}.{}", first + 1), format!("169.254.{third}.{}", first + 2));
        let link = Link { name: name.clone(), here: here.clone() };
        ip(&["netns", "add", &name]);
        ip(&["link", "add", &name, "type", "veth", "peer", "name", "far", "netns", &name]);
        // Without IPv6 no end ever speaks by itself.
        must(Command::new("sh").args(["-c", &silence(&name)]));
        link.inside(&["sh", "-c", &silence("far")]);
        ip(&["address", "add", &format!("{here}/30"), "dev", &name]);
        ip(&["-n", &name, "address", "add", &format!("{there}/30"), "dev", "far"]);
        ip(&["-n", &name, "link", "set", "far", "up"]);
        ip(&["link", "set", &name, "up"]);
        link
    }

    /// The interface's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The interface's index.
    pub fn index(&self) -> u32 {
        let text = fs::read_to_string(format!("/sys/class/net/{}/ifindex", self.name)).expect("the interface exists");
        text.trim().parse().expect("a number")
    }

    /// Sends so many bytes out of the interface.
    pub fn send(&self, bytes: usize) {
        self.connect("cat <&3 >/dev/null", |stream| {
            stream.write_all(&vec![b'x'; bytes]).expect("all bytes go out");
        });
    }

    /// Receives so many bytes into the interface.
    pub fn receive(&self, bytes: usize) {
        self.connect(&format!("head -c {bytes} /dev/zero >&3"), |stream| {
            let count = std::io::copy(stream, &mut std::io::sink()).expect("bytes come in");
            assert_eq!(count, bytes as u64, "all bytes came in");
        });
    }

    /// Lets the far end connect to us, run a line of bash with the connection as handle 3, and close it.
    fn connect(&self, script: &str, talk: impl FnOnce(&mut TcpStream)) {
        let limit = Duration::from_secs(30);
        let listener = TcpListener::bind((self.here.as_str(), 0)).expect("a port at our end");
        listener.set_nonblocking(true).expect("accepting does not block");
        let port = listener.local_addr().expect("an address").port();
        let script = format!("exec 3<>/dev/tcp/{}/{port} && {script}", self.here);
        std::thread::scope(|scope| {
            let far = scope.spawn(move || self.inside(&["timeout", "30", "bash", "-c", &script]));
            let accept = || listener.accept().map_err(|why| why.to_string());
            let (mut stream, _) = wait_for("the far end to connect", limit, accept);
            stream.set_nonblocking(false).expect("reading blocks");
            stream.set_read_timeout(Some(limit)).expect("a time limit");
            stream.set_write_timeout(Some(limit)).expect("a time limit");
            talk(&mut stream);
            drop(stream);
            far.join().expect("the far end is done");
        });
    }

    fn inside(&self, command: &[&str]) -> String {
        must(Command::new(find("ip")).args(["netns", "exec", &self.name]).args(command))
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        for what in [["link", "delete", self.name.as_str()], ["netns", "delete", self.name.as_str()]] {
            run(Command::new(find("ip")).args(what), Duration::from_secs(10));
        }
    }
}

fn ip(arguments: &[&str]) {
    must(Command::new(find("ip")).args(arguments));
}

/// A line of shell that turns an interface's IPv6 off, where the kernel has it at all.
fn silence(interface: &str) -> String {
    let setting = format!("/proc/sys/net/ipv6/conf/{interface}/disable_ipv6");
    format!("[ ! -e {setting} ] || echo 1 > {setting}")
}

#[test]
fn a_link_counts_what_crosses_it_and_nothing_else() {
    let link = Link::start();
    let count = |which: &str| -> u64 {
        let text = fs::read_to_string(format!("/sys/class/net/{}/statistics/{which}", link.name));
        text.expect("a counter").trim().parse().expect("a number")
    };
    assert_eq!((count("rx_bytes"), count("tx_bytes")), (0, 0));
    link.send(4_000_000);
    link.receive(1_000_000);
    assert!((1_000_000..1_100_000).contains(&count("rx_bytes")), "{}", count("rx_bytes"));
    assert!((4_000_000..4_200_000).contains(&count("tx_bytes")), "{}", count("tx_bytes"));
}
