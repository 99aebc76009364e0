"""How much faster is `track()` than the same built in an afternoon on difflib and unidiff?

difflib's autojunk makes it fast by ignoring popular lines, at the price of larger diffs; both
settings are shown, and the goal is held against the faster one.
"""

from __future__ import annotations

import functools

from benchmarks import corpus, ours
from benchmarks.peers import difflib_track
from benchmarks.runner import (
    Goal,
    Report,
    Settings,
    fresh,
    microseconds,
    progress,
    python_contender,
    race,
    rounded,
)

QUESTION = "how much faster is track() than the same built on difflib and unidiff?"
GOALS = {"20KB/line": 4.0, "200KB/10%": 10.0}
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

    exact = functools.partial(difflib_track.track_bytes, autojunk=False)
    measured = race(
        [
            python_contender("track", ours_input, ours.track_bytes),
            python_contender(_AUTOJUNK, plain_input, difflib_track.track_bytes),
            python_contender(_EXACT, plain_input, exact),
        ],
        settings,
    )
    ratios = {name: measured.ratio(name, "track") for name in (_AUTOJUNK, _EXACT)}
    report.rows.append(
        {
            "case": pair.name,
            "track µs": microseconds(measured.median("track")),
            **{f"{name} ÷ track": rounded(ratio.median) for name, ratio in ratios.items()},
            "spread": f"{ratios[_AUTOJUNK].low:.2f}–{ratios[_AUTOJUNK].high:.2f}",
        }
    )
    if pair.name in GOALS:
        goal = f"{pair.name}, difflib ÷ track"
        report.goals.append(Goal(goal, ratios[_AUTOJUNK].median, GOALS[pair.name], least=True))
