"""Paths and methods: what is not there is said in an envelope."""

from __future__ import annotations

import pytest

from tests.server.http.live import LiveServer
from tests.server.http.sockets import DIFF, Wire, ask, spell


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "PUT", "DELETE", "PATCH", "GET", "HEAD"])
def test_A47_a_wrong_method_is_405(hasty: LiveServer, method: str) -> None:
    """The answer names the right ones; TRACE gives nothing back."""
    answer = ask(hasty.port, method, DIFF, None, "X-Secret: canary")
    assert (answer.status, answer.header("allow")) == (405, "POST")
    assert b"canary" not in answer.body
    if method != "HEAD":
        assert answer.reason == "method_not_allowed"


def test_HEAD_has_the_headers_of_GET(hasty: LiveServer) -> None:
    """And no body, so that the connection goes on."""
    with Wire(hasty.port) as wire:
        head = wire.ask(spell("HEAD", "/health"), "HEAD")
        get = wire.ask(spell("GET", "/health"))
    assert (head.status, head.header("content-length"), head.body) == (200, str(len(get.body)), b"")


@pytest.mark.parametrize(
    ("target", "status"),
    [
        *(("/nowhere", 404), ("/", 404), ("//v1/change-tracking/diff", 404), ("/health/", 404)),
        *((f"{DIFF}/", 404), ("/v1/change-tracking/diff%00", 404), ("/%", 404), ("/%zz", 404)),
        *(("/../health", 404), ("/x" * 5_000, 404), ("/%c3%28", 404), ("*", 404)),
        *(("/%68ealth", 200), ("/health?a=b#c", 200), ("http://other/health", 200)),
    ],
)
def test_A47_paths(hasty: LiveServer, target: str, status: int) -> None:
    """What is nowhere is 404 with an envelope, whatever it spells."""
    answer = ask(hasty.port, "OPTIONS" if target == "*" else "GET", target)
    assert answer.status == status
    if status == 404:
        assert answer.reason == "not_found"


def test_A47_a_raw_path_of_other_bytes(hasty: LiveServer) -> None:
    """Bytes that no path may hold are no HTTP, and those it may are nowhere."""
    for target in (b"/\xff", b"/a b", b"/\x7f", b"/\x00"):
        with Wire(hasty.port) as wire:
            answer = wire.ask(b"GET " + target + b" HTTP/1.1\r\nHost: t\r\n\r\n")
        assert answer.status in {400, 404}
        assert answer.reason in {"malformed_http", "not_found"}
