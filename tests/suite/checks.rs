//! `lightship check` on wrong configurations: every folder of `tests/cases/check` holds one, and in `said` what is said of it.

use crate::parts::files::{root, source, tree};
use crate::parts::program::lightship;
use std::fs;

#[test]
fn every_wrong_configuration_is_said_at_its_place_and_all_at_once() {
    let cases = root().join("tests/cases/check");
    let mut names: Vec<_> =
        fs::read_dir(&cases).expect("the cases").map(|entry| entry.expect("a case").file_name()).collect();
    names.sort();
    let mut wrong = String::new();
    for name in names {
        let name = name.to_string_lossy().into_owned();
        // A copy, so that paths in what is said can be made the same everywhere.
        let folder = crate::parts::files::scratch();
        let case = cases.join(&name);
        for file in tree(&case) {
            let to = folder.path().join(&file);
            fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
            fs::copy(case.join(&file), to).expect("a copy");
        }
        let said = lightship(folder.path(), &["check"]);
        let real = fs::canonicalize(folder.path()).expect("the folder");
        let text = said
            .err
            .replace(&*real.to_string_lossy(), "<folder>")
            .replace(&*folder.path().to_string_lossy(), "<folder>");
        let expected = source(&format!("tests/cases/check/{name}/said"));
        if said.code != Some(2) || text != expected || !said.out.is_empty() {
            wrong += &format!(
                "--- {name} ended with {:?}; expected\n{expected}--- but it said\n{}{text}",
                said.code, said.out
            );
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}
