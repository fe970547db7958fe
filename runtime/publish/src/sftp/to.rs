//! `user@host:/folder`.

use serde::{Deserialize, Deserializer, de};
use std::str::FromStr;

/// Account, host and folder of a target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct To {
    /// The account.
    pub user: String,
    /// A name or an address; without brackets.
    pub host: String,
    /// The folder, without a slash at its end; `""` is the root.
    pub folder: String,
}

impl To {
    /// Host and port as people write them.
    pub(crate) fn host(&self, port: u16) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        if port == 22 { host } else { format!("{host}:{port}") }
    }
}

impl FromStr for To {
    type Err = String;

    fn from_str(text: &str) -> Result<To, String> {
        let wrong = || format!("`{text}` is not a place to publish to; write \"user@host:/folder\"");
        let (user, rest) = text.split_once('@').ok_or_else(wrong)?;
        let (host, folder) = match rest.strip_prefix('[') {
            Some(rest) => rest.split_once("]:").ok_or_else(wrong)?,
            None => rest.split_once(':').ok_or_else(wrong)?,
        };
        let plain = |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c.is_control());
        if !plain(user) || !plain(host) || folder.is_empty() || folder.contains(char::is_control) {
            return Err(wrong());
        }
        let folder = folder.trim_end_matches('/');
        Ok(To { user: user.to_owned(), host: host.to_owned(), folder: folder.to_owned() })
    }
}

impl<'de> Deserialize<'de> for To {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<To, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_three_parts_are_told_apart() {
        for (text, user, host, folder) in [
            ("lightship@www.example.net:/srv/www/lab", "lightship", "www.example.net", "/srv/www/lab"),
            ("a@192.0.2.1:site/", "a", "192.0.2.1", "site"),
            ("a@[2001:db8::1]:/x:y@z", "a", "2001:db8::1", "/x:y@z"),
            ("a@b:/", "a", "b", ""),
        ] {
            let to: To = text.parse().expect(text);
            assert_eq!((to.user.as_str(), to.host.as_str(), to.folder.as_str()), (user, host, folder));
        }
    }

    #[test]
    fn what_is_no_place_is_refused_with_the_way_to_write_it() {
        for text in
            ["", "www.example.net:/x", "a@b", "a@b:", "@b:/x", "a@:/x", "a@[2001:db8::1:/x", "a b@c:/x", "a@b:/\n"]
        {
            assert!(text.parse::<To>().expect_err(text).contains("user@host:/folder"));
        }
    }

    #[test]
    fn the_host_is_shown_as_it_is_written() {
        let to = |text: &str| text.parse::<To>().expect(text);
        assert_eq!(to("a@[2001:db8::1]:/x").host(2222), "[2001:db8::1]:2222");
        assert_eq!(to("a@b:/x").host(22), "b");
    }
}
