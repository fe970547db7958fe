//! Every case of the bundled transforms, through the committed components and, where `guest-sdk/build.sh` has built them, through those that the
//! sources give today. `LIGHTSHIP_GUESTS` names the folder of the built ones where it is not `.cache/guests`.

use super::line::{Given, Line};
use crate::{BUNDLED, Config, run_file};
use model::Output;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};

/// What a case's `wanted.json` holds.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Wanted {
    Failure { failure: String },
    Outputs(Vec<Output>),
}

/// The folder of this repository.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[tokio::test]
async fn the_committed_components_give_what_the_cases_want() {
    for name in BUNDLED {
        golden(name, &format!("bundled:{name}")).await;
    }
}

#[tokio::test]
async fn the_sources_give_the_same_as_the_committed_components() {
    let built = std::env::var_os("LIGHTSHIP_GUESTS").map_or_else(|| root().join(".cache/guests"), PathBuf::from);
    for name in BUNDLED {
        let component = built.join(name).with_extension("wasm");
        // A machine without a toolchain for guests has none; tests/run builds them before.
        if component.exists() {
            golden(name, component.to_str().expect("a name in UTF-8")).await;
        }
    }
}

async fn golden(name: &str, wasm: &str) {
    let folder = root().join("guest-sdk/transforms").join(name).join("cases");
    let cases = fs::read_dir(&folder).unwrap_or_else(|why| panic!("{}: {why}", folder.display()));
    let cases: Vec<_> = cases.map(|case| case.expect("a case").path()).collect();
    assert!(!cases.is_empty(), "{name} has cases");
    let mut differing = Vec::new();
    for case in &cases {
        let given: Given = read(&case.join("given.json"));
        let wanted: Wanted = read(&case.join("wanted.json"));
        let line = Line::of(&given).await;
        let config = Config { settings: given.settings, ..Config::new(wasm) };
        let run = run_file(&config, &line.store.reader(), given.now).expect("no fault of ours");
        let found = match run.outputs {
            Ok(outputs) => Wanted::Outputs(outputs),
            Err(fault) => Wanted::Failure { failure: fault.to_string() },
        };
        if found != wanted {
            differing.push(format!("{}\n{}", case.display(), serde_json::to_string(&found).expect("JSON")));
        }
    }
    assert!(differing.is_empty(), "{wasm} gives something else:\n{}", differing.join("\n"));
}

fn read<T: serde::de::DeserializeOwned>(file: &Path) -> T {
    let text = fs::read_to_string(file).unwrap_or_else(|why| panic!("{}: {why}", file.display()));
    serde_json::from_str(&text).unwrap_or_else(|why| panic!("{}: {why}", file.display()))
}
