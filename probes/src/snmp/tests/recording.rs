//! Recordings of devices, and the golden cases made of them: `testdata/snmp/<case>/`.

use super::*;
use agent::oid_of;
use model::{Bits, Value};
use serde_json::{Value as Json, json};
use std::path::Path;

/// A recording in snmpsim's format, `<oid>|<tag, x for hexadecimal>|<value>`. Lines that name a variation of snmpsim, or what is no
/// object, are passed over.
pub(super) fn recording(text: &str) -> Objects {
    let mut objects = Objects::default();
    for line in text.lines() {
        let mut parts = line.splitn(3, '|');
        let (Some(oid), Some(tag), Some(value)) = (parts.next(), parts.next(), parts.next()) else { continue };
        if !is_oid(oid) {
            continue;
        }
        let (tag, hexadecimal) = tag.strip_suffix('x').map_or((tag, false), |tag| (tag, true));
        match tag.parse::<u8>() {
            Ok(tag) if hexadecimal => {
                let digit = |at: usize| value.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
                let bytes: Vec<u8> = (0..value.len() / 2).map_while(|at| digit(at * 2)).collect();
                objects.set(oid, tag, &bytes);
            }
            Ok(6) if is_oid(value) => objects.set(oid, 6, &oid_of(value).to_ber()),
            Ok(6) => {}
            Ok(tag @ (2 | 65 | 66 | 67 | 70)) => match (value.parse::<u64>(), value.parse::<i64>()) {
                (Ok(number), _) => objects.number(oid, tag, number),
                (_, Ok(number)) => objects.set(oid, tag, &number.to_be_bytes()),
                _ => {}
            },
            Ok(tag) => objects.set(oid, tag, value.as_bytes()),
            Err(_) => {}
        }
    }
    objects
}

fn is_oid(text: &str) -> bool {
    let text = text.trim_start_matches('.');
    text.contains('.') && text.split('.').all(|number| number.parse::<u32>().is_ok())
}

fn shown(polled: &Polled) -> Json {
    let sample = |sample: &Sample| {
        let (value, bits) = match sample.value {
            Value::Gauge(value) => (json!(value), None),
            Value::State(number) => (json!(number), None),
            Value::Counter(counter) => (json!(counter.raw), Some(if counter.bits == Bits::B32 { 32 } else { 64 })),
        };
        let series = &sample.series;
        let mut shown = json!({"metric": series.metric, "labels": series.labels, "unit": series.unit, "value": value});
        if let (Some(bits), Some(object)) = (bits, shown.as_object_mut()) {
            object.insert("bits".to_owned(), json!(bits));
        }
        shown
    };
    json!({
        "outcome": polled.outcome,
        "trouble": polled.trouble,
        "samples": polled.samples.iter().map(sample).collect::<Vec<_>>(),
        "attributes": polled.attributes,
    })
}

#[tokio::test]
async fn every_case_gives_what_it_gave() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/snmp");
    let mut cases = 0;
    for case in std::fs::read_dir(folder).expect("the folder of cases") {
        let case = case.expect("a case").path();
        let text = std::fs::read_to_string(case.join("device.snmprec")).expect("a recording");
        let given = shown(&polled(&recording(&text)).await);
        let golden = case.join("polled.json");
        if std::env::var_os("PROBES_BLESS").is_some() {
            let text = serde_json::to_string_pretty(&given).expect("JSON") + "\n";
            std::fs::write(&golden, text).expect("a file that can be written");
        }
        let wanted: Json = serde_json::from_slice(&std::fs::read(&golden).expect("polled.json")).expect("JSON");
        assert_eq!(given, wanted, "{}", case.display());
        cases += 1;
    }
    assert!(cases >= 2);
}
