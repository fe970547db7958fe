//! The site as a whole, from a real store.

mod network;

use model::{AttrValue, Attribute, Bundle, Class, Device, DeviceState, Labels, Outcome, Polled};
use network::{NOW, Size, fill, runs};
use site::{Config, Site, SiteError};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use store::Store;

const SMALL: Size = Size { devices: 7, ports: 5, past: 2_400_000 };

fn text<'b>(bundle: &'b Bundle, path: &str) -> &'b str {
    let file = bundle.files.get(path).unwrap_or_else(|| panic!("no {path} in {:?}", bundle.files.keys()));
    std::str::from_utf8(&file.content).expect("text")
}

fn render(store: &Store, config: &Config, now: i64) -> Result<Bundle, SiteError> {
    let (reader, site) = (store.reader(), Site::new(config)?);
    site.render(&reader, now)
}

async fn made(size: &Size) -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).expect("a store");
    fill(&store, size).await;
    (folder, store)
}

/// The values of `href` and `src` in a page.
fn references(html: &str) -> Vec<&str> {
    let of = |name: &'static str| html.split(name).skip(1).filter_map(|rest| rest.split('"').next());
    of(" href=\"").chain(of(" src=\"")).collect()
}

#[tokio::test]
async fn every_link_is_relative_and_leads_to_a_file_and_nothing_stands_inline() {
    let (_folder, store) = made(&SMALL).await;
    let bundle = render(&store, &Config::default(), NOW).expect("a site");
    for path in
        ["index.html", "devices/index.html", "devices/r1.html", "devices/lab-box.html", "widgets/traffic.in.html"]
    {
        assert_eq!(bundle.files[path].class, Class::Page);
    }
    for (path, file) in &bundle.files {
        if !path.ends_with(".html") {
            continue;
        }
        let html = std::str::from_utf8(&file.content).expect("text");
        for target in references(html) {
            let folder = Path::new(path).parent().expect("a folder");
            let mut parts: Vec<&str> = folder.iter().filter_map(|part| part.to_str()).collect();
            for part in target.split('/') {
                match part {
                    ".." => drop(parts.pop().unwrap_or_else(|| panic!("{path} leads out of the site: {target}"))),
                    part => parts.push(part),
                }
            }
            assert!(bundle.files.contains_key(&parts.join("/")), "{path} links to {target}, which is not there");
        }
        // What the page's own policy forbids.
        assert!(!html.contains(" style=") && !html.contains("<style"), "{path} has inline style");
        assert!(!html.contains("<script>") && !html.contains(" onclick"), "{path} has inline script");
        assert!(html.contains("noindex") && html.contains("Content-Security-Policy"), "{path}");
    }
    let script = bundle.files.iter().find(|(path, _)| path.starts_with("assets/script.")).expect("the script").1;
    let script = std::str::from_utf8(&script.content).expect("text");
    assert!(!script.contains("innerHTML") && !script.contains("outerHTML") && !script.contains("eval("));
}

#[tokio::test]
async fn the_same_store_gives_the_same_bytes_but_for_status_json() {
    let (_folder, store) = made(&SMALL).await;
    let config = Config { zone: "Europe/London".to_owned(), ..Config::default() };
    let (one, other) = (render(&store, &config, NOW), render(&store, &config, NOW + 86_400_000));
    let (one, other) = (one.expect("a site"), other.expect("a site"));
    let differing: Vec<&String> =
        one.files.iter().filter(|(path, file)| other.files.get(*path) != Some(*file)).map(|(path, _)| path).collect();
    assert_eq!(differing, ["status.json"]);
    assert_eq!(one.files.len(), other.files.len());
    assert_eq!(one.collected_at, Some(NOW - NOW % network::EVERY));
}

#[tokio::test]
async fn the_overview_says_what_is_the_matter() {
    let (_folder, store) = made(&SMALL).await;
    let bundle = render(&store, &Config { title: "Lab <1>".to_owned(), ..Config::default() }, NOW).expect("a site");
    let page = text(&bundle, "index.html");
    for part in [
        "R5 is down and R3 is late; everything else answers.",
        "Lab &lt;1&gt;",
        "7 devices",
        "1 down since 14:05",
        "35 interfaces",
        "R5 does not answer",
        "144 <small>Mbit/s</small>",
        "95th percentile",
        "no data 13:23–13:27",
    ] {
        assert!(page.contains(part), "{part}");
    }
    let host = text(&bundle, "devices/lab-box.html");
    for part in
        ["Memory used", "of 17.2 GB", "/var/lib/lightship", "coretemp Package id 0", "15 min", "4 of 5 interfaces up"]
    {
        assert!(host.contains(part), "{part}");
    }
    assert!(!host.contains("Swap"), "no swap, no figure");
    assert!(text(&bundle, "devices/r5.html").contains("R5 is down since 14:05."));
    assert!(text(&bundle, "devices/r2.html").contains("1 not in use"), "the spare port");
}

