"""Firecrawl's own Python client in both its kinds, so that each test is one for both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeAlias

from anyio.from_thread import BlockingPortal, start_blocking_portal
from firecrawl import AsyncFirecrawl, Firecrawl

from tests.clients.houses import has_ended, wait_for

__all__ = ["DAILY", "KINDS", "Client", "Found", "make", "open_client", "run"]

# Both kinds have the same methods, and no common type.
Client: TypeAlias = Any
# And what they return are models of their own.
Found: TypeAlias = Any

KINDS = ("sync", "async")

# A schedule that no test lives to see.
DAILY = {"text": "daily at 9am", "timezone": "Europe/Berlin"}


class _Awaited:
    """The asynchronous client, whose methods are waited for."""

    def __init__(self, client: AsyncFirecrawl, portal: BlockingPortal) -> None:
        self._client = client
        self._portal = portal

    def __getattr__(self, name: str) -> Callable[..., Any]:
        method = getattr(self._client, name)
        return lambda *given, **named: self._portal.call(partial(method, *given, **named))


@contextmanager
def open_client(kind: str, endpoint: str, key: str | None = None) -> Iterator[Any]:
    """Yield a client of one kind."""
    if kind == "sync":
        yield Firecrawl(api_key=key, api_url=endpoint)
        return
    with start_blocking_portal() as portal:
        client = AsyncFirecrawl(api_key=key, api_url=endpoint)
        yield _Awaited(client, portal)
        portal.call(client._v2_client.async_http_client.close)


def make(client: Client, *urls: str, **more: object) -> str:
    """Return the id of a new monitor of pages."""
    order = {"name": "m", "schedule": DAILY, "targets": [{"type": "scrape", "urls": [*urls]}]}
    return str(client.create_monitor(**{**order, **more}).id)


def run(client: Client, monitor_id: str, **window: object) -> Found:
    """Have a monitor checked, and return the check when it has ended."""
    check = client.run_monitor(monitor_id)
    assert (check.status, check.trigger, check.monitor_id) == ("queued", "manual", monitor_id)
    wait_for(
        lambda: client.get_monitor_check(monitor_id, check.id, limit=1, status="error"),
        lambda seen: has_ended(seen.status),
    )
    found = client.get_monitor_check(monitor_id, check.id, **window)
    # They come in the order in which they were done, which is not that of the order.
    found.pages.sort(key=lambda page: (len(page.url), page.url))
    return found
