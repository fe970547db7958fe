//! From tables to a configuration: every table read on its own, every name resolved, all problems gathered.

use super::problem::{Problem, Problems};
use super::tables::{Sources, Table};
use super::{Config, read, secrets};
use model::{Secret, SecretRef};
use probes::{Credentials, Probes, Target, snmp};
use publish::Publish;
use serde::Deserialize;
use site::SiteError;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// `[credentials.<name>]`: who we are to the devices that name it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CredentialsTable {
    /// For the SNMP probes.
    snmp: Option<snmp::CredentialsConfig>,
}

/// `[devices.<name>]`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DeviceTable {
    /// A host name or address, `host:port`, or `[2001:db8::1]:161`.
    address: String,
    /// The name of a table of credentials.
    credentials: Option<String>,
    /// What selectors can choose it by.
    #[serde(default)]
    tags: BTreeMap<String, String>,
}

type Tables<'s> = BTreeMap<Vec<String>, Table<'s>>;

/// Reads everything that can be read and gathers all that is wrong.
pub(super) fn assemble(file: PathBuf, sources: &Sources) -> (Config, Problems) {
    let (tables, mut problems) = sources.tables();
    let credentials = credentials(&tables, &mut problems);
    let targets = targets(&tables, &credentials, &mut problems);
    let probes = probes(&tables, &targets, &mut problems);
    let mut config = Config {
        file,
        site: site::Config::default(),
        targets,
        probes,
        transforms: BTreeMap::new(),
        publish: publish(&tables, &mut problems),
        warnings: Problems::default(),
    };
    if let Some(table) = tables.get(["site".to_owned()].as_slice())
        && let Some(site) = read::table::<site::Config>(table, &mut problems)
    {
        if let Err(why) = site::Site::new(&site) {
            let key = if matches!(why, SiteError::Zone(_)) { "zone" } else { "templates" };
            problems.push(table.problem(key, why.to_string()));
        }
        config.site = site;
    }
    for table in section(&tables, "transforms") {
        if let Some(transform) = read::table::<transform::Config>(table, &mut problems) {
            config.transforms.insert(table.names[1].clone(), transform);
        }
    }
    (config, Problems::new(problems))
}

/// What is wrong with the guests of a configuration.
pub(super) fn guests(config: &Config, sources: &Sources) -> Result<Vec<Problem>, transform::TransformError> {
    let (tables, _) = sources.tables();
    let place = |found: transform::Problem| {
        let table = tables.get(["transforms".to_owned(), found.transform].as_slice())?;
        let message = found.message.strip_prefix("wasm: ").map(str::to_owned);
        Some(table.problem(found.key, message.unwrap_or(found.message)))
    };
    Ok(transform::check(&config.transforms)?.into_iter().filter_map(place).collect())
}

fn section<'t, 's>(tables: &'t Tables<'s>, name: &str) -> impl Iterator<Item = &'t Table<'s>> {
    tables.iter().filter(move |(names, _)| names[0] == name).map(|(_, table)| table)
}

/// Reads secrets for a table, and warns of those that stand in the configuration itself.
fn with_secrets<T>(
    table: &Table<'_>,
    key: &str,
    problems: &mut Vec<Problem>,
    resolve: impl FnOnce(&dyn Fn(&SecretRef) -> Result<Secret, String>) -> T,
) -> T {
    let inline = Cell::new(false);
    let resolved = resolve(&|reference| {
        inline.set(inline.get() || matches!(reference, SecretRef::Inline(_)));
        secrets::read_secret(reference)
    });
    if inline.get() {
        let message = "a secret stands in the configuration itself; better { file = \"…\" }, { env = \"…\" } or { credential = \"…\" }";
        problems.push(Problem { warning: true, ..table.problem(key, message) });
    }
    resolved
}

