"""Where the time of one cell goes: cProfile over many calls, by function, in µs a call.

cProfile makes small functions look larger than they are. Read the order and the shares, not the
sums.
"""

from __future__ import annotations

import cProfile
import json
import pstats
from pathlib import Path
from time import perf_counter_ns
from typing import TYPE_CHECKING

from benchmarks import corpus, ours, values
from benchmarks.runner import fresh

if TYPE_CHECKING:
    from collections.abc import Callable

_PROFILED_NS = 300_000_000
_SHOWN = 14


def of_cell(name: str) -> list[dict[str, object]]:
    """Return the functions that take most of the time in the cell called `name`."""
    size, kind = name.split("/")
    call = _page_call(size, kind) if size in corpus.SIZES else _json_call(size, kind)
    call()
    start = perf_counter_ns()
    call()
    calls = max(3, min(2_000, _PROFILED_NS // (perf_counter_ns() - start)))
    profile = cProfile.Profile()
    for _ in range(calls):
        profile.runcall(call)
    return _top(profile, calls)


def save(profiles: dict[str, list[dict[str, object]]], target: Path) -> None:
    """Write the profiles as JSON, one function a line."""
    blocks = [
        f" {json.dumps(name)}: [\n"
        + ",\n".join(f"  {json.dumps(entry, ensure_ascii=False)}" for entry in entries)
        + "\n ]"
        for name, entries in profiles.items()
    ]
    target.write_text("{\n" + ",\n".join(blocks) + "\n}\n", encoding="utf-8")


def _page_call(size: str, kind: str) -> Callable[[], bytes]:
    pair = corpus.pair(size, kind)
    baseline = ours.stored(pair)

    def call() -> bytes:
        return ours.track_bytes(fresh(pair.current), baseline | {"markdown": fresh(pair.previous)})

    return call


def _json_call(size: str, kind: str) -> Callable[[], bytes]:
    pair = values.pair(size, kind)
    baseline = ours.stored_json(pair.previous)
    return lambda: ours.track_json_bytes(pair.current, baseline)


def _top(profile: cProfile.Profile, calls: int) -> list[dict[str, object]]:
    stats = pstats.Stats(profile).get_stats_profile()
    entries = sorted(stats.func_profiles.items(), key=lambda item: -item[1].tottime)
    return [
        {
            "function": name,
            "file": Path(entry.file_name).name,
            "own µs": round(entry.tottime / calls * 1e6, 2),
            "with callees µs": round(entry.cumtime / calls * 1e6, 2),
            "calls": round(int(entry.ncalls.split("/")[0]) / calls, 1),
        }
        for name, entry in entries[:_SHOWN]
    ]
