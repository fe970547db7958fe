//! The whole line: net-snmp's agent, the program, OpenSSH's server, nginx and Apache, Chromium.

use crate::parts::browser::Browser;
use crate::parts::files::{scratch, write};
use crate::parts::http::get;
use crate::parts::link::Link;
use crate::parts::ports::free_port;
use crate::parts::process::Running;
use crate::parts::program::{lightship_ok, start_lightship};
use crate::parts::site::{demand_whole, references};
use crate::parts::snmpd::{AUTH, COMMUNITY, PRIVACY, Snmpd, USER};
use crate::parts::sshd::Sshd;
use crate::parts::wait::{SetOnDrop, wait_for};
use crate::parts::web::Web;
use rustix::process::Signal;
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tempfile::TempDir;

const MINUTE: Duration = Duration::from_secs(60);

/// The devices that the agent answers for: the same agent, asked with v2c and with v3.
const ASKED: [&str; 2] = ["bench-v2", "bench-v3"];

/// A lab box: its configuration, an agent, and an interface of our own that the agent reports.
struct Bench {
    folder: TempDir,
    agent: Snmpd,
    link: Link,
}

impl Bench {
    /// Writes the configuration, with these tables of publishing at its end.
    fn new(publish: impl FnOnce(&Path) -> String) -> Bench {
        let (folder, link) = (scratch(), Link::start());
        let agent = Snmpd::start("bench");
        let at = |name: &str| folder.path().join(name);
        write(at("community"), COMMUNITY);
        write(at("auth.key"), AUTH);
        write(at("priv.key"), PRIVACY);
        let (address, dead, name) = (agent.address(), free_port(), link.name());
        let config = format!(
            r#"
[site]
title = "Bench"
every = "2s"
[credentials.two]
snmp = {{ version = "2c", community = {{ file = "community" }} }}
[credentials.three]
snmp = {{ version = "3", user = "{USER}", auth = {{ protocol = "SHA-256", password = {{ file = "auth.key" }} }}, privacy = {{ protocol = "AES-128", password = {{ file = "priv.key" }} }} }}
[devices.bench-v2]
address = "{address}"
credentials = "two"
tags = {{ role = "switch" }}
[devices.bench-v3]
address = "{address}"
credentials = "three"
tags = {{ role = "switch" }}
[devices.bench-dead]
address = "127.0.0.1:{dead}"
credentials = "two"
tags = {{ role = "switch" }}
[probes.snmp.bench]
devices = "role=switch"
modules = ["system", "interfaces"]
every = "2s"
deadline = "1500ms"
[probes.host.this]
every = "2s"
[transforms.traffic]
wasm = "bundled:traffic"
every = "2s"
settings = {{ interface = ["bench-v2 {name}", "bench-v3 {name}"], history = "10m" }}
[transforms.devices]
wasm = "bundled:devices"
every = "2s"
{}"#,
            publish(folder.path())
        );
        write(at("lightship.toml"), config);
        Bench { folder, agent, link }
    }

    fn start(&self) -> Running {
        start_lightship(self.folder.path(), &["run"])
    }

    /// The id of the chart of the link's traffic as one of the devices shows it.
    fn chart(&self, device: &str) -> String {
        let part = if device == ASKED[0] { String::new() } else { format!("-{device}-{}", self.link.name()) };
        format!("traffic.history{part}")
    }
}

/// The points of the series `in` and `out` of a chart's data.
fn points(data: &Value, name: &str) -> Vec<(i64, Option<f64>)> {
    let series = data["series"].as_array().and_then(|all| all.iter().find(|series| series["name"] == name));
    let points = series.and_then(|series| series["points"].as_array()).cloned().unwrap_or_default();
    points.iter().map(|point| (point[0].as_i64().expect("a time"), point[1].as_f64())).collect()
}

/// The octets that a curve of bit/s stands for: each rate times the time since the poll before.
fn octets(points: &[(i64, Option<f64>)]) -> f64 {
    let mut before = points.first().map_or(0, |(at, _)| *at);
    let mut bits = 0.0;
    for (at, rate) in points {
        let Some(rate) = rate else { continue };
        assert!(*rate >= 0.0, "a negative rate: {points:?}");
        bits += rate * (at - before) as f64 / 1000.0;
        before = *at;
    }
    bits / 8.0
}

