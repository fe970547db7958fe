//! SNMPv3's User-based Security Model (RFC 3414): what one remote engine is known by, and messages sealed for it and opened from it.
//!
//! snmp2 has this too, but not in a form that serves here: its sessions keep a Report's counter to themselves, which alone tells a wrong user
//! from a wrong password; of an encrypted answer it gives nothing behind the first value that it cannot read; it refuses devices whose
//! msgMaxSize is above 65507; it believes engine boots before it has checked the signature; and it writes into the bytes that it was given to
//! read. So the messages are ours, and the digests and ciphers RustCrypto's.

mod keys;
mod privacy;
mod wire;

pub use keys::Digest;
pub(super) use keys::MasterKey;
pub use privacy::Privacy;

use super::ber;
use super::codec::{self, Answer, Malformed};
use super::oid::Oid;
use snmp2::AsnReader;
use snmp2::asn1::TYPE_SEQUENCE;
use snmp2::snmp::{V3_MSG_FLAGS_AUTH as AUTH, V3_MSG_FLAGS_PRIVACY as PRIVACY, V3_MSG_FLAGS_REPORTABLE as REPORTABLE};
use std::sync::Arc;
use tokio::time::Instant;
use wire::{Data, Message};

/// Messages that are off by more seconds than this are not taken (RFC 3414 §2.2.3).
const WINDOW: u64 = 150;

/// Whom we are to a device.
#[derive(Debug)]
pub(super) struct User {
    pub(super) name: String,
    pub(super) auth: Option<MasterKey>,
    pub(super) privacy: Option<(Privacy, MasterKey)>,
}

/// What is known of a remote engine, kept from poll to poll.
pub(super) struct Engine {
    user: Arc<User>,
    id: Vec<u8>,
    signing: Option<(Digest, Vec<u8>)>,
    encrypting: Option<(Privacy, Vec<u8>)>,
    clock: Clock,
    salt: u64,
}

/// The engine's boots and time, when we heard them, and whether the message that said so was signed.
#[derive(Clone, Copy)]
struct Clock {
    boots: u32,
    time: u32,
    heard: Option<Instant>,
    signed: bool,
}

impl Clock {
    const UNKNOWN: Clock = Clock { boots: 0, time: 0, heard: None, signed: false };

    /// The engine's time now, so that a long pause between two polls puts no request out of the window.
    fn at(&self, now: Instant) -> u32 {
        let elapsed = self.heard.map_or(0, |heard| now.saturating_duration_since(heard).as_secs());
        u32::try_from(u64::from(self.time) + elapsed).unwrap_or(u32::MAX).min(i32::MAX as u32)
    }
}

/// What a datagram turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Opened {
    Answer(Answer),
    /// The engine told what was missing: its name, or its clock. The request is to be sent again.
    Again,
    /// The engine will not talk to us.
    Refused(Refusal),
}

/// Why an engine will not talk to us, by the counter that its Report names (RFC 3414 §5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// usmStatsUnsupportedSecLevels
    Level,
    /// usmStatsUnknownUserNames
    User,
    /// usmStatsWrongDigests
    Password,
    /// usmStatsDecryptionErrors
    Privacy,
    /// Not a Report: the answer's error authorizationError or noAccess (RFC 3416 §3).
    Access,
    /// The engine reports again and again that it knows neither itself nor its clock.
    Confused,
    /// Another counter.
    Other(Oid),
}

/// Why a datagram was passed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Odd {
    /// It is no SNMP message that answers anything.
    Malformed,
    /// It answers something else, most often an earlier request.
    Stranger,
    /// It is not signed or encrypted as this user's messages are.
    Unsigned,
    /// It is signed, but of another time.
    Stale,
}

impl From<Malformed> for Odd {
    fn from(_: Malformed) -> Odd {
        Odd::Malformed
    }
}

impl From<snmp2::Error> for Odd {
    fn from(_: snmp2::Error) -> Odd {
        Odd::Malformed
    }
}

impl Engine {
    pub(super) fn new(user: Arc<User>) -> Engine {
        // The salt counts on from a random place, so that no two messages under one key share one (RFC 3826 §3.1.4.1).
        let salt = fastrand::u64(..);
        Engine { user, id: Vec::new(), signing: None, encrypting: None, clock: Clock::UNKNOWN, salt }
    }

