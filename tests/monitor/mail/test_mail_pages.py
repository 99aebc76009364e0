"""What the links in mails lead to."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any, TypeVar

import anyio
import httpx2
import pytest
from starlette.applications import Starlette

from changetrack.monitor.mail import sync_recipients
from changetrack.monitor.models import Recipient
from changetrack.monitor.ports import Store, Transaction
from changetrack.monitor.tables import RECIPIENTS
from changetrack_server.monitor.routes.mail_pages import mail_routes
from changetrack_server.settings import Settings
from tests.monitor.mail.news import (
    ALICE,
    LINKS,
    MONITOR_ID,
    SIGNING_KEY,
    keep,
    make_check,
    make_mail_monitor,
)
from tests.monitor.makers import NOON

T = TypeVar("T")
TOKEN = "t" * 43
LEAVE = str(LINKS.unsubscribe(MONITOR_ID, ALICE)).partition("token=")[2]
CONFIRM, UNSUBSCRIBE = "/v1/monitor/email/confirm", "/v1/monitor/email/unsubscribe"
HOSTILE = '<script>alert(1)</script>"><img src=x>'


class Site:
    """The pages on a store, asked as programs and browsers do."""

    def __init__(self, name: str = "Prices") -> None:
        monitor = make_mail_monitor(ALICE, name=name)
        self.store: Store = keep(monitor, make_check())
        self.store.transact(
            partial(
                sync_recipients, monitor=monitor, now=NOON, new_token=lambda: TOKEN, links=LINKS
            )
        )
        self.app = Starlette(routes=mail_routes())
        self.app.state.orchestra = SimpleNamespace(
            transact=self._transact,
            now=lambda: NOON,
            signing_key=SIGNING_KEY,
            settings=Settings(body_seconds=0.2),
        )

    async def _transact(self, work: Callable[[Transaction], T]) -> T:
        return self.store.transact(work)

    def ask(self, method: str, path: str, **given: Any) -> httpx2.Response:  # noqa: ANN401 - as a client has it
        """Return the answer to a request."""

        async def run() -> httpx2.Response:
            transport = httpx2.ASGITransport(app=self.app)
            async with httpx2.AsyncClient(transport=transport, base_url="http://x") as client:
                return await client.request(method, path, **given)

        return anyio.run(run)

    @property
    def status(self) -> str:
        """How Alice stands."""
        row = self.store.transact(
            lambda transaction: transaction.find(RECIPIENTS, MONITOR_ID, ALICE)
        )
        assert isinstance(row, Recipient)
        return row.status


@pytest.mark.parametrize("version", ["/v1", "/v2"])
def test_a_program_confirms_and_unsubscribes_with_json(version: str) -> None:
    """In the words of the protocol, twice each, under the paths of both dialects."""
    site = Site()
    path = f"{version}/monitor/email/"
    answers = [
        site.ask("POST", f"{path}{name}", json={"token": token})
        for name, token in (("confirm", TOKEN), ("unsubscribe", LEAVE))
        for _ in range(2)
    ]
    assert [(answer.status_code, answer.json()) for answer in answers] == [
        (200, {"success": True, "result": result, "email": ALICE, "monitorName": "Prices"})
        for result in ("confirmed", "already_confirmed", "unsubscribed", "already_unsubscribed")
    ]


PROBLEMS: list[tuple[object, int, str]] = [
    ({"token": "short"}, 400, "invalid_token"),
    ({"token": "x" * 65}, 400, "invalid_token"),
    ({}, 400, "invalid_token"),
    ({"token": "x" * 43}, 404, "not_found"),
]


@pytest.mark.parametrize(("body", "status", "code"), PROBLEMS, ids=range(len(PROBLEMS)))
@pytest.mark.parametrize("path", [CONFIRM, UNSUBSCRIBE])
def test_a_program_hears_why_not(path: str, body: object, status: int, code: str) -> None:
    """With the code of the protocol beside the words of ours."""
    answer = Site().ask("POST", path, json=body)
    assert (answer.status_code, answer.json()["success"], answer.json()["code"]) == (
        status,
        False,
        code,
    )


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b'{"token": 1}', b'{"token": "\\ud800"}'])
def test_what_is_no_request_is_answered_as_one(body: bytes) -> None:
    """An envelope, whatever was sent."""
    answer = Site().ask("POST", CONFIRM, content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["success"]) == (400, False)


def test_C34_following_the_link_confirms_nothing() -> None:
    """However often a scanner comes, with whatever method; the button does it."""
    site = Site()
    for method in ("GET", "HEAD", "GET"):
        assert site.ask(method, CONFIRM, params={"token": TOKEN}).status_code == 200
    assert site.status == "pending"
    page = site.ask("GET", CONFIRM, params={"token": TOKEN}).text
    assert "Do you want this mail?" in page
    assert ALICE in page
    assert re.findall("<(?:form|input|button).*?>", page) == [
        '<form method="post">',
        f'<input type="hidden" name="token" value="{TOKEN}">',
        '<button type="submit">',
    ]
    done = site.ask("POST", f"{CONFIRM}?token={TOKEN}", data={"token": TOKEN})
    assert (done.status_code, "<h1>Confirmed</h1>" in done.text, site.status) == (
        200,
        True,
        "confirmed",
    )
    again = site.ask("GET", CONFIRM, params={"token": TOKEN})
    assert "<h1>Confirmed already</h1>" in again.text
    assert "<form" not in again.text


def test_C34_following_the_link_unsubscribes_nobody() -> None:
    """A scanner that fetches every link must not silence an alarm."""
    site = Site()
    page = site.ask("GET", UNSUBSCRIBE, params={"token": LEAVE})
    assert (page.status_code, site.status) == (200, "pending")
    assert "This cannot be undone." in page.text
    done = site.ask("POST", UNSUBSCRIBE, data={"token": LEAVE})
    assert ("<h1>Unsubscribed</h1>" in done.text, site.status) == (True, "unsubscribed")
    again = site.ask("GET", UNSUBSCRIBE, params={"token": LEAVE})
    assert "<h1>Unsubscribed already</h1>" in again.text


@pytest.mark.parametrize("given", [{"data": {"List-Unsubscribe": "One-Click"}}, {"files": True}])
def test_a_mail_program_unsubscribes_with_one_click(given: dict[str, Any]) -> None:
    """RFC 8058: the token stands in the address, and the form is of either kind."""
    if "files" in given:
        given = {"files": {"List-Unsubscribe": (None, "One-Click")}}
    site = Site()
    assert site.ask("POST", f"{UNSUBSCRIBE}?token={LEAVE}", **given).status_code == 200
    assert site.status == "unsubscribed"


@pytest.mark.parametrize(
    ("token", "status"), [("", 400), ("short", 400), (HOSTILE, 400), ("x" * 43, 404)]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("path", [CONFIRM, UNSUBSCRIBE])
def test_a_link_that_leads_nowhere_says_so(path: str, method: str, token: str, status: int) -> None:
    """On a page of the same kind, which repeats nothing of what was sent."""
    page = Site().ask(method, path, params={"token": token})
    assert page.status_code == status
    assert "<h1>This link does not work</h1>" in page.text
    assert "<img" not in page.text


def test_B32_the_name_of_a_monitor_is_text() -> None:
    """Whoever made the monitor chose it, and whoever is asked sees it as it is."""
    page = Site(HOSTILE).ask("GET", CONFIRM, params={"token": TOKEN})
    assert "<script" not in page.text
    assert "<img" not in page.text
    assert "“&lt;script&gt;alert(1)&lt;/script&gt;" in page.text


def test_a_page_may_do_nothing_but_post_its_form() -> None:
    """No script, nothing loaded, not in a frame, not kept, and no address told to anybody."""
    page = Site().ask("GET", CONFIRM, params={"token": TOKEN})
    headers = page.headers
    policy = dict(
        part.strip().split(" ", 1) for part in headers["content-security-policy"].split(";")
    )
    style = policy.pop("style-src")
    assert policy == {
        "default-src": "'none'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    (sheet,) = re.findall("<style>(.*?)</style>", page.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    assert style == f"'sha256-{digest}'"
    assert (headers["referrer-policy"], headers["cache-control"], headers["x-robots-tag"]) == (
        "no-referrer",
        "no-store",
        "noindex, nofollow",
    )


def test_a_body_is_small_and_comes_at_once() -> None:
    """The routes are open to everybody."""
    site = Site()
    large = site.ask("POST", CONFIRM, content=b"x" * 10_000)
    assert large.status_code == 413

    async def drip() -> Any:  # noqa: ANN401 - a stream
        yield b"token="
        await anyio.sleep(5)

    slow = site.ask("POST", CONFIRM, content=drip())
    assert slow.status_code == 408
    assert site.status == "pending"
