"""What was seen of a page, and what that makes of it: the rules that a check never breaks.

An observation that failed, was blocked or is doubtful is an error: it replaces no baseline and says
nothing about whether the page is still there. A page without a baseline under today's contract is
new, and so is one that was gone and is back.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from changetrack._models import JsonObject, JsonValue
from changetrack.monitor.ids import hash_text, name_id
from changetrack.monitor.models import Baseline, PageStatus, Target
from changetrack.wire import encode

__all__ = [
    "Observation",
    "bound_diff",
    "classify",
    "find_fields",
    "find_hash",
    "fingerprint_contract",
    "fingerprint_diff",
    "is_comparable",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One page as it was found, compared with the snapshot that it was shown with."""

    url: str
    # The snapshot that it was compared with; None: with nothing.
    previous_id: str | None = None
    # The result of change tracking, as the wire shows it; None: the page could not be had.
    result: JsonObject | None = field(default=None, hash=False)
    status_code: int | None = None
    # Why it must not become a baseline.
    error: str | None = None
    error_code: str | None = None
    metadata: JsonObject = field(default_factory=dict, hash=False)
    warnings: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    credits: int = 1


def fingerprint_contract(target: Target) -> str:
    """Return what tells one contract of a comparison from another.

    >>> first = Target(id="a", type="scrape", urls=("https://example.com",))
    >>> fingerprint_contract(first) == fingerprint_contract(first)
    True
    """
    tracking = target.tracking
    contract = [
        sorted(tracking.modes),
        tracking.schema,
        tracking.prompt,
        tracking.options,
        {name: value for name, value in tracking.scrape.items() if name not in _MEANS},
    ]
    return name_id("contract", json.dumps(contract, sort_keys=True))


# Of the diff of one page in one check. Pages of megabytes that change from top to bottom would fill
# a disk with what nobody reads.
_MOST_DIFF = 2**20

# How a page is fetched, and not what is made of it.
_MEANS = frozenset({"timeout", "maxAge", "max_age"})


def is_comparable(baseline: Baseline, contract: str) -> bool:
    """Tell whether a page can be compared with what it was: it was there, under this contract."""
    return not baseline.is_removed and baseline.contract == contract


def classify(observation: Observation, baseline: Baseline | None, contract: str) -> PageStatus:
    """Return what became of a page."""
    if observation.error is not None or observation.result is None:
        return "error"
    if baseline is None or not is_comparable(baseline, contract):
        return "new"
    return "same" if observation.result["status"] == "same" else "changed"


def find_fields(observation: Observation) -> JsonValue:
    """Return the fields of a page where fields are tracked."""
    snapshot = (observation.result or {}).get("snapshot")
    return snapshot.get("json") if isinstance(snapshot, dict) else None


def find_hash(observation: Observation) -> str | None:
    """Return the hash of what a page says."""
    content_hash = (observation.result or {}).get("contentHash")
    return str(content_hash) if content_hash else None


def bound_diff(diff: JsonObject) -> JsonObject:
    """Return a diff of a size that can be kept for a month of checks; both snapshots are whole."""
    if len(encode(diff)) <= _MOST_DIFF:
        return diff
    text, shown = diff.get("text"), diff.get("json")
    bounded: JsonObject = {"truncated": True}
    if isinstance(text, str):
        # Whole lines, each of which may take four bytes a character.
        bounded["text"] = text[: text.rfind("\n", 0, _MOST_DIFF // 4) + 1]
    if isinstance(shown, dict):
        is_tree = "files" in shown
        bounded["json"] = {**shown, "files": []} if is_tree else {}
    return bounded


def fingerprint_diff(goal: str, prompt: str | None, diff: JsonObject) -> str:
    """Return what a judgment is remembered by: the goal, and the change that it is about."""
    return hash_text(json.dumps([goal, prompt, diff], sort_keys=True))
