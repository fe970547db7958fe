//! What every kind of probe owes its caller, whatever stands at the device's address.

use crate::mutator::mutate;
use crate::snmp::tests::agent::{Objects, Request, Server, drip, serve};
use crate::{Credentials, Job, Moment, Probes, Target, snmp};
use model::{Outcome, Polled};
use serde_json::json;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::time::{Instant, timeout};

const DEADLINE: Duration = Duration::from_millis(400);

/// A probe of each kind, and of SNMP one for each version.
fn jobs(address: SocketAddr) -> Vec<Job> {
    let mut probes = Probes::default();
    for kind in Probes::KINDS {
        let table = match *kind {
            "snmp" => json!({"timeout": "150ms", "retries": 1}),
            _ => json!({}),
        };
        probes.add(kind, "x", table).expect("a good table");
    }
    let user = json!({
        "version": "3", "user": "ro",
        "auth": {"protocol": "SHA-256", "password": "12345678"},
        "privacy": {"protocol": "AES-128", "password": "abcdefgh"},
    });
    let user: snmp::CredentialsConfig = serde_json::from_value(user).expect("good credentials");
    let read = |reference: &model::SecretRef| match reference {
        model::SecretRef::Inline(secret) => Ok(secret.clone()),
        _ => Err("no such secret".to_owned()),
    };
    let credentials =
        [("v2c", snmp::Credentials::community("public")), ("v3", user.resolve(&read))].map(|(device, credentials)| {
            Target {
                device: device.to_owned(),
                address: address.to_string(),
                tags: BTreeMap::new(),
                credentials: Credentials { snmp: Some(credentials.expect("good credentials")) },
            }
        });
    let (jobs, problems) = probes.build(&credentials);
    assert_eq!(problems, []);
    for kind in Probes::KINDS {
        assert!(jobs.iter().any(|job| job.probe == format!("{kind}.x")), "{kind} has no job");
    }
    jobs
}

/// Polls and checks what is owed in any case.
async fn poll(job: &mut Job) -> Polled {
    let moment = Moment::new(1_000_000, DEADLINE);
    let polled = job.poll.poll(&moment).await.unwrap_or_else(|error| panic!("{}: {error}", job.probe));
    assert!(moment.started.elapsed() < DEADLINE + Duration::from_secs(1), "{} outstayed its deadline", job.probe);
    assert_eq!((polled.device.as_str(), polled.at, polled.every), (job.device.as_str(), 1_000_000, job.every.millis()));
    assert!(polled.outcome == Outcome::Answered || polled.trouble.is_some(), "{} says no trouble", job.probe);
    polled
}

fn asks_the_device(job: &Job) -> bool {
    !job.probe.starts_with("host.")
}

#[tokio::test]
async fn a_closed_port_is_a_refusal() {
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").expect("a port");
    let address = socket.local_addr().expect("an address");
    drop(socket);
    for mut job in jobs(address).into_iter().filter(asks_the_device) {
        let polled = poll(&mut job).await;
        assert_eq!(polled.outcome, Outcome::Refused, "{}", job.device);
        let trouble = polled.trouble.expect("a trouble");
        assert!(trouble.contains(&address.to_string()) && trouble.contains("`address`"), "{trouble}");
    }
}

#[tokio::test]
async fn a_target_that_says_nothing_is_silent() {
    let server = serve(|_| Vec::new()).await;
    for mut job in jobs(server.address).into_iter().filter(asks_the_device) {
        for _ in 0..2 {
            let polled = poll(&mut job).await;
            assert_eq!((polled.outcome, polled.samples.len()), (Outcome::Silent, 0), "{}", job.device);
            let trouble = polled.trouble.expect("a trouble");
            assert!(trouble.contains(&server.address.to_string()), "{trouble}");
            assert!(!trouble.contains("public") && !trouble.contains("12345678"), "{trouble}");
        }
    }
}

#[tokio::test]
async fn a_dropped_poll_ends_at_once_and_the_next_starts_clean() {
    let server = serve(|_| Vec::new()).await;
    for mut job in jobs(server.address) {
        let moment = Moment::new(0, Duration::from_secs(60));
        let begun = Instant::now();
        let _ = timeout(Duration::from_millis(30), job.poll.poll(&moment)).await;
        assert!(begun.elapsed() < Duration::from_secs(1), "{} does not let go", job.probe);
        poll(&mut job).await;
    }
}

fn is_v2c(bytes: &[u8]) -> bool {
    snmp2::Pdu::from_bytes(bytes).is_ok()
}

/// A server that answers each datagram with garbage of one sort.
async fn garbage(sort: usize) -> Server {
    let mut rng = fastrand::Rng::with_seed(sort as u64);
    serve(move |bytes| match sort {
        0 => vec![Vec::new()],
        1 => [0, 1, 30, 300, 2_000].map(|length| std::iter::repeat_with(|| rng.u8(..)).take(length).collect()).to_vec(),
        2 => vec![bytes.to_vec(), vec![0x30; 60_000]],
        _ => {
            // A good answer, bent, with the good number most often still in it; a v3 request is bent itself.
            let mut objects = Objects::default();
            objects.number("1.3.6.1.2.1.1.3.0", 0x43, 100);
            for index in 1..9 {
                objects.text(&format!("1.3.6.1.2.1.31.1.1.1.1.{index}"), "eth");
                objects.number(&format!("1.3.6.1.2.1.31.1.1.1.6.{index}"), 0x46, u64::MAX);
            }
            let good = if is_v2c(bytes) { objects.answer(&Request::read(bytes)) } else { bytes.to_vec() };
            let mut answers = Vec::new();
            mutate(rng.u64(..), &[good], 3, |bent| answers.push(bent.to_vec()));
            answers
        }
    })
    .await
}

#[tokio::test]
async fn garbage_is_survived() {
    for sort in 0..4 {
        let server = garbage(sort).await;
        for mut job in jobs(server.address).into_iter().filter(asks_the_device) {
            let polled = poll(&mut job).await;
            assert!(sort == 3 || polled.outcome == Outcome::Silent, "{sort} {}: {:?}", job.device, polled.outcome);
        }
    }
}

#[tokio::test]
async fn an_agent_that_drips_does_not_move_the_deadline() {
    let mut last = 0;
    let server = serve(move |bytes| {
        // Each answer in good time and one row more, without end.
        std::thread::sleep(Duration::from_millis(15));
        if !is_v2c(bytes) {
            return Vec::new();
        }
        last += 1;
        vec![drip(&Request::read(bytes), last)]
    })
    .await;
    let mut job = jobs(server.address).into_iter().find(|job| job.device == "v2c").expect("the job");
    let polled = poll(&mut job).await;
    assert_eq!(polled.outcome, Outcome::Partial);
    assert!(polled.took >= 300, "the deadline came early: {} ms", polled.took);
}
