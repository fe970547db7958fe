//! The commands, one file each.

mod check;
mod demo;
mod init;
mod probe;
pub(crate) mod publish;
mod query;
mod render;
mod run;
mod status;
mod transform;

use crate::cli::{Cli, Command, Global};
use anyhow::{Context as _, Result};
use std::path::PathBuf;
use tokio::signal::unix::{SignalKind, signal};

/// Carries out a command line.
pub(crate) fn run(cli: Cli) -> Result<()> {
    let Cli { global, command } = cli;
    let runtime =
        tokio::runtime::Builder::new_multi_thread().enable_all().build().context("cannot start the runtime")?;
    let ended = runtime.block_on(async {
        match command {
            Command::Demo(demo) => demo::run(&global, &demo).await,
            Command::Init { dir } => init::run(&global, &dir),
            Command::Run { once } => run::run(&global, once).await,
            Command::Check => check::run(&global).await,
            Command::Probe { name, device, output } => {
                probe::run(&global, &name, device.as_deref(), output.format).await
            }
            Command::Query(query) => query::run(&global, &query),
            Command::Transform { command } => transform::run(&global, command).await,
            Command::Render { out } => render::run(&global, &out).await,
            Command::Publish { target, dry_run, output } => {
                publish::run(&global, target.as_deref(), dry_run, output.format).await
            }
            Command::Status { output } => status::run(&global, output.format).await,
        }
    });
    // A guest that is being compiled must not hold up the end.
    runtime.shutdown_background();
    ended
}

/// The data folder: `--data`, else `$STATE_DIRECTORY`, else `./lightship-data`.
pub(crate) fn data_folder(global: &Global) -> PathBuf {
    let state = || std::env::var_os("STATE_DIRECTORY").filter(|path| !path.is_empty()).map(PathBuf::from);
    global.data.clone().or_else(state).unwrap_or_else(|| PathBuf::from("lightship-data"))
}

/// Ends when the program is asked to: SIGTERM, SIGINT. A second one ends it at once.
pub(crate) fn stop_signal() -> Result<impl Future<Output = ()>> {
    let mut term = signal(SignalKind::terminate())?;
    let mut int = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = int.recv() => {}
        }
        tokio::spawn(async move {
            tokio::select! {
                _ = term.recv() => {}
                _ = int.recv() => {}
            }
            std::process::exit(1);
        });
    })
}
