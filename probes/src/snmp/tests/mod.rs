//! Polls of a small agent over loopback UDP.

pub(crate) mod agent;
mod cases;
mod habits;
mod identity;
mod recording;

use super::*;
use agent::{Objects, Request, Server, serve};
use model::{Labels, Outcome, Sample};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

const IF: &str = "1.3.6.1.2.1.2.2.1";
const IFX: &str = "1.3.6.1.2.1.31.1.1.1";
const COUNTER32: u8 = 0x41;
const GAUGE32: u8 = 0x42;
const TICKS: u8 = 0x43;
const COUNTER64: u8 = 0x46;

/// A device of so many good interfaces, with indices from 1: `Gi0/<index>`, 1000 octets in per index, twice that out.
fn device(rows: u32) -> Objects {
    let mut objects = Objects::default();
    objects.text("1.3.6.1.2.1.1.1.0", "a test\r\n");
    objects.set("1.3.6.1.2.1.1.2.0", 6, &[0x2b, 6, 1, 4, 1, 0x89, 0x1b]);
    objects.number("1.3.6.1.2.1.1.3.0", TICKS, 123_456);
    objects.text("1.3.6.1.2.1.1.5.0", "r1");
    for index in 1..=rows {
        interface(&mut objects, index, &format!("Gi0/{index}"));
    }
    // What stands behind the tables, as on every device.
    objects.text("1.3.6.1.2.1.47.1.1.1.1.2.1", "chassis");
    objects
}

fn interface(objects: &mut Objects, index: u32, name: &str) {
    let octets = u64::from(index) * 1_000;
    objects.text(&format!("{IF}.2.{index}"), &format!("GigabitEthernet {name}"));
    objects.number(&format!("{IF}.3.{index}"), 2, 6);
    objects.number(&format!("{IF}.4.{index}"), 2, 1_500);
    objects.number(&format!("{IF}.5.{index}"), GAUGE32, 4_294_967_295);
    objects.set(&format!("{IF}.6.{index}"), 4, &[0, 0x1d, 0xaa, 0x94, 0x30, 4]);
    objects.number(&format!("{IF}.7.{index}"), 2, 1);
    objects.number(&format!("{IF}.8.{index}"), 2, 2);
    for column in [10, 11, 13, 14, 16, 17, 19, 20] {
        objects.number(&format!("{IF}.{column}.{index}"), COUNTER32, octets % 77);
    }
    objects.text(&format!("{IFX}.1.{index}"), name);
    for (column, factor) in [(6, 1), (7, 0), (8, 0), (9, 0), (10, 2), (11, 0), (12, 0), (13, 0)] {
        objects.number(&format!("{IFX}.{column}.{index}"), COUNTER64, octets * factor + (1 << 40));
    }
    objects.number(&format!("{IFX}.15.{index}"), GAUGE32, 10_000);
    objects.text(&format!("{IFX}.18.{index}"), "to the other side");
    objects.number(&format!("{IFX}.19.{index}"), TICKS, 7);
}

/// A probe of this address.
fn probe(address: SocketAddr, table: serde_json::Value) -> Job {
    let config: Config = serde_json::from_value(table).expect("a configuration");
    let target = Target {
        device: "d".to_owned(),
        address: address.to_string(),
        tags: BTreeMap::new(),
        credentials: crate::Credentials { snmp: Some(Credentials::community("public").expect("a community")) },
    };
    let (mut jobs, mut problems) = (Vec::new(), Vec::new());
    config.build("snmp.x", &[target], &mut jobs, &mut problems);
    assert_eq!(problems, []);
    jobs.pop().expect("a job")
}

async fn poll(job: &mut Job) -> Polled {
    job.poll.poll(&Moment::new(1_000_000, Duration::from_secs(20))).await.expect("no fault of ours")
}

/// A probe that does not wait long, for agents that are silent now and then.
fn impatient(address: SocketAddr) -> Job {
    probe(address, serde_json::json!({"timeout": "250ms", "retries": 1}))
}

/// One poll of an agent with these objects.
async fn polled(objects: &Objects) -> Polled {
    let server = good(objects.clone()).await;
    poll(&mut probe(server.address, serde_json::json!({}))).await
}

async fn good(objects: Objects) -> Server {
    serve(move |bytes| vec![objects.answer(&Request::read(bytes))]).await
}

fn sample<'p>(polled: &'p Polled, metric: &str, name: &str) -> Option<&'p Sample> {
    let labels = Labels::one("ifName", name);
    polled.samples.iter().find(|sample| sample.series.metric == metric && sample.series.labels == labels)
}

fn raw(polled: &Polled, metric: &str, name: &str) -> Option<f64> {
    sample(polled, metric, name).map(|sample| sample.value.as_f64())
}

fn attribute(polled: &Polled, name: &str, row: &Labels) -> Option<String> {
    let mut attributes = polled.attributes.iter();
    attributes.find(|attribute| attribute.name == name && attribute.row == *row).map(|found| found.value.to_string())
}

/// The names of the interfaces that have a count.
fn names(polled: &Polled) -> Vec<&str> {
    let octets = polled.samples.iter().filter(|sample| sample.series.metric == "ifInOctets");
    octets.filter_map(|sample| sample.series.labels.get("ifName")).collect()
}
