"""How late are ten thousand monitors that are due at once, and how many checks a second are there?

The loops of a server of one process work on a file, and pages and receiver are a process beside
them that does nothing but answer. All of it shares the processors of one machine, so the pages that
others would serve are paid for here, too.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from benchmarks.load.spy import find_shares
from benchmarks.runner import Goal, Report, Row, Settings, progress, rounded
from changetrack.monitor.models import (
    Check,
    Config,
    Delivery,
    Monitor,
    Secret,
    Target,
    Webhook,
    WebhookState,
)
from changetrack.monitor.ports import OneOf, Store, Transaction
from changetrack.monitor.schedule import Schedule
from changetrack.monitor.tables import CHECKS, DELIVERIES, MONITORS, Table
from changetrack_server.monitor.store import open_store

R = TypeVar("R")

QUESTION = "how late are ten thousand monitors due at once, and how many checks are there a second?"

# What the issue of the orchestration promised.
_LEAST_CHECKS = 200.0
_DUE_AT_ONCE = 10_000
_STEADY = 1_500
_MESSAGES = 3_000
_RECEIVERS = 30
_ROUNDS = 2
# What a process needs to start, before anything is due.
_NOTICE = timedelta(seconds=3)
_PATIENCE_SECONDS = 240
_WARM_SECONDS = 0.5
_PROFILE_SECONDS = 4
_LOOK_SECONDS = 1.0
_PORTION = 500
_SECRET = "whsec_" + "QUJD" * 10 + "QUI="


@dataclass(frozen=True, slots=True)
class _Place:
    """Where monitors are kept, and the port of what they watch."""

    database: str
    port: int
    # How the orchestration is started besides that.
    arguments: tuple[str, ...] = ()

    @property
    def url(self) -> str:
        """Return the address of pages and receivers."""
        return f"http://127.0.0.1:{self.port}"


@dataclass(slots=True)
class _Costs:
    """Processor seconds of a run: of the process with the loops, and of those that read pages."""

    # Of the process with the loops.
    pid: int
    own: float = 0.0
    others: float = 0.0


def answer(settings: Settings) -> Report:
    """Measure a burst, what is done steadily, and messages."""
    report = Report("monitors", QUESTION)
    scale = 20 if settings.quick else 1
    with tempfile.TemporaryDirectory() as name, _serve_site() as port:
        folder = Path(name)
        _measure_burst(report, _place(folder / "burst.db", port), _DUE_AT_ONCE // scale)
        _measure_steady(report, folder, port, _STEADY // scale)
        _measure_messages(report, _place(folder / "messages.db", port), _MESSAGES // scale)
        _measure_postgres(report, port, _STEADY // scale)
    return report


def _place(path: Path, port: int, *arguments: str) -> _Place:
    return _Place(f"sqlite:///{path}", port, arguments)


def _measure_burst(report: Report, place: _Place, count: int) -> None:
    """Let everything be due in one minute, the first time: each page is new."""
    progress(f"{count:,} monitors due at once")
    checks, costs = _run_round(place, count)
    row = _describe(f"{count:,} due at once, new pages", checks, costs)
    planned = max(check.created_at - _slot_of(check) for check in checks).total_seconds()
    lateness = sorted((_started(check) - _slot_of(check)).total_seconds() for check in checks)
    row |= {
        "planned after s": rounded(planned),
        "late p50 s": rounded(statistics.median(lateness)),
        "late p99 s": rounded(lateness[len(lateness) * 99 // 100]),
    }
    report.rows.append(row)
    missed = count - len({check.monitor_id for check in checks})
    missed += sum(check.missed_slots for check in checks)
    report.goals.append(Goal(f"slots missed of {count:,}", missed, 0, least=False))


def _measure_steady(report: Report, folder: Path, port: int, count: int) -> None:
    """Let pages be looked at again that stay the same, in processes and on the spot, in turns."""
    places = {
        "in processes": _place(folder / "apart.db", port),
        "on the spot": _place(folder / "inline.db", port, "--inline"),
    }
    rates: dict[str, list[float]] = {name: [] for name in places}
    for place in places.values():
        _run_round(place, count)
    for turn in range(_ROUNDS):
        for name, place in places.items():
            progress(f"steady, pages read {name}")
            checks, costs = _run_round(place, count)
            row = _describe(f"same pages, read {name}, round {turn + 1}", checks, costs)
            rates[name].append(float(row["per second"] or 0))
            report.rows.append(row)
    _measure_profile(report, places["in processes"], count)
    for name, found in rates.items():
        rate = statistics.median(found)
        report.goals.append(
            Goal(f"checks a second, pages read {name}", rate, _LEAST_CHECKS, least=True)
        )


def _measure_profile(report: Report, place: _Place, count: int) -> None:
    """Look where the time of the process with the loops goes while it has enough to do."""
    progress("profile")
    slot = _let_be_due(place, count)
    shares: dict[str, float] | None = None
    with _work(place) as costs:
        time.sleep(max(0.0, (slot - datetime.now(UTC)).total_seconds()) + _WARM_SECONDS)
        shares = find_shares(costs.pid, _PROFILE_SECONDS)
        _await(place, lambda transaction: not _count_open(transaction))
    if shares is None:
        report.notes.append("py-spy is not installed, so there is no profile")
        return
    report.rows += [
        {"case": f"profile, pages read in processes: {layer}", "share": rounded(share)}
        for layer, share in shares.items()
    ]


def _measure_messages(report: Report, place: _Place, count: int) -> None:
    """Let an outbox be emptied that is full."""
    progress(f"{count:,} messages")
    with _open(place) as store:
        _put_all(store, MONITORS, [_make_monitor(place, each, None) for each in range(_RECEIVERS)])
        _put_all(store, DELIVERIES, [_make_message(place, each) for each in range(count)])
    with _work(place) as costs:
        _await(place, lambda transaction: _count_sent(transaction) == count)
    with _open(place) as store:
        sent = store.transact(lambda transaction: transaction.select(DELIVERIES, {}))
    times = [message.delivered_at for message in sent if message.delivered_at]
    seconds = (max(times) - min(times)).total_seconds()
    report.rows.append(
        {
            "case": f"{count:,} messages to {_RECEIVERS} receivers",
            "per second": round(len(times) / seconds, 1),
            "own ms each": _each(costs.own, count),
        }
    )


def _measure_postgres(report: Report, port: int, count: int) -> None:
    """Do the same on PostgreSQL, where there is one; a server that need not reach the disk."""
    try:
        from tests.monitor.postgres import run_postgres
    except ModuleNotFoundError as error:
        report.notes.append(f"without PostgreSQL: {error}")
        return
    if not any(Path("/usr/lib/postgresql").glob("*/bin/initdb")):
        report.notes.append("without PostgreSQL: it is not installed")
        return
    with run_postgres() as cluster:
        place = _Place(cluster.create_database(), port)
        for case in ("new pages", "same pages, read in processes"):
            progress(f"PostgreSQL, {case}")
            checks, costs = _run_round(place, count)
            report.rows.append(_describe(f"PostgreSQL (without fsync), {case}", checks, costs))


def _run_round(place: _Place, count: int) -> tuple[list[Check], _Costs]:
    """Return the checks of a slot that all monitors have, and what they cost."""
    slot = _let_be_due(place, count)
    with _open(place) as store:
        before = store.transact(_count_done)
    with _work(place) as costs:
        _await(place, lambda transaction: _count_done(transaction) == before + count)
    with _open(place) as store:
        checks = store.transact(lambda transaction: transaction.select(CHECKS, {}))
    return [check for check in checks if check.scheduled_for == slot], costs


def _let_be_due(place: _Place, count: int) -> datetime:
    """Return when as many monitors will be due, a little later."""
    with _open(place) as store:
        slot = datetime.now(UTC).replace(microsecond=0) + _NOTICE + timedelta(seconds=count / 1e3)
        _put_all(store, MONITORS, [_make_monitor(place, each, slot) for each in range(count)])
    return slot


def _describe(case: str, checks: list[Check], costs: _Costs) -> Row:
    done = [check for check in checks if check.status == "completed"]
    seconds = (max(map(_finished, done)) - min(map(_started, done))).total_seconds()
    return {
        "case": case,
        "checks": len(done),
        "per second": round(len(done) / seconds, 1),
        "own ms each": _each(costs.own, len(done)),
        "others ms each": _each(costs.others, len(done)),
    }


def _each(seconds: float, count: int) -> float:
    return rounded(seconds * 1e3 / count)


def _make_monitor(place: _Place, number: int, slot: datetime | None) -> Monitor:
    now = datetime.now(UTC)
    target = Target(id="target", type="scrape", urls=(f"{place.url}/pages/{number}",))
    schedule = Schedule(cron=None, every_seconds=86_400, anchor=slot or now)
    is_told = slot is None
    return Monitor(
        id=f"monitor-{number:06}",
        owner="local",
        config=Config(
            name=f"page {number}",
            schedule=schedule,
            targets=(target,),
            webhook=Webhook(url=f"{place.url}/hooks/{number}") if is_told else None,
        ),
        webhook_state=WebhookState(secrets=(Secret(value=_SECRET, created_at=now),)),
        next_run_at=slot,
        created_at=now,
        updated_at=now,
    )


def _make_message(place: _Place, number: int) -> Delivery:
    now, receiver = datetime.now(UTC), number % _RECEIVERS
    return Delivery(
        id=f"message-{number:06}",
        owner="local",
        monitor_id=f"monitor-{receiver:06}",
        channel="webhook",
        event="monitor.page",
        destination=f"{place.url}/hooks/{receiver}",
        body=json.dumps({"type": "monitor.page", "text": "x" * 1_000}),
        next_attempt_at=now,
        created_at=now,
    )


def _put_all(store: Store, table: Table[R], rows: list[R]) -> None:
    def put(transaction: Transaction, portion: list[R]) -> None:
        for row in portion:
            transaction.put(table, row)

    for start in range(0, len(rows), _PORTION):
        store.transact(partial(put, portion=rows[start : start + _PORTION]))


def _count_done(transaction: Transaction) -> int:
    ended = OneOf(("completed", "partial", "failed", "skipped_overlap", "skipped_no_credits"))
    return transaction.count(CHECKS, {"status": ended})


def _count_open(transaction: Transaction) -> int:
    return transaction.count(CHECKS, {"status": OneOf(("queued", "running"))})


def _count_sent(transaction: Transaction) -> int:
    return transaction.count(DELIVERIES, {"status": "delivered"})


def _slot_of(check: Check) -> datetime:
    assert check.scheduled_for is not None
    return check.scheduled_for


def _started(check: Check) -> datetime:
    assert check.started_at is not None
    return check.started_at


def _finished(check: Check) -> datetime:
    assert check.finished_at is not None
    return check.finished_at


def _await(place: _Place, is_over: Callable[[Transaction], bool]) -> None:
    """Wait until something is so; looking costs a moment of the store, so it is done rarely."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    with _open(place) as store:
        while not store.transact(is_over):
            if time.monotonic() > deadline:
                raise RuntimeError("it is not done in time")
            time.sleep(_LOOK_SECONDS)


@contextmanager
def _open(place: _Place) -> Iterator[Store]:
    store = open_store(place.database)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def _serve_site() -> Iterator[int]:
    with _start("benchmarks.load.site", [], os.environ) as process:
        yield int(_read_line(process))


@contextmanager
def _work(place: _Place) -> Iterator[_Costs]:
    """Run the loops until the block is left; what they cost is known then."""
    environment = {
        **os.environ,
        "CHANGETRACK_DATABASE": place.database,
        "CHANGETRACK_ALLOWED_NETWORKS": "127.0.0.0/8",
        "CHANGETRACK_FETCH_PORTS": f"80,443,{place.port}",
        "CHANGETRACK_LOG_LEVEL": "warning",
    }
    with _start("benchmarks.load.orchestra", [*place.arguments], environment) as process:
        costs = _Costs(process.pid)
        yield costs
        assert process.stdin is not None
        process.stdin.close()
        found = json.loads(_read_line(process))
        costs.own, costs.others = found["own"], found["others"]


@contextmanager
def _start(
    module: str, arguments: list[str], environment: Mapping[str, str]
) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", module, *arguments],
        env=dict(environment),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            if process.stdin is not None:
                process.stdin.close()
            process.terminate()


def _read_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()
