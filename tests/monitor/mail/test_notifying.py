"""Notices on their way, through Apprise, to loopback and no further."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import anyio
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from changetrack.monitor.mail import Notice, write_notice
from changetrack.monitor.models import Delivery
from changetrack.monitor.webhooks.retries import Outcome
from changetrack_server.monitor.delivery.notifying import Notifier, Said, notify
from tests.monitor.mail.news import MEANINGFUL, MONITOR_ID, make_check, make_mail_monitor, make_page
from tests.monitor.mail.services import CHANNELS
from tests.monitor.makers import NOON
from tests.server.serving import serve

PAGE = make_page(judgment=MEANINGFUL)
BODY = write_notice(make_mail_monitor(), make_check(PAGE), [PAGE])


@pytest.fixture(scope="module", autouse=True)
def _load_apprise() -> None:
    """Load every service at once: some import what Python will remove, which is not ours to say."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        import apprise

        apprise.Apprise.instantiate("json://127.0.0.1/")


def make_notice(channel: str, body: str = BODY) -> Delivery:
    """Return a notice that waits."""
    return Delivery(
        id="n",
        owner="local",
        monitor_id=MONITOR_ID,
        channel="notify",
        event="notify.summary",
        destination=channel,
        body=body,
        created_at=NOON,
    )


def allow(_channel: str) -> None:
    """Let every channel pass, where the policy is not what is tested."""


def send(channel: str, *, tell: Callable[[str, Notice], Said] = notify, **given: float) -> Outcome:
    """Return what comes of a notice to a channel that nobody checks."""
    notifier = Notifier(check=allow, tell=tell, clock=lambda: 0.0, **given)
    return anyio.run(notifier.send, make_notice(channel))


@contextmanager
def sink(status: int, bodies: list[object], headers: dict[str, str] | None = None) -> Iterator[str]:
    """Yield the channel of a receiver that answers with a status, and keeps what it got."""

    async def take(request: Request) -> Response:
        bodies.append(await request.json())
        return Response(status_code=status, headers=headers)

    app = Starlette(routes=[Route("/{rest:path}", take, methods=["POST"])])
    with serve(app) as url:
        yield url.replace("http://", "json://")


def test_a_notice_arrives_with_its_title_and_its_lines() -> None:
    """Through the real Apprise, over a real socket."""
    bodies: list[object] = []
    with sink(200, bodies) as channel:
        assert send(channel) == Outcome()
    (body,) = bodies
    assert isinstance(body, dict)
    assert (body["title"], body["message"]) == (
        "Changes on Prices: 1 changed",
        "changed: https://example.com/0\n    The Starter plan costs more.",
    )


@pytest.mark.parametrize(
    ("status", "is_final"), [(500, False), (429, False), (401, True), (404, True), (410, True)]
)
def test_what_a_service_answers_decides_about_the_next_try(status: int, *, is_final: bool) -> None:
    """A token that is wrong stays so; everything else is tried again."""
    with sink(status, []) as channel:
        assert send(channel) == Outcome(
            status_code=status, error=f"refused: the service answered {status}", is_final=is_final
        )


def test_a_service_that_is_away_is_tried_again() -> None:
    """There is no status then."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        assert send(f"json://127.0.0.1:{held.getsockname()[1]}/") == Outcome(
            error="refused: the service did not take it, or cannot be reached"
        )


def test_a_service_that_sends_us_elsewhere_is_not_followed() -> None:
    """Where it leads was not checked."""
    elsewhere: list[object] = []
    with sink(200, elsewhere) as other:
        location = {"Location": other.replace("json://", "http://")}
        with sink(307, [], location) as channel:
            assert not send(channel).is_delivered
    assert elsewhere == []


def test_a_service_that_hangs_is_left() -> None:
    """Whoever waits for it is told so; the thread ends by its own timeouts."""
    is_over = threading.Event()

    def hang(_channel: str, _notice: Notice) -> Said:
        is_over.wait(60)
        return True, None

    begun = time.monotonic()
    notifier = Notifier(check=allow, tell=hang, seconds=0.1, clock=lambda: 0.0)

    async def run() -> Outcome:
        outcome = await notifier.send(make_notice("json://x"))
        is_over.set()
        return outcome

    assert anyio.run(run) == Outcome(error="timeout: the service took too long")
    assert time.monotonic() - begun < 30


def test_without_apprise_the_notice_says_what_to_install() -> None:
    """And waits, since somebody may do so."""

    def fail(_channel: str, _notice: Notice) -> Said:
        raise ImportError

    assert send("json://x", tell=fail) == Outcome(
        error="apprise_missing: install changetrack[notify]"
    )


@pytest.mark.parametrize("channel", ["json://127.0.0.1:1/", "file:///etc/passwd", "ntfy://a/b"])
def test_a_channel_is_checked_at_each_try(channel: str) -> None:
    """Whatever was saved: what may be used is decided when it is used."""

    def never(_channel: str, _notice: Notice) -> Said:
        raise AssertionError

    outcome = anyio.run(Notifier(tell=never).send, make_notice(channel))
    assert (outcome.is_delivered, outcome.is_final) == (False, True)
    assert str(outcome.error).startswith("invalid_channel: ")


def test_what_is_no_notice_is_not_sent() -> None:
    """It will be none the next time either."""
    outcome = anyio.run(Notifier().send, make_notice("ntfy://topic", body="{}"))
    assert outcome == Outcome(error="invalid_request: the notice is not whole", is_final=True)


def test_a_channel_that_apprise_cannot_read_is_not_delivered() -> None:
    """Nothing is raised, and nothing is sent."""
    assert send("nothing://x") == Outcome(
        error="refused: the service did not take it, or cannot be reached"
    )


# Tells each channel that it is given, and says when it has.
_PROGRAM = """
import sys
from changetrack.monitor.mail import Notice
from changetrack_server.monitor.delivery.notifying import notify
for channel in sys.stdin:
    notify(channel.strip(), Notice("title", "text"))
    print("told", flush=True)
"""


@contextmanager
def refusing_proxy(asked: list[str]) -> Iterator[str]:
    """Yield the address of a proxy that refuses everything, and remembers for what it was asked."""

    def serve_one(connection: socket.socket) -> None:
        with connection:
            head = connection.recv(65_536).decode("latin-1")
            asked.append(head.partition("\r\n")[0])
            connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")

    def serve_all() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            serve_one(connection)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve_all, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(10)


def test_each_channel_of_the_table_talks_to_the_host_of_its_service() -> None:
    """Seen from outside: every connection that Apprise opens has to ask a proxy first."""
    asked: list[str] = []
    hosts: dict[str, set[str]] = {}
    with refusing_proxy(asked) as proxy:
        child = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-c", _PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={
                **os.environ,  # noqa: TID251 - to find Python and its modules
                "PYTHONPATH": str(Path(__file__).parents[3] / "src"),
                "HTTPS_PROXY": proxy,
                "HTTP_PROXY": proxy,
                "NO_PROXY": "",
            },
        )
        assert child.stdin is not None
        assert child.stdout is not None
        with child, child.stdin, child.stdout:
            for channel in CHANNELS:
                child.stdin.write(f"{channel}\n")
                child.stdin.flush()
                assert child.stdout.readline() == "told\n"
                hosts[channel] = {line.split(" ")[1] for line in asked}
                asked.clear()
    assert hosts == {channel: {f"{host}:443"} for channel, host in CHANNELS.items()}