    /// Whether the engine has told its name.
    pub(super) fn is_known(&self) -> bool {
        !self.id.is_empty()
    }

    /// Forgets the engine, so that the next message asks for its name again.
    pub(super) fn forget(&mut self) {
        self.id.clear();
    }

    fn adopt(&mut self, id: &[u8], boots: u32, time: u32, now: Instant) {
        id.clone_into(&mut self.id);
        self.signing = self.user.auth.as_ref().map(|key| (key.digest, key.localised(id)));
        self.encrypting = self.user.privacy.as_ref().map(|(privacy, key)| (*privacy, privacy.key(key, id)));
        self.clock = Clock { boots, time, heard: Some(now), signed: false };
    }

    /// The message around a request; while the engine is not known, the message that makes it tell its name (RFC 3414 §4).
    pub(super) fn seal(&mut self, pdu: &[u8], id: i32, now: Instant) -> Vec<u8> {
        if !self.is_known() {
            let scoped = scoped(&[], &codec::request(&codec::Ask::Get(Vec::new()), id));
            let (engine, user, signature, salt): (&[u8], &[u8], &[u8], &[u8]) = (&[], &[], &[], &[]);
            let data = Data::Plain(&scoped);
            let id = id.into();
            return wire::write(&Message {
                id,
                flags: REPORTABLE,
                engine,
                boots: 0,
                time: 0,
                user,
                signature,
                salt,
                data,
            });
        }
        let (boots, time) = (self.clock.boots, self.clock.at(now));
        let content = scoped(&self.id, pdu);
        let mut encrypted = Vec::new();
        let mut salt = [0; 8];
        let mut flags = REPORTABLE;
        if let Some((privacy, key)) = &self.encrypting {
            self.salt = self.salt.wrapping_add(1);
            salt = self.salt.to_be_bytes();
            ber::put(&mut encrypted, TYPE_SEQUENCE, &content);
            // The lengths of key and salt are ours, so this does not fail; a message that says nothing would be the worst of it.
            if privacy.encrypt(key, (boots, time), salt, &mut encrypted).is_none() {
                encrypted.clear();
            }
            flags |= PRIVACY;
        }
        let blank = vec![0; self.signing.as_ref().map_or(0, |(digest, _)| digest.signature_length())];
        if self.signing.is_some() {
            flags |= AUTH;
        }
        let encrypts = flags & PRIVACY != 0;
        let mut bytes = wire::write(&Message {
            id: id.into(),
            flags,
            engine: &self.id,
            boots,
            time,
            user: self.user.name.as_bytes(),
            signature: &blank,
            salt: if encrypts { &salt } else { &[] },
            data: if encrypts { Data::Encrypted(&encrypted) } else { Data::Plain(&content) },
        });
        if let Some((digest, key)) = &self.signing {
            let signature = digest.sign(key, &bytes);
            let place = wire::read(&bytes).map(|(_, _, place)| place).unwrap_or_default();
            if let Some(blank) = bytes.get_mut(place).filter(|blank| blank.len() == signature.len()) {
                blank.copy_from_slice(&signature);
            }
        }
        bytes
    }

