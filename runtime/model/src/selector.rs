//! Which series, which devices: one grammar everywhere.
//!
//! `metric[,metric]{label=glob, label=~"regex", label!=glob, label!~"regex"}`; the inside of the braces alone chooses devices. A name in the
//! braces is a label, else `device`, else a tag of the device, else an attribute of the row or the device: the caller's look-up
//! decides. A term without an operator is a glob over the device's name. In a glob `*` is any text and `?` any one character.

use regex::Regex;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// A parsed selector.
#[derive(Debug, Clone)]
pub struct Selector {
    text: String,
    metrics: Vec<Pattern>,
    terms: Vec<Term>,
}

#[derive(Debug, Clone)]
struct Term {
    name: String,
    negated: bool,
    pattern: Pattern,
}

#[derive(Debug, Clone)]
enum Pattern {
    Plain(String),
    Regex(Regex),
}

impl Pattern {
    fn matches(&self, text: &str) -> bool {
        match self {
            Pattern::Plain(wanted) => wanted == text,
            Pattern::Regex(regex) => regex.is_match(text),
        }
    }

    fn glob(glob: &str) -> Pattern {
        if !glob.contains(['*', '?']) {
            return Pattern::Plain(glob.to_owned());
        }
        let body = regex::escape(glob).replace("\\*", ".*").replace("\\?", ".");
        Regex::new(&format!("(?s)^{body}$")).map_or_else(|_| Pattern::Plain(glob.to_owned()), Pattern::Regex)
    }
}

/// What is wrong with a selector's text, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}, at character {at} of the selector `{text}`")]
pub struct SelectorError {
    /// The whole selector.
    pub text: String,
    /// The place, counted in characters from 1.
    pub at: usize,
    /// What is wrong, and what was expected.
    pub message: String,
}

impl Selector {
    /// The inside of the braces alone, as `devices =` takes it: `role=switch, rack!=B*` or `core-*`.
    pub fn devices(text: &str) -> Result<Selector, SelectorError> {
        let mut parser = Parser { text, at: 0 };
        let terms = parser.terms()?;
        parser.end()?;
        Ok(Selector { text: text.to_owned(), metrics: Vec::new(), terms })
    }

    /// Whether a series of this metric is meant; `look_up` gives the value of a name in the braces, or nothing where there is none (which
    /// matches as empty text).
    pub fn matches<'v>(&self, metric: &str, look_up: impl Fn(&str) -> Option<Cow<'v, str>>) -> bool {
        self.matches_metric(metric) && self.matches_terms(look_up)
    }

    /// Whether the part before the braces admits this metric.
    pub fn matches_metric(&self, metric: &str) -> bool {
        self.metrics.is_empty() || self.metrics.iter().any(|pattern| pattern.matches(metric))
    }

    /// Whether the part inside the braces holds.
    pub fn matches_terms<'v>(&self, look_up: impl Fn(&str) -> Option<Cow<'v, str>>) -> bool {
        self.terms.iter().all(|term| term.pattern.matches(&look_up(&term.name).unwrap_or_default()) != term.negated)
    }

    /// The metrics named in full, for an index; none where any pattern stands before the braces, or nothing.
    pub fn plain_metrics(&self) -> Option<Vec<&str>> {
        let plain = self.metrics.iter().map(|pattern| match pattern {
            Pattern::Plain(metric) => Some(metric.as_str()),
            Pattern::Regex(_) => None,
        });
        plain.collect::<Option<Vec<_>>>().filter(|metrics| !metrics.is_empty())
    }
}

/// Which devices: the inside of a selector's braces, over name and tags.
#[derive(Debug, Clone, PartialEq)]
pub struct Devices(Selector);

impl Devices {
    /// Whether a device of this name with these tags is meant.
    pub fn matches(&self, name: &str, tags: &BTreeMap<String, String>) -> bool {
        self.0.matches_terms(|key| match key {
            "device" | "name" => Some(Cow::Borrowed(name)),
            tag => tags.get(tag).map(|value| Cow::Borrowed(value.as_str())),
        })
    }
}

impl FromStr for Devices {
    type Err = SelectorError;

    fn from_str(text: &str) -> Result<Devices, SelectorError> {
        Selector::devices(text).map(Devices)
    }
}

impl fmt::Display for Devices {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Selector {
    type Err = SelectorError;

    fn from_str(text: &str) -> Result<Selector, SelectorError> {
        let mut parser = Parser { text, at: 0 };
        let mut metrics = Vec::new();
        parser.space();
        while !parser.rest().is_empty() && !parser.rest().starts_with('{') {
            metrics.push(Pattern::glob(parser.word("a metric, such as ifInOctets")?));
            if !parser.eat(",") {
                break;
            }
        }
        let mut terms = Vec::new();
        if parser.eat("{") {
            terms = parser.terms()?;
            if !parser.eat("}") {
                return Err(parser.error("expected `,` or `}`"));
            }
        }
        parser.end()?;
        if metrics.is_empty() && terms.is_empty() {
            return Err(parser.error("an empty selector; write a metric, such as ifInOctets, or `{device=*}` for all"));
        }
        Ok(Selector { text: text.to_owned(), metrics, terms })
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl PartialEq for Selector {
    fn eq(&self, other: &Selector) -> bool {
        self.text == other.text
    }
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Parser<'t> {
    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    fn eat(&mut self, token: &str) -> bool {
        self.space();
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
            self.space();
        }
        found
    }

    fn word(&mut self, wanted: &str) -> Result<&'t str, SelectorError> {
        self.space();
        let rest = self.rest();
        let end = rest.find(|c: char| "{},=!~\"".contains(c) || c.is_whitespace()).unwrap_or(rest.len());
        if end == 0 {
            return Err(self.error(&format!("expected {wanted}")));
        }
        self.at += end;
        self.space();
        Ok(&rest[..end])
    }

