"""What does a page that did not change cost, next to hashing it?

Most checks find nothing new. Both sides are equal strings but not one object, as after two fetches.
"Hashing it" has two readings, and both are shown: SHA-256 of the bare text, and `hash_markdown`,
which also normalizes, as every content hash must.
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
    own_time,
    progress,
    python_contender,
    race,
    rounded,
)
from changetrack import hash_markdown, track

QUESTION = "what does a page that did not change cost, next to hashing it?"
_LIMIT = 3.0
_VARIANTS = ("stored dict", "Snapshot")
_SHA, _HASH = "sha256", "hash_markdown"


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
            python_contender(_SHA, lambda: (fresh(pair.current),), _hash, clock=own_time),
            python_contender(_HASH, lambda: (fresh(pair.current),), hash_markdown, clock=own_time),
            python_contender("stored dict", with_dict, compare, clock=own_time),
            python_contender("Snapshot", with_snapshot, compare, clock=own_time),
        ],
        settings,
    )
    ratios = {
        f"{name} ÷ {base}": measured.ratio(name, base)
        for base in (_SHA, _HASH)
        for name in _VARIANTS
    }
    report.rows.append(
        {
            "case": pair.name,
            "sha256 µs": microseconds(measured.median(_SHA)),
            **{name: rounded(ratio.median) for name, ratio in ratios.items()},
            **{f"({name} spread)": f"{r.low:.2f}–{r.high:.2f}" for name, r in ratios.items()},
        }
    )
    if pair.name.startswith("200KB"):
        report.goals.extend(
            Goal(f"200KB, {name}", ratio.median, _LIMIT, least=False)
            for name, ratio in ratios.items()
        )
