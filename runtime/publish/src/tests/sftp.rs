//! The contract over a real OpenSSH server, and what only SSH can get wrong.

use super::sshd::Sshd;
use super::wire::{End, Wire};
use super::{Place, contract, files, site, visible, wanted, without_r3};
use crate::remote::{Entry, Remote, Staged, Transport};
use crate::sftp::Config;
use crate::{Publish, PublishError, Publisher, Target};
use model::{Bundle, Class, Secret, SecretRef};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::Arc;

/// Secrets by the names that [`Sshd::file`] knows.
fn secrets(server: &Sshd) -> impl Fn(&SecretRef) -> Result<Secret, String> {
    |secret| match secret {
        SecretRef::File(name) => Ok(Secret::new(server.file(name.to_str().unwrap_or_default()))),
        SecretRef::Inline(text) => Ok(text.clone()),
        other => Err(format!("no {other:?} here")),
    }
}

fn target(server: &Sshd, table: Value) -> Target {
    let mut publish = Publish::default();
    publish.add("sftp", "cloud", table).expect("a good table");
    let (mut targets, problems) = publish.build(&secrets(server));
    assert_eq!(problems, []);
    targets.pop().expect("a target")
}

fn with(mut table: Value, changes: Value) -> Value {
    let changes = changes.as_object().expect("a table").clone();
    table.as_object_mut().expect("a table").extend(changes);
    table
}

async fn publisher(server: &Sshd, changes: Value) -> Box<dyn Publisher> {
    target(server, with(server.publish(), changes)).publisher
}

/// All visits share one login.
struct Cloud {
    folder: PathBuf,
    remote: Arc<dyn Remote>,
}

struct Shared(Arc<dyn Remote>);

#[async_trait::async_trait]
impl Place for Cloud {
    async fn open(&self) -> Arc<dyn Remote> {
        Arc::new(Shared(self.remote.clone()))
    }

    fn folder(&self) -> PathBuf {
        self.folder.clone()
    }
}

#[async_trait::async_trait]
impl Remote for Shared {
    fn place(&self, path: &str) -> String {
        self.0.place(path)
    }
    async fn list(&self, folder: &str) -> Result<Vec<Entry>, PublishError> {
        self.0.list(folder).await
    }
    async fn read(&self, path: &str, size: usize) -> Result<Vec<u8>, PublishError> {
        self.0.read(path, size).await
    }
    async fn make_folder(&self, folder: &str) -> Result<(), PublishError> {
        self.0.make_folder(folder).await
    }
    async fn open_folder(&self, folder: &str) -> Result<(), PublishError> {
        self.0.open_folder(folder).await
    }
    async fn stage(&self, file: &Staged) -> Result<(), PublishError> {
        self.0.stage(file).await
    }
    async fn reveal(&self, file: &Staged) -> Result<(), PublishError> {
        self.0.reveal(file).await
    }
    async fn remove(&self, path: &str) -> Result<(), PublishError> {
        self.0.remove(path).await
    }
    async fn close(&self) {}
}

