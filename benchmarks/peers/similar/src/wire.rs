//! The values that come out, in the shape of the diff API. They own their strings: a result outlives its inputs.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TrackResult {
    pub status: &'static str,
    pub first_observation: bool,
    pub content_hash: String,
    pub snapshot: Snapshot,
    pub diff: Option<Diff>,
    pub judgment: Option<()>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub truncated: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub markdown: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub json: Option<Value>,
    pub content_hash: String,
}

#[derive(Serialize)]
pub struct Diff {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    pub json: Surface,
}

#[derive(Serialize)]
#[serde(untagged)]
pub enum Surface {
    Ast(Ast),
    Map(BTreeMap<String, Pair>),
}

#[derive(Serialize)]
pub struct Pair {
    pub previous: Value,
    pub current: Value,
}

#[derive(Serialize)]
pub struct Ast {
    pub files: [File; 1],
    pub additions: usize,
    pub deletions: usize,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub truncated: bool,
}

#[derive(Serialize)]
pub struct File {
    pub from: &'static str,
    pub to: &'static str,
    pub additions: usize,
    pub deletions: usize,
    pub chunks: Vec<Chunk>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Chunk {
    pub content: String,
    pub changes: Vec<Change>,
    pub old_start: usize,
    pub old_lines: usize,
    pub new_start: usize,
    pub new_lines: usize,
}

#[derive(Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Change {
    Normal { content: String, ln1: usize, ln2: usize },
    Add { content: String, ln: usize },
    Del { content: String, ln: usize },
}
