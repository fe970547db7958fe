//! The command line as scripts rely on it: what it prints, in which form, and its exit codes.

use crate::parts::files::{scratch, write};
use crate::parts::ports::free_port;
use crate::parts::program::{lightship, lightship_ok, start_lightship};
use crate::parts::site::demand_whole;
use crate::parts::snmpd::{COMMUNITY, Snmpd};
use rustix::process::Signal;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::time::Duration;

/// A configuration that polls one device and publishes into the folder `public`.
fn configure(folder: &Path, address: &str) {
    write(folder.join("community"), format!("{COMMUNITY}\n"));
    let config = format!(
        r#"
[site]
title = "Bench"
every = "2s"
[credentials.bench]
snmp = {{ version = "2c", community = {{ file = "community" }} }}
[devices.bench-1]
address = "{address}"
credentials = "bench"
tags = {{ role = "switch" }}
[probes.snmp.bench]
devices = "role=switch"
every = "2s"
deadline = "1500ms"
[transforms.traffic]
wasm = "bundled:traffic"
every = "2s"
[transforms.devices]
wasm = "bundled:devices"
every = "2s"
[publish.dir.public]
to = "public"
"#
    );
    write(folder.join("lightship.toml"), config);
}

/// One JSON object a line.
fn objects(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|why| panic!("{why}: {line}"))).collect()
}

fn keys(object: &Value) -> Vec<&str> {
    object.as_object().map(|object| object.keys().map(String::as_str).collect()).unwrap_or_default()
}

#[test]
fn init_writes_a_configuration_that_runs_as_it_stands_and_never_overwrites_one() {
    let folder = scratch();
    assert!(lightship_ok(folder.path(), &["init", "lab"]).contains("lab/lightship.toml"));
    let good = lightship_ok(folder.path(), &["check", "-c", "lab/lightship.toml"]);
    assert!(good.contains("lab/lightship.toml: good"), "{good}");
    lightship_ok(folder.path(), &["run", "--once", "-c", "lab/lightship.toml"]);
    demand_whole(&folder.path().join("lab/public"));
    let again = lightship(folder.path(), &["init", "lab"]);
    assert_eq!(again.code, Some(1), "{}{}", again.out, again.err);
}

#[test]
fn a_wrong_command_line_or_configuration_ends_with_2_and_a_failure_with_1() {
    let folder = scratch();
    let code = |arguments: &[&str]| {
        let said = lightship(folder.path(), arguments);
        assert!(said.code == Some(0) || !said.err.is_empty(), "{arguments:?} says nothing on stderr");
        said.code
    };
    assert_eq!(code(&["--version"]), Some(0));
    assert_eq!(code(&[]), Some(2), "no command");
    assert_eq!(code(&["frobnicate"]), Some(2), "no such command");
    assert_eq!(code(&["query", "ifInOctets", "--from", "yesterday"]), Some(2), "no time");
    assert_eq!(code(&["query", "{{"]), Some(2), "no selector");
    assert_eq!(code(&["check"]), Some(2), "no configuration");
    assert_eq!(code(&["check", "-c", "nowhere.toml"]), Some(2), "no such configuration");
    assert_eq!(code(&["status"]), Some(1), "nothing runs");
    write(folder.path().join("lightship.toml"), "[sight]\n");
    assert_eq!(code(&["check"]), Some(2), "a wrong configuration");
    assert_eq!(code(&["run", "--once"]), Some(2), "a wrong configuration");
    assert_eq!(code(&["render"]), Some(2), "a wrong configuration");
}

