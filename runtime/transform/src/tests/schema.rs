//! `guest-sdk/schema/output.json` names exactly the fields that the host reads.

use model::{
    Body, Cell, Column, Format, Leader, Leaderboard, Light, Line, Number, Output, Rag, Role, Table, Trace, Widget,
};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// A widget of each kind with every field filled in.
fn full() -> Vec<Body> {
    let light = || Light { value: 1.0, text: "up".to_owned() };
    let point = (1, Some(2.0));
    let labels = BTreeMap::from([("device".to_owned(), "R1".to_owned())]);
    let text = || "x".to_owned();
    vec![
        Body::Number(Number {
            value: Some(1.0),
            text: Some(text()),
            max: Some(2.0),
            spark: vec![point],
            role: Some(Role::In),
        }),
        Body::Line(Line {
            series: vec![Trace { name: text(), labels, role: Some(Role::Out), points: vec![point] }],
            max: Some(2.0),
        }),
        Body::Leaderboard(Leaderboard { items: vec![Leader { label: text(), value: 1.0, previous_rank: Some(2) }] }),
        Body::Rag(Rag { red: light(), amber: light(), green: light() }),
        Body::Table(Table {
            columns: vec![Column { title: text(), format: Format::Number, unit: "bit/s".to_owned() }],
            rows: vec![vec![Cell::Number(1.0)]],
        }),
    ]
}

/// Walks a document along its schema; where the schema lists properties, the document must have those and no others.
fn agree(schema: &Value, root: &Value, document: &Value, path: &str) {
    let schema = match schema["$ref"].as_str() {
        Some(place) => {
            root.pointer(place.trim_start_matches('#')).unwrap_or_else(|| panic!("{place} is in the schema"))
        }
        None => schema,
    };
    if let (Some(properties), Some(fields)) = (schema["properties"].as_object(), document.as_object()) {
        let named: BTreeSet<_> = properties.keys().collect();
        assert_eq!(named, fields.keys().collect(), "{path}");
        for required in schema["required"].as_array().into_iter().flatten() {
            assert!(fields.contains_key(required.as_str().expect("text")), "{path}: {required}");
        }
        for (name, value) in fields {
            agree(&properties[name], root, value, &format!("{path}/{name}"));
        }
    }
    if let (Some(entries), true) = (document.as_array(), schema["items"].is_object()) {
        entries.iter().for_each(|entry| agree(&schema["items"], root, entry, &format!("{path}[]")));
    }
}

#[test]
fn the_schema_names_the_fields_that_are_read() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../guest-sdk/schema/output.json");
    let schema: Value = serde_json::from_str(&fs::read_to_string(file).expect("the schema")).expect("JSON");
    let mut kinds = BTreeSet::new();
    for body in full() {
        let kind = body.kind().to_owned();
        let (title, subtitle) = ("X".to_owned(), Some("y".to_owned()));
        let widget = Widget { id: "x".to_owned(), title, subtitle, unit: "bit/s".to_owned(), body };
        let document = serde_json::to_value(Output::Widget(widget)).expect("JSON");
        agree(&schema, &schema, &document, "");
        agree(&schema["$defs"][&kind], &schema, &document["widget"]["data"], &kind);
        kinds.insert(kind);
    }
    let cases = schema.pointer("/$defs/widget/allOf").and_then(Value::as_array).expect("the kinds");
    let named: BTreeSet<_> =
        cases.iter().filter_map(|case| case.pointer("/if/properties/kind/const")?.as_str()).collect();
    assert_eq!(named, kinds.iter().map(String::as_str).collect());
}
