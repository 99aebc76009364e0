"""How many bytes does a call allocate at its peak, and how many does its result keep?

tracemalloc counts allocations, not pages of the system: the same code gives the same numbers, so
that a change of this table is a change of the code.
"""

from __future__ import annotations

import gc
import sys
import tracemalloc

from benchmarks import corpus, ours
from benchmarks.runner import Report, Settings, fresh, progress, rounded
from changetrack import track

QUESTION = "how many bytes does a call allocate at its peak, and how many does its result keep?"


def answer(settings: Settings) -> Report:
    """Trace every cell once."""
    report = Report("memory", QUESTION)
    ours.track_bytes("a\nc", {"markdown": "a\nb"})
    sizes = ("2KB", "20KB", "200KB") if settings.quick else tuple(corpus.SIZES)
    for pair in corpus.pairs(sizes):
        progress(pair.name)
        inputs = sys.getsizeof(pair.previous) + sys.getsizeof(pair.current)
        peak, kept = _trace(pair)
        report.rows.append(
            {
                "case": pair.name,
                "inputs KiB": _kib(inputs),
                "peak KiB": _kib(peak),
                "kept KiB": _kib(kept),
                "peak ÷ inputs": rounded(peak / inputs),
            }
        )
    report.notes.append("a page with one emoji takes 4 bytes a character in Python, also as input")
    return report


def _trace(pair: corpus.Pair) -> tuple[int, int]:
    """Return the peak of the whole job, and what the result holds beyond its inputs."""
    current, baseline = fresh(pair.current), ours.stored(pair)
    gc.collect()
    tracemalloc.start()
    ours.track_bytes(current, baseline)
    peak = tracemalloc.get_traced_memory()[1]
    gc.collect()
    before = tracemalloc.get_traced_memory()[0]
    result = track(current, previous=baseline)
    gc.collect()
    kept = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    del result
    return peak, kept


def _kib(size: int) -> float:
    return round(size / 1024, 1)
