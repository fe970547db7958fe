//! Reads the secrets that the configuration refers to; nobody else does.

use model::{Secret, SecretRef};
use std::path::{Path, PathBuf};

/// Reads a secret; the error says what to mend. One line feed at a file's end is no part of the secret.
pub(crate) fn read_secret(reference: &SecretRef) -> Result<Secret, String> {
    match reference {
        SecretRef::Inline(secret) => Ok(secret.clone()),
        SecretRef::Env(name) => std::env::var(name).map(Secret::new).map_err(|_| {
            format!("the environment variable {name} is not set, or is not text; set it before the program starts")
        }),
        SecretRef::File(path) => file(path),
        SecretRef::Credential(name) => match std::env::var_os("CREDENTIALS_DIRECTORY") {
            Some(folder) if !name.contains('/') => file(&PathBuf::from(folder).join(name)),
            Some(_) => Err(format!("the credential `{name}` must be a plain name")),
            None => Err(format!("the credential `{name}` needs systemd: add LoadCredential={name}:… to the unit")),
        },
    }
}

fn file(path: &Path) -> Result<Secret, String> {
    let text = std::fs::read_to_string(path).map_err(|why| format!("cannot read {}: {why}", path.display()))?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    let text = text.strip_suffix('\r').unwrap_or(text);
    if text.is_empty() {
        Err(format!("{} is empty; it must hold the secret", path.display()))
    } else {
        Ok(Secret::new(text))
    }
}
