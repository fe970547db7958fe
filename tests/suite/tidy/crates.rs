//! Which crate may know which.

use super::nothing;
use crate::parts::files::{root, source};
use crate::parts::process::must;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// What each of our crates may depend on among the others; `lightship` and `tests` see all.
const MAY_KNOW: [(&str, &[&str]); 7] = [
    ("model", &[]),
    ("probes", &["model"]),
    ("store", &["model"]),
    ("transform", &["model", "store"]),
    ("site", &["model", "store"]),
    ("publish", &["model"]),
    ("lab", &[]),
];

/// The heavy dependencies and the one crate that may name each.
const FENCED: [(&str, &str); 6] = [
    ("wasmtime", "transform"),
    ("rusqlite", "store"),
    ("tera", "site"),
    ("russh", "publish"),
    ("russh-sftp", "publish"),
    ("snmp2", "probes"),
];

/// One line of a manifest: `kind` is empty for what the crate itself needs, else `dev` or `build`.
struct Dependency {
    name: String,
    kind: String,
}

/// Our crates, from cargo itself.
fn crates() -> BTreeMap<String, Vec<Dependency>> {
    let mut command = Command::new(env!("CARGO"));
    command.current_dir(root()).args(["metadata", "--no-deps", "--offline", "--locked", "--format-version", "1"]);
    let metadata: Value = serde_json::from_str(&must(&mut command)).expect("JSON");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let dependency = |value: &Value| Dependency { name: text(&value["name"]), kind: text(&value["kind"]) };
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let package = |value: &Value| (text(&value["name"]), list(&value["dependencies"]).iter().map(dependency).collect());
    list(&metadata["packages"]).iter().map(package).collect()
}

#[test]
fn stages_know_each_other_only_as_the_flow_goes() {
    let crates = crates();
    let ours: BTreeSet<&str> = crates.keys().map(String::as_str).collect();
    let mut wrong = Vec::new();
    for (name, dependencies) in &crates {
        let Some((_, may)) = MAY_KNOW.iter().find(|(stage, _)| stage == name) else {
            if !["lightship", "tests"].contains(&name.as_str()) {
                wrong.push(format!("{name} is a crate without a place in the flow"));
            }
            continue;
        };
        for dependency in dependencies.iter().filter(|dependency| ours.contains(dependency.name.as_str())) {
            // A stage's tests may use the simulated lab.
            let lab = dependency.kind == "dev" && dependency.name == "lab";
            if !may.contains(&dependency.name.as_str()) && !lab {
                wrong.push(format!("{name} depends on {}", dependency.name));
            }
        }
    }
    nothing("stages depend on each other only along the flow", wrong);
}

#[test]
fn each_heavy_dependency_is_fenced_in_one_crate() {
    let mut wrong = Vec::new();
    for (name, dependencies) in crates() {
        for (heavy, owner) in FENCED {
            let simulates = heavy == "snmp2" && name == "lab";
            if name != owner && !simulates && dependencies.iter().any(|dependency| dependency.name == heavy) {
                wrong.push(format!("{name} names {heavy}, which belongs to {owner}"));
            }
        }
    }
    nothing("one crate for each heavy dependency", wrong);
}

#[test]
fn the_model_has_no_input_no_output_no_clock_and_no_tasks() {
    let crates = crates();
    let foreign = ["tokio", "async-trait", "futures", "mio", "tracing", "rustix", "jiff"];
    let wrong = crates["model"].iter().filter(|dependency| foreign.contains(&dependency.name.as_str()));
    nothing("the model is plain data", wrong.map(|dependency| format!("it names {}", dependency.name)).collect());
    let mut wrong = Vec::new();
    for (path, text) in super::texts(&[".rs"]).iter().filter(|(path, _)| path.starts_with("runtime/model/src/")) {
        for word in ["std::fs", "std::net", "std::process", "SystemTime", "Instant", "async fn", "std::thread"] {
            if text.contains(word) {
                wrong.push(format!("{path}: {word}"));
            }
        }
    }
    nothing("the model is plain data", wrong);
}

#[test]
fn every_crate_keeps_the_common_lints_and_says_what_it_is() {
    let manifests: Vec<(String, String)> = super::texts(&["Cargo.toml"]);
    let root_manifest = source("Cargo.toml");
    let lints = root_manifest.split("[workspace.lints.").skip(1).flat_map(str::lines);
    let lints: Vec<&str> =
        lints.take_while(|line| !line.starts_with('[')).filter(|line| line.contains(" = ")).collect();
    let mut wrong = Vec::new();
    for (path, text) in &manifests {
        let folder = path.trim_end_matches("Cargo.toml");
        if !text.contains("[package]") || folder.starts_with("guest-sdk/") || folder.starts_with("tests/guests/") {
            continue;
        }
        // A crate that needs an unsafe line writes the list anew, with `deny` in place of `forbid` and its reason above.
        let reason = text.lines().any(|line| line.starts_with('#') && line.contains("unsafe"));
        let own = reason && text.contains("unsafe_code = \"deny\"");
        let kept = lints.iter().filter(|lint| !lint.starts_with("unsafe_code")).all(|lint| text.contains(lint));
        let common = text.contains("[lints]\nworkspace = true");
        if !(common || own && kept) {
            wrong.push(format!("{path}: does not keep the workspace's lints"));
        }
        if !text.lines().any(|line| line.starts_with("description = ")) {
            wrong.push(format!("{path}: no description"));
        }
        for head in ["src/lib.rs", "src/main.rs"].map(|head| root().join(folder).join(head)) {
            if std::fs::read_to_string(&head).is_ok_and(|text| !text.starts_with("//! ")) {
                wrong.push(format!("{}: does not begin with its documentation", head.display()));
            }
        }
    }
    nothing("every crate keeps the common rules", wrong);
}

#[test]
fn every_dependency_has_its_reason_beside_it() {
    let manifest = source("Cargo.toml");
    let lines = manifest.lines().skip_while(|line| *line != "[workspace.dependencies]").skip(1);
    let lines = lines.take_while(|line| !line.starts_with('['));
    let outside = lines.filter(|line| line.contains(" = ") && !line.contains("path = ") && !line.starts_with('#'));
    let wrong: Vec<String> = outside.filter(|line| !line.contains(" # ")).map(str::to_owned).collect();
    nothing("a dependency without a reason", wrong);
}
