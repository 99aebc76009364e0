"""Where work is done: a light diff on the spot, everything else in a process of its own."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import TYPE_CHECKING, cast

import anyio
import anyio.lowlevel

from changetrack import JsonObject, JsonValue, Limits, wire
from changetrack_server.answers import bound
from changetrack_server.diffing import answer_light_diff, rules_of
from changetrack_server.egress.threads import run_in_thread
from changetrack_server.errors import FAULTS, EndpointError
from changetrack_server.work.pool import WorkPool

if TYPE_CHECKING:
    from changetrack_server.answers import Answer
    from changetrack_server.formats import Version
    from changetrack_server.http.metrics import Metrics
    from changetrack_server.settings import Settings

__all__ = ["Work", "unpack"]

# Deeper than any page's JSON may be: the envelope adds a few levels.
_OWN = Limits(json_depth=250)
# How long small bodies may be worked on before whoever else waits gets a turn.
_MOST_SECONDS = 0.005

# A quarter of what may be light: nothing of that size takes long without a schema that means harm.
_SMALL = 4

# Of work on a page.
_READING = {"work_timeout": "conversion_timeout", "work_too_large": "conversion_failed"}


class Work:
    """Does the work of routes, and counts what waits."""

    def __init__(self, settings: Settings, metrics: Metrics) -> None:
        self._settings = settings
        self._metrics = metrics
        self._rules = rules_of(settings)
        self._order: JsonObject = {
            "rules": asdict(self._rules),
            "most_bytes": settings.max_body_bytes,
            "page_elements": settings.page_elements,
            "page_chars": settings.llm_page_chars,
            "has_model": settings.has_llm,
        }
        self._pool = WorkPool(settings)
        # One place that nothing large can take: what is small shall not wait behind it.
        self._small = WorkPool(settings, 1)
        self._turn = anyio.Lock(fast_acquire=True)
        self._worked = 0.0

    def start(self) -> None:
        """Start the processes, so that the first request does not wait for them."""
        self._pool.start()
        self._small.start()

    def close(self) -> None:
        """End the processes."""
        self._pool.close()
        self._small.close()

    @property
    def is_ready(self) -> bool:
        """Whether more work would be taken."""
        return self._pool.has_room

    async def diff(self, body: bytes) -> Answer:
        """Return the answer to a body of the diff route.

        Raises:
            EndpointError: there is too much work, or this is too much.
        """
        return await self.diff_at_once(body) or await self.diff_apart(body)

    async def diff_apart(self, body: bytes) -> Answer:
        """Return the answer to a body, made in a process of its own."""
        return await self.do("diff", self._order, body)

    async def operate(self, name: str, body: bytes) -> Answer:
        """Return the answer to a body of one of `wire.OPERATIONS`."""
        return await self.do("operation", {**self._order, "operation": name}, body)

    async def diff_at_once(self, body: bytes) -> Answer | None:
        """Return the answer to a small body, made on the spot; None for one that is not light.

        A hop to another process costs more than a small diff, and even the worst small one holds
        the event loop for some ten milliseconds only. But many of them let others in between: a
        thousand that came at once would be one long piece of work otherwise.
        """
        if len(body) > self._settings.light_bytes:
            return None
        async with self._turn:
            start = time.perf_counter()
            answer = answer_light_diff(body, self._rules)
            self._worked += time.perf_counter() - start
            if self._worked > _MOST_SECONDS:
                self._worked = 0.0
                await anyio.lowlevel.checkpoint()
        return answer and bound(answer, self._settings.max_answer_bytes)

    async def split_batch(self, body: bytes) -> Answer:
        """Return the items of a batch as lines, each a body of the diff route."""
        # It is no answer yet: each line gets one of its own.
        most = max(self._settings.max_answer_bytes, 2 * self._settings.max_body_bytes)
        return await self.do("split", {**self._order, "answer": most}, body)

    async def check_scrape(self, body: bytes, version: Version) -> Answer:
        """Return what a scrape asks for, or what is wrong with it."""
        return await self.do("check", {**self._order, "version": version}, body)

    async def compose(self, order: JsonObject, request: bytes, page: bytes) -> Answer:
        """Return the answer to a scrape whose page has come.

        Raises:
            EndpointError: there is too much work, or the page is too much of it.
        """
        given: JsonObject = {**self._order, **order, "request_size": len(request)}
        try:
            return await self.do("compose", given, request, page)
        except EndpointError as error:
            # What went wrong with work on a page is said of the page.
            reason = _READING.get(error.reason, error.reason)
            raise EndpointError(reason, detail=error.detail) from None

    async def read_list(self, job: str, order: JsonObject, body: bytes) -> JsonObject:
        """Return what a sitemap or a feed lists; `job` says which of them it is to be.

        Raises:
            EndpointError: there is too much work, or it is none.
        """
        given: JsonObject = {
            "page_elements": self._settings.page_elements,
            "most_bytes": self._settings.decoded_bytes,
            **order,
        }
        try:
            answer = await self.do(job, given, body)
        except EndpointError as error:
            reason = _READING.get(error.reason, error.reason)
            raise EndpointError(reason, detail=error.detail) from None
        # A long list, which others need not wait for.
        envelope = cast("JsonObject", await run_in_thread(_load, answer.body))
        if not answer.is_good:
            reason = str(envelope["reason"])
            problem, _, remedy = str(envelope["error"]).rpartition("; ")
            known = reason if reason in FAULTS else "conversion_failed"
            raise EndpointError(known, problem=problem, remedy=remedy)
        return cast("JsonObject", envelope["data"])

    async def do(self, job: str, order: JsonObject, *payload: bytes) -> Answer:
        """Return the answer of a job that a process does."""
        with self._metrics.counting_job():
            is_small = sum(map(len, payload)) * _SMALL <= self._settings.light_bytes
            pool = self._small if is_small and not self._pool.is_free else self._pool
            return await pool.run(job, order, *payload)


def _load(body: bytes) -> JsonValue:
    return wire.load(body, limits=_OWN)


def unpack(answer: Answer) -> JsonObject:
    """Return the data of a good answer."""
    # It was written by a process of ours, so it is what it says.
    envelope = cast("JsonObject", _load(answer.body))
    return cast("JsonObject", envelope["data"])