#[tokio::test]
async fn data_and_geckoboard_files_have_their_shapes() {
    let (_folder, store) = made(&SMALL).await;
    let bundle = render(&store, &Config::default(), NOW).expect("a site");
    let json = |path: &str| serde_json::from_str::<serde_json::Value>(text(&bundle, path)).expect("JSON");
    let status = json("status.json");
    assert_eq!(status["state"], serde_json::json!({"up": 5, "late": 1, "down": 1}));
    assert_eq!(status["generated_at"], NOW);
    let data = json("data/traffic.history.json");
    assert_eq!((&data["kind"], &data["unit"], &data["collected_at"]), (&"line".into(), &"bit/s".into(), &NOW.into()));
    let points = data["series"][0]["points"].as_array().expect("points");
    assert!(points.len() <= 250 && points.iter().any(|point| point[1].is_null()), "361 points with a gap, thinned");
    assert!(json("widgets/traffic.in.json")["item"][1].as_array().is_some_and(|spark| !spark.is_empty()));
    assert_eq!(json("widgets/devices.state.json")["item"][0], serde_json::json!({"value": 1, "text": "down"}));
    assert!(!bundle.files.contains_key("widgets/devices.table.json"), "Geckoboard has no tables");
    assert!(!bundle.files.contains_key("widgets/devices.table.svg"), "a table is no picture");
    assert_eq!(json("data/devices.table.json")["series"][0]["labels"]["Device"], "R1");
}

#[tokio::test]
async fn nothing_that_is_not_for_visitors_is_published() {
    let (_folder, store) = made(&SMALL).await;
    let mut failed = runs(&[]).remove(0);
    failed.error = Some("the guest trapped at /srv/secret/traffic.wasm".to_owned());
    store.writer().ran(failed).await.expect("a run");
    let bundle = render(&store, &Config::default(), NOW).expect("a site");
    for (path, file) in &bundle.files {
        let content = String::from_utf8_lossy(&file.content);
        for secret in ["192.0.2.5", "user ro", "ann@example.net", "trapped", "/srv/secret"] {
            assert!(!content.contains(secret), "{secret} in {path}");
        }
    }
    let page = text(&bundle, "index.html");
    assert!(page.contains("not updated since 14:33"), "old widgets are marked in words");
    assert!(page.contains("traffic 0.1.0 (last run failed)"));
    assert!(text(&bundle, "status.json").contains(r#"{"name":"traffic","state":"stale""#));
}

#[tokio::test]
async fn names_from_outside_do_no_harm() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).expect("a store");
    let evil = "\"><script>alert(1)</script>";
    let device = |name: &str| Device {
        name: name.to_owned(),
        tags: BTreeMap::from([("role".to_owned(), evil.to_owned())]),
        state: DeviceState::Up,
        since: NOW,
        seen_at: Some(NOW),
        every: 30_000,
        trouble: None,
    };
    let names = [evil, "../../etc/passwd", "index", "R1", "r1"];
    store.writer().devices(names.map(device).to_vec()).await.expect("devices");
    let mut polled = Polled::nothing(evil, NOW, 30_000, Outcome::Answered);
    let value = AttrValue::Text(evil.to_owned());
    polled.attributes.push(Attribute { row: Labels::none(), name: "sysDescr".to_owned(), value });
    store.writer().polled(polled).await.expect("a poll");
    let bundle = render(&store, &Config { title: evil.to_owned(), ..Config::default() }, NOW).expect("a site");
    for (path, file) in &bundle.files {
        assert!(path.split('/').all(model::is_slug), "{path}");
        let html = String::from_utf8_lossy(&file.content);
        assert!(path.ends_with(".json") || !html.contains("<script>alert"), "{path}");
    }
    for path in
        ["devices/script-alert-1-script.html", "devices/etc-passwd.html", "devices/index-2.html", "devices/r1-2.html"]
    {
        assert!(bundle.files.contains_key(path), "{path} in {:?}", bundle.files.keys());
    }
}

