//! The command line: a contract that scripts and documents rely on.

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;

/// Polls a lab network, runs your WebAssembly transforms over the samples, and pushes a finished site to a plain web server.
#[derive(Debug, Parser)]
#[command(name = "lightship", version, arg_required_else_help = true, max_term_width = 120)]
#[command(
    after_help = "Start with `lightship demo`, then `lightship init`.\nExit codes: 0 done, 1 something failed, 2 wrong usage or configuration."
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// The configuration [default: ./lightship.toml, then /etc/lightship/lightship.toml]
    #[arg(short, long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The data folder [default: $STATE_DIRECTORY, then ./lightship-data]
    #[arg(long, global = true, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Say more; twice for everything
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
    /// Say only what went wrong
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,
    /// How log lines are written on stderr
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text")]
    pub(crate) log_format: LogFormat,
    /// Whether log lines are coloured
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(crate) color: Color,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    Text,
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Table,
    Json,
    Csv,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a simulated lab and this very host through the whole line, and serve the site here
    Demo(Demo),
    /// Write a commented starter configuration
    Init {
        /// Where to write it
        #[arg(default_value = ".")]
        dir: PathBuf,
    },
    /// Run the appliance
    Run {
        /// Do one full cycle of everything and exit
        #[arg(long)]
        once: bool,
    },
    /// Prove the configuration without touching the network
    Check,
    /// Run one probe now and print its samples, values as they came
    Probe {
        /// The probe, such as `snmp.interfaces` or `interfaces`
        name: String,
        /// Ask only this device
        #[arg(long)]
        device: Option<String>,
        #[command(flatten)]
        output: Output,
    },
    /// Print what the store holds: gauges and states as they are, counters as rates per second
    Query(Query),
    /// Run or inspect a transform
    Transform {
        #[command(subcommand)]
        command: Transform,
    },
    /// Build the site from the store, without polling
    Render {
        /// Where to put it
        #[arg(long, value_name = "DIR", default_value = "site")]
        out: PathBuf,
    },
    /// Push the site, built from the store, to the public hosts
    Publish {
        /// Only this target, such as `sftp.cloud` or `cloud`
        target: Option<String>,
        /// Print what would change, and change nothing
        #[arg(long)]
        dry_run: bool,
        #[command(flatten)]
        output: Output,
    },
    /// Say what a running appliance is doing, the slowest polls first
    Status {
        #[command(flatten)]
        output: Output,
    },
}

#[derive(Debug, Args)]
pub(crate) struct Output {
    /// How data are printed
    #[arg(long, value_name = "FORMAT", default_value = "table")]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Where the site is served; the next free port when this one is taken
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8420")]
    pub(crate) listen: SocketAddr,
    /// End after so many cycles
    #[arg(long, value_name = "N")]
    pub(crate) cycles: Option<u64>,
}

#[derive(Debug, Args)]
pub(crate) struct Query {
    /// Metrics, and in braces what is known of their rows: `ifInOctets,ifOutOctets{device=core-*, ifName=~"Gi.*"}`
    ///
    /// `=` and `!=` take a text with * and ?, `=~` and `!~` a regular expression in quotes. In braces stand labels, `device`, the
    /// devices' tags, or attributes such as ifAlias. `{device=*}` is everything.
    pub(crate) selector: String,
    /// From when: `-3h`, `2026-11-21T06:00:00Z`, or milliseconds since 1970
    #[arg(long, default_value = "-3h", allow_hyphen_values = true)]
    pub(crate) from: String,
    /// Until when: the same, or `now`
    #[arg(long, default_value = "now", allow_hyphen_values = true)]
    pub(crate) until: String,
    /// Gather points into steps of this length, such as `5m`
    #[arg(long)]
    pub(crate) step: Option<String>,
    /// What becomes of the points of a step
    #[arg(long, value_name = "F", default_value = "avg")]
    pub(crate) agg: Agg,
    /// The stored values as they came
    #[arg(long, conflicts_with_all = ["step"])]
    pub(crate) raw: bool,
    #[command(flatten)]
    pub(crate) output: Output,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Agg {
    Avg,
    Min,
    Max,
    Last,
    Sum,
    Count,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Transform {
    /// Run a component once over the store's data and print its outputs; nothing is kept
    Run {
        /// A component's file, `bundled:NAME`, or the name of a configured transform
        #[arg(value_name = "TRANSFORM")]
        file: String,
        /// The samples that it gets, instead of those that its configuration or manifest selects
        #[arg(long)]
        select: Option<String>,
        /// A setting, such as `history=3h`; may be repeated
        #[arg(long = "set", value_name = "KEY=VALUE")]
        settings: Vec<String>,
        /// How the outputs are printed; as documents, one a line, unless you say otherwise
        #[arg(long, value_name = "FORMAT", default_value = "json")]
        format: Format,
    },
    /// Print what a component says of itself, what it imports and what it costs
    Inspect {
        /// A component's file, `bundled:NAME`, or the name of a configured transform
        #[arg(value_name = "TRANSFORM")]
        file: String,
        #[command(flatten)]
        output: Output,
    },
}
