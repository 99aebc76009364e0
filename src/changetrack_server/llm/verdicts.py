"""What a model said of a diff → the judgment that is passed on: only what the diff bears out.

A model may be wrong, or may have done what a page told it. So an item of its verdict stays only if
it cites a piece that it was shown, or quotes it letter by letter; and whatever is quoted in a
judgment stands in the diff. Whatever had to be taken out or put right marks it as degraded.
"""

from __future__ import annotations

from typing import NamedTuple

from changetrack import JsonObject, JsonValue
from changetrack_server.errors import EndpointError
from changetrack_server.llm.evidence import Evidence
from changetrack_server.llm.pieces import Side

__all__ = ["VERDICT", "check_verdict"]

# A notification that lists more is not read.
_MAX_ITEMS = 50
_REASON_CHARS = 1_000
_QUOTE_CHARS = 2_000
_CONFIDENCES = ("low", "medium", "high")
_TYPES = ("added", "removed", "changed")


def _describe_object(properties: JsonObject) -> JsonObject:
    """Return the schema of an object the way that strict endpoints want it: all or nothing."""
    required: list[JsonValue] = [*properties]
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


_TEXT: JsonObject = {"type": "string"}
_QUOTE: JsonObject = {"type": ["string", "null"]}

VERDICT: JsonObject = _describe_object(
    {
        # First the reason: a model that writes it down first decides better.
        "reason": _TEXT,
        "meaningful": {"type": "boolean"},
        "confidence": {"type": "string", "enum": [*_CONFIDENCES]},
        "meaningfulChanges": {
            "type": "array",
            "items": _describe_object(
                {
                    "type": {"type": "string", "enum": [*_TYPES]},
                    "before": _QUOTE,
                    "after": _QUOTE,
                    "reason": _TEXT,
                    "evidence": {"type": "array", "items": _TEXT},
                }
            ),
        },
    }
)


def check_verdict(verdict: JsonValue, evidence: Evidence) -> JsonObject:
    """Return the judgment that a verdict amounts to, measured by what the model was shown.

    A verdict that nothing matters stands on all that is shown: where something is omitted, it is of
    low confidence and degraded, and so is one that something matters without an item that holds.

    Raises:
        EndpointError: it is no verdict (`llm_failed`).
    """
    fields = verdict if isinstance(verdict, dict) else {}
    meaningful, confidence = fields.get("meaningful"), fields.get("confidence")
    reason, items = fields.get("reason"), fields.get("meaningfulChanges")
    if (
        not isinstance(meaningful, bool)
        or confidence not in _CONFIDENCES
        or not isinstance(reason, str)
        or not isinstance(items, list)
    ):
        raise EndpointError("llm_failed", problem="the language model's answer is no verdict")
    checked = [_check_item(item, evidence) for item in items[:_MAX_ITEMS]] if meaningful else []
    kept: list[JsonValue] = [each.item for each in checked if each.item is not None]
    is_bare = not kept if meaningful else evidence.omitted > 0
    is_cut = meaningful and len(items) > _MAX_ITEMS
    judgment: JsonObject = {
        "meaningful": meaningful,
        "confidence": "low" if is_bare else confidence,
        "reason": _cut(reason, _REASON_CHARS),
        "meaningfulChanges": kept,
    }
    if is_bare or is_cut or not all(each.is_as_said for each in checked):
        judgment["degraded"] = True
    if evidence.omitted:
        judgment["omitted"] = evidence.omitted
    return judgment


class _Checked(NamedTuple):
    """An item after its check: None where it was dropped."""

    item: JsonObject | None
    is_as_said: bool


_DROPPED = _Checked(None, is_as_said=False)


class _Claim(NamedTuple):
    """What an item says, with blank quotes as none."""

    type: str
    quotes: dict[Side, str | None]
    reason: str
    ids: list[str]


def _check_item(item: JsonValue, evidence: Evidence) -> _Checked:
    claim = _read_claim(item)
    pieces = {piece.id: piece for piece in evidence.pieces}
    if claim is None or not pieces.keys() >= set(claim.ids):
        return _DROPPED
    found = {side: evidence.find(text, side) for side, text in claim.quotes.items() if text}
    if all(found.values()):
        ids = claim.ids or [places[0] for places in found.values()]
        return _Checked(_write_item(claim, ids), is_as_said=True) if ids else _DROPPED
    # The place is real and the words are not: then the words are those of the place.
    quotes = dict(claim.quotes)
    for side in (side for side, places in found.items() if not places):
        texts = (pieces[each].quotable[side][0] for each in claim.ids)
        quotes[side] = next((text.strip() for text in texts if text.strip()), None)
        if quotes[side] is None:
            return _DROPPED
    return _Checked(_write_item(claim._replace(quotes=quotes), claim.ids), is_as_said=False)


def _read_claim(item: JsonValue) -> _Claim | None:
    """Return what an item says; None where it is malformed or contradicts its own type."""
    fields = item if isinstance(item, dict) else {}
    kind, reason, ids = fields.get("type"), fields.get("reason"), fields.get("evidence", [])
    if kind not in _TYPES or not isinstance(reason, str) or not isinstance(ids, list):
        return None
    before, after = fields.get("before"), fields.get("after")
    if not isinstance(before, str | None) or not isinstance(after, str | None):
        return None
    before, after = (before or "").strip() or None, (after or "").strip() or None
    fits = {"added": not before, "removed": not after, "changed": bool(before and after)}
    names = [each for each in ids if isinstance(each, str)]
    if not fits[str(kind)] or len(names) != len(ids):
        return None
    return _Claim(str(kind), {"removed": before, "added": after}, reason, names)


def _write_item(claim: _Claim, ids: list[str]) -> JsonObject:
    return {
        "type": claim.type,
        "before": _cut(claim.quotes["removed"], _QUOTE_CHARS),
        "after": _cut(claim.quotes["added"], _QUOTE_CHARS),
        "reason": _cut(claim.reason, _REASON_CHARS),
        "evidence": [*dict.fromkeys(ids)],
    }


def _cut(text: str | None, at_most: int) -> str | None:
    return text if text is None else text[:at_most]