/// Waits until the public host says that both devices are up and the dead one is down.
fn wait_for_states(program: &mut Running, server: &str) -> Value {
    program.ready("the public status", MINUTE, || {
        let answer = get(server, "/status.json")?;
        let status = if answer.status == 200 { answer.json() } else { return Err(format!("{answer:?}")) };
        let state = |name: &str| {
            let device = status["devices"].as_array()?.iter().find(|device| device["name"] == name)?;
            device["state"].as_str().map(str::to_owned)
        };
        let states = ["bench-v2", "bench-v3", "bench-dead"].map(|name| state(name).unwrap_or_default());
        if states == ["up", "up", "down"] { Ok(status) } else { Err(status.to_string()) }
    })
}

/// Waits until the chart is published and has a rate.
fn wait_for_chart(program: &mut Running, server: &str, id: &str) {
    program.ready("the first rate on the public host", MINUTE, || {
        let answer = get(server, &format!("/data/{id}.json"))?;
        if answer.status != 200 {
            return Err(answer.text());
        }
        let known = points(&answer.json(), "in").iter().any(|(_, rate)| rate.is_some());
        if known { Ok(()) } else { Err(answer.text()) }
    });
}

/// A visitor who never stops loading the page: nothing that it refers to may ever be missing.
fn visit_until(done: &AtomicBool, server: &str) -> usize {
    let mut visits = 0;
    while !done.load(Ordering::Relaxed) {
        let page = get(server, "/index.html").expect("the server answers");
        assert_eq!(page.status, 200, "the page went away");
        assert!(page.text().trim_end().ends_with("</html>"), "half a page: {}", page.text());
        for target in references(&page.text()).iter().filter(|target| !target.starts_with("data:")) {
            let path = format!("/{}", target.split('#').next().unwrap_or_default().trim_start_matches("./"));
            let answer = get(server, &path).expect("the server answers");
            assert_eq!(answer.status, 200, "the page refers to {path}");
        }
        visits += 1;
        std::thread::sleep(Duration::from_millis(100));
    }
    visits
}

#[test]
fn what_crosses_an_interface_is_what_the_public_page_shows() {
    let sshd = Sshd::start();
    let bench = Bench::new(|folder| format!("[publish.sftp.cloud]\n{}", sshd.table(folder)));
    let (nginx, apache) = (Web::nginx(&sshd.site()), Web::apache(&sshd.site()));
    let mut program = bench.start();
    let status = wait_for_states(&mut program, nginx.address());
    assert!(status["devices"].as_array().expect("a list").len() >= 4, "three devices and this host: {status}");
    for device in ASKED {
        wait_for_chart(&mut program, nginx.address(), &bench.chart(device));
    }

    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let end = SetOnDrop(&done);
        let visitor = scope.spawn(|| visit_until(&done, nginx.address()));
        bytes_moved_are_bytes_shown(&bench, &mut program, &[nginx.address(), apache.address()]);
        the_figure_shown_is_the_last_rate(&bench, program, &sshd, nginx.address());
        drop(end);
        assert!(visitor.join().expect("the visitor saw a whole site all the time") > 3);
    });

    demand_whole(&sshd.site());
    modes(&sshd.site());
    for web in [&nginx, &apache] {
        web.demand_headers(&sshd.site());
    }
    pages_show_no_error(nginx.address(), "nginx");
    pages_show_no_error(apache.address(), "apache");
}