    fn terms(&mut self) -> Result<Vec<Term>, SelectorError> {
        let mut terms = Vec::new();
        self.space();
        while !self.rest().is_empty() && !self.rest().starts_with('}') {
            terms.push(self.term()?);
            if !self.eat(",") {
                break;
            }
        }
        Ok(terms)
    }

    fn term(&mut self) -> Result<Term, SelectorError> {
        let word = self.word("a name, such as device, ifName or a tag")?;
        let operators = [("=~", false, true), ("!~", true, true), ("!=", true, false), ("=", false, false)];
        let Some((_, negated, regex)) = operators.into_iter().find(|(token, ..)| self.eat(token)) else {
            return Ok(Term { name: "device".to_owned(), negated: false, pattern: Pattern::glob(word) });
        };
        let start = self.at;
        let value = self.value()?;
        let pattern = if regex {
            let anchored = format!("^(?:{value})$");
            Pattern::Regex(Regex::new(&anchored).map_err(|_| {
                self.at = start;
                self.error(&format!("`{value}` is not a regular expression"))
            })?)
        } else {
            Pattern::glob(&value)
        };
        Ok(Term { name: word.to_owned(), negated, pattern })
    }

    /// A value: in quotes (with `\"` and `\\` inside), or bare up to the next comma or brace.
    fn value(&mut self) -> Result<String, SelectorError> {
        let rest = self.rest();
        if let Some(quoted) = rest.strip_prefix('"') {
            let mut value = String::new();
            let mut characters = quoted.char_indices();
            while let Some((at, character)) = characters.next() {
                match character {
                    '"' => {
                        self.at += at + 2;
                        self.space();
                        return Ok(value);
                    }
                    '\\' => match characters.next() {
                        Some((_, escaped @ ('"' | '\\'))) => value.push(escaped),
                        Some((_, other)) => value.extend(['\\', other]),
                        None => break,
                    },
                    other => value.push(other),
                }
            }
            return Err(self.error("the quoted text has no end; expected `\"`"));
        }
        let end = rest.find([',', '}']).unwrap_or(rest.len());
        self.at += end;
        Ok(rest[..end].trim_end().to_owned())
    }

    fn end(&mut self) -> Result<(), SelectorError> {
        self.space();
        if self.rest().is_empty() { Ok(()) } else { Err(self.error("expected `,` or the end")) }
    }

    fn error(&self, message: &str) -> SelectorError {
        let at = self.text[..self.at].chars().count() + 1;
        SelectorError { text: self.text.to_owned(), at, message: message.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hits(selector: &str, metric: &str, names: &[(&str, &str)]) -> bool {
        let selector: Selector = selector.parse().expect("a good selector");
        selector
            .matches(metric, |name| names.iter().find(|(key, _)| *key == name).map(|(_, value)| Cow::Borrowed(*value)))
    }

    #[test]
    fn metrics_globs_regexes_and_negations_match() {
        let row = [("device", "core-sw1"), ("ifName", "Gi0/1"), ("role", "switch")];
        for (selector, wanted) in [
            ("ifInOctets", true),
            ("ifOutOctets, ifInOctets", true),
            ("if*Octets", true),
            ("ifOutOctets", false),
            ("{role=switch}", true),
            ("ifInOctets{device=core-*, ifName=~\"Gi.*\"}", true),
            ("ifInOctets{ifName=~\"Gi\"}", false),
            ("ifInOctets{ifName=Gi0/?}", true),
            ("ifInOctets{ifName!=Gi0/1}", false),
            ("ifInOctets{ifName!~\"Te.*\"}", true),
            ("ifInOctets{rack=}", true),
            ("ifInOctets{core-*}", true),
        ] {
            assert_eq!(hits(selector, "ifInOctets", &row), wanted, "{selector}");
        }
    }

    #[test]
    fn a_mistake_is_shown_with_its_place() {
        for (selector, at) in
            [("", 1), ("if{a=b", 7), ("if{a=~\"(\"}", 7), ("if{a=\"x}", 6), ("if}", 3), ("a b", 3), ("{=x}", 2)]
        {
            let error = selector.parse::<Selector>().expect_err(selector);
            assert_eq!(error.at, at, "{error}");
        }
        assert!(Selector::devices("role=switch, rack!=B*").is_ok());
        assert!(Selector::devices("role=switch}").is_err());
    }

    #[test]
    fn devices_are_chosen_by_name_and_tags() {
        let tags = BTreeMap::from([("role".to_owned(), "switch".to_owned())]);
        for (text, wanted) in
            [("role=switch", true), ("core-*", true), ("*", true), ("name=edge", false), ("role!=switch", false)]
        {
            assert_eq!(text.parse::<Devices>().expect(text).matches("core-sw1", &tags), wanted, "{text}");
        }
    }

    #[test]
    fn any_text_is_answered_without_a_panic() {
        for text in ["\u{0}{é=~\"\\", "{{{{", "ß{ß!=\"ß\\\"\"", "a=~\"[\"", "\"", "{\\}"] {
            let _ = text.parse::<Selector>();
            let _ = Selector::devices(text);
        }
    }
}
