//! The contract of every publisher. Each function is one promise, over any place.

use super::faulty::{Cut, Faulty};
use super::{Place, files, minute, site, visible, wanted, without_r3};
use crate::deliver::{deliver, settle};
use crate::diff::Diff;
use crate::remote::Remote;
use crate::survey::Known;
use crate::{Action, PublishError, Report};
use model::{Bundle, Class, Millis};
use std::collections::BTreeMap;
use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::sync::Arc;

/// Every promise, one after the other, each in an emptied folder.
pub(super) async fn keeps_all(place: &dyn Place) {
    for promise in 0.. {
        empty(&place.folder());
        match promise {
            0 => first_time_and_again(place).await,
            1 => modes_and_times(place).await,
            2 => deletions(place).await,
            3 => foreign_files(place).await,
            4 => a_lost_or_forged_manifest(place).await,
            5 => what_others_changed(place).await,
            6 => links_and_strange_things(place).await,
            7 => leftovers(place).await,
            8 => plans(place).await,
            9 => cut_at_every_step(place).await,
            _ => return,
        }
    }
}

/// One session: look, deliver, end.
async fn publish_over(remote: &dyn Remote, bundle: &Bundle, now: Millis) -> Result<Report, PublishError> {
    let mut known = Known::survey(remote, bundle).await?;
    let report = deliver(remote, &mut known, bundle, now).await?;
    settle(remote, &mut known, now).await?;
    remote.close().await;
    Ok(report)
}

async fn publish(place: &dyn Place, bundle: &Bundle, now: Millis) -> Result<Report, PublishError> {
    publish_over(&*place.open().await, bundle, now).await
}

async fn shows(place: &dyn Place, bundle: &Bundle, now: Millis) -> Report {
    publish(place, bundle, now).await.expect("published")
}

async fn first_time_and_again(place: &dyn Place) {
    let bundle = site(1);
    let total = bundle.files.values().map(|file| file.content.len() as u64).sum();
    let report = shows(place, &bundle, minute(0)).await;
    assert_eq!(report, Report { uploaded: bundle.files.len(), bytes: total, deleted: 0, unchanged: 0 });
    assert_eq!(files(&place.folder()), wanted(&bundle));

    // Again by someone who knows nothing yet: five listings and the manifest.
    let counted = Faulty::new(place.open().await, usize::MAX, Cut::Before);
    let report = publish_over(&counted, &bundle, minute(1)).await.expect("published");
    assert_eq!(report, Report { uploaded: 0, bytes: 0, deleted: 0, unchanged: bundle.files.len() });
    assert_eq!(counted.count(), 6);

    // Within a session nothing is asked, and a changed file costs its own two operations.
    let counted = Faulty::new(place.open().await, usize::MAX, Cut::Before);
    let mut known = Known::survey(&counted, &bundle).await.expect("surveyed");
    let before = counted.count();
    deliver(&counted, &mut known, &bundle, minute(2)).await.expect("published");
    assert_eq!(counted.count(), before);
    let mut changed = bundle.clone();
    changed.add("status.json", Class::Data, *b"{}");
    deliver(&counted, &mut known, &changed, minute(2)).await.expect("published");
    assert_eq!(counted.count(), before + 2);
    counted.close().await;
    assert_eq!(visible(&place.folder()), wanted(&changed));
}

async fn modes_and_times(place: &dyn Place) {
    let mode = |path: &str| {
        let metadata = fs::symlink_metadata(place.folder().join(path)).expect("there");
        metadata.permissions().mode() & 0o7777
    };
    let time =
        || fs::metadata(place.folder().join("status.json")).and_then(|metadata| metadata.modified()).expect("there");
    let mut bundle = site(1);
    shows(place, &bundle, minute(0)).await;
    for path in ["index.html", "assets/logo.0001.svg", "devices/r1.html", ".lightship/manifest.json"] {
        assert_eq!(mode(path), 0o644, "{path}");
    }
    for path in ["assets", "devices", "data", ".lightship"] {
        assert_eq!(mode(path), 0o755, "{path}");
    }
    // Same length, same second: a web server that makes its ETag of both must see another file.
    let first = time();
    bundle.add("status.json", Class::Data, *b"{\"version\":2}");
    shows(place, &bundle, minute(0)).await;
    assert!(time() > first);
    // A folder or a file that visitors can't read is put right.
    fs::set_permissions(place.folder().join("devices"), Permissions::from_mode(0o700)).expect("set");
    fs::set_permissions(place.folder().join("index.html"), Permissions::from_mode(0o600)).expect("set");
    assert_eq!(shows(place, &bundle, minute(1)).await.uploaded, 1);
    assert_eq!([mode("devices"), mode("index.html")], [0o755, 0o644]);
}