#[tokio::test(flavor = "multi_thread")]
async fn openssh_keeps_the_contract() {
    let server = Sshd::start("");
    let config: Config = serde_json::from_value(server.publish()).expect("a good table");
    let remote = config.build(&secrets(&server)).expect("built").connect().await.expect("connected");
    let cloud = Cloud { folder: server.folder.clone(), remote };
    contract::keeps_all(&cloud).await;
    cloud.remote.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_key_logs_in_and_one_session_serves_many_cycles() {
    let server = Sshd::start("");
    let rsa_host = json!({ "host_key": server.file("host_rsa.pub") });
    let locked = json!({ "key": { "file": "user_locked" }, "passphrase": "open sesame" });
    let keys = [
        json!({}),
        rsa_host,
        locked,
        json!({ "key": { "file": "user_ecdsa" } }),
        json!({ "key": { "file": "user_rsa" } }),
    ];
    for (version, changes) in keys.into_iter().enumerate() {
        let mut publisher = publisher(&server, changes.clone()).await;
        let report = publisher.publish(&site(version)).await.unwrap_or_else(|error| panic!("{changes}: {error}"));
        assert!(report.uploaded >= 12, "{changes}: {report:?}");
        assert_eq!(publisher.publish(&site(version)).await.expect("published").uploaded, 0);
        publisher.close().await;
    }
    let there = visible(&server.folder);
    assert!(wanted(&site(4)).iter().all(|(path, content)| there.get(path) == Some(content)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_host_or_account_or_place_is_said_with_the_way_out() {
    let server = Sshd::start("");
    let other = server.file("other.pub");
    let missing = format!("{}@127.0.0.1:{}/no/such/folder", server.user, server.inside);
    let beside = format!("{}@127.0.0.1:/beside", server.user);
    let cases = [
        (json!({ "host_key": other }), "`host_key` pins ssh-ed25519 SHA256:"),
        (
            json!({ "host_key": server.file("user_ecdsa.pub") }),
            "shows keys of the kinds ssh-ed25519, rsa-sha2-512, rsa-sha2-256 alone",
        ),
        (json!({ "key": { "file": "other" } }), "with ssh-ed25519 SHA256:"),
        (json!({ "to": "stranger@127.0.0.1:/site" }), "does not let `stranger` in"),
        (
            json!({ "to": missing }),
            "no/such/folder: does not exist and can't be made (No such file); make it on the server",
        ),
        (
            json!({ "to": beside }),
            ":/beside: does not exist and can't be made (Permission denied); make it on the server",
        ),
        (json!({ "port": 1 }), "127.0.0.1:1 can't be reached: Connection refused"),
    ];
    for (changes, expected) in cases {
        let error = publisher(&server, changes.clone()).await.publish(&site(1)).await.expect_err("wrong").to_string();
        assert!(error.contains(expected), "{changes}: {error}");
        assert!(!error.contains("PRIVATE KEY"), "{error}");
    }
    assert!(visible(&server.folder).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_are_checked_before_anything_is_tried() {
    let server = Sshd::start("");
    for (changes, key, expected) in [
        (json!({ "key": { "file": "user.pub" } }), "key", "not a private key"),
        (json!({ "key": { "file": "user_locked" } }), "passphrase", "the private key is encrypted"),
        (json!({ "key": { "file": "user_locked" }, "passphrase": "wrong" }), "passphrase", "another passphrase"),
        (json!({ "key": { "env": "NOTHING" } }), "key", "no Env"),
    ] {
        let mut publish = Publish::default();
        publish.add("sftp", "cloud", with(server.publish(), changes.clone())).expect("a table");
        let (targets, problems) = publish.build(&secrets(&server));
        assert!(targets.is_empty(), "{changes}");
        let problem = problems.first().expect("a problem");
        assert_eq!((problem.target.as_str(), problem.key), ("sftp.cloud", key), "{changes}");
        assert!(problem.message.contains(expected), "{changes}: {problem:?}");
    }
    for (changes, expected) in [
        (json!({ "host_key": "ssh-ed25519 AAAA…" }), "ssh-keyscan"),
        (json!({ "to": "www.example.net:/site" }), "user@host:/folder"),
        (json!({ "hostkey": "x" }), "unknown field `hostkey`"),
    ] {
        let table = with(server.publish(), changes);
        let error = Publish::default().add("sftp", "cloud", table).expect_err("wrong").to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_that_breaks_anywhere_leaves_whole_files() {
    let server = Sshd::start("");
    let (old, new) = (site(1), without_r3(site(2)));
    let mut direct = publisher(&server, json!({})).await;
    // What a whole publication takes, to cut each later one somewhere within.
    direct.publish(&old).await.expect("published");
    direct.close().await;
    let line = Wire::to(server.port, u64::MAX, End::Cut).await;
    let mut through = publisher(&server, json!({ "port": line.port })).await;
    through.publish(&new).await.expect("published");
    through.close().await;
    let all = line.passed();

    let mut cuts = 0;
    for part in 1..16 {
        contract::empty(&server.folder);
        let mut direct = publisher(&server, json!({})).await;
        direct.publish(&old).await.expect("published");
        direct.close().await;
        let line = Wire::to(server.port, all * part / 16, End::Cut).await;
        let mut broken = publisher(&server, json!({ "port": line.port })).await;
        cuts += usize::from(broken.publish(&new).await.is_err());
        contract::is_whole(&server.folder, &old, &new, &format!("cut at {part}/16"));
        let mut direct = publisher(&server, json!({})).await;
        direct.publish(&new).await.expect("published");
        direct.close().await;
        let there = files(&server.folder);
        assert!(wanted(&new).iter().all(|(path, content)| there.get(path) == Some(content)), "cut at {part}/16");
        assert_eq!(there.len(), new.files.len() + 2, "the old style sheet and script alone, cut at {part}/16");
    }
    assert!(cuts >= 13, "{cuts} of 15 cuts were within the publication");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_died_unnoticed_is_replaced_at_once() {
    let server = Sshd::start("");
    let line = Wire::to(server.port, u64::MAX, End::Cut).await;
    let mut publisher = publisher(&server, json!({ "port": line.port })).await;
    let mut bundle = Bundle::default();
    for content in ["first", "second"] {
        bundle.add("index.html", Class::Page, content.as_bytes());
        publisher.publish(&bundle).await.expect("published");
        line.hang_up();
    }
    assert_eq!(visible(&server.folder), wanted(&bundle));
}

#[tokio::test(flavor = "multi_thread")]
async fn text_is_compressed_on_the_line() {
    let server = Sshd::start("");
    let line = Wire::to(server.port, u64::MAX, End::Cut).await;
    let mut publisher = publisher(&server, json!({ "port": line.port })).await;
    let mut bundle = Bundle::default();
    bundle.add("index.html", Class::Page, "<p>core-sw1 up</p>".repeat(50_000).into_bytes());
    assert_eq!(publisher.publish(&bundle).await.expect("published").bytes, 900_000);
    publisher.close().await;
    assert!(line.passed() < 90_000, "{} bytes", line.passed());
    assert_eq!(visible(&server.folder), wanted(&bundle));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_server_is_given_up_on() {
    let server = Sshd::start("");
    for (bytes, expected) in [(0, "no answer to the SSH greeting within 1 s"), (6_000, "broke: Timeout")] {
        let line = Wire::to(server.port, bytes, End::Silence).await;
        let mut publisher = publisher(&server, json!({ "port": line.port, "timeout": "1s" })).await;
        let mut bundle = site(1);
        bundle.add("noise.json", Class::Data, noise(2_000_000));
        let error = publisher.publish(&bundle).await.expect_err("silence").to_string();
        assert!(error.contains(expected), "{bytes}: {error}");
        assert!(!server.folder.join("index.html").exists());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn large_files_pass_through_the_window() {
    let server = Sshd::start("");
    let mut publisher = publisher(&server, json!({})).await;
    let mut bundle = site(1);
    for (number, size) in [0, 1, 32 * 1024 - 1, 32 * 1024, 32 * 1024 + 1, 3_000_000].into_iter().enumerate() {
        bundle.add(format!("data/large.{number}.json"), Class::Data, noise(size));
    }
    publisher.publish(&bundle).await.expect("published");
    publisher.close().await;
    assert_eq!(visible(&server.folder), wanted(&bundle));
}

/// Bytes that no compression makes smaller.
fn noise(size: usize) -> Vec<u8> {
    let mut random = fastrand::Rng::with_seed(7);
    std::iter::repeat_with(|| random.u8(..)).take(size).collect()
}
