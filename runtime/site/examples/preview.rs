//! Renders a made-up network into a folder, to look at while working on the templates:
//!
//!     cargo run -p site --example preview -- FOLDER [DEVICES] [TEMPLATES]

#[path = "../tests/network/mod.rs"]
mod network;

use std::error::Error;
use std::path::{Path, PathBuf};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("say into which folder")?;
    let devices = arguments.next().map_or(Ok(7), |number| number.parse())?;
    let templates = arguments.next().map(PathBuf::from);
    let data = tempfile::tempdir()?;
    let store = store::Store::open(data.path())?;
    let ports = if devices > 40 { 2 } else { 5 };
    let past = if devices > 40 { 900_000 } else { 4 * 3_600_000 };
    if devices > 0 {
        network::fill(&store, &network::Size { devices, ports, past }).await;
    }
    let config = site::Config {
        title: "Lab network".to_owned(),
        zone: "Europe/London".to_owned(),
        templates,
        ..Default::default()
    };
    let site = site::Site::new(&config)?;
    let reader = store.reader();
    let bundle = tokio::task::spawn_blocking(move || site.render(&reader, network::NOW + 12_000)).await??;
    for (path, file) in bundle.in_order() {
        let path = Path::new(&folder).join(path);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new(&folder)))?;
        std::fs::write(path, &file.content)?;
    }
    Ok(())
}