async fn deletions(place: &dyn Place) {
    shows(place, &site(1), minute(0)).await;
    let report = shows(place, &without_r3(site(2)), minute(1)).await;
    assert_eq!(report.deleted, 2, "the page and the data of the device that is gone");
    let there = visible(&place.folder());
    assert!(!there.contains_key("devices/r3.html") && !there.contains_key("data/traffic.r3.json"));
    assert!(there.contains_key("assets/site.0001.css"), "an open page may still ask for it");

    assert_eq!(shows(place, &without_r3(site(2)), minute(10)).await.deleted, 0);
    assert_eq!(shows(place, &without_r3(site(2)), minute(11)).await.deleted, 2);
    assert_eq!(visible(&place.folder()), wanted(&without_r3(site(2))));

    // An asset that comes back in time stays, and its time begins anew.
    shows(place, &without_r3(site(1)), minute(12)).await;
    assert_eq!(shows(place, &without_r3(site(2)), minute(15)).await.uploaded, 8, "pages and data, no asset");
    assert_eq!(shows(place, &without_r3(site(2)), minute(24)).await.deleted, 0);
    assert_eq!(shows(place, &without_r3(site(2)), minute(25)).await.deleted, 2);

    let error = publish(place, &Bundle::default(), minute(26)).await.expect_err("an empty site is a mistake");
    assert!(matches!(error, PublishError::Bundle(_)), "{error}");
    let mut outside = site(2);
    outside.add("../outside.html", Class::Page, *b"");
    let error = publish(place, &outside, minute(26)).await.expect_err("no slug");
    assert!(matches!(error, PublishError::Bundle(_)), "{error}");
    assert_eq!(visible(&place.folder()), wanted(&without_r3(site(2))));
}

async fn foreign_files(place: &dyn Place) {
    let root = place.folder();
    make_folder(&root.join("devices"));
    make_folder(&root.join("private"));
    let foreign = ["robots.txt", "devices/mine.html", "private/x.html", ".well-known", "UPPER.html", "data.json"];
    for path in foreign {
        write(&root.join(path), path.as_bytes());
    }
    shows(place, &site(1), minute(0)).await;
    shows(place, &without_r3(site(2)), minute(1)).await;
    shows(place, &without_r3(site(2)), minute(60)).await;
    let there = files(&root);
    for path in foreign {
        assert_eq!(there.get(path).map(Vec::as_slice), Some(path.as_bytes()), "{path}");
    }
    assert_eq!(there.len(), foreign.len() + without_r3(site(2)).files.len());
}

