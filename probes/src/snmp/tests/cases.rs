//! Bytes of others through our codecs: bent ones always, and recordings of real devices where the variable `LIGHTSHIP_CASES` names them.

use super::recording::recording;
use super::*;
use crate::mutator::mutate;
use crate::snmp::codec::tests::response;
use crate::snmp::{ber, codec, text};
use std::path::PathBuf;

#[test]
fn no_bytes_make_the_codecs_panic() {
    let objects = device(2);
    let binds: Vec<_> = objects.0.iter().map(|(oid, value)| (oid.clone(), value.as_slice())).collect();
    let answer = response(7, 0, 0, &binds);
    let mut scoped = Vec::new();
    ber::around(&mut scoped, snmp2::asn1::TYPE_SEQUENCE, |scoped| scoped.extend_from_slice(&answer));
    let seeds = [codec::seal(&answer, "public"), answer, scoped];
    seeds.iter().for_each(|seed| fuzz(seed));
    mutate(7, &seeds, 4_000, fuzz);
}

/// The folder of recordings; a line where there is none.
#[allow(clippy::print_stderr)]
fn cases(folder: &str) -> Option<PathBuf> {
    let Some(cases) = std::env::var_os("LIGHTSHIP_CASES") else {
        eprintln!("LIGHTSHIP_CASES is not set: nothing is tried against {folder}");
        return None;
    };
    Some(PathBuf::from(cases).join(folder))
}

#[test]
fn recorded_packets_and_their_bent_kin_make_the_codecs_not_panic() {
    let Some(folder) = cases("snmp-packets") else { return };
    let files = std::fs::read_dir(folder).expect("the folder of packets");
    let seeds: Vec<Vec<u8>> =
        files.map(|file| std::fs::read(file.expect("a file").path()).expect("a packet")).collect();
    assert!(seeds.len() >= 20);
    seeds.iter().for_each(|seed| fuzz(seed));
    mutate(7, &seeds, 4_000, fuzz);
}

#[tokio::test]
async fn recorded_devices_are_read_as_other_programs_read_them() {
    let Some(folder) = cases("snmp") else { return };
    let mut devices = 0;
    for file in std::fs::read_dir(folder.join("data")).expect("the folder of recordings") {
        let path = file.expect("a file").path();
        let bytes = std::fs::read(&path).expect("a recording");
        let polled = polled(&recording(&String::from_utf8_lossy(&bytes))).await;
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let expected = std::fs::read(folder.join(format!("expected/{name}.json"))).expect("what is expected");
        compare(&name, &polled, &serde_json::from_slice(&expected).expect("JSON"));
        devices += 1;
    }
    assert!(devices >= 10);
}

fn compare(device: &str, polled: &Polled, expected: &serde_json::Value) {
    assert_eq!((polled.outcome, polled.trouble.as_deref()), (Outcome::Answered, None), "{device}");
    let rows = expected["interfaces"].as_array().expect("rows");
    let mut seen = std::collections::BTreeSet::new();
    for row in rows {
        let index: f64 = row["index"].as_str().and_then(|index| index.parse().ok()).expect("an index");
        let found = polled
            .attributes
            .iter()
            .find(|attribute| attribute.name == "ifIndex" && attribute.value == model::AttrValue::Number(index));
        let labels = &found.unwrap_or_else(|| panic!("{device}: no row {index}")).row;
        let name = labels.get("ifName").expect("a name");
        assert!(seen.insert(name.to_owned()), "{device}: {name} twice");
        let wanted = ["ifName", "ifDescr"].into_iter().filter_map(|column| row[column].as_str());
        let wanted = wanted.map(|value| text::name(value.as_bytes())).find(|value| !value.is_empty());
        let binary = row["ifName"].is_object() || row["ifDescr"].is_object();
        if let Some(wanted) = wanted.filter(|_| !binary) {
            assert!(name == wanted || name == format!("{wanted}#{index}"), "{device}: {name} is not {wanted}");
        }
        for (metric, wide) in [("ifInOctets", "ifHCInOctets"), ("ifOutOctets", "ifHCOutOctets")] {
            let wanted = row[wide].as_u64().or(row[metric].as_u64()).map(|count| count as f64);
            assert_eq!(raw(polled, metric, name), wanted, "{device} {name} {metric}");
        }
        for metric in ["ifOperStatus", "ifAdminStatus"] {
            assert_eq!(raw(polled, metric, name), row[metric].as_f64(), "{device} {name} {metric}");
        }
        let high = row["ifHighSpeed"].as_u64().filter(|speed| *speed > 0).map(|speed| speed * 1_000_000);
        let wanted = high.or(row["ifSpeed"].as_u64()).or(row["ifHighSpeed"].as_u64());
        let speed = attribute(polled, "ifSpeed", labels);
        assert_eq!(speed, wanted.map(|speed| speed.to_string()), "{device} {name}");
    }
    let indices = polled.attributes.iter().filter(|attribute| attribute.name == "ifIndex").count();
    assert_eq!(indices, rows.len(), "{device}");
    if let Some(wanted) = expected["sysDescr"].as_str().filter(|text| !text.contains(['"', '\n'])) {
        assert_eq!(attribute(polled, "sysDescr", &Labels::none()).as_deref(), Some(wanted.trim()), "{device}");
    }
}
