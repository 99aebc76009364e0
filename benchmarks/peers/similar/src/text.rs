//! Markdown: normalize, hash, line diff with the crate's default algorithm, unified text, AST.

use sha2::{Digest, Sha256};
use similar::{ChangeTag, DiffOp, TextDiff};

use crate::wire::{Ast, Change, Chunk, Diff, File, Snapshot, Surface, TrackResult};

const AST_CHANGES: usize = 5_000;
const CONTEXT: usize = 3;

pub fn track(previous: &str, current: &str) -> TrackResult {
    let previous = normalize(previous);
    let current = normalize(current);
    let hash = sha256_hex(current.as_bytes());
    let diff = (previous != current).then(|| compare(previous, current.clone()));
    let truncated = matches!(&diff, Some(Diff { json: Surface::Ast(ast), .. }) if ast.truncated);
    TrackResult {
        status: if diff.is_some() { "changed" } else { "same" },
        first_observation: false,
        content_hash: hash.clone(),
        snapshot: Snapshot { markdown: Some(current), json: None, content_hash: hash },
        diff,
        judgment: None,
        truncated,
    }
}

/// Trailing White_Space off each line, one blank line a run, no blank ends.
fn normalize(text: &str) -> String {
    if text.contains('\r') {
        return normalize_lines(&text.replace("\r\n", "\n").replace('\r', "\n"));
    }
    normalize_lines(text)
}

fn normalize_lines(text: &str) -> String {
    let mut normal = String::with_capacity(text.len());
    let mut blank = false;
    for line in text.split('\n') {
        let line = line.trim_end();
        if line.is_empty() {
            blank = true;
            continue;
        }
        if !normal.is_empty() {
            normal.push_str(if blank { "\n\n" } else { "\n" });
        }
        blank = false;
        normal.push_str(line);
    }
    normal
}

pub fn sha256_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let pairs = Sha256::digest(bytes).into_iter().flat_map(|byte| [byte >> 4, byte & 15]);
    pairs.map(|nibble| char::from(DIGITS[usize::from(nibble)])).collect()
}

fn compare(mut previous: String, mut current: String) -> Diff {
    // The crate keeps newlines inside lines, so the last line needs one too.
    previous.push('\n');
    current.push('\n');
    let diff = TextDiff::from_lines(previous.as_str(), current.as_str());
    let mut text = Vec::new();
    diff.unified_diff()
        .context_radius(CONTEXT)
        .header("previous", "current")
        .missing_newline_hint(false)
        .to_writer(&mut text)
        .expect("a Vec takes every byte");
    Diff {
        text: Some(String::from_utf8(text).expect("lines of a str are UTF-8")),
        json: Surface::Ast(build_ast(&diff)),
    }
}

fn build_ast(diff: &TextDiff<'_, '_, str>) -> Ast {
    let (mut additions, mut deletions) = (0, 0);
    for op in diff.ops() {
        if !matches!(op, DiffOp::Equal { .. }) {
            additions += op.new_range().len();
            deletions += op.old_range().len();
        }
    }
    let mut left = AST_CHANGES;
    let mut truncated = false;
    let mut chunks = Vec::new();
    for group in diff.grouped_ops(CONTEXT) {
        let entries: usize = group.iter().map(entries_of).sum();
        truncated |= entries > left;
        if left > 0 {
            chunks.push(build_chunk(diff, &group, left));
            left -= entries.min(left);
        }
    }
    let file = File { from: "previous", to: "current", additions, deletions, chunks };
    Ast { files: [file], additions, deletions, truncated }
}

fn entries_of(op: &DiffOp) -> usize {
    match op {
        DiffOp::Equal { len, .. } => *len,
        _ => op.old_range().len() + op.new_range().len(),
    }
}

fn build_chunk(diff: &TextDiff<'_, '_, str>, group: &[DiffOp], most: usize) -> Chunk {
    let (first, last) = (&group[0], &group[group.len() - 1]);
    let old = first.old_range().start..last.old_range().end;
    let new = first.new_range().start..last.new_range().end;
    let old_start = old.start + usize::from(!old.is_empty());
    let new_start = new.start + usize::from(!new.is_empty());
    let changes = group.iter().flat_map(|op| diff.iter_changes(op)).take(most);
    Chunk {
        content: format!("@@ -{},{} +{},{} @@", old_start, old.len(), new_start, new.len()),
        changes: changes.map(build_change).collect(),
        old_start,
        old_lines: old.len(),
        new_start,
        new_lines: new.len(),
    }
}

fn build_change(change: similar::Change<&str>) -> Change {
    let value = change.value();
    let content = value.strip_suffix('\n').unwrap_or(value).to_string();
    let old = change.old_index().map_or(0, |at| at + 1);
    let new = change.new_index().map_or(0, |at| at + 1);
    match change.tag() {
        ChangeTag::Equal => Change::Normal { content, ln1: old, ln2: new },
        ChangeTag::Insert => Change::Add { content, ln: new },
        ChangeTag::Delete => Change::Del { content, ln: old },
    }
}
