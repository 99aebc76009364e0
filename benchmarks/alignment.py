"""What does it cost to align the items of a list by their keys, and what does it save?

From two decoded lists of records to the list of changes. Three peers: the dictionary by key that
everyone writes first, DeepDiff with `group_by`, and DeepDiff with `ignore_order`, which needs no
key and is quadratic, so it is asked about short lists only.
"""

from __future__ import annotations

import copy
import json
import random
from typing import TYPE_CHECKING

from benchmarks import values
from benchmarks.corpus import SEED
from benchmarks.peers import walks
from benchmarks.runner import (
    Goal,
    Report,
    Row,
    Settings,
    microseconds,
    own_time,
    progress,
    python_contender,
    race,
    rounded,
)
from changetrack import diff_fields

if TYPE_CHECKING:
    from benchmarks.values import Json

QUESTION = "what does it cost to align 10,000 items by their keys, and what do others take?"
_SIZES = (100, 10_000)
_EDITS = ("in order", "shuffled", "head")
# Beyond it DeepDiff's pairing takes minutes.
_MOST_UNORDERED = 100
_LIMIT_MS = 60.0
_LEAST_RATIO = 10.0


def answer(settings: Settings) -> Report:
    """Measure every size and edit, with the key given and with the key inferred."""
    report = Report("alignment", QUESTION)
    for size in _SIZES[:1] if settings.quick else _SIZES:
        for kind in _EDITS:
            progress(f"{size:,} items/{kind}")
            report.rows.append(_measure(size, kind, settings))
    large = [row for row in report.rows if str(row["case"]).startswith("10,000")]
    if large:
        slowest = max(float(row["by key µs"] or 0) for row in large) / 1_000
        report.goals.append(
            Goal("10,000 items by key, slowest, ms", slowest, _LIMIT_MS, least=False)
        )
    least = min(float(row["DeepDiff by key ÷ ours"] or 0) for row in report.rows)
    report.goals.append(Goal("DeepDiff by key ÷ ours, slowest", least, _LEAST_RATIO, least=True))
    report.notes.append("every hundredth item is edited; `changes` counts moves as well")
    return report


def _align(previous: Json, current: Json) -> object:
    return diff_fields(previous, current, list_keys={"$": "id"})


def _infer(previous: Json, current: Json) -> object:
    return diff_fields(previous, current, list_keys="infer")


def _measure(size: int, kind: str, settings: Settings) -> Row:
    pair = _list_pair(size, kind)
    previous, current = json.dumps(pair.previous), json.dumps(pair.current)

    def decoded() -> tuple[object, ...]:
        return json.loads(previous), json.loads(current)

    contenders = {
        "by key": _align,
        "inferred": _infer,
        "dictionary": walks.keyed_walk,
        "DeepDiff by key": walks.deep_diff_by_key,
    }
    if size <= _MOST_UNORDERED:
        contenders["DeepDiff unordered"] = walks.deep_diff_unordered
    measured = race(
        [
            python_contender(name, decoded, call, clock=own_time)
            for name, call in contenders.items()
        ],
        settings,
    )
    row: Row = {
        "case": pair.name,
        "changes": len(diff_fields(pair.previous, pair.current, list_keys={"$": "id"})),
        "by position": len(diff_fields(pair.previous, pair.current)),
    }
    row |= {f"{name} µs": microseconds(measured.median(name)) for name in contenders}
    for name in [*contenders][1:]:
        row[f"{name} ÷ ours"] = rounded(measured.ratio(name, "by key").median)
    return row


def _list_pair(size: int, kind: str) -> values.JsonPair:
    """Return records of five fields, and the same with every hundredth edited."""
    rng = random.Random(f"{SEED}/alignment/{size}/{kind}")
    previous: list[Json] = [_make_record(rng, at) for at in range(size)]
    current = copy.deepcopy(previous)
    for at in rng.sample(range(size), max(1, size // 100)):
        record = current[at]
        if isinstance(record, dict):
            record["price"] = 0.5
    if kind == "shuffled":
        rng.shuffle(current)
    if kind == "head":
        current.insert(0, _make_record(rng, size))
    return values.JsonPair(f"{size:,} items/{kind}", previous, current)


def _make_record(rng: random.Random, at: int) -> Json:
    return {
        "id": f"sku-{at:05}",
        "name": f"Article {at}",
        "price": rng.randrange(100, 100_000) / 100,
        "stock": rng.randrange(50),
        "listed": rng.random() < 0.5,
    }
