//! The documents that a guest gives: read, proven, counted.

use crate::Fault;
use model::{Output, OutputError, Size, plain, slug};
use std::collections::HashSet;

/// How many outputs are taken of one run.
pub(crate) const MOST: usize = 500;

/// Reads the output documents of a run.
pub(crate) fn parse(documents: &[String], limit: Size) -> Result<Vec<Output>, Fault> {
    if documents.len() > MOST {
        return Err(Fault::Count(documents.len()));
    }
    let length: u64 = documents.iter().map(|document| document.len() as u64).sum();
    if length > limit.0 {
        return Err(Fault::Output(limit));
    }
    let mut ids = HashSet::new();
    let mut outputs = Vec::with_capacity(documents.len());
    for (place, document) in (1..).zip(documents) {
        let wrong = |why: String| Fault::Document { place, why };
        let output = match Output::parse(document) {
            Ok(output) => output,
            // A guest may be made for a later version too: what this one can show stays.
            Err(OutputError::Unknown(kind)) => {
                tracing::warn!(
                    "its output {place} is of a kind that this version does not know and is left out: {}",
                    plain(&kind)
                );
                continue;
            }
            Err(why) => return Err(wrong(why.to_string())),
        };
        let Output::Widget(widget) = &output;
        if widget.id.is_empty() {
            return Err(wrong("a widget without an id".to_owned()));
        }
        if !ids.insert(slug(&widget.id)) {
            return Err(wrong(format!("a second widget of the id `{}`", widget.id)));
        }
        outputs.push(output);
    }
    Ok(outputs)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn widget(id: &str) -> String {
        format!(r#"{{"widget":{{"id":"{id}","title":"X","kind":"leaderboard","data":{{"items":[]}}}}}}"#)
    }

    #[test]
    fn documents_are_taken_in_their_order() {
        let outputs = parse(&[widget("b"), widget("a")], Size(1000)).expect("two widgets");
        let ids: Vec<_> = outputs.iter().map(|Output::Widget(widget)| widget.id.as_str()).collect();
        assert_eq!(ids, ["b", "a"]);
    }

    #[test]
    fn what_a_later_version_may_know_costs_nothing_else() {
        let outputs = parse(&[widget("a"), r#"{"page":{}}"#.to_owned(), widget("b")], Size(1000)).expect("two widgets");
        assert_eq!(outputs.len(), 2);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (documents, limit, wanted) in [
            (vec![widget("a"), widget("A")], 1000, "its output 2 is a second widget of the id `A`"),
            (vec![widget("")], 1000, "its output 1 is a widget without an id"),
            (vec!["{}".to_owned()], 1000, "its output 1 is not an output document: "),
            (vec![widget("a")], 10, "it gave more output than 10 B; let it say less, or raise limits.output"),
            (vec![String::new(); 501], 10, "it gave 501 outputs, and at most 500 are taken"),
        ] {
            let fault = parse(&documents, Size(limit)).expect_err(wanted).to_string();
            assert!(fault.starts_with(wanted), "{fault}");
        }
    }
}
