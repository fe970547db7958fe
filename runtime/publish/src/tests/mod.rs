//! What every transport must keep, and what SSH adds to it.

mod contract;
mod dir;
mod faulty;
mod sftp;
mod sshd;
mod wire;

use crate::remote::Remote;
use model::{Bundle, Class};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A target that can be opened again and again, and looked into from behind.
#[async_trait::async_trait]
trait Place: Sync {
    /// A fresh connection.
    async fn open(&self) -> Arc<dyn Remote>;

    /// Where the target's folder lies on this machine.
    fn folder(&self) -> PathBuf;
}

/// A site whose pages name their assets, in the version of that number.
fn site(version: usize) -> Bundle {
    let mut bundle = Bundle::default();
    let style = format!("assets/site.{version:04x}.css");
    let script = format!("assets/site.{version:04x}.js");
    let page = |name: &str| format!("<p>{name} {version}</p> uses={style} uses={script}");
    bundle.add(style.as_str(), Class::Asset, format!("p {{ margin: {version}px }}").into_bytes());
    bundle.add(script.as_str(), Class::Asset, vec![b'/'; 70_000 + version]);
    bundle.add("assets/logo.0001.svg", Class::Asset, *b"<svg/>");
    bundle.add("status.json", Class::Data, format!("{{\"version\":{version}}}").into_bytes());
    for device in 0..4 {
        bundle.add(format!("data/traffic.r{device}.json"), Class::Data, format!("[{device},{version}]").into_bytes());
        bundle.add(format!("devices/r{device}.html"), Class::Page, page(&format!("r{device}")).into_bytes());
    }
    bundle.add("index.html", Class::Page, page("index").into_bytes());
    bundle
}

/// The bundle without the files of the device `r3`.
fn without_r3(mut bundle: Bundle) -> Bundle {
    bundle.files.retain(|path, _| !path.contains("r3."));
    bundle
}

/// All files below a folder by path, except for our own folder.
fn files(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut waiting = vec![root.to_owned()];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.strip_prefix(root).expect("below the root").display().to_string();
            if path.is_dir() && !path.is_symlink() {
                if name != ".lightship" {
                    waiting.push(path);
                }
            } else {
                found.insert(name, fs::read(&path).unwrap_or_default());
            }
        }
    }
    found
}

/// What visitors can ask for: everything without a dot in front.
fn visible(root: &Path) -> BTreeMap<String, Vec<u8>> {
    let hidden = |path: &str| path.split('/').any(|part| part.starts_with('.'));
    files(root).into_iter().filter(|(path, _)| !hidden(path)).collect()
}

/// The bundle as [`visible`] shows it.
fn wanted(bundle: &Bundle) -> BTreeMap<String, Vec<u8>> {
    bundle.files.iter().map(|(path, file)| (path.clone(), file.content.to_vec())).collect()
}

/// A moment of the year 2026, and so many minutes later.
fn minute(number: i64) -> model::Millis {
    1_790_000_000_000 + number * 60_000
}
