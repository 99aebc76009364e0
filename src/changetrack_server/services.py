"""What the routes of one app share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from changetrack_server.errors import EndpointError

if TYPE_CHECKING:
    from datetime import datetime

    from changetrack_server.egress.fetching import Fetched, Fetcher
    from changetrack_server.http.metrics import Metrics
    from changetrack_server.llm.chat import ChatModel
    from changetrack_server.settings import Settings
    from changetrack_server.work.dispatch import Work

__all__ = ["Services"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """What the routes of one app share; made once, by `create_app`."""

    settings: Settings
    metrics: Metrics
    work: Work
    fetcher: Fetcher
    model: ChatModel | None
    now: Callable[[], datetime]

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