#[tokio::test]
async fn the_first_page_before_any_data_is_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let store = Store::open(folder.path()).expect("a store");
    let bundle = render(&store, &Config::default(), NOW).expect("a site");
    assert_eq!(bundle.collected_at, None);
    assert!(text(&bundle, "index.html").contains("No device is watched yet."));
    assert!(text(&bundle, "status.json").contains(r#""collected_at":null"#));
    let waiting = Device {
        name: "R1".to_owned(),
        tags: BTreeMap::new(),
        state: DeviceState::Unknown,
        since: NOW,
        seen_at: None,
        every: 30_000,
        trouble: None,
    };
    store.writer().devices(vec![waiting]).await.expect("devices");
    let bundle = render(&store, &Config::default(), NOW).expect("a site");
    assert!(text(&bundle, "index.html").contains("Waiting for the first answers."));
    let page = text(&bundle, "devices/r1.html");
    assert!(page.contains("R1 has not been heard yet.") && page.contains("It has never answered. It is asked since "));
}

#[tokio::test]
async fn a_device_that_was_just_added_is_drawn_from_its_own_beginning() {
    let (_folder, store) = made(&SMALL).await;
    let devices = store.reader().devices().expect("devices");
    let new = Device { name: "new \"one\"".to_owned(), ..devices[0].clone() };
    let name = new.name.clone();
    store.writer().devices(devices.into_iter().chain([new]).collect()).await.expect("devices");
    let mut octets = vec![[1 << 30; 2]; 2];
    for ago in (0..=8).rev() {
        let at = NOW - NOW % network::EVERY - ago * network::EVERY;
        let mut polled = network::poll(&name, 1, false, at, &mut octets);
        polled.samples.retain(|sample| sample.series.metric != "ifOperStatus");
        store.writer().polled(polled).await.expect("a poll");
    }
    let bundle = render(&store, &Config::default(), NOW).expect("a site");
    let page = text(&bundle, "devices/new-one.html");
    assert!(page.contains("last 4 min"), "its beginning is four minutes ago");
    assert!(!page.contains("no data"), "before that it was not watched, which is no gap");
    assert!(text(&bundle, "devices/r1.html").contains("last 40 min"), "the others keep their span");
}

#[tokio::test]
async fn a_loopback_is_left_out_of_the_sum_and_a_link_without_a_speed_has_no_share() {
    let (_folder, store) = made(&SMALL).await;
    let devices = store.reader().devices().expect("devices");
    let new = Device { name: "box".to_owned(), ..devices[0].clone() };
    store.writer().devices(devices.into_iter().chain([new]).collect()).await.expect("devices");
    let (mut octets, last) = (vec![[1 << 30; 2]; 2], NOW - NOW % network::EVERY);
    for at in [last - network::EVERY, last] {
        let mut polled = network::poll("box", 1, false, at, &mut octets);
        polled.attributes.retain(|attribute| attribute.name != "ifSpeed");
        let value = AttrValue::Number(24.0);
        polled.attributes.push(Attribute { row: Labels::one("ifName", "Gi0/1"), name: "ifType".to_owned(), value });
        store.writer().polled(polled).await.expect("a poll");
    }
    let bundle = render(&store, &Config::default(), NOW).expect("a site");
    let page = text(&bundle, "devices/box.html");
    assert!(page.contains("all interfaces without loopback, last"));
    let used = |port: &str| {
        let row = page.split("<tr>").find(|row| row.starts_with(&format!("<th scope=\"row\">{port} "))).expect("a row");
        let cell = row.split("<td class=\"use\">").nth(1).and_then(|rest| rest.split("</td>").next());
        cell.expect("a cell").to_owned()
    };
    assert_eq!((used("Gi0/0").as_str(), used("Gi0/1").as_str()), ("<span>—</span>", "<span></span>"));
    let cell =
        |class: &str| page.split(&format!("<td class=\"r {class}\">")).nth(1).and_then(|rest| rest.split('<').next());
    // The legend's figure is the table's, not the mean of a step.
    let now = format!("in <b>{}</b>", cell("in").expect("what comes in"));
    assert!(page.contains(&now), "{now}");
    assert!(text(&bundle, "devices/r1.html").contains("all interfaces, last 40 min"));
}

#[tokio::test]
async fn many_devices_stand_closer() {
    for (devices, part) in [(60, "class=\"chips\""), (230, "data-filter=\"devices\"")] {
        let (_folder, store) = made(&Size { devices, ports: 1, past: 60_000 }).await;
        let bundle = render(&store, &Config::default(), NOW).expect("a site");
        assert!(text(&bundle, "index.html").contains(part), "{devices} devices: {part}");
    }
}

#[tokio::test]
async fn a_user_s_templates_are_used_and_their_mistakes_named() {
    let (_folder, store) = made(&Size { devices: 1, ports: 1, past: 60_000 }).await;
    let mine = tempfile::tempdir().expect("a folder");
    fs::create_dir(mine.path().join("widgets")).expect("a folder");
    fs::write(mine.path().join("widgets/rag.html"), "<p>mine: {{ data.rows | length }}</p>").expect("a file");
    let config = Config { templates: Some(mine.path().to_owned()), ..Config::default() };
    let bundle = render(&store, &config, NOW).expect("a site");
    assert!(text(&bundle, "index.html").contains("<p>mine: 3</p>"));
    let path = mine.path().join("widgets/rag.html");
    fs::write(&path, "<p>\n{{ data.nothing }}</p>").expect("a file");
    let error = render(&store, &config, NOW).expect_err("a mistake").to_string();
    assert!(error.starts_with(&format!("{}:2: ", path.display())), "{error}");
}

#[test]
fn the_configuration_has_defaults_and_knows_its_keys() {
    let read = |json: &str| serde_json::from_str::<Config>(json);
    let config = read(r#"{"title":"Lab","zone":"Europe/London","units":"iec","every":"5s"}"#).expect("a table");
    assert_eq!((config.units, config.every), (site::Prefixes::Iec, model::Every::seconds(5)));
    assert!(read("{}").is_ok());
    assert!(read(r#"{"titel":"Lab"}"#).expect_err("a typo").to_string().contains("unknown field `titel`"));
    let zone = Site::new(&Config { zone: "Mars".to_owned(), ..Config::default() }).err().expect("no such zone");
    assert!(zone.to_string().contains("IANA"), "{zone}");
}
