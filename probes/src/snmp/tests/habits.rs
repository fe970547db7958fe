//! Bad habits of agents, and what is left of a poll that meets them.

use super::agent::{failed, oid_of, sealed};
use super::*;
use snmp2::snmp::{ERRSTATUS_GENERR, ERRSTATUS_TOOBIG};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

fn trouble(polled: &Polled) -> &str {
    assert_eq!(polled.outcome, Outcome::Partial);
    polled.trouble.as_deref().expect("a trouble")
}

/// Whether a request asks for what is behind `oid` in its column.
fn asks_behind(request: &Request, oid: &str) -> bool {
    let wanted = oid_of(oid);
    request.repetitions.is_some() && request.oids.contains(&wanted)
}

#[tokio::test]
async fn values_that_cannot_be_read_are_named_and_cost_no_other() {
    let mut objects = device(30);
    objects.set(&format!("{IFX}.6.2"), COUNTER64, &[]);
    objects.set(&format!("{IF}.14.3"), 0x9f, &[0x78, 4, 0, 0, 0, 0]);
    objects.set("1.3.6.1.2.1.1.5.0", 0x4f, &[]);
    let polled = polled(&objects).await;
    let trouble = trouble(&polled);
    for oid in ["1.3.6.1.2.1.1.5.0", "1.3.6.1.2.1.31.1.1.1.6.2", "1.3.6.1.2.1.2.2.1.14.3"] {
        assert!(trouble.contains(&format!("{oid} cannot be read")), "{trouble}");
    }
    assert_eq!(names(&polled).len(), 30, "the 32-bit count stands in");
    assert_eq!(raw(&polled, "ifInErrors", "Gi0/3"), None);
    assert!(raw(&polled, "ifInErrors", "Gi0/30").is_some());
    assert_eq!(attribute(&polled, "sysName", &Labels::none()), None);
    assert_eq!(attribute(&polled, "sysDescr", &Labels::none()).as_deref(), Some("a test"));
}

#[tokio::test]
async fn names_that_do_not_increase_end_their_column_alone() {
    let objects = device(40);
    let server = serve(move |bytes| {
        let request = Request::read(bytes);
        let mut found = objects.found(&request);
        for (oid, _) in &mut found {
            if *oid == oid_of(&format!("{IF}.14.30")) {
                *oid = oid_of(&format!("{IF}.14.7"));
            }
        }
        vec![sealed(request.id, &found)]
    })
    .await;
    let polled = poll(&mut probe(server.address, serde_json::json!({}))).await;
    assert!(trouble(&polled).contains("ifInErrors incomplete"), "{:?}", polled.trouble);
    assert!(trouble(&polled).contains("1.3.6.1.2.1.2.2.1.14.7 behind 1.3.6.1.2.1.2.2.1.14.29"), "{:?}", polled.trouble);
    assert!(raw(&polled, "ifInErrors", "Gi0/29").is_some() && raw(&polled, "ifInErrors", "Gi0/31").is_none());
    assert!(raw(&polled, "ifOutErrors", "Gi0/40").is_some());
}

#[tokio::test]
async fn a_table_without_end_is_left_behind() {
    let objects = device(3);
    let endless = oid_of(&format!("{IFX}.18"));
    let server = serve(move |bytes| {
        let request = Request::read(bytes);
        let mut found = objects.found(&request);
        let width = request.oids.len();
        for (place, (oid, value)) in found.iter_mut().enumerate() {
            let Some(asked) = request.oids.get(place % width) else { continue };
            if let Some(last) = asked.below(&endless).map(|index| index[0]).or((*asked == endless).then_some(0)) {
                *oid = endless.child(&[last + 1 + (place / width) as u32]);
                *value = vec![4, 0];
            }
        }
        vec![sealed(request.id, &found)]
    })
    .await;
    let polled = poll(&mut probe(server.address, serde_json::json!({"max_repetitions": 500}))).await;
    assert!(trouble(&polled).contains("ifAlias incomplete: there are more than 20000 rows"), "{:?}", polled.trouble);
    assert!(raw(&polled, "ifInOctets", "Gi0/3").is_some());
}

#[tokio::test]
async fn an_object_that_makes_the_agent_fall_silent_costs_the_rest_of_its_column_alone() {
    let objects = device(20);
    let stuck = format!("{IF}.5.12");
    let deadly = oid_of(&format!("{IF}.5.13"));
    let server = serve(move |bytes| {
        let request = Request::read(bytes);
        let found = objects.found(&request);
        if found.iter().any(|(oid, _)| *oid == deadly) { Vec::new() } else { vec![sealed(request.id, &found)] }
    })
    .await;
    // With a single row a request the agent answers up to the row before.
    let polled =
        poll(&mut probe(server.address, serde_json::json!({"max_repetitions": 1, "timeout": "250ms", "retries": 1})))
            .await;
    let told = format!("ifSpeed incomplete: the device does not answer what is behind {stuck}");
    assert!(trouble(&polled).contains(&told), "{:?}", polled.trouble);
    assert_eq!(names(&polled).len(), 20);
    assert!(raw(&polled, "ifOperStatus", "Gi0/20").is_some() && raw(&polled, "ifOutErrors", "Gi0/20").is_some());
}