    /// Opens a datagram that came after messages with these numbers were sent. What is learnt from it is kept only once its signature has
    /// proved right, but for the engine's first introduction, which nobody can sign.
    pub(super) fn open(&mut self, bytes: &[u8], ids: &[i32], now: Instant) -> Result<Opened, Odd> {
        let (message, extent, signature) = wire::read(bytes)?;
        if !ids.iter().any(|id| i64::from(*id) == message.id) {
            return Err(Odd::Stranger);
        }
        let signed = message.flags & AUTH != 0;
        if signed {
            let (digest, key) = self.signing.as_ref().ok_or(Odd::Unsigned)?;
            if message.engine != self.id || message.user != self.user.name.as_bytes() {
                return Err(Odd::Unsigned);
            }
            let mut blank = extent.to_vec();
            blank.get_mut(signature).ok_or(Odd::Malformed)?.fill(0);
            if !digest.verify(key, &blank, message.signature) {
                return Err(Odd::Unsigned);
            }
        }
        let mut plain = Vec::new();
        let encrypted = message.flags & PRIVACY != 0;
        let content = match message.data {
            Data::Plain(content) if !encrypted => content,
            Data::Encrypted(data) if encrypted && signed => {
                let (privacy, key) = self.encrypting.as_ref().ok_or(Odd::Unsigned)?;
                plain.extend_from_slice(data);
                let clock = (message.boots, message.time);
                privacy.decrypt(key, clock, message.salt, &mut plain).ok_or(Odd::Malformed)?;
                AsnReader::from_bytes(&plain).read_raw(TYPE_SEQUENCE)?
            }
            _ => return Err(Odd::Malformed),
        };
        let mut scoped = AsnReader::from_bytes(content);
        scoped.read_asn_octetstring()?; // contextEngineID
        scoped.read_asn_octetstring()?; // contextName
        let answer = codec::answer(&mut scoped)?;
        if answer.report {
            return self.report(&answer, &message, signed, now);
        }
        if signed != self.signing.is_some() || encrypted != self.encrypting.is_some() || !self.is_known() {
            return Err(Odd::Unsigned);
        }
        if signed {
            let apart = u64::from(message.time.abs_diff(self.clock.at(now)));
            if self.clock.signed && (message.boots != self.clock.boots || apart > WINDOW) {
                return Err(Odd::Stale);
            }
            self.clock = Clock { boots: message.boots, time: message.time, heard: Some(now), signed: true };
        }
        Ok(Opened::Answer(answer))
    }

    fn report(&mut self, answer: &Answer, message: &Message, signed: bool, now: Instant) -> Result<Opened, Odd> {
        let counter = answer.binds.first().and_then(|bind| bind.oid.as_ref()).ok_or(Odd::Malformed)?;
        let stats = Oid::new(&[1, 3, 6, 1, 6, 3, 15, 1, 1]);
        Ok(match counter.below(&stats).and_then(<[u32]>::first) {
            Some(1) => Opened::Refused(Refusal::Level),
            // The number of our request ties the clock in the Report to this very moment, so it counts even where it is behind ours: some
            // devices forget their boots. What is not signed is tried, but the next signed answer corrects it.
            Some(2) => {
                if message.engine != self.id {
                    return Err(Odd::Unsigned);
                }
                self.clock = Clock { boots: message.boots, time: message.time, heard: Some(now), signed };
                Opened::Again
            }
            Some(3) => Opened::Refused(Refusal::User),
            Some(4) if message.engine.is_empty() => return Err(Odd::Malformed),
            Some(4) => {
                self.adopt(message.engine, message.boots, message.time, now);
                Opened::Again
            }
            Some(5) => Opened::Refused(Refusal::Password),
            Some(6) => Opened::Refused(Refusal::Privacy),
            _ => Opened::Refused(Refusal::Other(counter.clone())),
        })
    }
}

/// The content of a scoped PDU's sequence (RFC 3412 §6): for this engine, in the default context.
fn scoped(engine: &[u8], pdu: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    ber::octets(&mut out, engine);
    ber::octets(&mut out, &[]);
    out.extend_from_slice(pdu);
    out
}

/// The answers that an engine's user finds in these bytes, read as a message and as what a well-sealed message says.
pub(super) fn fuzz(bytes: &[u8]) -> Vec<Answer> {
    static USER: std::sync::LazyLock<Arc<User>> = std::sync::LazyLock::new(|| {
        let key = || MasterKey::new(Digest::Sha256, "12345678");
        let privacy = key().map(|key| (Privacy::Aes128, key));
        Arc::new(User { name: "ro".to_owned(), auth: key(), privacy })
    });
    const ID: i32 = 7;
    let now = Instant::now();
    let engine = || {
        let mut engine = Engine::new(USER.clone());
        engine.adopt(&[0x80, 0, 0, 0, 1], 1, 1, now);
        engine
    };
    let sealed = engine().seal(bytes, ID, now);
    let opened = [engine().open(bytes, &[ID], now), engine().open(&sealed, &[ID], now)];
    let answer = |opened| if let Ok(Opened::Answer(answer)) = opened { Some(answer) } else { None };
    opened.into_iter().filter_map(answer).collect()
}

#[cfg(test)]
pub(super) mod tests;
