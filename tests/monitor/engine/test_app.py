"""The whole server with monitors, as somebody meets it: over HTTP, by webhook and by mail."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx2
import pytest
from anyio.from_thread import start_blocking_portal
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from changetrack import ChangeTrackError
from changetrack.monitor import webhooks
from changetrack.monitor.memory import MemoryStore
from changetrack.monitor.models import Delivery
from changetrack.monitor.ports import Store
from changetrack.monitor.tables import CHECKS, DELIVERIES
from changetrack_server.app import create_app
from changetrack_server.monitor.store import StoreBusy, StoreFull, open_store
from changetrack_server.monitor.store.errors import StoreUnavailable
from changetrack_server.services import read_clock
from tests.monitor.engine.houses import Site, configure, serve_site, write_page
from tests.monitor.engine.orchestras import MoodyStore
from tests.monitor.mail.mail_servers import Postbox, serve_mail
from tests.server.http.live import eventually
from tests.server.serving import serve

_ALICE, _BOB = "alice@example.com", "bob@example.com"
_METRIC = re.compile(r"^(\w+(?:\{.*\})?) (\S+)$", re.MULTILINE)
_TOKEN = re.compile(r"/email/confirm\?token=([\w-]+)")


@dataclass
class Receiver:
    """A receiver of webhooks, which says no at first as often as it is told to."""

    refusals: int = 0
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    @property
    def app(self) -> Starlette:
        """The receiver as an app."""
        return Starlette(routes=[Route("/hook", self._take, methods=["POST"])])

    async def _take(self, request: Request) -> Response:
        if self.refusals > 0:
            self.refusals -= 1
            return Response(status_code=500)
        self.got.append((dict(request.headers), await request.body()))
        return Response(status_code=204)

    def list_events(self) -> list[tuple[str, str]]:
        """Return the type of each event, and the status of what it tells of."""
        events = [json.loads(body) for _, body in self.got]
        return [(each["type"], each["data"][0].get("status", "")) for each in events]


@dataclass
class Server:
    """A server, and what is around it."""

    client: httpx2.Client
    site: Site
    receiver: Receiver
    hook: str
    postbox: Postbox
    store: Store

    def ask(self, method: str, path: str, body: Any = None) -> dict[str, Any]:  # noqa: ANN401 - any JSON
        """Return the envelope of an answer that is a success."""
        answer = self.client.request(method, f"/v1/monitor{path}", json=body)
        assert answer.status_code == 200, answer.text
        envelope: dict[str, Any] = answer.json()
        return envelope

    def create(self, *paths: str, **given: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
        """Make a monitor that is not due today, and return it."""
        urls = [f"{self.site.address}{path}" for path in paths]
        order = {
            "name": "m",
            "schedule": {"cron": "0 0 1 1 *"},
            "targets": [{"type": "scrape", "urls": urls}],
            **given,
        }
        made: dict[str, Any] = self.ask("POST", "", order)["data"]
        return made

    def run(self, monitor_id: str) -> dict[str, Any]:
        """Have a monitor checked, and return the check when it is over."""
        check = self.ask("POST", f"/{monitor_id}/run")["data"]
        path = f"/{monitor_id}/checks/{check['id']}"
        assert eventually(
            lambda: self.ask("GET", path)["data"]["status"] not in {"queued", "running"}
        )
        ended: dict[str, Any] = self.ask("GET", path)["data"]
        return ended

    def read_statuses(self, monitor_id: str) -> list[str]:
        """Return what became of each message of a monitor, as it is shown."""
        return [each["status"] for each in self.ask("GET", f"/{monitor_id}/deliveries")["data"]]

    def list_deliveries(self) -> list[Delivery]:
        """Return all that left the house or is to leave it."""
        return self.store.transact(lambda each: each.select(DELIVERIES, {}, order=("created_at",)))

    def list_mails(self) -> list[str]:
        """Return what became of each mail."""
        return [each.status for each in self.list_deliveries() if each.channel == "email"]

    def read_metrics(self) -> dict[str, float]:
        """Return all numbers."""
        text = self.client.get("/metrics").text
        return {name: float(value) for name, value in _METRIC.findall(text)}


@contextmanager
def serving(store: Store, kept: Store | None = None, **variables: object) -> Iterator[Server]:
    """Have a server with a site, a receiver and a mail server, with these settings besides."""
    receiver, postbox = Receiver(), Postbox()
    with ExitStack() as stack:
        site = stack.enter_context(serve_site())
        hooks = stack.enter_context(serve(receiver.app))
        portal = stack.enter_context(start_blocking_portal())
        port = stack.enter_context(portal.wrap_async_context_manager(serve_mail(postbox)))
        given = {
            "smtp_host": "127.0.0.1",
            "smtp_port": port,
            "smtp_tls": "none",
            "mail_from": "changes@example.com",
            "public_url": "https://changes.test",
            **variables,
        }
        settings = replace(configure(site, **given), monitors=True)
        endpoint = stack.enter_context(serve(create_app(settings, store=store)))
        client = stack.enter_context(httpx2.Client(base_url=endpoint, timeout=30))
        yield Server(client, site, receiver, f"{hooks}/hook", postbox, kept or store)


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    """Return the store of the server that these tests share."""
    store = MemoryStore(threading.RLock())
    yield store
    store.close()


@pytest.fixture(scope="module")
def server(store: Store) -> Iterator[Server]:
    """Return a server; starting one costs more than a test."""
    with serving(store) as server:
        yield server


def test_a_change_is_told_by_webhook(server: Server) -> None:
    """Each page and the end of each check, signed with the secret that was shown once."""
    server.site.files["/hooked"] = write_page("Starter $19.")
    made = server.create("/hooked", webhook={"url": server.hook})
    assert server.run(made["id"])["summary"]["new"] == 1
    server.site.files["/hooked"] = write_page("Starter $24.")
    assert server.run(made["id"])["summary"]["changed"] == 1
    assert eventually(lambda: len(server.receiver.got) == 4)
    # They are on their way next to each other, and the one that arrives first may be any.
    assert sorted(server.receiver.list_events()) == [
        ("monitor.check.completed", "completed"),
        ("monitor.check.completed", "completed"),
        ("monitor.page", "changed"),
        ("monitor.page", "new"),
    ]
    for headers, body in server.receiver.got:
        webhooks.verify(body, headers, made["webhookSecret"], now=read_clock())
    # What has arrived is written down, and counted after that.
    assert eventually(lambda: server.read_statuses(made["id"]) == ["delivered"] * 4)
    delivered = 'changetrack_deliveries_total{channel="webhook",result="delivered"}'
    assert eventually(lambda: server.read_metrics().get(delivered) == 4)
    completed = 'changetrack_checks_total{status="completed"}'
    assert eventually(lambda: server.read_metrics().get(completed, 0) >= 2)


def test_a_receiver_that_refuses_gets_the_same_bytes_again(server: Server) -> None:
    """The try that was refused is counted as a failure, by the same rule that tries it again."""
    server.site.files["/again"] = write_page("Starter $19.")
    made = server.create("/again", webhook={"url": server.hook, "events": ["monitor.page"]})
    server.receiver.got.clear()
    server.receiver.refusals = 1
    server.run(made["id"])
    failed = 'changetrack_deliveries_total{channel="webhook",result="failed"}'
    assert eventually(lambda: server.read_metrics().get(failed) == 1)
    (waiting,) = [each for each in server.list_deliveries() if each.status == "pending"]
    assert (waiting.attempts, waiting.last_status_code, server.receiver.got) == (1, 500, [])
    again = server.ask("POST", f"/{made['id']}/deliveries/{waiting.id}/redeliver")["data"]
    assert again["id"] == waiting.id
    assert eventually(lambda: len(server.receiver.got) == 1)
    ((headers, body),) = server.receiver.got
    assert (headers["webhook-id"], body.decode()) == (waiting.id, waiting.body)


def test_a_change_is_mailed_to_whoever_agreed(server: Server) -> None:
    """Nobody gets anything before that, but for the question; and Bob never answers it."""
    server.site.files["/mailed"] = write_page("Starter $19.")
    email = {"enabled": True, "recipients": [_ALICE, _BOB], "includeDiffs": True}
    made = server.create("/mailed", notification={"email": email})
    assert eventually(lambda: len(server.postbox.mails) == 2)
    asked = {str(each["To"]): each for each in server.postbox.mails}
    assert set(asked) == {_ALICE, _BOB}
    server.run(made["id"])
    body = asked[_ALICE].get_body(("plain",))
    assert body is not None
    found = _TOKEN.search(str(body.get_content()))
    assert found is not None
    token = found[1]
    assert server.ask("POST", "/email/confirm", {"token": token})["success"] is True
    server.site.files["/mailed"] = write_page("Starter $24.")
    assert server.run(made["id"])["summary"]["changed"] == 1
    assert eventually(lambda: len(server.postbox.mails) == 3)
    mail = server.postbox.mails[-1]
    text, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert text is not None
    assert html is not None
    assert str(mail["To"]) == _ALICE
    assert f"{server.site.address}/mailed" in str(text.get_content())
    assert "Starter $24." in re.sub("<[^>]*>", "", str(html.get_content()))
    assert "unsubscribe" in str(mail["List-Unsubscribe"])
    # A check without news is no mail.
    server.run(made["id"])
    assert eventually(lambda: server.list_mails() == ["delivered"] * 3)
    assert len(server.postbox.mails) == 3
    delivered = 'changetrack_deliveries_total{channel="email",result="delivered"}'
    assert eventually(lambda: server.read_metrics().get(delivered) == 3)


def test_where_nobody_named_a_channel_nobody_is_told(server: Server) -> None:
    """Apprise is there or not: without a channel, nothing goes through it."""
    server.site.files["/quiet"] = write_page("Quiet.")
    made = server.create("/quiet")
    server.run(made["id"])
    assert [each for each in server.list_deliveries() if each.channel == "notify"] == []
    assert server.ask("GET", f"/{made['id']}/deliveries")["data"] == []


def test_C10_of_two_runs_at_once_one_is_refused(server: Server) -> None:
    """Whoever comes second learns which check is in flight; there is one check for both."""
    server.site.silent = {"/twice"}
    made = server.create("/twice")
    path = f"/v1/monitor/{made['id']}/run"
    gate = threading.Barrier(8)

    def run() -> httpx2.Response:
        gate.wait()
        return server.client.post(path)

    with ThreadPoolExecutor(8) as pool:
        answers = [each.result() for each in [pool.submit(run) for _ in range(8)]]
    by_status = sorted(answer.status_code for answer in answers)
    assert by_status == [200] + [409] * 7
    (good,) = [answer.json() for answer in answers if answer.status_code == 200]
    refused = [answer.json() for answer in answers if answer.status_code == 409]
    assert {each["errorCode"] for each in refused} == {"conflict"}
    assert all(good["data"]["id"] in json.dumps(each) for each in refused)
    assert server.ask("GET", f"/{made['id']}/checks")["total"] == 1
    server.site.silent = set()
    server.site.files["/twice"] = write_page("Twice.")


def test_C8_a_run_during_a_check_is_a_conflict(server: Server) -> None:
    """And it can be asked for again when the check is over."""
    server.site.files["/busy"] = write_page("Busy.")
    made = server.create("/busy")
    server.site.silent = {"/busy"}
    server.ask("POST", f"/{made['id']}/run")
    assert eventually(lambda: "/busy" in server.site.visits)
    again = server.client.post(f"/v1/monitor/{made['id']}/run")
    assert (again.status_code, again.json()["errorCode"]) == (409, "conflict")
    server.site.silent = set()


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (StoreBusy("others"), "database_busy"),
        (StoreFull("no room"), "storage_full"),
        (StoreUnavailable("gone"), "database_unavailable"),
    ],
)
def test_C13_C14_a_database_that_cannot_be_used_is_said(
    fault: ChangeTrackError, reason: str
) -> None:
    """With 503 and when to ask again; health answers all the same, and then everything is there."""
    kept = MemoryStore(threading.RLock())
    moody = MoodyStore(kept)
    with serving(moody, kept) as server:
        server.site.files["/"] = write_page("Root.")
        made = server.create("/")
        moody.mood = fault
        for method, path in (("GET", ""), ("POST", f"/{made['id']}/run")):
            answer = server.client.request(method, f"/v1/monitor{path}")
            said = answer.json()
            assert (answer.status_code, said["errorCode"], said["reason"]) == (
                503,
                "overloaded",
                reason,
            )
            assert int(answer.headers["retry-after"]) >= 1
        assert server.client.get("/health").status_code == 200
        compared = server.client.post(
            "/v1/change-tracking/diff", json={"current": {"markdown": "a"}}
        )
        assert compared.status_code == 200, compared.text
        troubles = f'changetrack_troubles_total{{reason="{reason}"}}'
        assert eventually(lambda: server.read_metrics().get(troubles, 0) >= 1)
        moody.mood = None
        assert server.run(made["id"])["status"] == "completed"


def test_C14_reading_goes_on_while_the_disk_is_full(folder: Path) -> None:
    """What is to be written is refused with the reason, and nothing is half there."""
    store = open_store(f"sqlite:///{folder}/monitors.db", reserve_bytes=0)
    with serving(store) as server:
        server.site.files["/"] = write_page("Root.")
        made = server.create("/")
        server.run(made["id"])
        pages = store._connection.execute("PRAGMA page_count").fetchone()[0]  # type: ignore[attr-defined]
        store.transact(
            lambda _: store._connection.execute(f"PRAGMA max_page_count = {pages}")  # type: ignore[attr-defined]
        )
        refused = []
        for number in range(200):
            order = {
                "name": f"{number} {'x' * 200}",
                "schedule": {"cron": "0 0 1 1 *"},
                "targets": [{"type": "scrape", "urls": [f"{server.site.address}/{'y' * 900}"]}],
            }
            answer = server.client.post("/v1/monitor", json=order)
            if answer.status_code != 200:
                refused.append((answer.status_code, answer.json()["reason"]))
                break
        assert refused == [(503, "storage_full")]
        assert server.ask("GET", f"/{made['id']}")["data"]["id"] == made["id"]
        assert server.ask("GET", f"/{made['id']}/checks")["total"] == 1
        store.transact(
            lambda _: store._connection.execute("PRAGMA max_page_count = 1000000")  # type: ignore[attr-defined]
        )
        assert server.run(made["id"])["status"] == "completed"
    store.close()


def test_C48_a_hundred_checks_leave_nothing_open(server: Server) -> None:
    """Files and sockets that were opened are closed again; what is kept does not grow."""
    server.site.files |= {f"/c48/{number}": write_page("Page.") for number in range(25)}
    made = server.create(*(f"/c48/{number}" for number in range(25)))
    server.run(made["id"])
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(6):
        server.run(made["id"])
    assert eventually(lambda: len(list(Path("/proc/self/fd").iterdir())) <= before + 10)


def test_C35_mails_wait_for_a_server_that_is_down() -> None:
    """The check does not: it is done, and the mail is tried again later."""
    store = MemoryStore(threading.RLock())
    with serving(store, smtp_port=1) as server:
        server.site.files["/"] = write_page("Root.")
        email = {"enabled": True, "recipients": [_ALICE]}
        made = server.create("/", notification={"email": email})
        assert server.run(made["id"])["status"] == "completed"
        failed = 'changetrack_deliveries_total{channel="email",result="failed"}'
        assert eventually(lambda: server.read_metrics().get(failed, 0) >= 1)
        (mail,) = server.list_deliveries()
        assert (mail.status, mail.event) == ("pending", "email.confirmation")
        assert mail.next_attempt_at is not None


def test_a_server_that_stops_gives_back_what_it_was_at() -> None:
    """It does not wait for a slow site; the next server goes on."""
    store = MemoryStore(threading.RLock())
    with serving(store) as server:
        server.site.silent = {"/slow"}
        made = server.create("/slow")
        server.ask("POST", f"/{made['id']}/run")
        assert eventually(lambda: "/slow" in server.site.visits)
        began = time.monotonic()
    # A site may be silent for ten seconds before it is given up.
    assert time.monotonic() - began < 8
    (check,) = store.transact(lambda each: each.select(CHECKS, {}))
    assert (check.status, check.releases) == ("running", 1)
    with serving(store) as server:
        assert eventually(lambda: server.ask("GET", f"/{made['id']}/checks")["data"] != [])
        path = f"/{made['id']}/checks/{check.id}"
        assert eventually(lambda: server.ask("GET", path)["data"]["status"] == "partial")
