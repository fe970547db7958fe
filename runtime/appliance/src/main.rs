//! The program `lightship`: polls devices, runs the user's transforms over the samples, and pushes a finished site to a public host.

mod cli;
mod cmd;
mod collect;
mod config;
mod local;
mod log;
mod memory;
mod out;
mod pipeline;
mod status;

use clap::Parser as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    memory::keep_small();
    let cli = cli::Cli::parse();
    log::start(&cli.global);
    match cmd::run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => out::failure(&error),
    }
}
