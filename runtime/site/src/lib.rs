//! SITE: the only user of Tera; history and outputs in, a bundle of files out.
//!
//! [`Site::new`] reads the templates, [`Site::render`] fills them in from the store. The tree:
//!
//! | path | what |
//! |---|---|
//! | `index.html` | the overview |
//! | `devices/index.html`, `devices/<device>.html` | all devices; one device |
//! | `widgets/<id>.html`, `.svg`, `.json` | one widget to embed; as a picture; in Geckoboard's shape, where it has the kind |
//! | `data/<id>.json` | a widget's data |
//! | `assets/<name>.<hash>.<ext>` | style sheet, script, icon |
//! | `status.json` | names, states and ages |
//!
//! `<id>` is `<transform>.<widget>`, and all names are slugs. Every link is relative, so the tree works under any path.

mod assets;
mod clock;
mod config;
mod device;
mod draw;
mod error;
mod history;
mod page;
mod quantity;
mod site;
mod status;
mod templates;
mod widget;
mod words;

pub use config::Config;
pub use error::SiteError;
pub use quantity::Prefixes;
pub use site::Site;
