"""The reference of monitors names everything that the code reads and writes, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import get_args

import pytest

from changetrack import JsonObject, errors
from changetrack.monitor.models import (
    Check,
    CheckStatus,
    DeliveryStatus,
    Page,
    PageStatus,
    PauseReason,
    Summary,
    Webhook,
)
from changetrack.monitor.webhooks.events import (
    EVENTS,
    write_check_event,
    write_page_event,
    write_test_event,
)
from changetrack.monitor.webhooks.retries import DELAYS
from changetrack.monitor.wire import DIALECTS, crawling, reading, receivers, targets, tracking
from changetrack.monitor.wire.writing import write_check, write_monitor, write_page
from changetrack.wire import load
from changetrack_server.errors import FAULTS, STATUSES
from changetrack_server.monitor.routes import ENDPOINTS
from changetrack_server.settings import PREFIX, Settings
from tests.docs.pages import ROOT
from tests.monitor.makers import NOON, make_config, make_monitor, make_target

TEXT = (ROOT / "docs/reference/monitors.md").read_text(encoding="utf-8")
NAMED = {word for span in re.findall(r"`([^`\n]+)`", TEXT) for word in re.findall(r"\w+", span)}

# What a client may send back as it was answered.
_ECHOED = {"active"}

READ = {
    "create": reading._CREATE,
    "change": reading._PATCH,
    "schedule": reading._SCHEDULE,
    "target": targets._KNOWN,
    "crawl": crawling._KNOWN,
    "webhook": receivers._WEBHOOK - _ECHOED,
    "notification": receivers._NOTIFICATION,
    "email": receivers._EMAIL,
    "followed": tracking._FOLLOWED,
    "unsupported": tracking._UNSUPPORTED,
}

PAGE = Page(
    id="p",
    check_id="c",
    monitor_id="m",
    target_id="t",
    url="https://example.com/",
    status="error",
    position=0,
    error="gone",
    error_code="timeout",
    fields={"price": 1},
    warnings=("doubtful",),
    created_at=NOON,
)


def _write() -> dict[str, Iterable[str]]:
    webhook = Webhook(url="https://example.net/", statuses=("new",), only_meaningful=True)
    config = make_config(targets=(make_target(),), webhook=webhook)
    monitor = make_monitor(config)
    check = Check(
        id="c",
        monitor_id=monitor.id,
        owner="local",
        status="skipped_overlap",
        trigger="scheduled",
        error_code="overlap",
        missed_slots=1,
        created_at=NOON,
        updated_at=NOON,
    )
    written: dict[str, JsonObject] = {"summary": write_check(check, DIALECTS["v1"])["summary"]}  # type: ignore[dict-item]
    for version, dialect in DIALECTS.items():
        written[f"{version} monitor"] = write_monitor(monitor, dialect, recipients=[])
        written[f"{version} check"] = write_check(check, dialect)
        written[f"{version} page"] = write_page(PAGE, dialect)
    events = {
        "page": write_page_event("e", webhook, PAGE, modes=["json"]),
        "check": write_check_event("e", webhook, check),
        "test": write_test_event("e", webhook, monitor),
    }
    for name, text in events.items():
        event: JsonObject = load(text.encode())  # type: ignore[assignment]
        written[f"{name} event"] = event
        written[f"{name} told"] = event["data"][0]  # type: ignore[assignment, index]
    return dict(written)


WRITTEN = _write()


@pytest.mark.parametrize("name", READ)
def test_every_field_that_is_read_is_named(name: str) -> None:
    """Whoever looks for a field of a request finds it here."""
    assert set(READ[name]) - NAMED == set()


@pytest.mark.parametrize("name", WRITTEN)
def test_every_field_that_is_written_is_named(name: str) -> None:
    """And whoever wonders about one of an answer or an event."""
    assert set(WRITTEN[name]) - NAMED == set()


DELIVERIES = get_args(DeliveryStatus)


def test_every_word_of_a_status_is_named() -> None:
    """Of checks, pages, deliveries, and of why a monitor rests; so are the events."""
    words = {*EVENTS, *DELIVERIES, *get_args(CheckStatus), *get_args(PageStatus)}
    words |= {*get_args(PauseReason), *(dialect.spent for dialect in DIALECTS.values())}
    assert {word for word in words if f"`{word}`" not in TEXT} == set()


def test_every_route_is_named() -> None:
    """With its methods, below a dialect."""
    named = re.sub(r"checkId", "check_id", re.sub(r"deliveryId", "delivery_id", TEXT))
    named = named.replace("{id}", "{monitor_id}")
    routes = {
        f"{method} {path}".strip() for path, endpoints in ENDPOINTS.items() for method in endpoints
    }
    assert {route for route in routes if f"`{route}`" not in named} == set()


def test_the_limits_are_the_defaults() -> None:
    """A number in the table of limits is the one of the settings, in whatever unit."""
    defaults = Settings()
    shown = re.findall(r"^\| [^|]+ \| ([^|]+) \| (`CHANGETRACK_[^|]+) \|", TEXT, re.MULTILINE)
    assert len(shown) >= 10
    for numbers, names in shown:
        found = [int(each.replace(",", "")) for each in re.findall(r"[\d,]*\d", numbers)]
        for number, name in zip(found, re.findall(rf"`{PREFIX}(\w+)`", names), strict=False):
            value = getattr(defaults, name.lower())
            is_minutes = name == "CHECK_SECONDS"
            assert value == (number * 60 if is_minutes else number), name


def test_the_tries_are_those_of_the_code() -> None:
    """The pauses between two tries, as they are spelled, and all of them together."""
    spelled = re.search(r"after ([\d a-z,]+ and 24 h)", TEXT)
    assert spelled is not None
    units = {"s": 1, "min": 60, "h": 3600}
    pauses = re.findall(r"(\d+) (s|min|h)", spelled[1])
    seconds = [timedelta(seconds=int(number) * units[unit]) for number, unit in pauses]
    assert tuple(seconds) == DELAYS[1:]
    assert sum(DELAYS, timedelta()) // timedelta(hours=1) == 75


def test_the_reasons_have_their_statuses() -> None:
    """Each reason of the last table exists, and is answered with the status of its row."""
    known = {kind.reason: STATUSES.get(kind.code) for kind in _list_errors()}
    known |= {name: fault.status for name, fault in FAULTS.items()}
    table = TEXT.partition("Those of monitors:")[2]
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", table, re.MULTILINE)
    said = {
        reason: int(status)
        for status, words in rows
        for reason in re.findall(r"`([a-z_]+)`", words)
    }
    assert said == {reason: known.get(reason) for reason in said}
    assert len(said) > 15


def _list_errors() -> Iterable[type[errors.ChangeTrackError]]:
    kinds = (getattr(errors, name) for name in errors.__all__)
    return (kind for kind in kinds if issubclass(kind, errors.ChangeTrackError))


def test_a_summary_has_the_kinds_of_pages() -> None:
    """The page of a check counts what the page of the reference lists."""
    assert {*Summary.__dataclass_fields__} == {*get_args(PageStatus), "total_pages"}
