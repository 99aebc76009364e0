"""`track()` as one would build it in an afternoon: standard difflib, unidiff for the AST, json out.

Two variants: with difflib's default autojunk (fast, and coarse from 200 lines on) and without it
(exact, and slow). Normalization is the same rule as ours, written the obvious way.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterator
from hashlib import sha256

from unidiff import PatchSet

WHITE_SPACE = (
    "\t\n\x0b\x0c\r \x85\xa0\u1680"
    "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)


def track_bytes(previous: str, current: str, *, autojunk: bool = True) -> bytes:
    """Return the JSON of the comparison."""
    old, new = normalize(previous), normalize(current)
    digest = sha256(new.encode()).hexdigest()
    diff = None if old == new else _diff(old.split("\n"), new.split("\n"), autojunk=autojunk)
    result = {
        "status": "changed" if diff else "same",
        "firstObservation": False,
        "contentHash": digest,
        "snapshot": {"markdown": new, "contentHash": digest},
        "diff": diff,
        "judgment": None,
    }
    return json.dumps(result, ensure_ascii=False).encode()


def compare(previous: str, current: str, *, autojunk: bool = True) -> tuple[str, object]:
    """Return the hash and the bare opcodes: what changed, and nothing rendered."""
    old, new = normalize(previous), normalize(current)
    digest = sha256(new.encode()).hexdigest()
    if old == new:
        return digest, None
    matcher = difflib.SequenceMatcher(None, old.split("\n"), new.split("\n"), autojunk=autojunk)
    return digest, matcher.get_opcodes()


def normalize(markdown: str) -> str:
    """Return the markdown with every cosmetic difference removed."""
    kept: list[str] = []
    for raw in markdown.replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        line = raw.rstrip(WHITE_SPACE)
        if line or (kept and kept[-1]):
            kept.append(line)
    if kept and not kept[-1]:
        kept.pop()
    return "\n".join(kept)


def _diff(old: list[str], new: list[str], *, autojunk: bool) -> dict[str, object]:
    lines = (
        difflib.unified_diff(old, new, "previous", "current", lineterm="")
        if autojunk
        else _exact_unified(old, new)
    )
    text = "\n".join(lines) + "\n"
    return {"text": text, "json": _parse(text)}


def _exact_unified(old: list[str], new: list[str]) -> Iterator[str]:
    """Do what `difflib.unified_diff` does; it has no argument for `autojunk`."""
    yield from ("--- previous", "+++ current")
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
    for group in matcher.get_grouped_opcodes(3):
        first, last = group[0], group[-1]
        yield f"@@ -{_range(first[1], last[2])} +{_range(first[3], last[4])} @@"
        for tag, old_start, old_end, new_start, new_end in group:
            if tag == "equal":
                yield from (f" {line}" for line in old[old_start:old_end])
                continue
            yield from (f"-{line}" for line in old[old_start:old_end])
            yield from (f"+{line}" for line in new[new_start:new_end])


def _range(start: int, end: int) -> str:
    length = end - start
    if length == 1:
        return str(start + 1)
    return f"{start + bool(length)},{length}"


def _parse(text: str) -> dict[str, object]:
    file = PatchSet(text)[0]
    chunks = [
        {
            "content": (
                f"@@ -{h.source_start},{h.source_length} +{h.target_start},{h.target_length} @@"
            ),
            "oldStart": h.source_start,
            "oldLines": h.source_length,
            "newStart": h.target_start,
            "newLines": h.target_length,
            "changes": [
                _change(line.line_type, line.value, line.source_line_no, line.target_line_no)
                for line in h
            ],
        }
        for h in file
    ]
    totals = {"additions": file.added, "deletions": file.removed}
    return {"files": [{"from": "previous", "to": "current", **totals, "chunks": chunks}], **totals}


def _change(kind: str, value: str, old: int | None, new: int | None) -> dict[str, object]:
    content = value.removesuffix("\n")
    if kind == " ":
        return {"type": "normal", "content": content, "ln1": old, "ln2": new}
    if kind == "+":
        return {"type": "add", "content": content, "ln": new}
    return {"type": "del", "content": content, "ln": old}
