//! `lightship render [--out DIR]`: builds the site from the store, without polling.

use crate::cli::Global;
use crate::config::{Config, read_secret};
use crate::status::Board;
use crate::{out, pipeline};
use anyhow::{Context as _, Result};
use publish::Publish;
use site::Site;
use std::path::Path;
use std::sync::Arc;
use store::Store;

pub(super) async fn run(global: &Global, out: &Path) -> Result<()> {
    let config = Config::load(global.config.as_deref())?;
    let reader = Store::read(&super::data_folder(global))?;
    let site = Arc::new(Site::new(&config.site)?);
    let bundle = pipeline::render(&site, reader, &Board::new()).await?;
    let folder = publish::dir::Config { to: std::path::absolute(out)? };
    let (targets, _) =
        Publish { dir: [("render".to_owned(), folder)].into(), ..Publish::default() }.build(&read_secret);
    for mut target in targets {
        let report =
            target.publisher.publish(&bundle).await.with_context(|| format!("cannot write {}", out.display()))?;
        let (files, kilobytes) = (bundle.files.len(), report.bytes as f64 / 1000.0);
        out::line(format_args!("{}: {files} files; {} written, {kilobytes:.1} kB", out.display(), report.uploaded))?;
    }
    Ok(())
}
