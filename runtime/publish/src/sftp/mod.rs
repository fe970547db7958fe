//! `sftp`: over SSH into a folder of a public host, as OpenSSH's `internal-sftp` serves it (draft-ietf-secsh-filexfer-02 with OpenSSH's
//! extensions, see PROTOCOL in its sources).
//!
//! The server must offer `posix-rename@openssh.com`: plain SFTP can't put one file in another's place, and deleting the old one
//! first would show visitors a hole. Such a server is refused.

mod connect;
mod key;
mod remote;
mod to;

pub use key::HostKey;
pub use to::To;

pub(crate) use connect::Sftp;

use model::{Every, Secret, SecretRef};
use serde::Deserialize;

/// The table `[publish.sftp.<name>]`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Required: where to, as `"user@host:/folder"`; an IPv6 address stands in brackets. In a jail the folder is the one that is seen from
    /// inside.
    pub to: To,
    /// The server's port; 22 by default.
    #[serde(default = "port")]
    pub port: u16,
    /// Required: the private key of an Ed25519, ECDSA or RSA pair, as `ssh-keygen` writes it.
    pub key: SecretRef,
    /// What the private key is encrypted with; only needed if it is.
    #[serde(default)]
    pub passphrase: Option<SecretRef>,
    /// Required: the server's own public key, `"ssh-ed25519 AAAA…"`, from its owner or from `ssh-keyscan`. No other host is talked to.
    pub host_key: HostKey,
    /// How long to wait for the connection, for the login and for each answer; 30 s by default.
    #[serde(default = "timeout")]
    pub timeout: Every,
}

fn port() -> u16 {
    22
}

fn timeout() -> Every {
    Every::seconds(30)
}

impl Config {
    /// The transport, or the key that stands in its way and why.
    pub(crate) fn build(
        &self,
        read: &dyn Fn(&SecretRef) -> Result<Secret, String>,
    ) -> Result<Sftp, (&'static str, String)> {
        let text = read(&self.key).map_err(|why| ("key", why))?;
        let passphrase = self.passphrase.as_ref().map(read).transpose().map_err(|why| ("passphrase", why))?;
        let key = key::private(&text, passphrase.as_ref())?;
        Ok(Sftp {
            to: self.to.clone(),
            port: self.port,
            key: key.into(),
            host_key: self.host_key.clone(),
            timeout: self.timeout.0,
        })
    }
}