async fn a_lost_or_forged_manifest(place: &dyn Place) {
    let root = place.folder();
    let manifest = root.join(".lightship/manifest.json");
    let bundle = site(1);
    shows(place, &bundle, minute(0)).await;
    for damage in [None, Some("{"), Some("[]"), Some(r#"{"version":9,"files":{}}"#)] {
        match damage {
            None => fs::remove_file(&manifest).expect("removed"),
            Some(text) => fs::write(&manifest, text).expect("damaged"),
        }
        assert_eq!(shows(place, &bundle, minute(1)).await.uploaded, bundle.files.len(), "{damage:?}");
        assert_eq!(shows(place, &bundle, minute(2)).await.uploaded, 0, "{damage:?}");
    }
    // Names that lead elsewhere are not followed, whatever the manifest says.
    let outside = root.parent().expect("a parent").join("outside.html");
    fs::write(&outside, "outside").expect("written");
    fs::write(root.join(".htaccess"), "mine").expect("written");
    let text = fs::read_to_string(&manifest).expect("a manifest");
    let entry = |path: &str| text.replace("\"index.html\":", &format!("{path:?}:"));
    for path in ["../outside.html", "a/../../outside.html", ".htaccess", outside.to_str().expect("text"), "a//b"] {
        fs::write(&manifest, entry(path)).expect("forged");
        let report = shows(place, &bundle, minute(3)).await;
        assert_eq!((report.uploaded, report.deleted), (1, 0), "{path}: the index alone lost its record");
    }
    assert_eq!(fs::read(&outside).expect("there"), b"outside");
    assert_eq!(fs::read(root.join(".htaccess")).expect("there"), b"mine");
    fs::remove_file(outside).expect("removed");
}

async fn what_others_changed(place: &dyn Place) {
    let root = place.folder();
    let bundle = site(1);
    shows(place, &bundle, minute(0)).await;
    fs::write(root.join("index.html"), "defaced").expect("written");
    fs::write(root.join("data/traffic.r1.json"), "[1,9]").expect("written");
    fs::remove_file(root.join("devices/r2.html")).expect("removed");
    fs::remove_dir_all(root.join("assets")).expect("removed");
    let report = shows(place, &bundle, minute(1)).await;
    assert_eq!((report.uploaded, report.deleted), (6, 0));
    assert_eq!(visible(&root), wanted(&bundle));
}

async fn links_and_strange_things(place: &dyn Place) {
    let root = place.folder();
    let outside = root.parent().expect("a parent").join("elsewhere");
    make_folder(&outside);
    fs::write(outside.join("r0.html"), "outside").expect("written");

    // In the place of a folder: an error that says so, and nothing behind the link changes.
    symlink(&outside, root.join("devices")).expect("linked");
    let error = publish(place, &site(1), minute(0)).await.expect_err("a link").to_string();
    assert!(error.contains("devices: is a symbolic link"), "{error}");
    assert_eq!(fs::read_dir(&outside).expect("there").count(), 1);
    fs::remove_file(root.join("devices")).expect("removed");

    // In the place of a file: the link is replaced, not what it points to.
    symlink(outside.join("r0.html"), root.join("index.html")).expect("linked");
    shows(place, &site(1), minute(0)).await;
    assert_eq!(fs::read(outside.join("r0.html")).expect("there"), b"outside");
    assert_eq!(visible(&root), wanted(&site(1)));

    // In the place of a file of ours that is to go: not ours any more.
    fs::remove_file(root.join("devices/r3.html")).expect("removed");
    symlink(outside.join("r0.html"), root.join("devices/r3.html")).expect("linked");
    assert_eq!(shows(place, &without_r3(site(1)), minute(1)).await.deleted, 1);
    assert!(root.join("devices/r3.html").is_symlink());

    // In the place of the manifest: not read.
    fs::rename(root.join(".lightship/manifest.json"), outside.join("m.json")).expect("moved");
    symlink(outside.join("m.json"), root.join(".lightship/manifest.json")).expect("linked");
    let report = shows(place, &without_r3(site(1)), minute(2)).await;
    assert_eq!(report.uploaded, without_r3(site(1)).files.len());
    assert!(!root.join(".lightship/manifest.json").is_symlink());

    // A folder in the place of a file.
    fs::remove_file(root.join("status.json")).expect("removed");
    make_folder(&root.join("status.json"));
    let error = publish(place, &without_r3(site(1)), minute(3)).await.expect_err("a folder").to_string();
    assert!(error.contains("status.json: is a folder; move it away"), "{error}");
    fs::remove_dir_all(outside).expect("removed");
}

async fn leftovers(place: &dyn Place) {
    let root = place.folder();
    shows(place, &site(1), minute(0)).await;
    let [ours, other] = [".lightship-00112233445566ff.tmp", ".lightship-mine.tmp"];
    for folder in ["", "assets", ".lightship"] {
        write(&root.join(folder).join(ours), b"half");
        write(&root.join(folder).join(other), b"mine");
    }
    shows(place, &site(1), minute(1)).await;
    for folder in ["", "assets", ".lightship"] {
        assert!(!root.join(folder).join(ours).exists(), "{folder:?}");
        assert!(root.join(folder).join(other).exists(), "{folder:?}");
    }
}

async fn plans(place: &dyn Place) {
    let root = place.folder();
    let plan = async |bundle: &Bundle| {
        let remote = place.open().await;
        let known = Known::survey(&*remote, bundle).await.expect("surveyed");
        let plan = Diff::of(&*remote, &known, bundle, minute(1)).expect("compared").plan();
        remote.close().await;
        plan
    };
    let empty = plan(&site(1)).await;
    assert!(empty.changes.iter().all(|change| change.action == Action::Add));
    assert_eq!(empty.changes.last().map(|change| change.path.as_str()), Some("index.html"));
    assert!(visible(&root).is_empty() && !root.join(".lightship").exists(), "a plan changes nothing");

    shows(place, &site(1), minute(0)).await;
    let mut next = without_r3(site(1));
    next.add("status.json", Class::Data, *b"{}");
    next.add("new.json", Class::Data, *b"[]");
    let changes = plan(&next).await;
    let lines: Vec<_> =
        changes.changes.iter().map(|c| format!("{} {} {}", c.action.as_str(), c.path, c.bytes)).collect();
    let expected =
        ["add new.json 2", "replace status.json 2", "delete data/traffic.r3.json 0", "delete devices/r3.html 0"];
    assert_eq!(lines, expected);
    assert_eq!(changes.unchanged, next.files.len() - 2);
    assert_eq!(visible(&root), wanted(&site(1)));
}

/// Every number of operations at which the line may be cut, in every way.
async fn cut_at_every_step(place: &dyn Place) {
    let root = place.folder();
    let (old, new) = (site(1), without_r3(site(2)));
    for cut in [Cut::Before, Cut::Half, Cut::After] {
        for good in 0.. {
            empty(&root);
            shows(place, &old, minute(0)).await;
            let faulty = Arc::new(Faulty::new(place.open().await, good, cut));
            let result = publish_over(&*faulty, &new, minute(1)).await;
            faulty.close().await;
            is_whole(&root, &old, &new, &format!("{cut:?} after {good}"));
            if let Ok(report) = result {
                assert_eq!(report.deleted, 2);
                break;
            }
            // Then whole, and nothing of the broken try is left.
            shows(place, &new, minute(2)).await;
            shows(place, &new, minute(13)).await;
            assert_eq!(files(&root), wanted(&new), "{cut:?} after {good}");
            assert_eq!(fs::read_dir(root.join(".lightship")).expect("there").count(), 1, "{cut:?} after {good}");
        }
    }
}

/// Every file is the old one or the new one, and every page finds what it names.
pub(super) fn is_whole(root: &Path, old: &Bundle, new: &Bundle, when: &str) {
    let there = visible(root);
    let (old, new) = (wanted(old), wanted(new));
    for (path, content) in &there {
        let good = [old.get(path), new.get(path)].contains(&Some(content));
        assert!(good, "{path} is neither old nor new, {when}");
    }
    let pages: BTreeMap<_, _> = there.iter().filter(|(path, _)| path.ends_with(".html")).collect();
    for (path, content) in pages {
        let text = String::from_utf8_lossy(content);
        for asset in text.split_whitespace().filter_map(|word| word.strip_prefix("uses=")) {
            assert!(there.contains_key(asset), "{path} lacks {asset}, {when}");
        }
    }
    for path in old.keys().filter(|path| new.contains_key(*path)) {
        assert!(there.contains_key(path), "{path} is missing, {when}");
    }
}

/// Empties a folder, and keeps it.
pub(super) fn empty(root: &Path) {
    for entry in fs::read_dir(root).expect("a folder") {
        let path = entry.expect("an entry").path();
        let removed =
            if path.is_dir() && !path.is_symlink() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        removed.expect("removed");
    }
}

/// A folder like one that the account made by other means: everyone may write, so that whoever serves it can.
fn make_folder(path: &Path) {
    fs::create_dir(path).expect("made");
    fs::set_permissions(path, Permissions::from_mode(0o777)).expect("set");
}

fn write(path: &Path, content: &[u8]) {
    fs::write(path, content).expect("written");
}
