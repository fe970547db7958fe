//! What must not stand in a tracked file.

use super::{nothing, texts};

/// Every place where one of the words stands, in files that the filter lets pass.
fn places(words: &[String], endings: &[&str], keep: impl Fn(&str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in texts(endings).into_iter().filter(|(path, _)| keep(path)) {
        for (number, line) in text.lines().enumerate() {
            for word in words.iter().filter(|word| line.contains(word.as_str())) {
                found.push(format!("{path}:{}: {word}", number + 1));
            }
        }
    }
    found
}

/// The words are put together here, so that this file itself does not hold them.
fn joined(halves: &[(&str, &str)]) -> Vec<String> {
    halves.iter().map(|(one, two)| format!("{one}{two}")).collect()
}

#[test]
fn nothing_is_left_over_from_trying() {
    let words =
        joined(&[("dbg", "!("), ("todo", "!("), ("unimplemented", "!("), ("#[igno", "re"), ("FIX", "ME"), ("XX", "X")]);
    nothing("left over", places(&words, &[".rs", ".js", ".html", ".sh", "/run"], |_| true));
}

#[test]
fn the_program_prints_through_its_own_output() {
    let words = joined(&[("print", "ln!("), ("eprint", "ln!("), ("eprint", "!(")]);
    // Build scripts talk to cargo, guests to nobody, and tests to whoever runs them.
    let ours = |path: &str| {
        let other = path.starts_with("guest-sdk/") || path.starts_with("tests/guests/") || path.contains("/tests/");
        !other && !path.ends_with("build.rs")
    };
    nothing("printing past the program's own output", places(&words, &[".rs"], ours));
}

#[test]
fn no_path_of_a_machine_and_no_registry_is_named() {
    let words = joined(&[
        ("/wo", "rk/"),
        ("/ro", "ot/"),
        ("/ho", "me/"),
        ("crates", ".io"),
        ("py", "pi.org"),
        ("npm", "js."),
        ("proxy.go", "lang.org"),
        ("sum.go", "lang.org"),
    ]);
    nothing("a name of one machine or registry", places(&words, &[""], |path| !path.ends_with("Cargo.lock")));
}

#[test]
fn examples_use_the_names_and_addresses_that_are_reserved_for_them() {
    // RFC 1918's private networks belong to someone: examples use RFC 5737's and RFC 3849's.
    let words = joined(&[(" \"10.0", "."), (" \"192.16", "8."), (" \"172.1", "6.")]);
    nothing("an address or name that may be someone's", places(&words, &[".md", ".toml", ".conf", ".csv"], |_| true));
}
