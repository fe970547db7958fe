//! How the lab is wired: six routers, eight links, two ways out, a LAN at each router.

/// What is fixed about a router.
pub(crate) struct Site {
    pub(crate) name: &'static str,
    pub(crate) role: &'static str,
    /// Who sits on its LAN.
    pub(crate) lan: &'static str,
}

const fn site(name: &'static str, role: &'static str, lan: &'static str) -> Site {
    Site { name, role, lan }
}

/// The routers; everywhere else a router is its index here.
pub(crate) const ROUTERS: [Site; 6] = [
    site("R1", "exit router", "operations"),
    site("R2", "core router", "servers"),
    site("R3", "edge router", "offices north"),
    site("R4", "edge router", "offices south"),
    site("R5", "core router", "laboratory"),
    site("R6", "exit router", "guests"),
];

/// The links, each between two routers, the lower first.
pub(crate) const LINKS: [(usize, usize); 8] = [(0, 1), (0, 2), (1, 3), (1, 4), (2, 3), (2, 4), (3, 5), (4, 5)];

/// The routers with an uplink to a provider.
pub(crate) const EXITS: [usize; 2] = [0, 5];

/// The link that fails now and then: R3-R5.
pub(crate) const FAILING: usize = 5;

/// The router that restarts now and then: R5.
pub(crate) const RESTARTING: usize = 4;

/// The link whose fibre is a little dirty, so that its ends count input errors: R2-R4.
pub(crate) const DIRTY: usize = 2;

/// The speed of every interface, in Mbit/s.
pub(crate) const SPEED: u32 = 1000;

/// One direction of a cable: what goes into it at one end comes out at the other.
pub(crate) type Wire = usize;

/// How many wires there are: two a link, two a LAN, two an uplink.
pub(crate) const WIRES: usize = 2 * (LINKS.len() + ROUTERS.len() + EXITS.len());

/// What a port leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cable {
    /// A link to another router, by its index.
    Link(usize),
    /// The router's own LAN.
    Lan,
    /// A provider.
    Uplink,
}

/// A router's interface. Its ifIndex is its place among the router's ports, counted from 1.
#[derive(Debug, Clone)]
pub(crate) struct Port {
    /// Such as `Gi0/0`.
    pub(crate) name: String,
    /// Such as `GigabitEthernet0/0`.
    pub(crate) descr: String,
    /// Such as `to R2`.
    pub(crate) alias: String,
    pub(crate) cable: Cable,
    pub(crate) receives: Wire,
    pub(crate) sends: Wire,
}

/// The wire from one router to the neighbour at the other end of the link.
pub(crate) fn link_wire(link: usize, from: usize) -> Wire {
    2 * link + usize::from(LINKS[link].0 != from)
}

/// The wire from a router's LAN into the router; the one after it leads out.
pub(crate) fn lan_wire(router: usize) -> Wire {
    2 * (LINKS.len() + router)
}

/// The wire from the provider into the router of that exit; the one after it leads out.
pub(crate) fn exit_wire(exit: usize) -> Wire {
    2 * (LINKS.len() + ROUTERS.len() + exit)
}

/// The ports of a router: its links in the order of the table, its LAN, its uplink.
pub(crate) fn ports(router: usize) -> Vec<Port> {
    let mut ports = Vec::new();
    let mut add = |alias: String, cable, receives, sends| {
        let number = ports.len();
        let (name, descr) = (format!("Gi0/{number}"), format!("GigabitEthernet0/{number}"));
        ports.push(Port { name, descr, alias, cable, receives, sends });
    };
    for (link, (a, b)) in LINKS.into_iter().enumerate() {
        let peer = match router {
            _ if router == a => b,
            _ if router == b => a,
            _ => continue,
        };
        let alias = format!("to {}", ROUTERS[peer].name);
        add(alias, Cable::Link(link), link_wire(link, peer), link_wire(link, router));
    }
    let wire = lan_wire(router);
    add(format!("LAN: {}", ROUTERS[router].lan), Cable::Lan, wire, wire + 1);
    if let Some(exit) = EXITS.iter().position(|at| *at == router) {
        let wire = exit_wire(exit);
        add("uplink to provider".to_owned(), Cable::Uplink, wire, wire + 1);
    }
    ports
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_wire_has_its_ends() {
        let (mut sent, mut received) = ([0; WIRES], [0; WIRES]);
        for router in 0..ROUTERS.len() {
            for port in ports(router) {
                sent[port.sends] += 1;
                received[port.receives] += 1;
            }
        }
        let links = 2 * LINKS.len();
        assert!(
            sent[..links].iter().chain(&received[..links]).all(|ends| *ends == 1),
            "a link has a router at each end"
        );
        let outside: Vec<_> = (links..WIRES).map(|wire| sent[wire] + received[wire]).collect();
        assert!(outside.iter().all(|ends| *ends == 1), "{outside:?}");
    }

    #[test]
    fn ports_say_where_they_lead() {
        let aliases: Vec<_> = ports(0).into_iter().map(|port| (port.name, port.alias)).collect();
        let wanted =
            [("Gi0/0", "to R2"), ("Gi0/1", "to R3"), ("Gi0/2", "LAN: operations"), ("Gi0/3", "uplink to provider")];
        assert_eq!(aliases, wanted.map(|(name, alias)| (name.to_owned(), alias.to_owned())));
    }
}
