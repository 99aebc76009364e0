"""The numbers for Prometheus are right, also where several processes count."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator

import pytest

from tests.server.http.heavy import LARGE
from tests.server.http.live import LiveServer, argv, eventually, list_children, serving
from tests.server.http.sockets import DIFF, LINES_TYPE, Wire, ask, post_diff, spell

ITEM = b'{"current":{"markdown":"a"}}'
SAMPLE = re.compile(r'\w+(?:\{\w+="[^"\n]*"(?:,\w+="[^"\n]*")*\})? [-+.\deINF]+(?:Inf)?')


@pytest.fixture
def counted() -> Iterator[LiveServer]:
    """Serve with all numbers at nothing."""
    with serving(work_processes=1) as server:
        yield server


def _requests(server: LiveServer) -> dict[tuple[str, str], float]:
    """Return how many requests were answered, by route and status."""
    pattern = re.compile(r'changetrack_requests_total\{route="(.*)",status="(\d+)"\}')
    found = {}
    for name, value in server.read_metrics().items():
        match = pattern.fullmatch(name)
        if match:
            found[match[1], match[2]] = value
    return found


def test_requests_are_counted_by_route_and_status(counted: LiveServer) -> None:
    """Whatever came of them; what is nowhere has one name together."""
    for _ in range(5):
        post_diff(counted.port, ITEM)
    post_diff(counted.port, LARGE)
    for _ in range(3):
        post_diff(counted.port, b"{")
    post_diff(counted.port, (ITEM + b"\n") * 7, f"Content-Type: {LINES_TYPE}")
    for name in ("a", "b", "c?d=e"):
        ask(counted.port, "GET", f"/{name}")
    ask(counted.port, "GET", DIFF)
    expected = {
        ("/health", "200"): 1.0,
        (DIFF, "200"): 7.0,
        (DIFF, "400"): 3.0,
        (DIFF, "405"): 1.0,
        ("-", "404"): 3.0,
    }
    assert _requests(counted) == expected
    numbers = counted.read_metrics()
    assert numbers[f'changetrack_request_seconds_count{{route="{DIFF}"}}'] == 11
    assert numbers[f'changetrack_request_seconds_bucket{{le="+Inf",route="{DIFF}"}}'] == 11
    assert (numbers["changetrack_active_requests"], numbers["changetrack_jobs"]) == (1, 0)


def test_who_leaves_is_counted_as_499(counted: LiveServer) -> None:
    """It had no answer, so it has no status of HTTP."""
    with counted.holding_workers(), Wire(counted.port) as wire:
        wire.send(spell("POST", DIFF, LARGE))
        assert eventually(lambda: counted.read_metrics()["changetrack_jobs"] == 1)
    assert eventually(lambda: _requests(counted).get((DIFF, "499")) == 1)
    assert counted.read_metrics()["changetrack_jobs"] == 0


def test_the_text_is_what_Prometheus_reads(counted: LiveServer) -> None:
    """Every line is a comment or a sample, and the type says which version."""
    answer = ask(counted.port, "GET", "/metrics")
    assert (answer.header("content-type") or "").startswith("text/plain; version=")
    lines = answer.body.decode().splitlines()
    wrong = [line for line in lines if not line.startswith("# ") and not SAMPLE.fullmatch(line)]
    assert wrong == []


def test_several_workers_count_together() -> None:
    """Whoever answers gives the numbers of all, and keeps those of one that has died."""
    with serving("--workers", "2", work_processes=1) as server:
        assert eventually(lambda: len(_list_servers(server)) == 2)
        _check_count(server, 0, 60)
        os.kill(_list_servers(server)[0], signal.SIGKILL)
        assert eventually(lambda: len(_list_servers(server)) == 2)
        _check_count(server, 60, 40)


def _list_servers(server: LiveServer) -> list[int]:
    """Return the processes that answer: those that have workers of their own."""
    children = list_children(server.pid)
    return [pid for pid in children if any("worker" in argv(each) for each in list_children(pid))]


def _check_count(server: LiveServer, before: int, more: int) -> None:
    """Ask so often, on connections that any process may take, and check what all of them count."""
    for _ in range(more):
        assert post_diff(server.port, ITEM).status == 200
    # One counts a moment after it has answered, and another may be asked meanwhile.
    assert eventually(lambda: _requests(server)[DIFF, "200"] >= before + more)
    counts = [_requests(server)[DIFF, "200"] for _ in range(10)]
    assert counts == [before + more] * 10
