//! PUBLISH: the only user of SSH; brings a bundle to a public host.
//!
//! One algorithm serves every transport: it compares the bundle with what is known of the target, stages what changed, reveals
//! it in an order that never shows a hole, and deletes what is gone. A transport is one file behind one small trait.
//!
//! What may be relied on, whatever the transport and wherever it is cut:
//! - a visitor gets a file's old content or its new one, never a part of it;
//! - no page refers to an asset that is not there: assets go first, and old ones stay for ten minutes more;
//! - nothing is deleted but what the manifest in the target says Lightship wrote there;
//! - no symbolic link below the target's folder is followed, and no name read there is used unless it is a slug.

mod deliver;
mod diff;
pub mod dir;
mod error;
mod link;
mod manifest;
mod publisher;
mod remote;
pub mod sftp;
mod survey;
mod tree;

#[cfg(test)]
mod tests;

pub use error::PublishError;
pub use publisher::{Action, Change, Plan, Publisher, Report};

use link::Link;
use model::{Secret, SecretRef};
use serde::de::{Deserialize, Deserializer, Error as _};
use std::collections::BTreeMap;

/// All targets of the configuration: one field a kind, which is both the registry and the schema.
#[derive(Debug, Default)]
pub struct Publish {
    /// `[publish.sftp.<name>]`: over SSH into a folder of another host.
    pub sftp: BTreeMap<String, sftp::Config>,
    /// `[publish.dir.<name>]`: into a folder of this host.
    pub dir: BTreeMap<String, dir::Config>,
}

/// A target that is ready to be published to.
pub struct Target {
    /// Kind and name, such as `sftp.cloud`.
    pub name: String,
    /// What brings a bundle there.
    pub publisher: Box<dyn Publisher>,
}

/// What is wrong with a target's table, as `check` shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Kind and name, such as `sftp.cloud`.
    pub target: String,
    /// The key to change.
    pub key: &'static str,
    /// What is wrong, and what was expected.
    pub message: String,
    /// Whether the target works nevertheless.
    pub warning: bool,
}

impl Publish {
    /// The kinds of targets, as they stand in `[publish.<kind>.<name>]`.
    pub const KINDS: &[&str] = &["sftp", "dir"];

    /// Takes in the table `[publish.<kind>.<name>]`. A kind that is none of [`Publish::KINDS`] is an error too.
    pub fn add<'de, D: Deserializer<'de>>(&mut self, kind: &str, name: &str, table: D) -> Result<(), D::Error> {
        match kind {
            "sftp" => drop(self.sftp.insert(name.to_owned(), sftp::Config::deserialize(table)?)),
            "dir" => drop(self.dir.insert(name.to_owned(), dir::Config::deserialize(table)?)),
            other => {
                let kinds = Self::KINDS.join("`, `");
                return Err(D::Error::custom(format!("`{other}` is no kind of target; there are `{kinds}`")));
            }
        }
        Ok(())
    }

    /// Takes in the targets of another.
    pub fn append(&mut self, mut other: Publish) {
        self.sftp.append(&mut other.sftp);
        self.dir.append(&mut other.dir);
    }

    /// The targets, and what is wrong with those that can't be built. Reads secrets through `read`, and touches neither network nor
    /// disk otherwise.
    pub fn build(&self, read: &dyn Fn(&SecretRef) -> Result<Secret, String>) -> (Vec<Target>, Vec<Problem>) {
        let (mut targets, mut problems) = (Vec::new(), Vec::new());
        for (name, config) in &self.sftp {
            let name = format!("sftp.{name}");
            match config.build(read) {
                Ok(transport) => targets.push(Target { name, publisher: Box::new(Link::new(transport)) }),
                Err((key, message)) => problems.push(Problem { target: name, key, message, warning: false }),
            }
        }
        for (name, config) in &self.dir {
            let publisher = Box::new(Link::new(config.build()));
            targets.push(Target { name: format!("dir.{name}"), publisher });
        }
        (targets, problems)
    }
}
