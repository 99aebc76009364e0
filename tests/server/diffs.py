"""Diffs to be judged, what they say, and verdicts on them."""

from __future__ import annotations

from hypothesis import assume
from hypothesis import strategies as st

from changetrack import JsonObject, JsonValue, parse_unified, track, wire
from tests.strategies.json_values import json_pairs
from tests.strategies.pages import text_pairs

NONCE = "0123456789ab"
BUDGET = 32_000
GOAL = "Tell me when a price changes."

MONDAY = "# Pricing\n\nStarter $19\n\nPro $49\n\nVisited 1,204 times"
FRIDAY = "# Pricing\n\nStarter $24\n\nPro $49\n\nVisited 1,377 times"


def diff_of(
    previous: str | None = None,
    current: str | None = None,
    *,
    old: JsonValue = None,
    new: JsonValue = None,
) -> JsonObject:
    """Return the `diff` of a result, as the wire shows it; text, fields or both."""
    modes = [*(["gitDiff"] if current is not None else []), *(["json"] if new is not None else [])]
    snapshot: dict[str, object] = {"markdown": previous, "json": old}
    given = {key: value for key, value in snapshot.items() if value is not None}
    result = wire.write_result(track(current, json=new, previous=given, modes=modes))
    diff = result["diff"]
    assert isinstance(diff, dict)
    return diff


def say_verdict(
    *items: JsonObject, meaningful: bool = True, confidence: str = "high"
) -> JsonObject:
    """Return a verdict."""
    return {
        "reason": "The price went up.",
        "meaningful": meaningful,
        "confidence": confidence,
        "meaningfulChanges": [*items],
    }


def say_item(
    kind: str = "changed",
    before: JsonValue = "Starter $19",
    after: JsonValue = "Starter $24",
    evidence: tuple[str, ...] = ("h1",),
) -> JsonObject:
    """Return an item of a verdict."""
    return {
        "type": kind,
        "before": before,
        "after": after,
        "reason": "It costs more.",
        "evidence": [*evidence],
    }


def far_apart(*changed: str) -> tuple[str, str]:
    """Return two pages in which each of some lines changes, far from the next."""
    calm = "\n".join(f"calm {number}" for number in range(10))
    blocks = [(f"old {text}\n{calm}", f"new {text}\n{calm}") for text in changed]
    return "\n".join(old for old, _ in blocks), "\n".join(new for _, new in blocks)


@st.composite
def diffs(draw: st.DrawFn) -> JsonObject:
    """Return the diff of any two pages, in any mode."""
    old_text, new_text = draw(text_pairs) if draw(st.booleans()) else (None, None)
    old, new = draw(json_pairs) if old_text is None or draw(st.booleans()) else (None, None)
    assume(new is not None or new_text is not None)
    modes = [*(["gitDiff"] if new_text is not None else []), *(["json"] if new is not None else [])]
    previous: dict[str, object] = {"markdown": old_text, "json": old}
    given = {key: value for key, value in previous.items() if value is not None}
    diff = wire.write_result(track(new_text, json=new, previous=given, modes=modes))["diff"]
    assume(diff is not None)
    assert isinstance(diff, dict)
    return diff


def list_said(diff: JsonObject, side: str) -> list[str]:
    """Return what a diff says of one side, found without the code that is tested."""
    kind, sign, key = {"removed": ("del", "-", "previous"), "added": ("add", "+", "current")}[side]
    text, fields = diff.get("text"), diff["json"]
    said: list[str] = []
    if isinstance(text, str):
        for chunk in (chunk for file in parse_unified(text)["files"] for chunk in file["chunks"]):
            lines = [each["content"] for each in chunk["changes"] if each["type"] == kind]
            said += ["\n".join(lines), "\n".join(sign + line for line in lines)]
    assert isinstance(fields, dict)
    for pair in fields.values() if "files" not in fields or text is None else ():
        value = pair[key] if isinstance(pair, dict) else None
        if value is not None:
            said += [wire.encode(value).decode(), sign + wire.encode(value).decode()]
            said += [value] if isinstance(value, str) else []
    return said


def count_pieces(diff: JsonObject) -> int:
    """Return how many pieces a diff has, counted without the code that is tested."""
    text, fields = diff.get("text"), diff["json"]
    hunks = len(parse_unified(text)["files"][0]["chunks"]) if isinstance(text, str) else 0
    assert isinstance(fields, dict)
    return hunks + (0 if isinstance(fields.get("files"), list) else len(fields))
