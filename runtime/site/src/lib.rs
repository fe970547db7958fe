//! SITE: the only user of Tera; history and outputs in, a bundle of files out
