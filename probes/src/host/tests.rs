use super::*;
use model::{Kind, Value};
use std::time::Duration;

fn job(config: &Config) -> Job {
    let (mut jobs, mut problems) = (Vec::new(), Vec::new());
    config.build("host.x", &[], &mut jobs, &mut problems);
    assert_eq!(problems, []);
    jobs.pop().expect("a job")
}

async fn poll(job: &mut Job) -> Polled {
    job.poll.poll(&Moment::new(1_000_000, Duration::from_secs(60))).await.expect("no fault of ours")
}

#[tokio::test]
async fn this_machine_tells_of_itself() {
    let mut job = job(&Config { device: Some("me".to_owned()), ..Config::default() });
    let first = poll(&mut job).await;
    assert_eq!((first.outcome, first.trouble.as_deref()), (Outcome::Answered, None));
    let value = |polled: &Polled, metric: &str| {
        polled.samples.iter().find(|sample| sample.series.metric == metric).map(|sample| sample.value.as_f64())
    };
    assert!(value(&first, "sysUpTime").is_some_and(|seconds| seconds > 0.0));
    let total = value(&first, "memTotalReal").expect("memory");
    assert!(value(&first, "memAvailReal").is_some_and(|available| available > 0.0 && available <= total));
    assert_eq!(value(&first, "hrProcessorLoad"), None, "the first poll knows no load");
    assert!(first.attributes.iter().any(|attribute| attribute.name == "sysName"));
    for sample in &first.samples {
        assert!(sample.at >= 1_000_000 && sample.series.device == "me", "{sample:?}");
        assert_eq!(sample.series.kind == Kind::Counter, matches!(sample.value, Value::Counter(_)), "{sample:?}");
        assert!(sample.series.labels.get("ifName") != Some("lo"), "{sample:?}");
    }
    // The load is that between two polls; it takes this long until the difference means anything.
    tokio::time::sleep(sysinfo::MINIMUM_CPU_UPDATE_INTERVAL).await;
    let second = poll(&mut job).await;
    assert!(value(&second, "hrProcessorLoad").is_some_and(|load| (0.0..=100.0).contains(&load)));
    let series = |polled: &Polled| polled.samples.first().map(|sample| sample.series.clone()).expect("a sample");
    assert!(std::sync::Arc::ptr_eq(&series(&first), &series(&second)), "series are shared from poll to poll");
}

#[tokio::test]
async fn a_reading_that_hangs_is_a_silent_device_and_none_is_piled_upon_it() {
    let (release, wait) = std::sync::mpsc::channel::<()>();
    let hanging = tokio::task::spawn_blocking(move || {
        let _ = wait.recv();
        (Box::new(Machine::new("me")), Gathered::default())
    });
    let mut host = Host { device: "me".to_owned(), every: 30_000, machine: None, running: Some(hanging) };
    for _ in 0..2 {
        let polled = host.poll(&Moment::new(0, Duration::from_millis(20))).await.expect("no fault of ours");
        assert_eq!(polled.outcome, Outcome::Silent);
        assert!(polled.trouble.is_some_and(|trouble| trouble.contains("`deadline`")));
    }
    release.send(()).expect("it still hangs");
    let polled = host.poll(&Moment::new(0, Duration::from_secs(60))).await.expect("no fault of ours");
    assert_eq!(polled.outcome, Outcome::Answered);
    assert!(!polled.samples.is_empty());
}

#[test]
fn the_name_is_the_host_s_unless_another_device_has_it() {
    assert!(model::is_slug(&job(&Config::default()).device));
    let config = Config { device: Some("me".to_owned()), ..Config::default() };
    let (mut jobs, mut problems) = (vec![job(&config)], Vec::new());
    config.build("host.y", &[], &mut jobs, &mut problems);
    assert_eq!(jobs.len(), 1);
    assert!(problems.iter().any(|problem| problem.key == "device" && !problem.warning), "{problems:?}");
}
