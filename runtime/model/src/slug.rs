//! Names from outside that become paths.

use std::collections::HashSet;

/// The longest part of a path, in bytes.
const LONGEST: usize = 80;

/// The longest slug that we make of a name: it leaves room for a content hash and an extension.
const STEM: usize = 60;

/// The path-safe form of a name: `[a-z0-9][a-z0-9._-]*`, at most 60 bytes, no leading dot. Every other run of characters becomes
/// one hyphen; a name of which nothing is left becomes `x`.
pub fn slug(name: &str) -> String {
    let mut slug = String::with_capacity(name.len().min(STEM));
    for character in name.chars().flat_map(char::to_lowercase) {
        if slug.len() == STEM {
            break;
        }
        match character {
            'a'..='z' | '0'..='9' => slug.push(character),
            '.' | '_' if !slug.is_empty() => slug.push(character),
            _ if slug.is_empty() || slug.ends_with('-') => {}
            _ => slug.push('-'),
        }
    }
    slug.truncate(slug.trim_end_matches(['-', '.']).len());
    if slug.is_empty() { "x".to_owned() } else { slug }
}

/// Whether a name is a slug as it stands, at most 80 bytes with its extension, which is what a name in a remote listing must be.
pub fn is_slug(name: &str) -> bool {
    let mut bytes = name.bytes();
    name.len() <= LONGEST
        && bytes.next().is_some_and(|first| first.is_ascii_lowercase() || first.is_ascii_digit())
        && bytes.all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._-".contains(&byte))
}

/// Gives each name of one folder a slug of its own; later comers of the same slug are numbered.
#[derive(Debug, Default)]
pub struct Slugs(HashSet<String>);

impl Slugs {
    /// The slug of the next name, `name`, or `name-2`, `name-3`, … where that is taken.
    pub fn next(&mut self, name: &str) -> String {
        let base = slug(name);
        let mut candidate = base.clone();
        let mut number = 1;
        while !self.0.insert(candidate.clone()) {
            number += 1;
            let tail = format!("-{number}");
            let kept = base.len().min(STEM - tail.len());
            candidate = format!("{}{tail}", &base[..kept]);
        }
        candidate
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_safe_paths() {
        for (name, wanted) in [
            ("Core SW1", "core-sw1"),
            ("../../etc/passwd", "etc-passwd"),
            (".hidden", "hidden"),
            ("GigabitEthernet0/1", "gigabitethernet0-1"),
            ("", "x"),
            ("***", "x"),
            ("Größe", "gr-e"),
            ("a..", "a"),
            ("con\0\n", "con"),
        ] {
            assert_eq!(slug(name), wanted);
            assert!(is_slug(&slug(name)), "{name:?}");
        }
        assert_eq!(slug(&"9".repeat(200)).len(), STEM);
    }

    #[test]
    fn what_is_no_slug_is_refused() {
        for name in ["", ".", "..", ".ssh", "a/b", "A", "a\0", "ä", &"a".repeat(81)] {
            assert!(!is_slug(name), "{name:?}");
        }
    }

    #[test]
    fn collisions_are_numbered_within_the_length() {
        let mut slugs = Slugs::default();
        assert_eq!([slugs.next("R1"), slugs.next("r1"), slugs.next("R1")], ["r1", "r1-2", "r1-3"]);
        let long = "a".repeat(100);
        assert_eq!(slugs.next(&long).len(), STEM);
        assert!(slugs.next(&long).ends_with("a-2"));
    }
}
