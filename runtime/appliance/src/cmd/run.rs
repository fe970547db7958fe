//! `lightship run [--once]`: the appliance.

use crate::cli::Global;
use crate::config::Config;
use crate::pipeline::Line;
use crate::{collect, status};
use anyhow::Result;

pub(super) async fn run(global: &Global, once: bool) -> Result<()> {
    let config = Config::load_and_warn(global.config.as_deref())?;
    let data = super::data_folder(global);
    super::demo::refuse(&data)?;
    let stop = super::stop_signal()?;
    let line = Line::open(&config, &data, collect::now()).await?;
    tracing::info!(
        target: "lightship", config = %config.file.display(), data = %data.display(),
        polls = line.jobs.len(), transforms = config.transforms.len(), "started"
    );
    if once {
        return tokio::select! {
            ended = line.once() => ended,
            () = stop => anyhow::bail!("stopped before the cycle was done"),
        };
    }
    if let Err(error) = status::serve(&data, line.board.clone()) {
        tracing::warn!(target: "lightship", "`lightship status` will not work: {error:#}");
    }
    line.run(None, stop).await?;
    tracing::info!(target: "lightship", "stopped");
    Ok(())
}
