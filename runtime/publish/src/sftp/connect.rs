//! From nothing to an open folder: address, host key, login, subsystem, extensions.

use super::key::fingerprint;
use super::remote::{Folder, POSIX_RENAME};
use super::{HostKey, To};
use crate::PublishError;
use crate::error::said;
use crate::remote::{Remote, Transport};
use async_trait::async_trait;
use russh::client::{AuthResult, Config, Handle, Handler, connect_stream};
use russh::keys::{HashAlg, PrivateKey, PrivateKeyWithHashAlg, PublicKeyOrCertificate};
use russh::{AlgorithmKind, ChannelMsg, ChannelStream, Preferred, client::Msg, compression};
use russh_sftp::client::RawSftpSession;
use std::borrow::Cow;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::{TcpStream, lookup_host};
use tokio::time;

/// A NAT router forgets a silent connection after a few minutes; nothing is heard of a server that is gone.
const KEEPALIVE: Duration = Duration::from_secs(30);

/// A target over SSH. It has no `Debug`, as it holds the private key.
pub(crate) struct Sftp {
    pub(super) to: To,
    pub(super) port: u16,
    pub(super) key: Arc<PrivateKey>,
    pub(super) host_key: HostKey,
    pub(super) timeout: Duration,
}

/// Lets the pinned key pass, and keeps in mind what else was shown.
struct Guard {
    pinned: HostKey,
    shown: Arc<Mutex<Option<String>>>,
}

impl Handler for Guard {
    type Error = russh::Error;

    async fn check_server_key(&mut self, shown: &PublicKeyOrCertificate) -> Result<bool, russh::Error> {
        let key = shown.public_key();
        let good = shown.certificate().is_none() && self.pinned.is(&key);
        if !good && let Ok(mut slot) = self.shown.lock() {
            *slot = Some(fingerprint(&key));
        }
        Ok(good)
    }
}

#[async_trait]
impl Transport for Sftp {
    async fn connect(&self) -> Result<Arc<dyn Remote>, PublishError> {
        let socket = self.socket().await?;
        let mut session = self.session(socket).await?;
        self.login(&mut session).await?;
        let stream = self.subsystem(&session).await?;
        let limits = russh_sftp::client::Config { request_timeout_secs: self.seconds(), ..Default::default() };
        let sftp = RawSftpSession::new_with_config(stream, limits);
        let version = sftp.init().await.map_err(|error| self.lost(&error.to_string()))?;
        if !version.extensions.contains_key(POSIX_RENAME) {
            return Err(PublishError::Remote {
                place: self.host(),
                why: format!("the SFTP server has no {POSIX_RENAME}, so it can't replace a file in one step"),
                fix: "use OpenSSH's internal-sftp, as deploy/public-host shows".to_owned(),
            });
        }
        let folder = Folder::open(self.host(), &self.to.folder, session, sftp, &version.extensions).await?;
        Ok(Arc::new(folder))
    }
}

impl Sftp {
    fn host(&self) -> String {
        self.to.host(self.port)
    }

    fn seconds(&self) -> u64 {
        self.timeout.as_secs().max(1)
    }

    fn unreachable(&self, why: impl ToString) -> PublishError {
        PublishError::Unreachable { host: self.host(), why: said(&why.to_string()) }
    }

    fn lost(&self, why: &str) -> PublishError {
        PublishError::Lost { host: self.host(), why: said(why) }
    }

    /// Waits for a step no longer than the configuration says.
    async fn within<T>(&self, what: &str, step: impl Future<Output = T>) -> Result<T, PublishError> {
        let late = |_| self.unreachable(format!("no answer {what} within {} s", self.seconds()));
        time::timeout(self.timeout, step).await.map_err(late)
    }

    /// The first of the host's addresses that answers.
    async fn socket(&self) -> Result<TcpStream, PublishError> {
        let found = self.within("from the name server", lookup_host((self.to.host.as_str(), self.port))).await?;
        let mut failure = self.unreachable("the name has no address");
        for address in found.map_err(|error| self.unreachable(error))? {
            match self.within(&format!("from {address}"), TcpStream::connect(address)).await {
                Ok(Ok(socket)) => {
                    // Requests are small and wait for nothing: Nagle's algorithm would hold each back for a round trip.
                    socket.set_nodelay(true).map_err(|error| self.unreachable(error))?;
                    return Ok(socket);
                }
                Ok(Err(error)) => failure = self.unreachable(error),
                Err(error) => failure = error,
            }
        }
        Err(failure)
    }

