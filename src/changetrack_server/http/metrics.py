"""What an operator's Prometheus reads; names of routes and reasons only, never what was asked."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["METRICS_TYPE", "SHARED_FOLDER", "Metrics"]

METRICS_TYPE = CONTENT_TYPE_LATEST

# Where the workers of one server put their numbers together; prometheus_client's own variable.
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"

# From a small diff to the longest that a model may take.
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120)

# From a free worker to a day that nobody was there.
_LATENESS = (0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 7_200, 86_400)


class Metrics:
    """The numbers of one app."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._by_answer: dict[tuple[str, int], tuple[Counter, Histogram]] = {}
        self._requests = Counter(
            "changetrack_requests",
            "Requests answered.",
            ("route", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "changetrack_request_seconds",
            "Time from the headers of a request to the end of its answer.",
            ("route",),
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._active = Gauge(
            "changetrack_active_requests",
            "Requests that are being answered.",
            registry=self._registry,
            multiprocess_mode="livesum",
        )
        self._fetches = Counter(
            "changetrack_fetches",
            "Pages fetched, by what came of it: ok, or the reason of the error.",
            ("result",),
            registry=self._registry,
        )
        self._jobs = Gauge(
            "changetrack_jobs",
            "Jobs that wait for a process or are being done by one.",
            registry=self._registry,
            multiprocess_mode="livesum",
        )
        self._count_monitors()

    def _count_monitors(self) -> None:
        """Set up what is counted of monitors, whether there are any or not."""
        self._checks = Counter(
            "changetrack_checks",
            "Checks of monitors that ended, by how.",
            ("status",),
            registry=self._registry,
        )
        self._lateness = Histogram(
            "changetrack_check_lateness_seconds",
            "Time from the slot of a check to its beginning.",
            buckets=_LATENESS,
            registry=self._registry,
        )
        self._deliveries = Counter(
            "changetrack_deliveries",
            "Tries to deliver something, by channel and by what came of it.",
            ("channel", "result"),
            registry=self._registry,
        )
        self._troubles = Counter(
            "changetrack_troubles",
            "Steps of the orchestration that were put off, by reason, such as database_busy.",
            ("reason",),
            registry=self._registry,
        )

    @contextlib.contextmanager
    def counting_job(self) -> Iterator[None]:
        """Count a job as long as it waits or is done."""
        self._jobs.inc()
        try:
            yield
        finally:
            self._jobs.dec()

    def begin(self) -> None:
        """Count a request that begins."""
        self._active.inc()

    def end(self, route: str, status: int, seconds: float) -> None:
        """Count a request that is answered."""
        self._active.dec()
        if (route, status) not in self._by_answer:
            # Looking them up costs more than counting.
            counter = self._requests.labels(route, str(status))
            self._by_answer[route, status] = counter, self._seconds.labels(route)
        requests, durations = self._by_answer[route, status]
        requests.inc()
        durations.observe(seconds)

    def count_fetch(self, result: str) -> None:
        """Count a page that was asked for."""
        self._fetches.labels(result).inc()

    def count_check(self, status: str, late_seconds: float | None) -> None:
        """Count a check that ended; one that nobody scheduled cannot be late."""
        self._checks.labels(status).inc()
        if late_seconds is not None:
            self._lateness.observe(late_seconds)

    def count_delivery(self, channel: str, result: str) -> None:
        """Count a try to deliver something."""
        self._deliveries.labels(channel, result).inc()

    def count_trouble(self, reason: str) -> None:
        """Count something that the orchestration had to put off."""
        self._troubles.labels(reason).inc()

    def write(self) -> bytes:
        """Return all numbers in the text format; those of all workers, where there are several."""
        if SHARED_FOLDER not in os.environ:  # noqa: TID251 - prometheus_client has no other way
            return generate_latest(self._registry)
        _forget_dead(Path(os.environ[SHARED_FOLDER]))  # noqa: TID251 - as above
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)


def _forget_dead(folder: Path) -> None:
    """Drop what processes that are gone were in the middle of, which nobody else takes back."""
    for file in folder.glob("gauge_live*_*.db"):
        pid = int(file.stem.rpartition("_")[2])
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            file.unlink(missing_ok=True)
