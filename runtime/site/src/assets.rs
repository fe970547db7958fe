//! `assets/`: files that carry their hash in their name, so that browsers keep them for ever.

use crate::templates::Templates;
use model::{Bundle, Class, Hash, slug};
use std::collections::BTreeMap;

/// The assets' paths by the names of their files: `style.css` is at `assets/style.<hash>.css`.
#[derive(Debug, Clone)]
pub(crate) struct Assets {
    files: Vec<(String, Vec<u8>)>,
    paths: BTreeMap<String, String>,
}

impl Assets {
    /// Names the static files.
    pub(crate) fn new(templates: &Templates) -> Assets {
        let mut files = Vec::new();
        let mut paths = BTreeMap::new();
        for (name, content) in templates.statics() {
            let (stem, end) = name.rsplit_once('.').unwrap_or((name, "bin"));
            let hash = Hash::of(content).to_string();
            let path = format!("assets/{}.{}.{}", slug(stem), hash.get(..12).unwrap_or_default(), slug(end));
            paths.insert(name.clone(), path.clone());
            files.push((path, content.clone()));
        }
        Assets { files, paths }
    }

    /// The paths by name, relative to the site's root.
    pub(crate) fn paths(&self) -> &BTreeMap<String, String> {
        &self.paths
    }

    /// Puts the files into a bundle.
    pub(crate) fn add_to(&self, bundle: &mut Bundle) {
        for (path, content) in &self.files {
            bundle.add(path, Class::Asset, content.as_slice());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_carry_the_hash_of_the_content() {
        let assets = Assets::new(&Templates::load(None).expect("templates"));
        let path = &assets.paths()["style.css"];
        let mut bundle = Bundle::default();
        assets.add_to(&mut bundle);
        let file = &bundle.files[path];
        assert_eq!(*path, format!("assets/style.{}.css", &file.hash.to_string()[..12]));
        assert_eq!(file.class, Class::Asset);
    }
}
