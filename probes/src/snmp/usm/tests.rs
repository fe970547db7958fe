use super::*;
use crate::snmp::codec::tests::response;
use crate::snmp::codec::{Ask, Value, request};
use snmp2::asn1::TYPE_INTEGER;
use std::time::Duration;

const ENGINE: &[u8] = &[0x80, 0, 0x1f, 0x88, 4, 7];
const ID: i32 = 4711;

/// A user as `credentials` makes one.
pub(in crate::snmp) fn user(digest: Digest, password: &str, privacy: Option<(Privacy, &str)>) -> Arc<User> {
    let key = |password: &str| MasterKey::new(digest, password).expect("long enough");
    let privacy = privacy.map(|(privacy, password)| (privacy, key(password)));
    Arc::new(User { name: "ro".to_owned(), auth: Some(key(password)), privacy })
}

fn usual() -> Arc<User> {
    user(Digest::Sha256, "12345678", Some((Privacy::Aes128, "abcdefgh")))
}

/// The engine itself: what it seals is what a device sends.
fn device(user: &Arc<User>, boots: u32, time: u32, now: Instant) -> Engine {
    let mut engine = Engine::new(user.clone());
    engine.adopt(ENGINE, boots, time, now);
    engine
}

fn object(number: u32) -> Oid {
    Oid::new(&[1, 3, 6, 1, 2, 1, number])
}

/// A Report of a counter below usmStats.
fn report(counter: &[u32]) -> Vec<u8> {
    let oid = Oid::new(&[1, 3, 6, 1, 6, 3, 15, 1, 1]).child(counter);
    let mut pdu = response(0, 0, 0, &[(oid, &[0x41, 1, 9])]);
    if let Some(tag) = pdu.first_mut() {
        *tag = snmp2::snmp::MSG_REPORT;
    }
    pdu
}

fn unsigned(engine: &[u8], boots: u32, time: u32, pdu: &[u8]) -> Vec<u8> {
    let data = &scoped(engine, pdu);
    let nothing: &[u8] = &[];
    let id = ID.into();
    let (user, signature, salt, data) = (nothing, nothing, nothing, Data::Plain(data));
    wire::write(&Message { id, flags: 0, engine, boots, time, user, signature, salt, data })
}

/// One of us that has met the engine.
fn acquainted(user: &Arc<User>, now: Instant) -> Engine {
    let mut engine = Engine::new(user.clone());
    assert!(!engine.is_known());
    let introduction = unsigned(ENGINE, 3, 500, &report(&[4, 0]));
    assert_eq!(engine.open(&introduction, &[ID], now), Ok(Opened::Again));
    assert!(engine.is_known());
    engine
}

#[tokio::test]
async fn an_engine_is_met_and_answers() {
    let now = Instant::now();
    for digest in [Digest::Md5, Digest::Sha1, Digest::Sha224, Digest::Sha256, Digest::Sha384, Digest::Sha512] {
        for privacy in [None, Some((Privacy::Des, "abcdefgh")), Some((Privacy::Aes256, "abcdefgh"))] {
            let user = user(digest, "12345678", privacy);
            let mut ours = acquainted(&user, now);
            let asked = ours.seal(&request(&Ask::Get(vec![object(1)]), 7), ID, now);
            let (message, ..) = wire::read(&asked).expect("a message");
            assert_eq!((message.engine, message.boots, message.time, message.user), (ENGINE, 3, 500, &b"ro"[..]));
            assert_eq!(matches!(message.data, Data::Encrypted(_)), privacy.is_some());
            let answer = device(&user, 3, 501, now).seal(&response(7, 0, 0, &[(object(1), &[2, 1, 5])]), ID, now);
            let Ok(Opened::Answer(answer)) = ours.open(&answer, &[1, ID], now) else {
                panic!("{digest:?} {privacy:?}")
            };
            assert_eq!((answer.id, &answer.binds[0].value), (7, &Value::Integer(5)));
        }
    }
}

#[tokio::test]
async fn of_an_encrypted_answer_nothing_is_lost_behind_a_broken_value() {
    let now = Instant::now();
    let binds: [(Oid, &[u8]); 3] = [(object(1), &[0x41, 0]), (object(2), &[0x9f, 0x78, 0]), (object(3), &[0x41, 1, 7])];
    let answer = device(&usual(), 3, 500, now).seal(&response(7, 0, 0, &binds), ID, now);
    let Ok(Opened::Answer(answer)) = acquainted(&usual(), now).open(&answer, &[ID], now) else { panic!("no answer") };
    let values: Vec<_> = answer.binds.into_iter().map(|bind| bind.value).collect();
    assert_eq!(values, [Value::Unreadable, Value::Unreadable, Value::Counter32(7)]);
}

