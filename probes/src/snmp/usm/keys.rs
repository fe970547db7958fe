//! From passwords to keys: RFC 3414 §2.6 and appendix A.2, RFC 7860 for the SHA-2 family.

use hmac::{Hmac, KeyInit, Mac};
use md5::Md5;
use serde::Deserialize;
use sha1::Sha1;
use sha2::{Digest as _, Sha224, Sha256, Sha384, Sha512};
use std::fmt;

/// How messages are signed: HMAC over one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Digest {
    /// HMAC-MD5-96, for devices that know nothing better.
    #[serde(rename = "MD5")]
    Md5,
    /// HMAC-SHA-96, for devices that know nothing better.
    #[serde(rename = "SHA-1", alias = "SHA")]
    Sha1,
    /// HMAC-128-SHA-224.
    #[serde(rename = "SHA-224")]
    Sha224,
    /// HMAC-192-SHA-256.
    #[serde(rename = "SHA-256")]
    Sha256,
    /// HMAC-256-SHA-384.
    #[serde(rename = "SHA-384")]
    Sha384,
    /// HMAC-384-SHA-512.
    #[serde(rename = "SHA-512")]
    Sha512,
}

/// `$body` with `$hash` standing for the type behind a [`Digest`].
macro_rules! with_hash {
    ($digest:expr, $hash:ident => $body:expr) => {
        match $digest {
            Digest::Md5 => {
                type $hash = Md5;
                $body
            }
            Digest::Sha1 => {
                type $hash = Sha1;
                $body
            }
            Digest::Sha224 => {
                type $hash = Sha224;
                $body
            }
            Digest::Sha256 => {
                type $hash = Sha256;
                $body
            }
            Digest::Sha384 => {
                type $hash = Sha384;
                $body
            }
            Digest::Sha512 => {
                type $hash = Sha512;
                $body
            }
        }
    };
}

/// The bytes that are hashed to make a key of a password: so many repetitions of it as fill this.
const STRETCHED: usize = 1 << 20;

impl Digest {
    /// How many bytes of the HMAC a message carries.
    pub(super) fn signature_length(self) -> usize {
        match self {
            Digest::Md5 | Digest::Sha1 => 12,
            Digest::Sha224 => 16,
            Digest::Sha256 => 24,
            Digest::Sha384 => 32,
            Digest::Sha512 => 48,
        }
    }

    pub(super) fn hash(self, parts: &[&[u8]]) -> Vec<u8> {
        with_hash!(self, Hash => {
            let mut hash = Hash::new();
            parts.iter().for_each(|part| hash.update(part));
            hash.finalize().to_vec()
        })
    }

    /// The signature of a message whose place for it is filled with zeros.
    pub(super) fn sign(self, key: &[u8], message: &[u8]) -> Vec<u8> {
        let mut signature = with_hash!(self, Hash => {
            // An HMAC takes a key of any length.
            let Ok(mut mac) = Hmac::<Hash>::new_from_slice(key) else { return Vec::new() };
            mac.update(message);
            mac.finalize().into_bytes().to_vec()
        });
        signature.truncate(self.signature_length());
        signature
    }

    /// Whether that is the signature, in a time that tells nothing.
    pub(super) fn verify(self, key: &[u8], message: &[u8], signature: &[u8]) -> bool {
        if signature.len() != self.signature_length() {
            return false;
        }
        with_hash!(self, Hash => {
            let Ok(mut mac) = Hmac::<Hash>::new_from_slice(key) else { return false };
            mac.update(message);
            mac.verify_truncated_left(signature).is_ok()
        })
    }

    fn stretch(self, password: &[u8]) -> Vec<u8> {
        let repeated: Vec<u8> = password.iter().copied().cycle().take(STRETCHED).collect();
        self.hash(&[&repeated])
    }
}

/// The key that is made of a password, the same for all devices (Ku). It shows stars.
#[derive(Clone)]
pub(in crate::snmp) struct MasterKey {
    pub(super) digest: Digest,
    key: Vec<u8>,
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl MasterKey {
    /// The key of a password; none where it has fewer than 8 characters.
    pub(in crate::snmp) fn new(digest: Digest, password: &str) -> Option<MasterKey> {
        (password.chars().count() >= 8).then(|| MasterKey { digest, key: digest.stretch(password.as_bytes()) })
    }

    /// The key for one device (Kul): the one that is of use to nobody who steals it from another device.
    pub(super) fn localised(&self, engine: &[u8]) -> Vec<u8> {
        self.digest.hash(&[&self.key, engine, &self.key])
    }

    /// A localised key made of a key as if that were the password, as Cisco does where a cipher needs a longer key (draft-reeder-snmpv3-usm-3desede).
    pub(super) fn of_key(digest: Digest, key: &[u8], engine: &[u8]) -> Vec<u8> {
        MasterKey { digest, key: digest.stretch(key) }.localised(engine)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// RFC 3414 appendix A.3: password `maplesyrup`, engine 00…02.
    #[test]
    fn the_keys_of_rfc_3414_come_out() {
        let engine = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2];
        for (digest, master, localised) in [
            (Digest::Md5, "9faf3283884e92834ebc9847d8edd963", "526f5eed9fcce26f8964c2930787d82b"),
            (Digest::Sha1, "9fb5cc0381497b3793528939ff788d5d79145211", "6695febc9288e36282235fc7151f128497b38f3f"),
        ] {
            let key = MasterKey::new(digest, "maplesyrup").expect("long enough");
            assert_eq!(hex(&key.key), master);
            assert_eq!(hex(&key.localised(&engine)), localised);
        }
    }

    /// RFC 4231 test case 2, cut to the lengths of RFC 7860.
    #[test]
    fn signatures_are_those_of_rfc_4231() {
        let data = b"what do ya want for nothing?";
        for (digest, signature) in [
            (Digest::Sha224, "a30e01098bc6dbbf45690f3a7e9e6d0f"),
            (Digest::Sha256, "5bdcc146bf60754e6a042426089575c75a003f089d273983"),
            (Digest::Sha384, "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e"),
            (
                Digest::Sha512,
                "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fd",
            ),
        ] {
            let ours = digest.sign(b"Jefe", data);
            assert_eq!(hex(&ours), signature);
            assert!(digest.verify(b"Jefe", data, &ours));
            assert!(!digest.verify(b"Jefe", b"something else", &ours));
            assert!(!digest.verify(b"Jefe", data, ours.get(1..).unwrap_or_default()));
            assert!(!digest.verify(b"Jefe", data, &[]));
        }
    }

    #[test]
    fn a_short_password_makes_no_key_and_a_key_shows_stars() {
        assert!(MasterKey::new(Digest::Sha256, "1234567").is_none());
        assert!(MasterKey::new(Digest::Sha256, "").is_none());
        assert_eq!(format!("{:?}", MasterKey::new(Digest::Sha256, "12345678")), "Some(***)");
    }
}
