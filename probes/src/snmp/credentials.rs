//! What SNMP devices demand of those who ask: as the configuration says it, and with all secrets read.

use super::usm::{Digest, MasterKey, Privacy, User};
use model::{Secret, SecretRef};
use serde::Deserialize;
use std::fmt;
use std::sync::Arc;

/// The `snmp` key of a `[credentials.<name>]` table: `{ version = "2c", community = … }`, or
/// `{ version = "3", user = "…", auth = { protocol = "SHA-256", password = … }, privacy = { protocol = "AES-128", password = … } }`, where
/// `privacy`, or both, may be left out for devices that want no more.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Table")]
pub enum CredentialsConfig {
    /// Version 2c: one word that travels unencrypted.
    Community(SecretRef),
    /// Version 3 with the User-based Security Model.
    User {
        /// The name of the user on the device.
        name: String,
        /// How its messages are signed; none where the device wants no signature.
        auth: Option<Protected<Digest>>,
        /// How they are encrypted; none where the device wants no encryption.
        privacy: Option<Protected<Privacy>>,
    },
}

/// A protocol and its password of at least 8 characters.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Protected<P> {
    /// Which protocol the device was told to use for this user.
    pub protocol: P,
    /// Its password.
    pub password: SecretRef,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    version: Version,
    community: Option<SecretRef>,
    user: Option<String>,
    auth: Option<Protected<Digest>>,
    privacy: Option<Protected<Privacy>>,
}

#[derive(Deserialize)]
enum Version {
    #[serde(rename = "2c")]
    V2c,
    #[serde(rename = "3")]
    V3,
}

impl TryFrom<Table> for CredentialsConfig {
    type Error = &'static str;

    fn try_from(table: Table) -> Result<CredentialsConfig, &'static str> {
        match (table.version, table.community, table.user, table.auth, table.privacy) {
            (Version::V2c, Some(community), None, None, None) => Ok(CredentialsConfig::Community(community)),
            (Version::V2c, None, ..) => Err("version \"2c\" needs `community`"),
            (Version::V2c, ..) => {
                Err("version \"2c\" has `community` alone; `user`, `auth` and `privacy` are version \"3\"'s")
            }
            (Version::V3, Some(_), ..) => {
                Err("`community` is version \"2c\"'s; version \"3\" has `user`, `auth` and `privacy`")
            }
            (Version::V3, _, None, ..) => Err("version \"3\" needs `user`"),
            (Version::V3, _, _, None, Some(_)) => {
                Err("`privacy` needs `auth`: SNMP does not encrypt what is not signed")
            }
            (Version::V3, None, Some(name), auth, privacy) => Ok(CredentialsConfig::User { name, auth, privacy }),
        }
    }
}

/// What a device demands, with all secrets read. Of a version 3 password only the key made of it is kept, once for all devices.
#[derive(Clone)]
pub struct Credentials(pub(super) Access);

#[derive(Clone)]
pub(super) enum Access {
    Community(Secret),
    User(Arc<User>),
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Access::Community(_) => "Credentials(2c, ***)",
            Access::User(_) => "Credentials(3, ***)",
        })
    }
}

impl Credentials {
    /// Version 2c with this community.
    ///
    /// # Errors
    /// An empty community, which is most often an empty file.
    pub fn community(community: &str) -> Result<Credentials, String> {
        match community {
            "" => Err("`community` is empty".to_owned()),
            text => Ok(Credentials(Access::Community(Secret::new(text)))),
        }
    }
}

