//! What the public pages show is what happened.

use super::{ASKED, Bench, MINUTE, points};
use crate::parts::browser::demand_quiet;
use crate::parts::http::get;
use crate::parts::process::Running;
use crate::parts::site::{demand_modes, demand_whole, references};
use crate::parts::sshd::Sshd;
use crate::parts::wait::SetOnDrop;
use crate::parts::web::Web;
use rustix::process::Signal;
use serde_json::Value;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

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
        the_figure_shown_is_the_last_rate(&bench, &mut program, nginx.address());
        drop(end);
        assert!(visitor.join().expect("the visitor saw a whole site all the time") > 3);
    });

    program.signal(Signal::TERM);
    let ended = program.wait(Duration::from_secs(20)).unwrap_or_else(|| panic!("does not end: {}", program.log()));
    assert_eq!(ended.code(), Some(0), "{}", program.log());
    demand_whole(&sshd.site());
    demand_modes(&sshd.site());
    for web in [&nginx, &apache] {
        web.demand_headers(&sshd.site());
    }
    let pages = [("index", "/"), ("device", "/devices/bench-v2.html"), ("widget", "/widgets/traffic.history.html")];
    for (name, web) in [("nginx", &nginx), ("apache", &apache)] {
        demand_quiet(web.address(), name, &pages);
    }
}

/// Moves a known number of bytes and waits until both public servers show exactly what the agent counted.
fn bytes_moved_are_bytes_shown(bench: &Bench, program: &mut Running, servers: &[&str]) {
    const OUT: usize = 40_000_000;
    const IN: usize = 9_000_000;
    let index = bench.link.index();
    let before = bench.agent.octets(index);
    // The agent keeps its counters for a second, so it is asked anew each time; the link is silent but for us.
    let counted = || {
        let now = bench.agent.octets(index);
        [now.0 - before.0, now.1 - before.1]
    };
    bench.link.send(OUT);
    bench.link.receive(IN);
    for (server, device) in servers.iter().zip(ASKED) {
        let path = format!("/data/{}.json", bench.chart(device));
        program.ready(&format!("{device} on the public host to show what was moved"), MINUTE, || {
            let data = get(server, &path)?.json();
            let (curves, counted) = (["in", "out"].map(|name| points(&data, name)), counted());
            let all = counted[0] >= IN as u64 && counted[1] >= OUT as u64;
            // Each rate is rounded to whole bits a second.
            let near = |curve: &Vec<_>, counted: u64| (octets(curve) - counted as f64).abs() <= curve.len() as f64;
            let same = all && near(&curves[0], counted[0]) && near(&curves[1], counted[1]);
            let shown = [octets(&curves[0]), octets(&curves[1])];
            if same { Ok(()) } else { Err(format!("{counted:?} counted, {shown:?} shown: {curves:?}")) }
        });
    }
    for (counted, moved) in counted().into_iter().zip([IN, OUT]) {
        let over = counted as f64 / moved as f64 - 1.0;
        assert!((0.0..0.05).contains(&over), "{moved} bytes moved, and with their headers {counted} counted");
    }
}

/// Under a load number, chart and page show the same rate, the last. They come from one cycle and are fetched one after the other, so
/// this is asked until no cycle lies between them.
fn the_figure_shown_is_the_last_rate(bench: &Bench, program: &mut Running, server: &str) {
    let chart = format!("/data/{}.json", bench.chart(ASKED[0]));
    let last = || -> Result<(i64, Option<f64>), String> {
        points(&get(server, &chart)?.json(), "out").last().copied().ok_or_else(|| "no point".to_owned())
    };
    let done = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let _end = SetOnDrop(&done);
        let began = last().expect("a point").0;
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                bench.link.send(500_000);
            }
        });
        program.ready("the same rate in number, chart and page", MINUTE, || {
            // Two polls after: the second lies within the load as a whole.
            let rate = match last()? {
                (at, Some(rate)) if at > began + 4000 && rate > 1e6 => rate,
                other => return Err(format!("{other:?}, and the load began after {began}")),
            };
            let figure = get(server, "/widgets/traffic.out.json")?.json()["item"][0]["value"].as_f64();
            let page = get(server, "/widgets/traffic.out.html")?.text();
            let shown = format!(">{} <small>Mbit/s</small>", three_digits(rate / 1e6));
            let same = figure == Some(rate) && page.contains(&shown);
            if same { Ok(()) } else { Err(format!("{rate}, {figure:?}, and whether {shown} stands in {page}")) }
        });
    });
}

/// A figure as the pages write it, with three digits and no zeros at its end: 412, 41.2, 4.12, 60.
fn three_digits(figure: f64) -> String {
    let decimals = if figure >= 100.0 {
        0
    } else if figure >= 10.0 {
        1
    } else {
        2
    };
    let text = format!("{figure:.decimals$}");
    let short = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    short.to_owned()
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