#[tokio::test]
async fn an_agent_with_small_answers_is_asked_for_less() {
    let objects = device(30);
    let server = serve(move |bytes| {
        let request = Request::read(bytes);
        let found = objects.found(&request);
        let answer =
            if found.len() > 6 { failed(request.id, ERRSTATUS_TOOBIG.into(), 0) } else { sealed(request.id, &found) };
        vec![answer]
    })
    .await;
    let polled = poll(&mut probe(server.address, serde_json::json!({}))).await;
    assert_eq!((polled.outcome, polled.trouble.as_deref()), (Outcome::Answered, None));
    assert_eq!(names(&polled).len(), 30);
}

#[tokio::test]
async fn an_error_ends_the_column_that_it_is_about() {
    let objects = device(30);
    let server = serve(move |bytes| {
        let request = Request::read(bytes);
        let broken = oid_of(&format!("{IF}.20"));
        match request.oids.iter().position(|oid| *oid == broken) {
            Some(at) => vec![failed(request.id, ERRSTATUS_GENERR.into(), at as i64 + 1)],
            None => vec![objects.answer(&request)],
        }
    })
    .await;
    let polled = poll(&mut probe(server.address, serde_json::json!({}))).await;
    assert!(trouble(&polled).contains("ifOutErrors incomplete: the device answers genErr"), "{:?}", polled.trouble);
    assert!(raw(&polled, "ifInErrors", "Gi0/30").is_some() && raw(&polled, "ifOutErrors", "Gi0/1").is_none());
}

#[tokio::test]
async fn an_agent_that_dies_in_the_middle_leaves_what_it_gave() {
    let objects = device(30);
    let server = serve(move |bytes| {
        let request = Request::read(bytes);
        let first = request.repetitions.is_none() && request.oids.len() > 1;
        let early = first || request.oids.iter().any(|oid| oid.below(&oid_of(IFX)).is_some_and(|at| at[0] < 6));
        if early { vec![objects.answer(&request)] } else { Vec::new() }
    })
    .await;
    let polled = poll(&mut impatient(server.address)).await;
    assert!(trouble(&polled).contains("fell silent"), "{:?}", polled.trouble);
    assert_eq!(attribute(&polled, "sysName", &Labels::none()).as_deref(), Some("r1"));
}

#[tokio::test]
async fn late_and_doubled_answers_are_taken_for_no_other_request() {
    let objects = device(30);
    let mut kept: Option<Vec<u8>> = None;
    let mut calls = 0;
    let server = serve(move |bytes| {
        calls += 1;
        let answer = objects.answer(&Request::read(bytes));
        // Every third answer comes only with the one to the next request, and every answer comes twice.
        let late = kept.take();
        if calls % 3 == 0 {
            kept = Some(answer);
            return late.into_iter().collect();
        }
        late.into_iter().chain([answer.clone(), answer]).collect()
    })
    .await;
    let polled = poll(&mut impatient(server.address)).await;
    assert_eq!((polled.outcome, polled.trouble.as_deref()), (Outcome::Answered, None));
    for index in 1..=30u32 {
        let octets = f64::from(index) * 1_000.0 + (1u64 << 40) as f64;
        assert_eq!(raw(&polled, "ifInOctets", &format!("Gi0/{index}")), Some(octets));
    }
}

#[tokio::test]
async fn a_restart_during_the_poll_leaves_the_counters_out() {
    let uptime = Arc::new(AtomicU32::new(500_000));
    let told = uptime.clone();
    let mut objects = device(3);
    let server = serve(move |bytes| {
        let request = Request::read(bytes);
        if asks_behind(&request, &format!("{IF}.13")) {
            told.store(100, Ordering::SeqCst);
        }
        objects.number("1.3.6.1.2.1.1.3.0", TICKS, told.load(Ordering::SeqCst).into());
        vec![objects.answer(&request)]
    })
    .await;
    let mut job = probe(server.address, serde_json::json!({}));
    let polled = poll(&mut job).await;
    assert!(trouble(&polled).contains("restarted"), "{:?}", polled.trouble);
    assert_eq!(names(&polled), [""; 0]);
    assert_eq!(raw(&polled, "ifOperStatus", "Gi0/3"), Some(2.0));
    uptime.store(200, Ordering::SeqCst);
}

#[tokio::test]
async fn a_device_that_shows_nothing_says_so() {
    let polled = polled(&Objects::default()).await;
    assert!(trouble(&polled).contains("shows nothing"), "{:?}", polled.trouble);
}

#[tokio::test]
async fn scalars_that_do_not_come_together_come_one_by_one() {
    let objects = device(0);
    let server = serve(move |bytes| {
        let request = Request::read(bytes);
        if request.repetitions.is_none() && request.oids.len() > 1 {
            return vec![failed(request.id, ERRSTATUS_GENERR.into(), 1)];
        }
        vec![objects.answer(&request)]
    })
    .await;
    let polled = poll(&mut probe(server.address, serde_json::json!({"modules": ["system"]}))).await;
    assert_eq!((polled.outcome, polled.trouble.as_deref()), (Outcome::Answered, None));
    assert_eq!(attribute(&polled, "sysName", &Labels::none()).as_deref(), Some("r1"));
    assert_eq!(polled.samples.len(), 1);
}
