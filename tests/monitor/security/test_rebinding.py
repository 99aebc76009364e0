"""Where nobody needs a key, a stranger's page must not reach the server through its own name."""

from __future__ import annotations

import pytest

from tests.monitor.routes.world import a_world


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("evil.example.com", 403),
        ("evil.example.com:3000", 403),
        ("localhost.evil.example.com", 403),
        ("", 403),
        ("localhost:3000", 200),
        ("127.0.0.1:3000", 200),
        ("[::1]:3000", 200),
        ("changes.example.com", 200),
    ],
)
def test_a_name_that_is_not_ours_is_refused_without_a_key(host: str, status: int) -> None:
    """The Host header still names whom a browser was told to ask."""
    with a_world(public_url="https://changes.example.com") as world:
        answer = world.ask("GET", "/v1/monitor", headers={"Host": host})
    assert answer.status == status


def test_a_key_is_enough_under_any_name() -> None:
    """A browser that was tricked has no key to send."""
    with a_world() as world:
        key = world.hand_out("one")
        answer = world.ask("GET", "/v1/monitor", key=key, headers={"Host": "evil.example.com"})
    assert answer.status == 200