/// Moves a known number of bytes and waits until both public servers show exactly what the agent counted.
fn bytes_moved_are_bytes_shown(bench: &Bench, program: &mut Running, servers: &[&str]) {
    const OUT: usize = 40_000_000;
    const IN: usize = 9_000_000;
    let index = bench.link.index();
    let before = bench.agent.octets(index);
    bench.link.send(OUT);
    bench.link.receive(IN);
    // The agent keeps its counters for a second: it is asked until it has seen all of it.
    let counted = wait_for("the agent to count", MINUTE, || {
        let now = bench.agent.octets(index);
        let counted = [now.0 - before.0, now.1 - before.1];
        if counted[0] >= IN as u64 && counted[1] >= OUT as u64 { Ok(counted) } else { Err(format!("{counted:?}")) }
    });
    for (counted, moved) in counted.into_iter().zip([IN, OUT]) {
        let over = counted as f64 / moved as f64 - 1.0;
        assert!((0.0..0.05).contains(&over), "{moved} bytes moved, and with their headers {counted} counted");
    }
    for (server, device) in servers.iter().zip(ASKED) {
        let path = format!("/data/{}.json", bench.chart(device));
        program.ready(&format!("{device} on the public host to show {counted:?} octets"), MINUTE, || {
            let data = get(server, &path)?.json();
            let curves = ["in", "out"].map(|name| points(&data, name));
            // Each rate is rounded to whole bits a second.
            let near = |curve: &Vec<_>, counted: u64| (octets(curve) - counted as f64).abs() <= curve.len() as f64;
            let same = near(&curves[0], counted[0]) && near(&curves[1], counted[1]);
            if same { Ok(()) } else { Err(format!("{:?}: {curves:?}", [octets(&curves[0]), octets(&curves[1])])) }
        });
    }
}

/// Stops the program in the midst of a steady load: number, chart and page then agree.
fn the_figure_shown_is_the_last_rate(bench: &Bench, mut program: Running, sshd: &Sshd, server: &str) {
    let done = AtomicBool::new(false);
    let chart = format!("/data/{}.json", bench.chart(ASKED[0]));
    std::thread::scope(|scope| {
        let _end = SetOnDrop(&done);
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                bench.link.send(500_000);
            }
        });
        program.ready("a rate while bytes move", MINUTE, || {
            let last = points(&get(server, &chart)?.json(), "out").last().copied();
            if matches!(last, Some((_, Some(rate))) if rate > 1e6) { Ok(()) } else { Err(format!("{last:?}")) }
        });
        program.signal(Signal::TERM);
        let ended = program.wait(Duration::from_secs(20)).unwrap_or_else(|| panic!("does not end: {}", program.log()));
        assert_eq!(ended.code(), Some(0), "{}", program.log());
    });
    let json = |path: &str| -> Value {
        serde_json::from_slice(&fs::read(sshd.site().join(path)).expect("a file")).expect("JSON")
    };
    let last = points(&json(&chart[1..]), "out").last().and_then(|(_, rate)| *rate).expect("the last rate");
    let figure = json("widgets/traffic.out.json")["item"][0]["value"].as_f64().expect("a figure");
    assert!(last > 1e6 && (figure - last).abs() <= 1.0, "the figure {figure} and the chart's last point {last}");
    // The page writes it with three digits: 412 M, 41.2 M, 4.12 M.
    let mega = figure / 1e6;
    let decimals = if mega >= 100.0 {
        0
    } else if mega >= 10.0 {
        1
    } else {
        2
    };
    let shown = if mega >= 1000.0 { format!("{:.2}", mega / 1000.0) } else { format!("{mega:.decimals$}") };
    let page = fs::read_to_string(sshd.site().join("widgets/traffic.out.html")).expect("the widget's page");
    assert!(page.contains(&shown), "{figure} is not shown as {shown}: {page}");
}

/// Files 0644, folders 0755.
fn modes(site: &Path) {
    for entry in fs::read_dir(site).expect("the folder") {
        let entry = entry.expect("an entry");
        let mode = entry.metadata().expect("its mode").permissions().mode() & 0o7777;
        let private = entry.file_name().to_string_lossy().starts_with('.');
        if entry.file_type().expect("its type").is_dir() {
            assert!(private || mode == 0o755, "{:?} has mode {mode:o}", entry.path());
            modes(&entry.path());
        } else {
            assert!(private || mode == 0o644, "{:?} has mode {mode:o}", entry.path());
        }
    }
}

