"""What does a page that did not change cost, next to hashing it?

Most checks find nothing new. Both sides are equal strings but not one object, as after two fetches.
"""

from __future__ import annotations

from hashlib import sha256

from benchmarks import corpus, ours
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
from changetrack import track

QUESTION = "what does a page that did not change cost, next to hashing it?"
_LIMIT = 3.0
_VARIANTS = ("stored dict", "Snapshot")


def answer(settings: Settings) -> Report:
    """Measure every size; the promise is made for 200 KB."""
    report = Report("same_page", QUESTION)
    for size in corpus.SIZES:
        progress(size)
        _measure(corpus.pair(size, "none"), report, settings)
    report.notes.append(
        "the result is not encoded here: a caller who sees 'same' has nothing to send"
    )
    return report


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _measure(pair: corpus.Pair, report: Report, settings: Settings) -> None:
    baseline, kept = ours.stored(pair), ours.snapshot(pair)

    def with_dict() -> tuple[object, ...]:
        return fresh(pair.current), baseline | {"markdown": fresh(pair.previous)}

    def with_snapshot() -> tuple[object, ...]:
        return fresh(pair.current), kept

    def compare(current: str, previous: object) -> str:
        return track(current, previous=previous).status  # type: ignore[arg-type]

    measured = race(
        [
            python_contender("hash", lambda: (fresh(pair.current),), _hash),
            python_contender("stored dict", with_dict, compare),
            python_contender("Snapshot", with_snapshot, compare),
        ],
        settings,
    )
    ratios = {name: measured.ratio(name, "hash") for name in _VARIANTS}
    report.rows.append(
        {
            "case": pair.name,
            "hash µs": microseconds(measured.median("hash")),
            **{f"{name} ÷ hash": rounded(ratio.median) for name, ratio in ratios.items()},
            **{f"({name} spread)": f"{r.low:.2f}–{r.high:.2f}" for name, r in ratios.items()},
        }
    )
    if pair.name.startswith("200KB"):
        report.goals.extend(
            Goal(f"200KB, {name} ÷ hash", ratio.median, _LIMIT, least=False)
            for name, ratio in ratios.items()
        )
