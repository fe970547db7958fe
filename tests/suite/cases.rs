//! What the world really sends, from a folder beside this tree that LIGHTSHIP_CASES names; its licences keep it out of here.

use crate::parts::files::{remark, scratch, write};
use crate::parts::program::lightship;
use crate::parts::wait::SetOnDrop;
use std::net::UdpSocket;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// The folder, or nothing with a word about it.
fn cases(of: &str) -> Option<PathBuf> {
    match std::env::var_os("LIGHTSHIP_CASES") {
        Some(path) => Some(PathBuf::from(path).join(of)),
        None => {
            remark(&format!("LIGHTSHIP_CASES names no folder: nothing of {of} is tried"));
            None
        }
    }
}

/// One device a file: whatever it is asked, it answers with the bytes of the file.
#[test]
fn devices_that_answer_nonsense_are_down_and_harm_nothing() {
    let Some(folder) = cases("snmp-packets") else { return };
    let mut packets: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("the packets").map(|entry| entry.expect("a packet").path()).collect();
    packets.sort();
    let here = scratch();
    write(here.path().join("community"), "watch-only");
    write(here.path().join("password"), "a-long-password");
    let mut config = String::from(
        "[credentials.two]\nsnmp = { version = \"2c\", community = { file = \"community\" } }\n\
         [credentials.three]\nsnmp = { version = \"3\", user = \"ro\", auth = { protocol = \"SHA-256\", password = { file = \"password\" } }, \
         privacy = { protocol = \"AES-128\", password = { file = \"password\" } } }\n\
         [probes.snmp.all]\ndevices = \"*\"\ndeadline = \"2s\"\n\
         [transforms.devices]\nwasm = \"bundled:devices\"\n[publish.dir.public]\nto = \"public\"\n",
    );
    let done = AtomicBool::new(false);
    let said = std::thread::scope(|scope| {
        for (number, packet) in packets.iter().enumerate() {
            let bytes = std::fs::read(packet).expect("a packet");
            let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
            socket.set_read_timeout(Some(Duration::from_millis(100))).expect("a time limit");
            let address = socket.local_addr().expect("an address");
            for version in ["two", "three"] {
                config +=
                    &format!("[devices.{version}-{number}]\naddress = \"{address}\"\ncredentials = \"{version}\"\n");
            }
            let done = &done;
            scope.spawn(move || {
                let mut asked = [0; 65_535];
                while !done.load(Ordering::Relaxed) {
                    if let Ok((_, from)) = socket.recv_from(&mut asked) {
                        let _ = socket.send_to(&bytes, from);
                    }
                }
            });
        }
        let _end = SetOnDrop(&done);
        write(here.path().join("lightship.toml"), &config);
        lightship(here.path(), &["run", "--once"])
    });
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert!(!said.err.contains("panicked"), "{}", said.err);
    let status = std::fs::read(here.path().join("public/status.json")).expect("status.json");
    let status: serde_json::Value = serde_json::from_slice(&status).expect("JSON");
    let up: Vec<_> =
        status["devices"].as_array().expect("a list").iter().filter(|device| device["state"] == "up").collect();
    assert!(up.is_empty(), "nobody has answered what was asked: {up:?}");
}