/// Loads every page at both sizes, and keeps pictures of them.
fn pages_show_no_error(server: &str, name: &str) {
    let browser = Browser::start();
    for (size, width, height, dark) in [("desktop", 1280, 900, false), ("phone", 390, 844, true)] {
        browser.resize(width, height, dark);
        for (page, path) in
            [("index", "/"), ("device", "/devices/bench-v2.html"), ("widget", "/widgets/traffic.history.html")]
        {
            browser.open(&format!("http://{server}{path}"));
            browser.evaluate("document.fonts.ready.then(() => 0)");
            let console = browser.console();
            assert!(console.is_empty(), "{path} at {width} pixels: {console:?}");
            let wide = browser.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            assert_eq!(wide, Value::from(0), "{path} is wider than a {size}");
            browser.screenshot(&format!("{name}-{page}-{width}"));
        }
    }
}

#[test]
fn history_and_outputs_survive_kill_9() {
    let bench = Bench::new(|_| "[publish.dir.public]\nto = \"public\"\n".to_owned());
    let site = bench.folder.path().join("public");
    let chart = site.join(format!("data/{}.json", bench.chart(ASKED[0])));
    let read = |path: &Path| -> Option<Value> { serde_json::from_slice(&fs::read(path).ok()?).ok() };
    let mut program = bench.start();
    bench.link.send(3_000_000);
    let shown = program.ready("some rates", MINUTE, || {
        let shown = points(&read(&chart).unwrap_or_default(), "in");
        if shown.len() >= 4 { Ok(shown) } else { Err(format!("{shown:?}")) }
    });
    program.signal(Signal::KILL);
    program.wait(Duration::from_secs(10)).expect("nothing survives that signal");
    drop(program);

    // Without any polling: what was published is still in the store, and so are the transforms' outputs.
    lightship_ok(bench.folder.path(), &["render", "--out", "again"]);
    demand_whole(&bench.folder.path().join("again"));
    let again =
        read(&bench.folder.path().join("again/data").join(chart.file_name().expect("a name"))).expect("the chart");
    let again = points(&again, "in");
    assert!(shown.iter().all(|point| again.contains(point)), "{shown:?} was shown, and then only {again:?}");

    // And the next run goes on where the last one ended.
    let mut program = bench.start();
    let later = program.ready("rates after the start", MINUTE, || {
        let later = points(&read(&chart).unwrap_or_default(), "in");
        let new = later.iter().filter(|(at, rate)| *at > again[again.len() - 1].0 && rate.is_some()).count();
        if new >= 2 { Ok(later) } else { Err(format!("{later:?}")) }
    });
    assert!(shown.iter().all(|point| later.contains(point)), "{shown:?} was shown, and then only {later:?}");
    demand_whole(&site);
}

#[test]
fn a_host_that_goes_away_gets_the_newest_site_when_it_is_back() {
    let mut sshd = Sshd::start();
    let bench =
        Bench::new(|folder| format!("[publish.sftp.cloud]\n{}[publish.dir.copy]\nto = \"copy\"\n", sshd.table(folder)));
    let mut program = bench.start();
    let collected = |site: &Path| -> Option<i64> {
        let status: Value = serde_json::from_slice(&fs::read(site.join("status.json")).ok()?).ok()?;
        status["collected_at"].as_i64()
    };
    let copy = bench.folder.path().join("copy");
    let newer = |program: &mut Running, what: &str, site: &Path, than: i64| {
        program.ready(what, MINUTE, || {
            collected(site).filter(|at| *at > than).ok_or_else(|| format!("{:?}", collected(site)))
        })
    };
    newer(&mut program, "the first site", &sshd.site(), 0);
    sshd.stop();
    let cut = collected(&sshd.site()).expect("the site is there");
    demand_whole(&sshd.site());
    let later = newer(&mut program, "the other target to go on", &copy, cut + 4000);
    assert_eq!(collected(&sshd.site()), Some(cut), "nobody can have written there");
    sshd.restart();
    newer(&mut program, "the host to catch up", &sshd.site(), later - 1);
    program.signal(Signal::TERM);
    program.wait(Duration::from_secs(20)).unwrap_or_else(|| panic!("does not end: {}", program.log()));
    demand_whole(&sshd.site());
}
