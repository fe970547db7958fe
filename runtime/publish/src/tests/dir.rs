//! The contract over a folder of this machine, and the publisher as the rest of the program uses it.

use super::{Place, contract, site, visible, wanted};
use crate::remote::{Remote, Transport};
use crate::{Publish, PublishError};
use model::Bundle;
use std::path::PathBuf;
use std::sync::Arc;
use tempfile::TempDir;

struct Local(TempDir);

#[async_trait::async_trait]
impl Place for Local {
    async fn open(&self) -> Arc<dyn Remote> {
        crate::dir::Config { to: self.folder() }.build().connect().await.expect("opened")
    }

    fn folder(&self) -> PathBuf {
        self.0.path().join("site")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_keeps_the_contract() {
    let place = Local(TempDir::new().expect("a folder"));
    place.open().await;
    contract::keeps_all(&place).await;
}

#[tokio::test]
async fn a_target_is_built_published_planned_and_closed() {
    let folder = TempDir::new().expect("a folder");
    let to = folder.path().join("deep/site");
    let mut publish = Publish::default();
    publish.add("dir", "local", serde_json::json!({ "to": to })).expect("a table");
    let (mut targets, problems) = publish.build(&|_| Err("no secrets here".to_owned()));
    assert_eq!(problems, []);
    let target = targets.first_mut().expect("a target");
    assert_eq!(target.name, "dir.local");

    let plan = target.publisher.plan(&site(1)).await.expect("planned");
    assert_eq!(plan.changes.len(), site(1).files.len());
    assert_eq!(target.publisher.publish(&site(1)).await.expect("published").uploaded, site(1).files.len());
    assert_eq!(target.publisher.publish(&site(1)).await.expect("published").uploaded, 0);
    target.publisher.close().await;
    assert_eq!(visible(&to), wanted(&site(1)));
}

#[tokio::test(start_paused = true)]
async fn after_a_failure_the_target_rests() {
    let folder = TempDir::new().expect("a folder");
    let to = folder.path().join("file/site");
    std::fs::write(folder.path().join("file"), "in the way").expect("written");
    let mut publish = Publish::default();
    publish.add("dir", "local", serde_json::json!({ "to": to })).expect("a table");
    let (mut targets, _) = publish.build(&|_| Err("no secrets here".to_owned()));
    let publisher = &mut targets.first_mut().expect("a target").publisher;

    let error = publisher.publish(&site(1)).await.expect_err("a file is in the way");
    assert!(matches!(&error, PublishError::Io { doing: "opened", .. }), "{error}");
    let error = publisher.publish(&site(1)).await.expect_err("too early");
    assert!(matches!(&error, PublishError::Resting { .. }), "{error}");
    std::fs::remove_file(folder.path().join("file")).expect("removed");
    publisher.rested().await;
    publisher.publish(&site(1)).await.expect("published");
    assert!(publisher.publish(&Bundle::default()).await.is_err());
}

#[test]
fn tables_that_can_t_be_right_are_refused() {
    let mut publish = Publish::default();
    let error = publish.add("ftp", "old", serde_json::json!({})).expect_err("no such kind").to_string();
    assert!(error.contains("`ftp` is no kind of target; there are `sftp`, `dir`"), "{error}");
    let error = publish.add("dir", "x", serde_json::json!({ "too": "/x" })).expect_err("a typo").to_string();
    assert!(error.contains("unknown field `too`, expected `to`"), "{error}");
}