#[test]
fn probe_prints_what_the_device_said_in_three_forms() {
    let (folder, agent) = (scratch(), Snmpd::start("bench-1"));
    configure(folder.path(), &agent.address());
    let samples = objects(&lightship_ok(folder.path(), &["probe", "snmp.bench", "--format", "json"]));
    for sample in &samples {
        assert_eq!(keys(sample), ["at", "device", "kind", "labels", "metric", "unit", "value"], "{sample}");
    }
    let lo = |metric: &str| samples.iter().find(|one| one["metric"] == metric && one["labels"]["ifName"] == "lo");
    let octets = lo("ifInOctets").unwrap_or_else(|| panic!("no ifInOctets of lo: {samples:?}"));
    assert_eq!((&octets["device"], &octets["kind"]), (&"bench-1".into(), &"counter".into()));
    let (now, _) = agent.octets(1);
    let polled = octets["value"].as_u64().expect("a counter is a whole number");
    assert!(polled <= now, "{polled}, and then {now}");
    let csv = lightship_ok(folder.path(), &["probe", "bench", "--device", "bench-1", "--format", "csv"]);
    assert!(csv.starts_with("device,metric,labels,kind,unit,at,value\n"), "{csv}");
    assert_eq!(csv.lines().count(), samples.len() + 1);
    let table = lightship_ok(folder.path(), &["probe", "bench"]);
    assert!(table.starts_with("DEVICE ") && table.contains("ifInOctets"), "{table}");
    assert_eq!(lightship(folder.path(), &["probe", "no-such"]).code, Some(2));
    drop(agent);
    let dead = lightship(folder.path(), &["probe", "bench"]);
    assert_eq!(dead.code, Some(1), "{}", dead.out);
    assert!(dead.err.contains("bench-1"), "{}", dead.err);
}

#[test]
fn one_cycle_fills_the_store_and_every_command_reads_it() {
    let (folder, agent) = (scratch(), Snmpd::start("bench-1"));
    configure(folder.path(), &agent.address());
    let run = |arguments: &[&str]| lightship_ok(folder.path(), arguments);
    run(&["run", "--once"]);
    demand_whole(&folder.path().join("public"));

    let select = "ifInOctets{ifName=lo}";
    let rates = objects(&run(&["query", select, "--format", "json"]));
    let raw = objects(&run(&["query", select, "--raw", "--format", "json"]));
    assert_eq!(keys(&rates[0]), ["at", "device", "kind", "labels", "metric", "unit", "value"]);
    assert_eq!(raw.len(), 2, "two polls: {raw:?}");
    let (octets, seconds) = (
        raw[1]["value"].as_f64().expect("octets") - raw[0]["value"].as_f64().expect("octets"),
        (raw[1]["at"].as_f64().expect("ms") - raw[0]["at"].as_f64().expect("ms")) / 1000.0,
    );
    let rate = rates.iter().rev().find_map(|point| point["value"].as_f64()).expect("a rate");
    assert!((rate - octets / seconds).abs() <= 1e-6 * rate.abs() + 1e-9, "{rate} is not {octets} in {seconds} s");
    assert!(rates.iter().all(|point| point["value"].as_f64().is_none_or(|rate| rate >= 0.0)), "{rates:?}");
    let csv = run(&["query", select, "--format", "csv"]);
    assert!(csv.starts_with("device,metric,labels,kind,unit,at,value\n"), "{csv}");
    assert!(run(&["query", select]).starts_with("DEVICE "));
    let series = objects(&run(&["query", "sysUpTime", "--step", "1h", "--agg", "count", "--format", "json"]));
    assert!(series.iter().all(|point| point["device"] == "bench-1"), "{series:?}");

    assert!(run(&["render", "--out", "again"]).contains("again"));
    demand_whole(&folder.path().join("again"));
    let changes = objects(&run(&["publish", "--dry-run", "--format", "json"]));
    assert!(changes.iter().all(|change| change["target"] == "dir.public"), "{changes:?}");
    fs::remove_file(folder.path().join("public/index.html")).expect("the page is there");
    let changes = objects(&run(&["publish", "public", "--dry-run", "--format", "json"]));
    assert!(changes.iter().any(|change| change["path"] == "index.html" && change["action"] == "add"), "{changes:?}");
    assert!(!folder.path().join("public/index.html").exists(), "a dry run changes nothing");
    run(&["publish", "dir.public"]);
    demand_whole(&folder.path().join("public"));

    let manifest = run(&["transform", "inspect", "bundled:traffic", "--format", "json"]);
    assert!(manifest.contains("\"name\":\"traffic\""), "{manifest}");
    assert!(run(&["transform", "inspect", "traffic"]).contains("history"));
    let outputs = objects(&run(&["transform", "run", "devices"]));
    assert!(outputs.iter().any(|output| output["widget"]["kind"] == "rag"), "{outputs:?}");
    let broken = write(folder.path().join("broken.wasm"), b"\0asm\x0d\0\x01\0");
    let broken = broken.to_str().expect("a plain name");
    assert_eq!(lightship(folder.path(), &["transform", "run", broken]).code, Some(1));
}

