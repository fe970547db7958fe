//! `lightship transform run|inspect`: for whoever writes a transform.

use crate::cli::{Format, Global, Transform};
use crate::collect::now;
use crate::config::Config;
use crate::out::{self, Record, Usage};
use anyhow::{Context as _, Result};
use model::Output;
use serde::Serialize;
use serde_json::{Value, json};
use store::Store;

pub(super) async fn run(global: &Global, command: Transform) -> Result<()> {
    match command {
        Transform::Run { file, select, settings, format } => {
            let mut config = meant(global, &file)?;
            if let Some(select) = select {
                config.select = Some(select.parse().map_err(|why: model::SelectorError| Usage(why.to_string()))?);
            }
            for setting in settings {
                let (key, value) =
                    setting.split_once('=').ok_or_else(|| Usage(format!("`{setting}` is no KEY=VALUE")))?;
                config.settings.insert(key.to_owned(), typed(value));
            }
            let reader = Store::read(&super::data_folder(global))?;
            let ran = tokio::task::spawn_blocking(move || transform::run_file(&config, &reader, now())).await??;
            for line in &ran.log {
                tracing::info!(target: "transform", level = ?line.level, "{}", line.text);
            }
            let (series, points) = ran.given;
            tracing::info!(target: "transform", series, points, took_ms = ran.took.as_secs_f64() * 1000.0, "ran");
            let outputs = ran.outputs.with_context(|| format!("{file} failed"))?;
            out::records(format, &outputs.into_iter().map(Document).collect::<Vec<_>>())
        }
        Transform::Inspect { file, output } => {
            let config = meant(global, &file)?;
            let found = tokio::task::spawn_blocking(move || transform::inspect(&config.wasm, &config.limits)).await??;
            print(&found, output.format)
        }
    }
}

/// A configured transform of that name, else a component by its file or as `bundled:NAME`.
fn meant(global: &Global, file: &str) -> Result<transform::Config> {
    let path = file.starts_with("bundled:") || file.contains(['/', '.']);
    if path {
        return Ok(transform::Config::new(file));
    }
    let mut config = Config::load(global.config.as_deref())?;
    let known: Vec<String> = config.transforms.keys().cloned().collect();
    config.transforms.remove(file).ok_or_else(|| {
        Usage(format!("no transform `{file}` in {}; there is {}", config.file.display(), known.join(", "))).into()
    })
}

/// A setting's value as TOML and JSON would have it; what is neither number nor truth value is text.
fn typed(text: &str) -> Value {
    serde_json::from_str(text).ok().filter(|value: &Value| !value.is_null()).unwrap_or_else(|| Value::from(text))
}

/// One output of a guest.
#[derive(Serialize)]
struct Document(Output);

impl Record for Document {
    const HEADINGS: &'static [&'static str] = &["id", "kind", "title", "unit", "data"];

    fn cells(&self) -> Vec<String> {
        let Output::Widget(widget) = &self.0;
        let json = serde_json::to_value(widget).unwrap_or_default();
        let (kind, data) = (widget.body.kind().to_owned(), json["data"].to_string());
        vec![widget.id.clone(), kind, widget.title.clone(), widget.unit.clone(), data]
    }
}

/// One line of what there is to know of a component.
#[derive(Serialize)]
struct Line {
    what: String,
    is: String,
}

impl Record for Line {
    const HEADINGS: &'static [&'static str] = &["what", "is"];

    fn cells(&self) -> Vec<String> {
        vec![self.what.clone(), self.is.clone()]
    }
}

fn print(found: &transform::Inspection, format: Format) -> Result<()> {
    let manifest = &found.manifest;
    if format == Format::Json {
        let mut object = serde_json::to_value(manifest)?;
        for (key, value) in [
            ("imports", json!(found.imports)),
            ("bytes", json!(found.bytes)),
            ("sha256", json!(found.hash.to_string())),
            ("compile_ms", json!(found.compiled_in.as_secs_f64() * 1000.0)),
            ("code_bytes", json!(found.code_bytes)),
        ] {
            object[key] = value;
        }
        return out::line(object);
    }
    let mut lines = Vec::new();
    let mut add = |what: &str, is: String| lines.push(Line { what: what.to_owned(), is });
    add("name", format!("{} {}", manifest.name, manifest.version));
    add("title", manifest.title.clone());
    add("selects", manifest.selects.join("; "));
    for (key, setting) in &manifest.settings {
        let default =
            setting.default.as_ref().map_or_else(|| "no default".to_owned(), |value| format!("default {value}"));
        add("setting", format!("{key} ({}, {default}): {}", format!("{:?}", setting.of).to_lowercase(), setting.doc));
    }
    add("needs", manifest.needs.join(", "));
    for widget in &manifest.widgets {
        add("widget", format!("{} ({}): {}", widget.id, widget.kind, widget.title));
    }
    add("imports", found.imports.join(", "));
    add("size", format!("{:.1} kB, compiled {:.1} kB", found.bytes as f64 / 1000.0, found.code_bytes as f64 / 1000.0));
    add("compiled in", format!("{} ms", found.compiled_in.as_millis()));
    add("sha256", found.hash.to_string());
    lines.retain(|line| !line.is.is_empty());
    out::records(format, &lines)
}
