"""How much faster is the JSON path map than DeepDiff, and than the walk that everyone writes first?

The path map alone, from two decoded values; the whole of `track()` in JSON mode stands in
`track.py`.
"""

from __future__ import annotations

import json

from benchmarks import values
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

QUESTION = "how much faster is the JSON path map than DeepDiff, and than a plain walk?"
_LIMIT = 20.0


def answer(settings: Settings) -> Report:
    """Measure every size and edit."""
    report = Report("fields", QUESTION)
    sizes = values.SIZES[:2] if settings.quick else values.SIZES
    for size in sizes:
        for kind in values.EDITS:
            pair = values.pair(size, kind)
            progress(pair.name)
            report.rows.append(_measure(pair, settings))
    large = [row for row in report.rows if str(row["case"]).startswith("10,000")]
    if large:
        slowest = min(float(row["DeepDiff ÷ ours"] or 0) for row in large)
        report.goals.append(
            Goal("10,000 nodes, slowest, DeepDiff ÷ ours", slowest, _LIMIT, least=True)
        )
    return report


def _path_map(previous: values.Json, current: values.Json) -> object:
    return diff_fields(previous, current).map


def _measure(pair: values.JsonPair, settings: Settings) -> Row:
    _check_same_answer(pair)
    previous, current = json.dumps(pair.previous), json.dumps(pair.current)

    def decoded() -> tuple[object, ...]:
        return json.loads(previous), json.loads(current)

    measured = race(
        [
            python_contender("ours", decoded, _path_map, clock=own_time),
            python_contender("walk", decoded, walks.naive_walk, clock=own_time),
            python_contender("DeepDiff", decoded, walks.deep_diff, clock=own_time),
        ],
        settings,
    )
    row: Row = {"case": pair.name}
    row |= {
        f"{name} µs": microseconds(measured.median(name)) for name in ("ours", "walk", "DeepDiff")
    }
    for name in ("walk", "DeepDiff"):
        row[f"{name} ÷ ours"] = rounded(measured.ratio(name, "ours").median)
    return row


def _check_same_answer(pair: values.JsonPair) -> None:
    """Refuse to compare programs that do not do the same work; our map ends at its limit."""
    ours = diff_fields(pair.previous, pair.current)
    theirs = walks.naive_walk(pair.previous, pair.current)
    assert len(ours) == len(theirs), f"{pair.name}: another number of changes"
    assert all(theirs[path] == row for path, row in ours.map.items()), f"{pair.name}: other changes"
