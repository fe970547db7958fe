//! What outlives a kill and a cut.

use super::{ASKED, Bench, MINUTE, points};
use crate::parts::process::Running;
use crate::parts::program::lightship_ok;
use crate::parts::site::demand_whole;
use crate::parts::sshd::Sshd;
use rustix::process::Signal;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::time::Duration;

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
    program.ready("the first site", MINUTE, || fs::read(sshd.site().join("index.html")).map_err(|why| why.to_string()));
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
