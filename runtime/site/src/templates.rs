//! The templates: built in, and replaced file by file by those in the user's folder.

use crate::SiteError;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use tera::{Context, Tera};

macro_rules! built_in {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../../site-templates/", $name)))),*]
    };
}

/// All files of `site-templates/` that are compiled in, by their name there.
const TEMPLATES: &[(&str, &str)] = built_in![
    "base.html",
    "index.html",
    "devices.html",
    "device.html",
    "embed.html",
    "parts/age.html",
    "parts/card.html",
    "parts/chart.html",
    "parts/device-cards.html",
    "parts/device-chips.html",
    "parts/device-table.html",
    "parts/events.html",
    "parts/logo.html",
    "parts/ports.html",
    "widgets/number.html",
    "widgets/line.html",
    "widgets/leaderboard.html",
    "widgets/rag.html",
    "widgets/table.html",
];

/// Files that are served as they are, under `assets/`.
const STATIC: &[(&str, &str)] = built_in!["static/style.css", "static/script.js", "static/icon.svg"];

/// The templates that are in force.
pub(crate) struct Templates {
    tera: Tera,
    /// Name without `static/`, and content.
    statics: Vec<(String, Vec<u8>)>,
    /// The user's files by the names of the templates that they are.
    own: BTreeMap<String, PathBuf>,
}

impl Templates {
    /// The built-in ones, and those of the user's folder in place of them or beside them. All of them are checked.
    pub(crate) fn load(folder: Option<&Path>) -> Result<Templates, SiteError> {
        let mut statics: Vec<(String, Vec<u8>)> =
            STATIC.iter().map(|(name, text)| (short(name).to_owned(), text.as_bytes().to_vec())).collect();
        let mut own = BTreeMap::new();
        let mut tera = Tera::new();
        // Each file's text is escaped where it is put, whatever the file is called.
        tera.autoescape_on([""]);
        let wrong = |error| SiteError::template(&error, "templates", &BTreeMap::new());
        tera.add_raw_templates(TEMPLATES.iter().copied()).map_err(wrong)?;
        if let Some(folder) = folder {
            for (name, path) in files(folder)? {
                if name.starts_with("static/") {
                    let content = fs::read(&path).map_err(|source| SiteError::Read { path, source })?;
                    statics.retain(|(other, _)| other != short(&name));
                    statics.push((short(&name).to_owned(), content));
                } else if name.ends_with(".html") {
                    own.insert(name, path);
                }
            }
            let mut pages = Vec::with_capacity(own.len());
            for (name, path) in &own {
                let read = fs::read_to_string(path);
                pages.push((name, read.map_err(|source| SiteError::Read { path: path.clone(), source })?));
            }
            let wrong = |error| SiteError::template(&error, &folder.display().to_string(), &own);
            tera.add_raw_templates(pages).map_err(wrong)?;
        }
        statics.sort();
        Ok(Templates { tera, statics, own })
    }

    /// The files for `assets/`.
    pub(crate) fn statics(&self) -> &[(String, Vec<u8>)] {
        &self.statics
    }

    /// The template for the data of this kind of widget: the kind's own where there is one, else the table.
    pub(crate) fn widget(&self, kind: &str) -> Option<String> {
        let name = format!("widgets/{kind}.html");
        self.tera.contains_template(&name).then_some(name)
    }

    /// Fills a template in.
    pub(crate) fn render(&self, template: &str, data: &impl Serialize) -> Result<String, SiteError> {
        let wrong = |error| SiteError::template(&error, template, &self.own);
        self.tera.render(template, &Context::from_serialize(data).map_err(wrong)?).map_err(wrong)
    }
}

fn short(name: &str) -> &str {
    name.strip_prefix("static/").unwrap_or(name)
}

/// The files of the user's folder and of its folders, by their names within it; hidden ones are left alone.
fn files(folder: &Path) -> Result<Vec<(String, PathBuf)>, SiteError> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), folder.to_owned())];
    while let Some((prefix, folder)) = open.pop() {
        let wrong = |source| SiteError::Read { path: folder.clone(), source };
        for entry in fs::read_dir(&folder).map_err(wrong)? {
            let entry = entry.map_err(wrong)?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            if name.starts_with('.') {
                continue;
            }
            let name = format!("{prefix}{name}");
            let path = entry.path();
            if path.is_dir() {
                open.push((format!("{name}/"), path));
            } else {
                found.push((name, path));
            }
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        folder
    }

    #[test]
    fn a_user_s_file_takes_the_place_of_the_built_in_one() {
        let folder = folder(&[("embed.html", "mine: {{ a }}"), ("static/style.css", "mine"), (".swp", "{% x")]);
        let templates = Templates::load(Some(folder.path())).expect("templates");
        assert_eq!(templates.render("embed.html", &json!({"a": "<b>"})).expect("a page"), "mine: &lt;b&gt;");
        let style = templates.statics().iter().find(|(name, _)| name == "style.css").expect("the style");
        assert_eq!(style.1, b"mine");
        assert!(templates.statics().iter().any(|(name, _)| name == "script.js"), "the others stay");
    }

    #[test]
    fn a_mistake_is_named_with_its_file_and_line() {
        let broken = folder(&[("embed.html", "one\ntwo {% if %}\n")]);
        let error = Templates::load(Some(broken.path())).err().expect("an error").to_string();
        assert!(error.contains("embed.html:2: ") && error.contains(&broken.path().display().to_string()), "{error}");
        let missing = folder(&[("embed.html", "one\n\n{{ nothing.there }}\n")]);
        let templates = Templates::load(Some(missing.path())).expect("templates");
        let error = templates.render("embed.html", &json!({})).expect_err("an error").to_string();
        assert!(error.contains("embed.html:3: "), "{error}");
        for (text, wanted) in
            [("one\n{{ 1 | nosuch }}\n", "embed.html:2: "), ("{% extends \"gone.html\" %}", "embed.html: ")]
        {
            let wrong = folder(&[("embed.html", text)]);
            let error = Templates::load(Some(wrong.path())).err().expect("an error").to_string();
            assert!(error.contains(wanted), "{error}");
        }
        let nowhere = Templates::load(Some(Path::new("/nowhere/at/all"))).err().expect("an error").to_string();
        assert!(nowhere.contains("/nowhere/at/all"), "{nowhere}");
    }

    #[test]
    fn a_kind_of_widget_without_a_template_is_said_so() {
        let templates = Templates::load(None).expect("templates");
        assert_eq!(templates.widget("rag").as_deref(), Some("widgets/rag.html"));
        assert_eq!(templates.widget("../base"), None);
        assert_eq!(templates.widget("radar"), None);
    }
}
