//! The operator's settings against the manifest.

use crate::manifest::{Manifest, Setting, SettingType};
use model::Every;
use serde_json::{Map, Value, json};

/// What the guest gets: every setting as its type demands, or its default; else all that is wrong, a sentence each.
pub(crate) fn resolve(given: &Map<String, Value>, manifest: &Manifest) -> Result<Map<String, Value>, Vec<String>> {
    let mut wrong = Vec::new();
    for key in given.keys().filter(|key| !manifest.settings.contains_key(*key)) {
        let known: Vec<_> = manifest.settings.keys().map(String::as_str).collect();
        let known = if known.is_empty() { "it has none".to_owned() } else { format!("there are {}", known.join(", ")) };
        wrong.push(format!("settings.{key}: {} has no such setting; {known}", manifest.name));
    }
    let mut resolved = Map::new();
    for (key, setting) in &manifest.settings {
        let Some(value) = given.get(key).or(setting.default.as_ref()) else { continue };
        match resolve_one(setting, value) {
            Ok(value) => {
                resolved.insert(key.clone(), value);
            }
            Err(why) => wrong.push(format!("settings.{key}: {why}")),
        }
    }
    if wrong.is_empty() { Ok(resolved) } else { Err(wrong) }
}

fn resolve_one(setting: &Setting, value: &Value) -> Result<Value, String> {
    let (wanted, resolved) = match setting.of {
        SettingType::String => ("text", value.is_string().then(|| value.clone())),
        SettingType::Number => ("a number", value.is_number().then(|| value.clone())),
        SettingType::Boolean => ("true or false", value.is_boolean().then(|| value.clone())),
        SettingType::Duration => match value {
            Value::String(text) => return text.parse::<Every>().map(|every| json!(every.millis())),
            _ => ("a length of time such as \"3h\"", None),
        },
        SettingType::Strings => match value {
            Value::String(text) => ("", Some(json!([text]))),
            Value::Array(list) if list.iter().all(Value::is_string) => ("", Some(value.clone())),
            _ => ("text, or a list of texts", None),
        },
    };
    resolved.ok_or_else(|| format!("{value} is not {wanted}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> Manifest {
        let json = r#"{"name":"traffic","version":"1","settings":{
            "interface":{"type":"strings"},"history":{"type":"duration","default":"3h"},"top":{"type":"number","default":10}}}"#;
        Manifest::parse(json).expect("good")
    }

    fn settings(json: Value) -> Map<String, Value> {
        json.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn values_reach_the_guest_in_one_form() {
        let resolved = resolve(&settings(json!({"interface": "Gi0/1"})), &manifest());
        assert_eq!(resolved, Ok(settings(json!({"history": 10_800_000, "interface": ["Gi0/1"], "top": 10}))));
    }

    #[test]
    fn everything_wrong_is_said_at_once() {
        let wrong = resolve(&settings(json!({"inteface": "x", "history": 3, "top": "ten"})), &manifest());
        let wrong = wrong.expect_err("three mistakes");
        assert_eq!(wrong[0], "settings.inteface: traffic has no such setting; there are history, interface, top");
        assert_eq!(wrong[1], "settings.history: 3 is not a length of time such as \"3h\"");
        assert_eq!(wrong[2], "settings.top: \"ten\" is not a number");
    }
}
