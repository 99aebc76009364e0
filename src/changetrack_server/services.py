"""What the routes of one app share."""

from __future__ import annotations

from collections.abc import Callable
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

    async def fetch(self, url: str, seconds: float | None) -> Fetched:
        """Return a page, and count what came of it.

        Raises:
            EndpointError: it cannot be fetched.
        """
        try:
            fetched = await self.fetcher.fetch(url, seconds=seconds)
        except EndpointError as error:
            self.metrics.count_fetch(error.reason)
            raise
        self.metrics.count_fetch("ok")
        return fetched