/// The credentials by name; a table that could not be read stands as none, so that its devices are not complained of twice.
fn credentials(tables: &Tables<'_>, problems: &mut Vec<Problem>) -> BTreeMap<String, Option<Credentials>> {
    let mut all = BTreeMap::new();
    for table in section(tables, "credentials") {
        let read = read::table::<CredentialsTable>(table, problems).and_then(|config| {
            let Some(config) = config.snmp else { return Some(Credentials::default()) };
            match with_secrets(table, "snmp", problems, |read| config.resolve(read)) {
                Ok(snmp) => Some(Credentials { snmp: Some(snmp) }),
                Err(why) => {
                    problems.push(table.problem("snmp", why));
                    None
                }
            }
        });
        all.insert(table.names[1].clone(), read);
    }
    all
}

fn targets(
    tables: &Tables<'_>,
    all: &BTreeMap<String, Option<Credentials>>,
    problems: &mut Vec<Problem>,
) -> Vec<Target> {
    let mut targets = Vec::new();
    for table in section(tables, "devices") {
        let Some(device) = read::table::<DeviceTable>(table, problems) else { continue };
        let credentials = match &device.credentials {
            None => Credentials::default(),
            Some(name) => match all.get(name) {
                Some(Some(credentials)) => credentials.clone(),
                Some(None) => continue,
                None => {
                    let near = read::did_you_mean(name, all.keys().map(String::as_str));
                    problems.push(table.problem("credentials", format!("no table [credentials.{name}]{near}")));
                    continue;
                }
            },
        };
        let name = table.names[1].clone();
        targets.push(Target { device: name, address: device.address, tags: device.tags, credentials });
    }
    targets
}

fn probes(tables: &Tables<'_>, targets: &[Target], problems: &mut Vec<Problem>) -> Probes {
    let mut probes = Probes::default();
    for table in section(tables, "probes") {
        if let Some(kind) = known_kind(table, Probes::KINDS, problems) {
            read::with(table, problems, |deserializer| probes.add(kind, &table.names[2], deserializer));
        }
    }
    let (jobs, found) = probes.build(targets);
    // A device that fell out by an error is missed by selectors too: that needs no warning.
    let dropped = section(tables, "devices").count() > targets.len();
    for problem in found.into_iter().filter(|problem| !(dropped && problem.warning)) {
        let names: Vec<String> =
            std::iter::once("probes").chain(problem.probe.splitn(2, '.')).map(str::to_owned).collect();
        if let Some(table) = tables.get(&names) {
            problems.push(Problem { warning: problem.warning, ..table.problem(problem.key, problem.message) });
        }
    }
    let failed = problems.iter().any(|problem| !problem.warning);
    let asked: BTreeSet<&str> = jobs.iter().map(|job| job.device.as_str()).collect();
    for table in section(tables, "devices").filter(|table| !failed && !asked.contains(table.names[1].as_str())) {
        let message = "no probe asks this device; choose it with `devices = …` in a table [probes.<kind>.<name>]";
        problems.push(Problem { warning: true, ..table.problem("", message) });
    }
    probes
}

fn publish(tables: &Tables<'_>, problems: &mut Vec<Problem>) -> Publish {
    let mut publish = Publish::default();
    for table in section(tables, "publish") {
        let Some(kind) = known_kind(table, Publish::KINDS, problems) else { continue };
        let mut one = Publish::default();
        if read::with(table, problems, |deserializer| one.add(kind, &table.names[2], deserializer)).is_some() {
            let (_, found) = with_secrets(table, "key", problems, |read| one.build(read));
            let problem =
                |found: publish::Problem| Problem { warning: found.warning, ..table.problem(found.key, found.message) };
            problems.extend(found.into_iter().map(problem));
            publish.append(one);
        }
    }
    publish
}

fn known_kind<'t>(table: &'t Table<'_>, kinds: &[&str], problems: &mut Vec<Problem>) -> Option<&'t str> {
    let kind = table.names[1].as_str();
    if kinds.contains(&kind) {
        return Some(kind);
    }
    let message = format!("unknown kind{}", read::did_you_mean(kind, kinds.iter().copied()));
    problems.push(table.problem("", message));
    None
}
