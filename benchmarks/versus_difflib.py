"""How much faster is `track()` than the same built in an afternoon on difflib and unidiff?

difflib's autojunk makes it fast by ignoring popular lines, at the price of larger diffs; both
settings are shown, and the goals are held against both. The whole job is the promise: text, tree
and JSON out. Beside it stands the job without rendering, for callers who only ask what changed:
`track()` alone, whose text and tree are made when they are read, and difflib's bare opcodes.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from benchmarks import corpus, ours
from benchmarks.peers import difflib_track
from benchmarks.runner import (
    Goal,
    Report,
    Row,
    Settings,
    fresh,
    microseconds,
    own_time,
    progress,
    python_contender,
    race,
    rounded,
)
from changetrack import track

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.values import Json

QUESTION = "how much faster is track() than the same built on difflib and unidiff?"
GOALS = {"20KB/line": 4.0, "200KB/10%": 10.0}
_WHOLE, _BARE = "whole job", "without rendering"
_AUTOJUNK, _EXACT = "difflib", "difflib, no junk"


def answer(settings: Settings) -> Report:
    """Measure pages up to 200 KB; beyond, difflib takes minutes."""
    report = Report("versus_difflib", QUESTION)
    sizes = ("2KB", "20KB") if settings.quick else ("2KB", "20KB", "200KB")
    for pair in corpus.pairs(sizes):
        progress(pair.name)
        _measure(pair, report, settings)
    return report


def _measure(pair: corpus.Pair, report: Report, settings: Settings) -> None:
    baseline = ours.stored(pair)

    def ours_input() -> tuple[object, ...]:
        return fresh(pair.current), baseline | {"markdown": fresh(pair.previous)}

    def plain_input() -> tuple[object, ...]:
        return fresh(pair.previous), fresh(pair.current)

    works: dict[tuple[str, str], Callable[..., object]] = {
        (_WHOLE, "track"): ours.track_bytes,
        (_WHOLE, _AUTOJUNK): difflib_track.track_bytes,
        (_WHOLE, _EXACT): functools.partial(difflib_track.track_bytes, autojunk=False),
        (_BARE, "track"): _track_alone,
        (_BARE, _AUTOJUNK): difflib_track.compare,
        (_BARE, _EXACT): functools.partial(difflib_track.compare, autojunk=False),
    }
    measured = race(
        [
            python_contender(
                f"{name}, {job}",
                ours_input if name == "track" else plain_input,
                work,
                clock=own_time,
            )
            for (job, name), work in works.items()
        ],
        settings,
    )
    ratios = {
        (job, name): measured.ratio(f"{name}, {job}", f"track, {job}")
        for job, name in works
        if name != "track"
    }
    row: Row = {"case": pair.name}
    for job in (_WHOLE, _BARE):
        row[f"track, {job}, µs"] = microseconds(measured.median(f"track, {job}"))
        for name in (_AUTOJUNK, _EXACT):
            ratio = ratios[job, name]
            row[f"{name} ÷ track, {job}"] = rounded(ratio.median)
            row[f"({name}, {job}, spread)"] = f"{ratio.low:.2f}–{ratio.high:.2f}"
    report.rows.append(row)
    if pair.name in GOALS:
        report.goals += [
            Goal(
                f"{pair.name}, {_WHOLE}, {name} ÷ track",
                ratios[_WHOLE, name].median,
                GOALS[pair.name],
                least=True,
            )
            for name in (_AUTOJUNK, _EXACT)
        ]


def _track_alone(current: str, previous: dict[str, Json]) -> str:
    return track(current, previous=previous).status
