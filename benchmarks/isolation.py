"""Does a heavy request keep a light one waiting?

wrk posts heavy bodies all the time, more of them than there are processes to work on them; beside
it one client asks for something light, again and again, on one connection. What counts is how much
later it is answered than by a server that has nothing else to do. Nobody is pinned: on a machine of
two processors the light one competes with two heavy ones, and with wrk.
"""

from __future__ import annotations

import http.client
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from benchmarks import corpus
from benchmarks.load import servers, wrk
from benchmarks.runner import Goal, Report, Settings, progress, rounded

QUESTION = "does a heavy request keep a light one waiting?"

# What the issue of this server promised, at the 99th percentile.
_MAX_DELAY_MS = 100.0
_SECONDS = 10.0
_CONNECTIONS = 4
_PAUSE = 0.005
_DIFF = "/v1/change-tracking/diff"


class Light(NamedTuple):
    """Something that takes next to no time."""

    method: str
    path: str
    body: bytes | None


class Delay(NamedTuple):
    """How long answers took, in ms."""

    p50: float
    p99: float
    most: float
    asked: int


def answer(settings: Settings) -> Report:
    """Measure every light request beside nothing, and beside every heavy one."""
    report = Report("isolation", QUESTION)
    if not wrk.is_installed():
        report.notes.append("wrk is not installed, so nothing was measured")
        return report
    seconds = 2.0 if settings.quick else _SECONDS
    alone: dict[str, Delay] = {}
    for name, heavy in _heavies().items():
        progress(f"beside {name}")
        for light, asked in _lights().items():
            with servers.ours() as server, _busy(server, heavy, seconds):
                found = _ask_often(server, asked, seconds)
            alone.setdefault(light, found)
            _note(report, light, name, found, alone[light])
    return report


def _note(report: Report, light: str, heavy: str, found: Delay, alone: Delay) -> None:
    delay = found.p99 - alone.p99
    report.rows.append(
        {
            "light": light,
            "beside": heavy,
            "asked": found.asked,
            "p50 ms": rounded(found.p50),
            "p99 ms": rounded(found.p99),
            "most ms": rounded(found.most),
            "later at p99, ms": round(delay, 1),
        }
    )
    if heavy != _NOTHING:
        name = f"{light} beside {heavy}, ms later at p99"
        report.goals.append(Goal(name, delay, _MAX_DELAY_MS, least=False))


def _lights() -> dict[str, Light]:
    page = corpus.page(2_000, "isolation")
    body = {"previous": {"markdown": page}, "current": {"markdown": corpus.edit(page, "1%")}}
    fields = {"modes": ["json"], "schema": {}, "previous": {"json": 1}, "current": {"json": 2}}
    return {
        "GET /health": Light("GET", "/health", None),
        "a page of 2 KB": Light("POST", _DIFF, json.dumps(body).encode()),
        "two numbers with a schema": Light("POST", _DIFF, json.dumps(fields).encode()),
    }


_NOTHING = "nothing"


def _heavies() -> dict[str, bytes | None]:
    dice = random.Random(100)
    shuffled = [list(map(str, range(200_000))) for _ in range(2)]
    for lines in shuffled:
        dice.shuffle(lines)
    long = ["\n".join(lines) for lines in shuffled]
    short = ["\n".join(lines[:1_000]) for lines in shuffled]
    item = {"previous": {"markdown": short[0]}, "current": {"markdown": short[1]}}
    bodies: dict[str, object] = {
        "pages of 1.3 MB": {"previous": {"markdown": long[0]}, "current": {"markdown": long[1]}},
        "batches of 300": {"batch": [item] * 300},
        "structure that is refused": {"current": {"json": [[]] * 5_000_000}},
        "pages of 60 KB": {"batch": [item] * 4},
    }
    return {_NOTHING: None, **{name: _spell(body) for name, body in bodies.items()}}


def _spell(body: object) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()


@contextmanager
def _busy(server: servers.Server, heavy: bytes | None, seconds: float) -> Iterator[None]:
    """Have others post a heavy body as long as the block runs."""
    if heavy is None:
        yield
        return
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(1) as pool:
        body = Path(folder) / "body"
        body.write_bytes(heavy)
        # A little longer than what is measured, which begins when all of them are at it.
        shot = pool.submit(
            wrk.shoot, server.url, body, connections=_CONNECTIONS, seconds=seconds + 3
        )
        time.sleep(1)
        yield
        shot.result()


def _ask_often(server: servers.Server, light: Light, seconds: float) -> Delay:
    address = urlsplit(server.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port)
    ask = _asker(connection, light)
    ask()
    taken: list[float] = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        start = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - start) * 1000)
        time.sleep(_PAUSE)
    connection.close()
    taken.sort()
    p99 = taken[min(len(taken) - 1, len(taken) * 99 // 100)]
    return Delay(statistics.median(taken), p99, taken[-1], len(taken))


def _asker(connection: http.client.HTTPConnection, light: Light) -> Callable[[], None]:
    headers = {"Content-Type": "application/json"} if light.body else {}

    def ask() -> None:
        connection.request(light.method, light.path, light.body, headers)
        response = connection.getresponse()
        response.read()
        # Refused is answered, too; a queue that is full says so at once.
        assert response.status in {200, 503}

    return ask
