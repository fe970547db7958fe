//! Where a device is: `host`, `host:port`, `v6` or `[v6]:port`.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

/// SNMP's port (RFC 3417 §3).
const PORT: u16 = 161;

/// A host, by name or number, and a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    host: String,
    port: u16,
}

impl Address {
    /// Reads an address without looking anything up; the error says how to write one.
    pub(super) fn parse(text: &str) -> Result<Address, String> {
        let (host, port) = match text.strip_prefix('[').map(|rest| rest.split_once(']')) {
            Some(Some((host, ""))) => (host, None),
            Some(Some((host, rest))) => (host, Some(rest.strip_prefix(':').unwrap_or("?"))),
            Some(None) => ("", None),
            None if text.split('%').next().is_some_and(|number| number.parse::<Ipv6Addr>().is_ok()) => (text, None),
            None => text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port))),
        };
        let number = port.map_or(Ok(PORT), str::parse);
        let strange =
            |character: char| character.is_whitespace() || character.is_control() || "/[]@".contains(character);
        match number {
            Ok(port) if port != 0 && !host.is_empty() && !host.contains(strange) => {
                Ok(Address { host: host.to_owned(), port })
            }
            _ => Err(format!("`{text}` is no address; write \"192.0.2.10\", \"host:161\" or \"[2001:db8::1]:161\"")),
        }
    }

    /// The numbers behind the name, in the order of preference of this machine. A number needs no look-up.
    pub(super) async fn resolve(&self) -> io::Result<Vec<SocketAddr>> {
        match self.host.parse::<IpAddr>() {
            Ok(number) => Ok(vec![SocketAddr::new(number, self.port)]),
            Err(_) => Ok(tokio::net::lookup_host((self.host.as_str(), self.port)).await?.collect()),
        }
    }
}

/// The host alone where the port is SNMP's own.
impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.port, self.host.contains(':')) {
            (PORT, _) => f.write_str(&self.host),
            (port, true) => write!(f, "[{}]:{port}", self.host),
            (port, false) => write!(f, "{}:{port}", self.host),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_to_write_an_address_is_read() {
        for (text, host, port, shown) in [
            ("192.0.2.1", "192.0.2.1", 161, "192.0.2.1"),
            ("192.0.2.1:1161", "192.0.2.1", 1161, "192.0.2.1:1161"),
            ("sw.example.net", "sw.example.net", 161, "sw.example.net"),
            ("sw.example.net:161", "sw.example.net", 161, "sw.example.net"),
            ("2001:db8::1", "2001:db8::1", 161, "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1", 161, "2001:db8::1"),
            ("[2001:db8::1]:99", "2001:db8::1", 99, "[2001:db8::1]:99"),
            ("fe80::1%eth0", "fe80::1%eth0", 161, "fe80::1%eth0"),
        ] {
            let address = Address::parse(text).expect(text);
            assert_eq!((address.host.as_str(), address.port), (host, port));
            assert_eq!(address.to_string(), shown);
        }
    }

    #[test]
    fn anything_else_is_refused_with_the_way_to_write_it() {
        for text in
            ["", ":161", "host:", "host:0", "host:70000", "a:b:c", "[2001:db8::1", "[::1]x", "a b", "snmp://a", "u@h"]
        {
            assert!(Address::parse(text).expect_err(text).contains("[2001:db8::1]:161"));
        }
    }
}
