"""What the routes of one app share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import anyio

from changetrack_server.egress.dialling import Network
from changetrack_server.egress.fetching import Fetcher
from changetrack_server.errors import EndpointError
from changetrack_server.http.metrics import Metrics
from changetrack_server.llm.chat import find_model
from changetrack_server.work.dispatch import Work

if TYPE_CHECKING:
    from changetrack_server.egress.fetching import Fetched
    from changetrack_server.llm.chat import ChatModel
    from changetrack_server.settings import Settings

__all__ = ["Services", "make_services", "read_clock"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What the routes of one app, or the tasks of a worker, share; made once."""

    settings: Settings
    metrics: Metrics
    work: Work
    fetcher: Fetcher
    model: ChatModel | None
    now: Callable[[], datetime]
    # What waits before something is tried again; a seam, since a test need not.
    sleep: Callable[[float], Awaitable[None]] = anyio.sleep

    @asynccontextmanager
    async def fetch(self, url: str, seconds: float | None) -> AsyncIterator[Fetched]:
        """Give a page, which counts as held until the block is left, and count what came of it.

        Raises:
            EndpointError: it cannot be fetched.
        """
        async with AsyncExitStack() as held:
            try:
                page = self.fetcher.fetch(url, seconds=seconds)
                fetched = await held.enter_async_context(page)
            except EndpointError as error:
                self.metrics.count_fetch(error.reason)
                raise
            self.metrics.count_fetch("ok")
            yield fetched


def read_clock() -> datetime:
    """Return what time it is."""
    return datetime.now(UTC)  # noqa: TID251 - the library has no clock; here it is


def make_services(
    settings: Settings,
    *,
    network: Network | None = None,
    now: Callable[[], datetime] = read_clock,
) -> Services:
    """Return what an app, or a worker without one, does its work with."""
    metrics = Metrics()
    fetcher = Fetcher(settings, network or Network())
    return Services(
        settings=settings,
        metrics=metrics,
        work=Work(settings, metrics),
        fetcher=fetcher,
        model=find_model(settings, fetcher.post_json),
        now=now,
    )
