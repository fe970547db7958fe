//! A configured transform over time: what stays when it fails, and what is said.

use super::line::Line;
use crate::{Catalog, Config, Transform, bundled, check};
use model::Millis;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use store::TransformRun;

const NOW: Millis = 1_790_000_000_000;

fn configs(wasm: &Path) -> BTreeMap<String, Config> {
    BTreeMap::from([("all".to_owned(), Config::new(wasm.to_str().expect("UTF-8")))])
}

fn open(line: &Line, wasm: &Path, cache: &Path) -> Catalog {
    Catalog::open(&configs(wasm), line.store.reader(), line.store.writer(), cache).expect("opens")
}

fn standing(line: &Line) -> TransformRun {
    line.store.reader().runs().expect("readable").pop().expect("a run")
}

async fn turn(transform: &mut Transform, at: Millis) -> Option<String> {
    transform.run(at).await.expect("no fault of ours").error
}

#[tokio::test]
async fn the_last_good_outputs_stay_and_each_change_is_one_event() {
    let line = Line::empty().await;
    let folder = tempfile::tempdir().expect("a folder");
    let (wasm, cache) = (folder.path().join("mine.wasm"), folder.path().join("code"));
    fs::write(&wasm, bundled("devices").expect("bundled")).expect("writable");
    let mut transform = open(&line, &wasm, &cache).transforms().pop().expect("one");
    assert_eq!(turn(&mut transform, NOW).await, None);
    assert_eq!(standing(&line).outputs.len(), 2);

    fs::write(&wasm, "not WebAssembly").expect("writable");
    let error = turn(&mut transform, NOW + 1000).await.expect("it fails");
    assert_eq!(error, format!("transforms.all: wasm: {}: it is not WebAssembly", wasm.display()));
    assert!(turn(&mut transform, NOW + 2000).await.is_some());
    let run = standing(&line);
    assert_eq!((run.ran_at, run.ok_at, run.outputs.len()), (NOW + 2000, Some(NOW), 2));

    // A restart knows that it failed, and that it was good once.
    let mut transform = open(&line, &wasm, &cache).transforms().pop().expect("one");
    assert!(turn(&mut transform, NOW + 3000).await.is_some());
    assert_eq!(standing(&line).ok_at, Some(NOW));
    fs::write(&wasm, bundled("devices").expect("bundled")).expect("writable");
    assert_eq!(turn(&mut transform, NOW + 4000).await, None);
    assert_eq!(standing(&line).ok_at, Some(NOW + 4000));

    let events: Vec<_> =
        line.store.reader().events(10).expect("readable").into_iter().map(|event| event.kind).collect();
    assert_eq!(events, ["transform.well", "transform.failed"]);
}

#[tokio::test]
async fn one_that_cannot_run_does_not_stop_the_others() {
    let line = Line::empty().await;
    let folder = tempfile::tempdir().expect("a folder");
    let mut configs = BTreeMap::from([
        ("devices".to_owned(), Config::new("bundled:devices")),
        ("gone".to_owned(), Config::new(folder.path().join("gone.wasm").to_str().expect("UTF-8"))),
        ("odd".to_owned(), Config::new("bundled:odd")),
        ("traffic".to_owned(), Config::new("bundled:traffic")),
    ]);
    let traffic = configs.get_mut("traffic").expect("there");
    traffic.settings.insert("interfaces".to_owned(), "Gi0/1".into());
    traffic.settings.insert("top".to_owned(), "ten".into());
    let problems = check(&configs).expect("checks");
    let said: Vec<_> = problems.iter().map(|problem| (problem.transform.as_str(), problem.key)).collect();
    assert_eq!(said, [("gone", "wasm"), ("odd", "wasm"), ("traffic", "settings"), ("traffic", "settings")]);
    assert_eq!(problems[1].message, "wasm: there is no bundled:odd, but bundled:devices, bundled:traffic");
    assert_eq!(
        problems[2].message,
        "settings.interfaces: traffic has no such setting; there are device, history, interface, top"
    );

    let cache = folder.path().join("code");
    let catalog = Catalog::open(&configs, line.store.reader(), line.store.writer(), &cache).expect("opens");
    assert_eq!(catalog.problems().len(), 3);
    let mut errors = Vec::new();
    for mut transform in catalog.transforms() {
        errors.extend(turn(&mut transform, NOW).await);
    }
    assert_eq!(errors.len(), 3);
    assert!(
        errors[2].starts_with("transforms.traffic: settings.interfaces: traffic has no such setting"),
        "{errors:?}"
    );
}

#[tokio::test]
async fn limits_are_kept_in_every_call() {
    let line = Line::empty().await;
    let mut config = Config::new("bundled:traffic");
    config.limits.memory = model::Size(1000);
    let wanted = "it wanted more memory than 1000 B; let it do less, or raise limits.memory";
    assert_eq!(crate::inspect(&config.wasm, &config.limits).expect_err("too little").to_string(), wanted);
    config.limits = crate::Limits { output: model::Size(100), ..crate::Limits::default() };
    let run = crate::run_file(&config, &line.store.reader(), NOW).expect("runs");
    let wanted = "it gave more output than 100 B; let it say less, or raise limits.output";
    assert_eq!(run.outputs.expect_err("too much").to_string(), wanted);
}

#[test]
fn a_component_is_inspected() {
    let found = crate::inspect("bundled:traffic", &crate::Limits::default()).expect("good");
    assert_eq!((found.manifest.name.as_str(), found.bytes), ("traffic", bundled("traffic").expect("there").len()));
    assert!(found.imports.iter().all(|name| name.starts_with("lightship:transform/")), "{:?}", found.imports);
    assert!(found.code_bytes > 0 && found.bytes < 200_000);
}
