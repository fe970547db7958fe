//! The two keys: the server's, which is pinned, and ours, which is secret.

use model::Secret;
use russh::keys::ssh_key;
use russh::keys::{Algorithm, Error, HashAlg, PrivateKey, PublicKey, decode_secret_key};
use serde::{Deserialize, Deserializer, de};
use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

/// A server's public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostKey(PublicKey);

impl HostKey {
    /// Whether the server showed this very key; what follows the key in its line is of no matter.
    pub(crate) fn is(&self, shown: &PublicKey) -> bool {
        self.0.key_data() == shown.key_data()
    }

    /// What to ask the server for, so that it shows this key and not another of its own.
    pub(crate) fn algorithms(&self) -> Cow<'static, [Algorithm]> {
        match self.0.algorithm() {
            Algorithm::Rsa { .. } => {
                Cow::Owned([HashAlg::Sha512, HashAlg::Sha256].map(|hash| Algorithm::Rsa { hash: Some(hash) }).to_vec())
            }
            other => Cow::Owned(vec![other]),
        }
    }
}

/// Kind and fingerprint, as `ssh-keygen -l` shows it.
impl fmt::Display for HostKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&fingerprint(&self.0))
    }
}

impl FromStr for HostKey {
    type Err = String;

    fn from_str(text: &str) -> Result<HostKey, String> {
        PublicKey::from_openssh(text.trim()).map(HostKey).map_err(|_| {
            "this is not a server's public key; write \"ssh-ed25519 AAAA…\", the last two words of the line that `ssh-keyscan` \
             prints, and compare it with what the server's owner says"
                .to_owned()
        })
    }
}

impl<'de> Deserialize<'de> for HostKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<HostKey, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// `ssh-ed25519 SHA256:…`.
pub(crate) fn fingerprint(key: &PublicKey) -> String {
    format!("{} {}", key.algorithm(), key.fingerprint(HashAlg::Sha256))
}

/// The private key in this text, or the key of the configuration to change and why. No message holds any of the text.
pub(crate) fn private(text: &Secret, passphrase: Option<&Secret>) -> Result<PrivateKey, (&'static str, String)> {
    let key = decode_secret_key(text.reveal(), passphrase.map(Secret::reveal)).map_err(|error| {
        match (error, passphrase) {
            (Error::KeyIsEncrypted, None) | (Error::SshKey(ssh_key::Error::Encrypted), None) => (
                "passphrase",
                "the private key is encrypted; say with what, or make one with `ssh-keygen -N ''`".to_owned(),
            ),
            (Error::SshKey(ssh_key::Error::Crypto), Some(_)) => {
                ("passphrase", "the private key is encrypted with another passphrase".to_owned())
            }
            _ => ("key", "this is not a private key; `ssh-keygen -t ed25519 -f id_ed25519` makes one".to_owned()),
        }
    })?;
    match key.algorithm() {
        Algorithm::Ed25519 | Algorithm::Ecdsa { .. } | Algorithm::Rsa { .. } if !key.is_encrypted() => Ok(key),
        other => Err(("key", format!("a key of the kind {other} can't be used; Ed25519, ECDSA and RSA can"))),
    }
}