impl CredentialsConfig {
    /// Reads the secrets and makes the keys, which takes a few milliseconds.
    ///
    /// # Errors
    /// What `read` says, an empty community or user, and passwords shorter than the 8 characters that RFC 3414 §11.2 demands; each with the
    /// key to change.
    pub fn resolve(&self, read: &dyn Fn(&SecretRef) -> Result<Secret, String>) -> Result<Credentials, String> {
        let (name, auth, privacy) = match self {
            CredentialsConfig::Community(community) => {
                let community = read(community).map_err(|why| format!("`community`: {why}"))?;
                return Credentials::community(community.reveal());
            }
            CredentialsConfig::User { name, auth, privacy } => (name, auth, privacy),
        };
        if name.is_empty() || name.len() > 32 {
            return Err("`user` must have 1 to 32 characters".to_owned());
        }
        let key = |which: &str, digest: Digest, password: &SecretRef| {
            let password = read(password).map_err(|why| format!("`{which}.password`: {why}"))?;
            MasterKey::new(digest, password.reveal())
                .ok_or_else(|| format!("`{which}.password` is shorter than the 8 characters that SNMPv3 demands"))
        };
        let mut user = User { name: name.clone(), auth: None, privacy: None };
        if let Some(auth) = auth {
            user.auth = Some(key("auth", auth.protocol, &auth.password)?);
            if let Some(privacy) = privacy {
                user.privacy = Some((privacy.protocol, key("privacy", auth.protocol, &privacy.password)?));
            }
        }
        Ok(Credentials(Access::User(Arc::new(user))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn inline(reference: &SecretRef) -> Result<Secret, String> {
        match reference {
            SecretRef::Inline(secret) => Ok(secret.clone()),
            _ => Err("cannot be read".to_owned()),
        }
    }

    fn resolve(table: serde_json::Value) -> Result<Credentials, String> {
        serde_json::from_value::<CredentialsConfig>(table).map_err(|error| error.to_string())?.resolve(&inline)
    }

    #[test]
    fn both_versions_are_read_and_show_no_secret() {
        let community = resolve(json!({"version": "2c", "community": "s3cret"})).expect("version 2c");
        assert!(!format!("{community:?}").contains("s3cret"));
        let auth = json!({"protocol": "SHA-256", "password": "12345678"});
        let privacy = json!({"protocol": "AES-128", "password": "abcdefgh"});
        for table in [
            json!({"version": "3", "user": "ro", "auth": auth, "privacy": privacy}),
            json!({"version": "3", "user": "ro", "auth": auth}),
            json!({"version": "3", "user": "ro"}),
        ] {
            resolve(table).expect("version 3");
        }
    }

    #[test]
    fn what_is_missing_or_too_much_is_said() {
        let with = |digest: &str, password: &str| json!({"protocol": digest, "password": password});
        for (table, part) in [
            (json!({"version": "1", "community": "x"}), "2c"),
            (json!({"version": "2c"}), "needs `community`"),
            (json!({"version": "2c", "community": ""}), "`community` is empty"),
            (json!({"version": "2c", "community": {"env": "X"}}), "`community`: cannot be read"),
            (json!({"version": "2c", "community": "x", "user": "ro"}), "`community` alone"),
            (json!({"version": "3", "community": "x"}), "version \"2c\"'s"),
            (json!({"version": "3"}), "needs `user`"),
            (json!({"version": "3", "user": ""}), "`user`"),
            (json!({"version": "3", "user": "ro", "privacy": with("AES-128", "12345678")}), "needs `auth`"),
            (json!({"version": "3", "user": "ro", "auth": with("SHA-256", "1234567")}), "`auth.password` is shorter"),
            (json!({"version": "3", "user": "ro", "auth": with("SHA-256", "")}), "`auth.password` is shorter"),
            (
                json!({"version": "3", "user": "ro", "auth": with("MD5", "12345678"), "privacy": with("DES", "")}),
                "`privacy.password` is shorter",
            ),
            (json!({"version": "3", "user": "ro", "auth": with("SHA-257", "12345678")}), "SHA-256"),
            (json!({"version": "3", "user": "ro", "athu": {}}), "athu"),
        ] {
            let error = resolve(table.clone()).expect_err("a mistake");
            assert!(error.contains(part), "{table}: {error}");
        }
    }
}