    async fn session(&self, socket: TcpStream) -> Result<Handle<Guard>, PublishError> {
        let preferred = Preferred {
            key: self.host_key.algorithms(),
            // Pages and JSON shrink to a fifth, and a lab's uplink is narrow.
            compression: Cow::Borrowed(&[compression::ZLIB_LEGACY, compression::NONE]),
            ..Preferred::DEFAULT
        };
        let config = Config {
            preferred,
            keepalive_interval: Some(KEEPALIVE),
            inactivity_timeout: Some(KEEPALIVE * 4),
            ..Config::default()
        };
        let shown = Arc::new(Mutex::new(None));
        let guard = Guard { pinned: self.host_key.clone(), shown: shown.clone() };
        let started = self.within("to the SSH greeting", connect_stream(Arc::new(config), socket, guard)).await?;
        started.map_err(|error| match error {
            russh::Error::UnknownKey => {
                self.wrong_host(shown.lock().ok().and_then(|slot| slot.clone()).unwrap_or("another key".to_owned()))
            }
            russh::Error::NoCommonAlgo { kind: AlgorithmKind::Key, theirs, .. } => {
                self.wrong_host(format!("keys of the kinds {} alone", said(&theirs.join(", "))))
            }
            other => self.unreachable(other),
        })
    }

    fn wrong_host(&self, found: String) -> PublishError {
        PublishError::HostKey { host: self.host(), found, pinned: self.host_key.to_string() }
    }

    async fn login(&self, session: &mut Handle<Guard>) -> Result<(), PublishError> {
        let refused = |why: String| PublishError::Auth {
            host: self.host(),
            user: self.to.user.clone(),
            key: fingerprint(self.key.public_key()),
            why,
        };
        let mut hash = None;
        if self.key.algorithm().is_rsa() {
            // None: the server does not say; every one since OpenSSH 7.2 knows it.
            hash = match self.within("to the login", session.best_supported_rsa_hash()).await? {
                Ok(Some(None)) => return Err(refused("it takes RSA keys with SHA-1 only, which is broken".to_owned())),
                Ok(Some(best)) => best,
                Ok(None) => Some(HashAlg::Sha512),
                Err(error) => return Err(self.unreachable(error)),
            };
        }
        let key = PrivateKeyWithHashAlg::new(self.key.clone(), hash);
        match self.within("to the login", session.authenticate_publickey(&self.to.user, key)).await? {
            Ok(AuthResult::Success) => Ok(()),
            Ok(AuthResult::Failure { partial_success: true, .. }) => {
                Err(refused("it wants something else besides, which a machine can't give".to_owned()))
            }
            Ok(AuthResult::Failure { .. }) if session.is_closed() => {
                Err(self.unreachable("it hung up during the login"))
            }
            Ok(AuthResult::Failure { .. }) => Err(refused("it refused the key".to_owned())),
            Err(error) => Err(self.unreachable(error)),
        }
    }

    async fn subsystem(&self, session: &Handle<Guard>) -> Result<ChannelStream<Msg>, PublishError> {
        let open = async {
            let mut channel = session.channel_open_session().await?;
            channel.request_subsystem(true, "sftp").await?;
            loop {
                match channel.wait().await {
                    Some(ChannelMsg::Success) => return Ok(Some(channel.into_stream())),
                    Some(ChannelMsg::Failure | ChannelMsg::Close | ChannelMsg::Eof) | None => return Ok(None),
                    Some(_) => {}
                }
            }
        };
        let opened: Result<_, russh::Error> = self.within("to the request for SFTP", open).await?;
        let hung_up = |error: russh::Error| {
            PublishError::Remote {
            place: self.host(),
            why: format!("it let `{}` in, then hung up ({})", self.to.user, said(&error.to_string())),
            fix: "see the server's log; a jail, and every folder above it, must belong to root and be writable by root alone"
                .to_owned(),
        }
        };
        opened.map_err(hung_up)?.ok_or_else(|| PublishError::Remote {
            place: self.host(),
            why: format!("it lets `{}` in, but gives no SFTP", self.to.user),
            fix: "let sshd serve the account with internal-sftp, as deploy/public-host shows".to_owned(),
        })
    }
}
