//! `lightship demo`: a stranger's first minute.

use crate::parts::browser::demand_quiet;
use crate::parts::files::{remark, scratch};
use crate::parts::http::get;
use crate::parts::ports::free_port;
use crate::parts::program::{lightship, lightship_ok, start_lightship};
use crate::parts::site::demand_whole;
use crate::parts::wait::wait_for;
use rustix::process::Signal;
use std::net::TcpListener;
use std::time::{Duration, Instant};

const MINUTE: Duration = Duration::from_secs(60);

/// The address that the demo has printed.
fn address(text: &str) -> Option<String> {
    let rest = text.split("http://").nth(1)?;
    Some(rest.split(['/', ' ', '\n']).next()?.to_owned())
}

#[test]
fn the_demo_ends_after_its_cycles_and_leaves_a_whole_site() {
    let folder = scratch();
    let listen = format!("127.0.0.1:{}", free_port());
    let said = lightship(folder.path(), &["demo", "--cycles", "2", "--listen", &listen, "--data", "demo"]);
    assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
    assert_eq!(address(&said.out).as_deref(), Some(listen.as_str()), "{}", said.out);
    demand_whole(&folder.path().join("demo/public"));
    let status = std::fs::read(folder.path().join("demo/public/status.json")).expect("status.json");
    let status: serde_json::Value = serde_json::from_slice(&status).expect("JSON");
    let devices = status["devices"].as_array().expect("a list");
    assert_eq!(devices.len(), 7, "six routers and this host: {status}");
    assert!(devices.iter().all(|device| device["state"] != "unknown"), "{status}");
    assert!(
        status["transforms"].as_array().expect("a list").iter().all(|transform| transform["state"] == "ok"),
        "{status}"
    );
}

#[test]
fn the_demo_serves_the_site_and_a_past_day_at_once() {
    let folder = scratch();
    let (began, listen) = (Instant::now(), format!("127.0.0.1:{}", free_port()));
    let mut demo = start_lightship(folder.path(), &["demo", "--listen", &listen, "--data", "demo"]);
    demo.ready("the demo's first site", MINUTE, || match get(&listen, "/index.html") {
        Ok(page) if page.status == 200 => Ok(()),
        other => Err(format!("{other:?}")),
    });
    remark(&format!("the demo's first site stood after {:.1} s", began.elapsed().as_secs_f32()));
    let (page, status) = (get(&listen, "/").expect("the page"), get(&listen, "/status.json").expect("the status"));
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(page.header("access-control-allow-origin").is_empty(), "the local server sends no CORS");
    assert_eq!(status.json()["state"]["up"], 7, "the first site shows a lab that is well: {}", status.text());
    let pages = [
        ("index", "/"),
        ("devices", "/devices/"),
        ("router", "/devices/r1.html"),
        ("widget", "/widgets/traffic.history.html"),
    ];
    demand_quiet(&listen, "demo", &pages);
    let day = ["query", "ifInOctets", "--from", "-25h", "--step", "1h", "--format", "json", "--data", "demo"];
    let said = lightship(folder.path(), &day);
    assert_eq!(said.code, Some(0), "{}", said.err);
    let lines: Vec<serde_json::Value> =
        said.out.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let hours =
        lines.iter().filter(|line| line["device"] == lines[0]["device"] && line["labels"] == lines[0]["labels"]);
    assert!(hours.filter(|line| line["value"].is_number()).count() >= 22, "a day of hours: {}", said.out);
    assert!(lines.iter().all(|line| line["value"].as_f64().is_none_or(|rate| rate >= 0.0)), "no rate is negative");
    demo.signal(Signal::TERM);
    let ended = demo.wait(Duration::from_secs(15)).unwrap_or_else(|| panic!("does not end: {}", demo.log()));
    assert_eq!(ended.code(), Some(0), "{}", demo.log());
}

#[test]
fn the_demo_takes_the_next_free_port() {
    let folder = scratch();
    let taken = TcpListener::bind(("127.0.0.1", free_port())).expect("a port");
    let port = taken.local_addr().expect("an address").port();
    let listen = format!("127.0.0.1:{port}");
    let demo = start_lightship(folder.path(), &["demo", "--cycles", "1", "--listen", &listen, "--data", "demo"]);
    let other = wait_for("the address", MINUTE, || address(&demo.log()).ok_or_else(|| demo.log()));
    let other: u16 = other.rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
    assert!(other > port && other <= port + 100, "{other} after {port}");
}

#[test]
fn the_demo_leaves_a_real_appliance_s_data_alone() {
    let folder = scratch();
    lightship_ok(folder.path(), &["init"]);
    lightship_ok(folder.path(), &["run", "--once", "--data", "mine"]);
    let said = lightship(folder.path(), &["demo", "--cycles", "1", "--data", "mine"]);
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    assert!(said.err.contains("mine"), "{}", said.err);
}
