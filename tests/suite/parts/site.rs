//! What must hold of every site that was published, whatever it shows.

use super::files::tree;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// Demands that the tree is whole: every link leads to a file of the tree, every JSON file has its documented keys,
/// every widget its files, and nothing lies there that does not belong.
pub fn demand_whole(folder: &Path) {
    // The publisher's manifest, and what a cut may leave of a file that was under way, are nothing that a visitor sees.
    let own = |path: &String| path.split('/').any(|part| part.starts_with(".lightship"));
    let files: BTreeSet<String> = tree(folder).into_iter().filter(|path| !own(path)).collect();
    assert!(files.contains("index.html") && files.contains("status.json"), "{files:?}");
    let read = |path: &String| fs::read_to_string(folder.join(path)).unwrap_or_else(|why| panic!("{path}: {why}"));
    for path in &files {
        let (class, end) = (path.split('/').next().unwrap_or_default(), path.rsplit('.').next().unwrap_or_default());
        match (class, end) {
            ("index.html", _) | ("devices", "html") | ("widgets", "html" | "svg") => links(path, &read(path), &files),
            ("status.json", _) => status(&json(path, &read(path))),
            ("data", "json") => data(path, &json(path, &read(path)), &files),
            ("widgets", "json") => drop(json(path, &read(path))),
            ("assets", _) => asset(path),
            // What asks robots to stay away.
            _ if path == "robots.txt" => {}
            _ => panic!("{path} does not belong to a site"),
        }
    }
    for path in files.iter().filter(|path| path.starts_with("widgets/") && path.ends_with(".html")) {
        let id = path.trim_start_matches("widgets/").trim_end_matches(".html");
        assert!(files.contains(&format!("data/{id}.json")), "{path} has no data/{id}.json");
    }
}

fn json(path: &str, text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|why| panic!("{path} is no JSON: {why}"))
}

/// The values of `href` and `src` in a page.
pub fn references(html: &str) -> Vec<String> {
    let after = |attribute: &'static str| html.split(attribute).skip(1).filter_map(|rest| rest.split('"').next());
    after(" href=\"").chain(after(" src=\"")).filter(|target| !target.starts_with('#')).map(str::to_owned).collect()
}

/// Every link is relative and leads to a file of the tree.
fn links(page: &str, html: &str, files: &BTreeSet<String>) {
    for target in references(html).iter().filter(|target| !target.starts_with("data:")) {
        assert!(!target.starts_with('/') && !target.contains("://"), "{page} links to {target}, which is not relative");
        let mut parts: Vec<&str> = page.split('/').collect();
        parts.pop();
        for part in target.split(['#', '?']).next().unwrap_or_default().split('/') {
            match part {
                "." => {}
                ".." => assert!(parts.pop().is_some(), "{page} links to {target}, out of the site"),
                part => parts.push(part),
            }
        }
        let mut path = parts.join("/");
        if path.is_empty() || path.ends_with('/') {
            path += "index.html";
        }
        assert!(files.contains(&path), "{page} links to {target}, which is not there");
    }
}

/// `assets/<name>.<hash>.<ext>`.
fn asset(path: &str) {
    let parts: Vec<&str> = path.split('.').collect();
    let hash = parts.get(parts.len().wrapping_sub(2)).copied().unwrap_or_default();
    assert!(hash.len() >= 8 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{path} does not carry its hash");
}

fn demand_keys(what: &str, value: &Value, keys: &[&str]) {
    let object = value.as_object().unwrap_or_else(|| panic!("{what} is no object: {value}"));
    let (found, wanted): (BTreeSet<&str>, BTreeSet<&str>) =
        (object.keys().map(String::as_str).collect(), keys.iter().copied().collect());
    assert_eq!(found, wanted, "the keys of {what}");
}

fn list<'v>(what: &str, value: &'v Value) -> &'v Vec<Value> {
    value.as_array().unwrap_or_else(|| panic!("{what} is no list: {value}"))
}

fn status(status: &Value) {
    demand_keys("status.json", status, &["version", "collected_at", "generated_at", "state", "devices", "transforms"]);
    demand_keys("status.json's state", &status["state"], &["up", "late", "down"]);
    for device in list("devices", &status["devices"]) {
        demand_keys("a device of status.json", device, &["name", "state", "since", "seen_at"]);
    }
    for transform in list("transforms", &status["transforms"]) {
        demand_keys("a transform of status.json", transform, &["name", "state", "ran_at"]);
    }
}

fn data(path: &str, data: &Value, files: &BTreeSet<String>) {
    demand_keys(path, data, &["id", "title", "kind", "collected_at", "unit", "series"]);
    let id = data["id"].as_str().unwrap_or_default();
    assert_eq!(path, format!("data/{id}.json"));
    for series in list(path, &data["series"]) {
        demand_keys(path, series, &["name", "labels", "points"]);
        let points = list(path, &series["points"]);
        assert!(points.len() <= 250, "{path} has {} points", points.len());
        let times: Vec<i64> =
            points.iter().map(|point| point[0].as_i64().expect("a time in whole milliseconds")).collect();
        assert!(times.is_sorted(), "{path}: the points are not in order of time");
        assert!(points.iter().all(|point| point[1].is_number() || point[1].is_null()), "{path}: a point is no number");
    }
    // Pictures and what Geckoboard knows have their files, others don't.
    let kind = data["kind"].as_str().unwrap_or_default();
    let has = |end: &str| files.contains(&format!("widgets/{id}.{end}"));
    assert!(has("html"), "{id} has no page of its own");
    assert_eq!(has("json"), ["number", "line", "leaderboard", "rag"].contains(&kind), "{id}, a {kind}, for Geckoboard");
    if kind == "line" {
        assert!(has("svg"), "{id} has no picture");
    }
}

/// Demands that files have mode 0644 and folders 0755, so that a web server may read them; the publisher's own are nobody's business.
pub fn demand_modes(site: &Path) {
    for entry in fs::read_dir(site).expect("the folder") {
        let entry = entry.expect("an entry");
        let mode = entry.metadata().expect("its mode").permissions().mode() & 0o7777;
        let private = entry.file_name().to_string_lossy().starts_with('.');
        if entry.file_type().expect("its type").is_dir() {
            assert!(private || mode == 0o755, "{:?} has mode {mode:o}", entry.path());
            demand_modes(&entry.path());
        } else {
            assert!(private || mode == 0o644, "{:?} has mode {mode:o}", entry.path());
        }
    }
}
