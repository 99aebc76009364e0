//! A peer for `changetrack.track()`: the same work on the `similar` crate, timed inside the process.
//!
//! It reads one JSON command a line on stdin and answers one JSON line on stdout, so that a Python
//! runner can interleave its rounds with those of other contenders:
//!
//! * `{"cmd": "load", "name": "…", "kind": "markdown"|"json", "previous": FILE, "current": FILE}`
//! * `{"cmd": "time", "name": "…", "calls": N}` answers `{"ns": [N numbers]}`
//! * `{"cmd": "emit", "name": "…"}` answers the result itself, to be compared with ours

mod fields;
mod text;
mod wire;

use std::collections::HashMap;
use std::hint::black_box;
use std::io::{self, BufRead, Write};
use std::time::Instant;

use serde::Deserialize;
use serde_json::{json, Value};

#[derive(Deserialize)]
#[serde(tag = "cmd", rename_all = "lowercase")]
enum Command {
    Load { name: String, kind: String, previous: String, current: String },
    Time { name: String, calls: usize },
    Emit { name: String },
}

enum Case {
    Markdown { previous: String, current: String },
    Json { previous: Value, current: Value },
}

impl Case {
    fn load(kind: &str, previous: &str, current: &str) -> io::Result<Case> {
        let previous = std::fs::read_to_string(previous)?;
        let current = std::fs::read_to_string(current)?;
        Ok(if kind == "json" {
            Case::Json {
                previous: serde_json::from_str(&previous)?,
                current: serde_json::from_str(&current)?,
            }
        } else {
            Case::Markdown { previous, current }
        })
    }

    /// The whole job: from what a caller holds to the bytes that go out.
    fn run(&self) -> Vec<u8> {
        let result = match self {
            Case::Markdown { previous, current } => text::track(previous, current),
            Case::Json { previous, current } => fields::track(previous, current),
        };
        serde_json::to_vec(&result).expect("a result is always JSON")
    }

    fn time(&self, calls: usize) -> Vec<u64> {
        (0..calls)
            .map(|_| {
                let start = Instant::now();
                drop(black_box(black_box(self).run()));
                start.elapsed().as_nanos() as u64
            })
            .collect()
    }
}

fn main() -> io::Result<()> {
    let mut cases: HashMap<String, Case> = HashMap::new();
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        match serde_json::from_str(&line?)? {
            Command::Load { name, kind, previous, current } => {
                cases.insert(name, Case::load(&kind, &previous, &current)?);
                writeln!(out, "{}", json!({"loaded": cases.len()}))?;
            }
            Command::Time { name, calls } => {
                writeln!(out, "{}", json!({"ns": cases[&name].time(calls)}))?;
            }
            Command::Emit { name } => {
                out.write_all(&cases[&name].run())?;
                writeln!(out)?;
            }
        }
        out.flush()?;
    }
    Ok(())
}
