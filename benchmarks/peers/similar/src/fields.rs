//! JSON: canonical hash and a path map of what differs.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::text::sha256_hex;
use crate::wire::{Diff, Pair, Snapshot, Surface, TrackResult};

pub fn track(previous: &Value, current: &Value) -> TrackResult {
    let mut canonical = current.clone();
    canonical.sort_all_objects();
    let bytes = serde_json::to_vec(&canonical).expect("a value is always JSON");
    let hash = sha256_hex(&bytes);
    let mut map = BTreeMap::new();
    walk(&mut String::new(), previous, current, &mut map);
    let changed = !map.is_empty();
    TrackResult {
        status: if changed { "changed" } else { "same" },
        first_observation: false,
        content_hash: hash.clone(),
        snapshot: Snapshot { markdown: None, json: Some(current.clone()), content_hash: hash },
        diff: changed.then_some(Diff { text: None, json: Surface::Map(map) }),
        judgment: None,
        truncated: false,
    }
}

fn walk(path: &mut String, previous: &Value, current: &Value, map: &mut BTreeMap<String, Pair>) {
    match (previous, current) {
        (Value::Object(old), Value::Object(new)) => {
            for (key, old_value) in old {
                let length = push_key(path, key);
                walk_side(path, Some(old_value), new.get(key), map);
                path.truncate(length);
            }
            for (key, new_value) in new.iter().filter(|(key, _)| !old.contains_key(*key)) {
                let length = push_key(path, key);
                walk_side(path, None, Some(new_value), map);
                path.truncate(length);
            }
        }
        (Value::Array(old), Value::Array(new)) => {
            for at in 0..old.len().max(new.len()) {
                let length = path.len();
                path.push_str(&format!("[{at}]"));
                walk_side(path, old.get(at), new.get(at), map);
                path.truncate(length);
            }
        }
        _ if previous != current => record(path, previous.clone(), current.clone(), map),
        _ => {}
    }
}

fn walk_side(path: &mut String, old: Option<&Value>, new: Option<&Value>, map: &mut BTreeMap<String, Pair>) {
    match (old, new) {
        (Some(old), Some(new)) => walk(path, old, new, map),
        _ => record(path, old.cloned().unwrap_or(Value::Null), new.cloned().unwrap_or(Value::Null), map),
    }
}

fn record(path: &str, previous: Value, current: Value, map: &mut BTreeMap<String, Pair>) {
    let path = if path.is_empty() { "$" } else { path };
    map.insert(path.to_string(), Pair { previous, current });
}

fn push_key(path: &mut String, key: &str) -> usize {
    let length = path.len();
    if key.is_empty() || key.contains(['.', '[', ']', '"']) {
        path.push_str(&format!("[{}]", serde_json::to_string(key).expect("a key is JSON")));
    } else {
        if length > 0 {
            path.push('.');
        }
        path.push_str(key);
    }
    length
}
