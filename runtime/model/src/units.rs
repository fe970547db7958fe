//! Lengths of time and sizes as people write them in the configuration.

use serde::{Deserialize, Deserializer, de};
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A length of time such as `"30s"`, `"2m"`, `"3h"` or `"7days"`; never zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Every(pub Duration);

impl Every {
    /// So many seconds.
    pub const fn seconds(seconds: u64) -> Every {
        Every(Duration::from_secs(seconds))
    }

    /// In whole milliseconds.
    pub fn millis(self) -> i64 {
        i64::try_from(self.0.as_millis()).unwrap_or(i64::MAX)
    }
}

impl FromStr for Every {
    type Err = String;

    fn from_str(text: &str) -> Result<Every, String> {
        match humantime::parse_duration(text) {
            Ok(duration) if duration.is_zero() => Err(format!("`{text}` is no time at all; write at least \"1s\"")),
            Ok(duration) => Ok(Every(duration)),
            Err(why) => Err(format!("`{text}` is not a length of time ({why}); write \"30s\", \"2m\" or \"3h\"")),
        }
    }
}

impl fmt::Display for Every {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        humantime::format_duration(self.0).fmt(f)
    }
}

/// A size in bytes such as `"64MiB"` or `"4 MB"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size(pub u64);

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Size, String> {
        text.parse::<bytesize::ByteSize>()
            .map(|size| Size(size.as_u64()))
            .map_err(|_| format!("`{text}` is not a size; write \"64MiB\" or \"500kB\""))
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        bytesize::ByteSize(self.0).display().iec().fmt(f)
    }
}

macro_rules! from_text {
    ($type:ty) => {
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
            }
        }
    };
}

from_text!(Every);
from_text!(Size);
from_text!(crate::Selector);
from_text!(crate::Devices);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_s_writing_is_understood() {
        assert_eq!("30s".parse(), Ok(Every::seconds(30)));
        assert_eq!("1h 30m".parse(), Ok(Every::seconds(5400)));
        assert_eq!("64MiB".parse(), Ok(Size(64 << 20)));
        assert_eq!(Size(64 << 20).to_string(), "64.0 MiB");
    }

    #[test]
    fn what_is_not_understood_is_said_with_the_way_to_write_it() {
        assert!("soon".parse::<Every>().unwrap_err().contains("write \"30s\""));
        assert!("0s".parse::<Every>().unwrap_err().contains("no time"));
        assert!("much".parse::<Size>().unwrap_err().contains("64MiB"));
    }
}
