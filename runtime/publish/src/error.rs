//! Why a target does not show the bundle: told apart where a caller acts differently, each with the place and the way out.

use std::io;

/// Why publishing failed. No message holds a secret.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The host is not the one that was pinned.
    #[error(
        "{host} shows {found}, but `host_key` pins {pinned}; if the server's key was changed on purpose, put the new one there, \
         else somebody stands in between"
    )]
    HostKey {
        /// Host and port.
        host: String,
        /// The kind and fingerprint of the key that was shown, or what was shown instead.
        found: String,
        /// The kind and fingerprint of the key in the configuration.
        pinned: String,
    },
    /// The host did not accept the user's key.
    #[error(
        "{host} does not let `{user}` in with {key}: {why}; that key's public half must stand in the account's authorized_keys, and `to` \
         must name that account"
    )]
    Auth {
        /// Host and port.
        host: String,
        /// The account.
        user: String,
        /// The kind and fingerprint of the key that was offered.
        key: String,
        /// What the server said.
        why: String,
    },
    /// No connection came about.
    #[error("{host} can't be reached: {why}; see the host in `to`, `port`, and any firewall in between")]
    Unreachable {
        /// Host and port.
        host: String,
        /// What happened.
        why: String,
    },
    /// The connection broke, or an answer did not come in time.
    #[error("the connection to {host} broke: {why}; the rest goes out with the next try")]
    Lost {
        /// Host and port.
        host: String,
        /// What happened.
        why: String,
    },
    /// The target is reached, but refuses or is not fit for what is needed.
    #[error("{place}: {why}; {fix}")]
    Remote {
        /// The file or folder.
        place: String,
        /// What happened.
        why: String,
        /// What to do about it.
        fix: String,
    },
    /// A folder of this host refuses.
    #[error("{place} can't be {doing}: {source}; see `to` and the folder's owner, mode and free space")]
    Io {
        /// The file or folder.
        place: String,
        /// What was being done, as a participle.
        doing: &'static str,
        /// Why not.
        source: io::Error,
    },
    /// Our own fault: the bundle is not one that can be published.
    #[error("the bundle can't be published: {0}")]
    Bundle(String),
}

impl PublishError {
    /// Whether a fresh connection may help at once.
    pub(crate) fn is_lost(&self) -> bool {
        matches!(self, PublishError::Lost { .. })
    }
}

/// What a server says, fit for one line of a log: without control characters, and not longer than a line.
pub(crate) fn said(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).take(200).collect()
}