#[test]
fn status_tells_what_a_running_appliance_does_and_term_ends_it_well() {
    let (folder, agent) = (scratch(), Snmpd::start("bench-1"));
    configure(folder.path(), &agent.address());
    let mut program = start_lightship(folder.path(), &["run"]);
    let lines = program.ready("the first publishing", Duration::from_secs(60), || {
        let said = lightship(folder.path(), &["status", "--format", "json"]);
        let lines = objects(&said.out);
        let published = lines.iter().any(|line| line["stage"] == "publish" && line["state"] == "ok");
        if published { Ok(lines) } else { Err(said.out + &said.err) }
    });
    let state = |stage: &str, name: &str| {
        let line = lines.iter().find(|line| line["stage"] == stage && line["name"] == name);
        line.map(|line| line["state"].as_str().unwrap_or_default()).unwrap_or("missing").to_owned()
    };
    assert_eq!(state("probe", "snmp.bench bench-1"), "answered", "{lines:?}");
    assert_eq!(state("transform", "traffic"), "ok", "{lines:?}");
    assert_eq!(state("publish", "dir.public"), "ok", "{lines:?}");
    assert!(lightship_ok(folder.path(), &["status"]).starts_with("STAGE "));
    program.signal(Signal::TERM);
    let ended = program.wait(Duration::from_secs(15)).unwrap_or_else(|| panic!("does not end: {}", program.log()));
    assert_eq!(ended.code(), Some(0), "{}", program.log());
}

#[test]
fn a_device_that_never_answers_is_down_and_no_failure() {
    let folder = scratch();
    configure(folder.path(), &format!("127.0.0.1:{}", free_port()));
    lightship_ok(folder.path(), &["run", "--once"]);
    let status = fs::read(folder.path().join("public/status.json")).expect("status.json");
    let status: Value = serde_json::from_slice(&status).expect("JSON");
    assert_eq!((&status["devices"][0]["name"], &status["devices"][0]["state"]), (&"bench-1".into(), &"down".into()));
}

#[test]
fn names_of_any_length_and_script_are_published() {
    let folder = scratch();
    let (device, transform) = ("d".repeat(200), "t".repeat(200));
    let config = format!(
        r#"
[probes.host.this]
device = "{device}"
[probes.host.that]
device = "../<b>Größe</b>"
[transforms.{transform}]
wasm = "bundled:traffic"
[publish.dir.public]
to = "public"
"#
    );
    write(folder.path().join("lightship.toml"), config);
    lightship_ok(folder.path(), &["run", "--once"]);
    demand_whole(&folder.path().join("public"));
    let status = fs::read_to_string(folder.path().join("public/status.json")).expect("a status");
    assert!(status.contains(&format!("\"name\":\"{device}\"")), "{status}");
    let other = fs::read_to_string(folder.path().join("public/devices/b-gr-e-b.html")).expect("a page");
    assert!(
        other.contains("../&lt;b&gt;Größe&lt;/b&gt;") || other.contains("..&#x2F;&lt;b&gt;Größe&lt;&#x2F;b&gt;"),
        "{other}"
    );
}
