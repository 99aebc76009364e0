"""What does HTTP add to the library, and how much does a server answer?

wrk posts to our server, to an empty Starlette route under the same uvicorn, and the library does
the same bodies by itself; the three take turns. A server that is measured by the request is pinned
to one processor and wrk runs on another, so that its time is 1 / throughput.
"""

from __future__ import annotations

import json
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks import corpus
from benchmarks.load import servers, wrk
from benchmarks.load.wrk import Shot
from benchmarks.runner import Goal, Report, Row, Settings, microseconds, progress, rounded
from changetrack import wire

QUESTION = "what does HTTP add to the library, and how much does a server answer?"

_BATCH_ITEMS = 100
_ROUNDS = 5
# What the issue of this server promised.
_MAX_OVERHEAD = 120.0
_LEAST_BATCH = 0.85
_STEADY_REQUESTS = 200_000
# Growth that is noise: the arenas of an allocator, not a leak of 200,000 requests.
_MAX_GROWTH_MIB = 8.0


def answer(settings: Settings) -> Report:
    """Measure single requests, batches, several workers, and memory over time."""
    report = Report("endpoint", QUESTION)
    if not wrk.is_installed():
        report.notes.append("wrk is not installed, so nothing was measured")
        return report
    with tempfile.TemporaryDirectory() as folder:
        for name, size in (("2KB", 2_000), ("20KB", 20_000)):
            body = _write(Path(folder) / name, _item(size, 0))
            _measure_single(report, name, body, settings)
        batch = {"batch": [_item(20_000, index) for index in range(_BATCH_ITEMS)]}
        _measure_batch(report, _write(Path(folder) / "batch", batch), settings)
        _measure_memory(report, Path(folder) / "2KB", settings)
    return report


def _item(size: int, index: int) -> dict[str, object]:
    page = corpus.page(size, f"endpoint-{index}")
    return {"previous": {"markdown": page}, "current": {"markdown": corpus.edit(page, "1%")}}


def _write(path: Path, body: Mapping[str, object]) -> Path:
    path.write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")
    return path


def _alone(body: Path) -> Callable[[], float]:
    """Return what times the library: the µs that a body takes from bytes to bytes."""
    content = body.read_bytes()

    def measure() -> float:
        deadline = time.perf_counter() + 0.3
        taken: list[float] = []
        while time.perf_counter() < deadline or len(taken) < _ROUNDS:
            start = time.perf_counter()
            wire.encode(wire.answer(content))
            taken.append(time.perf_counter() - start)
        return statistics.median(taken) * 1e6

    return measure


def _measure_single(report: Report, name: str, body: Path, settings: Settings) -> None:
    progress(f"single {name}")
    alone = _alone(body)
    library, over_http, nothing = [], [], []
    cores = sorted(os.sched_getaffinity(0))
    with servers.ours(core=cores[0]) as ours, servers.empty(core=cores[0]) as empty:
        os.sched_setaffinity(0, {cores[-1]})
        for _ in range(2 if settings.quick else _ROUNDS):
            library.append(alone())
            over_http.append(_shoot(ours, body, 4, settings))
            nothing.append(_shoot(empty, body, 4, settings))
        slow = _shoot(ours, body, 1, settings)
        os.sched_setaffinity(0, set(cores))
    overhead = statistics.median(
        shot.each - alone_us for shot, alone_us in zip(over_http, library, strict=True)
    )
    report.rows.append(
        {
            "case": f"single {name}",
            "library µs": microseconds(statistics.median(library) * 1e3),
            "endpoint µs": microseconds(statistics.median(shot.each for shot in over_http) * 1e3),
            "empty route µs": microseconds(statistics.median(shot.each for shot in nothing) * 1e3),
            "overhead µs": rounded(overhead),
            "requests/s": round(statistics.median(shot.per_second for shot in over_http)),
            "p50 µs": round(slow.p50),
            "p99 µs": round(slow.p99),
        }
    )
    report.goals.append(
        Goal(f"overhead of a single {name}, µs", overhead, _MAX_OVERHEAD, least=False)
    )
    for workers in (1, 2):
        with servers.ours(workers) as many:
            report.rows.append(_row(f"single {name}, workers {workers}", many, body, 16, settings))


def _measure_batch(report: Report, body: Path, settings: Settings) -> None:
    progress("batch")
    alone = _alone(body)
    shares = []
    with servers.ours() as ours:
        for _ in range(2 if settings.quick else _ROUNDS):
            before = alone()
            shares.append((before / _shoot(ours, body, 1, settings).each, before))
    share = statistics.median(ratio for ratio, _ in shares)
    report.rows.append(
        {
            "case": f"batch of {_BATCH_ITEMS} × 20KB, one at a time",
            "library µs": microseconds(statistics.median(us for _, us in shares) * 1e3),
            "share of the library's throughput": rounded(share),
        }
    )
    report.goals.append(Goal("batch throughput ÷ the library's", share, _LEAST_BATCH, least=True))
    for workers in (1, 2):
        with servers.ours(workers) as many:
            row = _row(f"batch, four at a time, workers {workers}", many, body, 4, settings)
            row["items/s"] = round(float(row["requests/s"] or 0) * _BATCH_ITEMS)
            report.rows.append(row)


def _measure_memory(report: Report, body: Path, settings: Settings) -> None:
    """Let one server answer very many requests, and look whether it grows."""
    progress("memory")
    wanted = _STEADY_REQUESTS // (20 if settings.quick else 1)
    with servers.ours() as ours:
        done = wrk.shoot(ours.url, body, connections=8, seconds=3).requests
        warm = ours.resident
        while done < wanted:
            done += wrk.shoot(ours.url, body, connections=8, seconds=5).requests
        growth = (ours.resident - warm) / 2**20
    report.rows.append(
        {"case": f"memory over {done:,} requests", "MiB": rounded(warm / 2**20), "growth": growth}
    )
    report.goals.append(Goal("growth of memory, MiB", growth, _MAX_GROWTH_MIB, least=False))


def _row(
    name: str, server: servers.Server, body: Path, connections: int, settings: Settings
) -> Row:
    shot = _shoot(server, body, connections, settings)
    return {
        "case": name,
        "requests/s": round(shot.per_second),
        "p50 µs": round(shot.p50),
        "p99 µs": round(shot.p99),
    }


def _shoot(server: servers.Server, body: Path, connections: int, settings: Settings) -> Shot:
    seconds = 1.0 if settings.quick else settings.cell_seconds
    shot = wrk.shoot(server.url, body, connections=connections, seconds=seconds)
    if shot.bad:
        message = f"{shot.bad} of {shot.requests} requests failed"
        raise RuntimeError(message)
    return shot