#[tokio::test]
async fn reports_become_reasons() {
    let now = Instant::now();
    for (counter, wanted) in [
        (1, Refusal::Level),
        (3, Refusal::User),
        (5, Refusal::Password),
        (6, Refusal::Privacy),
        (9, Refusal::Other(Oid::new(&[1, 3, 6, 1, 6, 3, 15, 1, 1, 9, 0]))),
    ] {
        let message = unsigned(ENGINE, 3, 500, &report(&[counter, 0]));
        assert_eq!(acquainted(&usual(), now).open(&message, &[ID], now), Ok(Opened::Refused(wanted)));
        assert_eq!(acquainted(&usual(), now).open(&message, &[1], now), Err(Odd::Stranger));
    }
}

#[tokio::test]
async fn our_clock_runs_on_and_the_engine_s_correction_is_taken() {
    let now = Instant::now();
    let mut ours = acquainted(&usual(), now);
    let marks = |engine: &mut Engine, now| {
        let bytes = engine.seal(&[], ID, now);
        wire::read(&bytes).map(|(message, ..)| (message.boots, message.time)).expect("a message")
    };
    let later = now + Duration::from_secs(1_000);
    assert_eq!(marks(&mut ours, later), (3, 1_500));
    // The engine restarted and forgot its boots.
    let correction = device(&usual(), 1, 20, later).seal(&report(&[2, 0]), ID, later);
    assert_eq!(ours.open(&correction, &[ID], later), Ok(Opened::Again));
    assert_eq!(marks(&mut ours, later + Duration::from_secs(5)), (1, 25));
}

#[tokio::test]
async fn only_what_this_user_s_engine_sends_now_is_believed() {
    let now = Instant::now();
    let answer = response(7, 0, 0, &[]);
    let mut ours = acquainted(&usual(), now);
    let good = device(&usual(), 3, 500, now).seal(&answer, ID, now);
    assert!(matches!(ours.open(&good, &[ID], now), Ok(Opened::Answer(_))));

    let stranger = user(Digest::Sha256, "87654321", Some((Privacy::Aes128, "abcdefgh")));
    let forged = device(&stranger, 9_000, 500, now).seal(&answer, ID, now);
    assert_eq!(ours.open(&forged, &[ID], now), Err(Odd::Unsigned));
    let bare = device(&user(Digest::Sha256, "12345678", None), 3, 500, now).seal(&answer, ID, now);
    assert_eq!(ours.open(&bare, &[ID], now), Err(Odd::Unsigned), "signed but not encrypted");
    assert_eq!(ours.open(&unsigned(ENGINE, 3, 500, &answer), &[ID], now), Err(Odd::Unsigned));
    for (boots, time) in [(2, 500), (4, 500), (3, 651), (3, 349)] {
        let stale = device(&usual(), boots, time, now).seal(&answer, ID, now);
        assert_eq!(ours.open(&stale, &[ID], now), Err(Odd::Stale), "{boots} {time}");
    }
    for at in 0..good.len() {
        let mut bent = good.clone();
        bent[at] ^= 1;
        assert!(!matches!(ours.open(&bent, &[ID], now), Ok(Opened::Answer(_) | Opened::Refused(_))), "byte {at}");
    }
    assert!(matches!(ours.open(&good, &[ID], now), Ok(Opened::Answer(_))), "nothing of all that was learnt");
}

#[tokio::test]
async fn a_device_may_say_that_it_takes_messages_of_any_size() {
    let now = Instant::now();
    let mut engine = device(&usual(), 3, 500, now);
    let mut bytes = engine.seal(&response(7, 0, 0, &[]), ID, now);
    let size = bytes.windows(5).position(|bytes| *bytes == [TYPE_INTEGER, 3, 0, 0xff, 0xe3]).expect("msgMaxSize");
    bytes[size + 2] = 0x7f;
    let (_, _, place) = wire::read(&bytes).expect("a message");
    bytes[place.clone()].fill(0);
    let (digest, key) = engine.signing.take().expect("a key");
    let signature = digest.sign(&key, &bytes);
    bytes[place].copy_from_slice(&signature);
    assert!(matches!(acquainted(&usual(), now).open(&bytes, &[ID], now), Ok(Opened::Answer(_))));
}
