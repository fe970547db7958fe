//! The contract over a folder of this machine, and the publisher as the rest of the program uses it.

use super::{Place, contract, site, visible, wanted};
use crate::remote::{Remote, Transport};
use crate::{Publish, PublishError};
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;
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
    let mode = |path: PathBuf| fs::metadata(path).expect("there").permissions().mode() & 0o777;
    let folders = [folder.path().join("deep"), to.clone(), to.join("assets")].map(mode);
    assert_eq!((folders, mode(to.join("index.html"))), ([0o755; 3], 0o644), "visitors can read it all");
}

/// As a service of systemd with `UMask=0077` does it: in a process of its own, since the umask is one for all threads.
#[test]
fn visitors_can_read_what_a_secretive_process_wrote() {
    let test = "tests::dir::a_target_is_built_published_planned_and_closed";
    let own = std::env::current_exe().expect("this very program");
    let script = r#"umask 077; exec "$0" --exact "$1""#;
    let said = Command::new("sh").args(["-c", script]).arg(own).arg(test).output().expect("sh");
    let out = String::from_utf8_lossy(&said.stdout);
    assert!(said.status.success() && out.contains("1 passed"), "{out}");
}

#[tokio::test]
async fn what_is_in_the_way_is_named_and_the_next_try_begins_anew() {
    let folder = TempDir::new().expect("a folder");
    let to = folder.path().join("file/site");
    fs::write(folder.path().join("file"), "in the way").expect("written");
    let mut publish = Publish::default();
    publish.add("dir", "local", serde_json::json!({ "to": to })).expect("a table");
    let (mut targets, _) = publish.build(&|_| Err("no secrets here".to_owned()));
    let publisher = &mut targets.first_mut().expect("a target").publisher;

    let error = publisher.publish(&site(1)).await.expect_err("a file is in the way");
    assert!(matches!(&error, PublishError::Io { doing: "opened", .. }), "{error}");
    assert!(error.to_string().contains("file/site can't be opened"), "{error}");
    fs::remove_file(folder.path().join("file")).expect("removed");
    publisher.publish(&site(1)).await.expect("published");
}

#[test]
fn tables_that_can_t_be_right_are_refused() {
    let mut publish = Publish::default();
    let error = publish.add("ftp", "old", serde_json::json!({})).expect_err("no such kind").to_string();
    assert!(error.contains("`ftp` is no kind of target; there are `sftp`, `dir`"), "{error}");
    let error = publish.add("dir", "x", serde_json::json!({ "too": "/x" })).expect_err("a typo").to_string();
    assert!(error.contains("unknown field `too`, expected `to`"), "{error}");
}
