"""One question to a language model: an OpenAI-compatible chat call with a JSON object as answer.

    question ──▶ endpoint ──replies──▶ JSON object ──complaints──▶ answer

Which endpoint, which model and which key is a matter of the settings and of nothing else: no
request, page or answer can choose them (reliability B34). The key leaves this module in the
Authorization header only, and everything that an endpoint says is searched for it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from http import HTTPStatus
from typing import NamedTuple, Protocol, TypeAlias
from urllib.parse import quote

import anyio
import anyio.to_thread

from changetrack import JsonObject, wire
from changetrack_server.errors import EndpointError
from changetrack_server.llm.complaints import list_complaints
from changetrack_server.llm.questions import Question
from changetrack_server.llm.replies import find_error_text, read_answer, read_content
from changetrack_server.settings import Settings

__all__ = ["ChatModel", "Check", "Checked", "Exchange", "find_model"]


class Checked(NamedTuple):
    """An answer as it is to be used, and what is wrong with it."""

    answer: JsonObject
    complaints: tuple[str, ...] = ()


Check: TypeAlias = Callable[[JsonObject], Checked]

# A verdict has 1 KB, the fields of a page 100 KB at the very most.
_ANSWER_BYTES = 2**20
# The second one is to correct the first. Who is wrong twice about a shape stays wrong.
_ANSWERS = 2
# Before the second and the third try; an endpoint that asks for a longer wait gets it.
_PAUSES = (0.3, 0.8)
# What passes by itself, and every 5xx: a timeout, a conflict, a quota.
_PASSING = frozenset({408, 409, 425, 429})
# What endpoints answer to an option that they do not know.
_MISUNDERSTOOD = frozenset({400, 422})
# Enough of what an endpoint says to see what went wrong.
_DETAIL_CHARS = 300
_OPERATOR = "the operator must check the settings that begin with CHANGETRACK_LLM_"
_FAILURES = {
    "timeout": "was silent for too long",
    "deadline_exceeded": "took too long",
    "dns_failed": "is at a host that has no address",
    "response_too_large": "gave an answer that is too large",
}


class Exchange(Protocol):
    """Posts a body; failures are EndpointErrors."""

    async def __call__(
        self, url: str, body: bytes, *, headers: Mapping[str, str], seconds: float, at_most: int
    ) -> tuple[int, bytes, Mapping[str, str]]:
        """Return the status, the body and the headers (in lower case) of the answer.

        It has at most so many bytes, and is there in at most that time.
        """
        ...


class _Reply(NamedTuple):
    """What one exchange gave: a body with status 200, or what went wrong and may pass."""

    status: int
    body: bytes
    problem: str = ""
    detail: str = ""
    passes: bool = False
    wait: float = 0.0


class ChatModel:
    """The operator's language model.

    `clock` and `sleep` are seams: a test need not wait.
    """

    def __init__(
        self,
        settings: Settings,
        exchange: Exchange,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = anyio.sleep,
    ) -> None:
        self.name = settings.llm_model
        # People paste what the manual of their endpoint shows, which may be the whole address.
        base = settings.llm_base_url.rstrip("/").removesuffix("/chat/completions")
        self._url = f"{base}/chat/completions"
        self._seconds = settings.llm_seconds
        self._key = settings.llm_api_key
        self._exchange = exchange
        self._clock = clock
        self._sleep = sleep

    async def ask(
        self,
        system: str,
        user: str,
        schema: JsonObject | None,
        name: str,
        *,
        check: Check | None = None,
    ) -> JsonObject:
        """Return the model's answer to a question: a JSON object that fits the schema.

        Without a schema, any object will do. `check` puts an answer right, and finds what is wrong
        with it where that is more or less than the schema says; it runs in a thread, for which
        nobody waits who has given up. A wrong answer is shown to the model once, with what is
        wrong; at most six requests are made, and all of them together take `llm_seconds`.

        Raises:
            EndpointError: there is no such answer (`llm_failed`).
        """
        if check is None and schema is not None:
            check = _check_against(schema)
        question = Question(self.name, system, user, schema, name)
        try:
            return await self._settle(question, check, self._clock() + self._seconds)
        except EndpointError as error:
            error.detail = self._clean(error.detail)
            raise

    async def _settle(self, question: Question, check: Check | None, deadline: float) -> JsonObject:
        checked = Checked({})
        pauses = iter(_PAUSES)
        for _ in range(_ANSWERS):
            content = read_content(await self._send(question, deadline, pauses))
            answer = read_answer(content)
            # Not here: a large answer under a large schema may take half a second.
            checked = await _run_check(check, answer) if check else Checked(answer)
            if not checked.complaints:
                return checked.answer
            question.object_to(content, checked.complaints)
        raise EndpointError(
            "llm_failed",
            problem=f"the language model's answer is wrong: {checked.complaints[0]}",
            detail="; ".join(checked.complaints),
        )

    async def _send(self, question: Question, deadline: float, pauses: Iterator[float]) -> bytes:
        """Return the body of an answer with status 200, after as many tries as there are pauses."""
        while True:
            reply = await self._post(question.write(), deadline - self._clock())
            if reply.status == HTTPStatus.OK:
                return reply.body
            if reply.status in _MISUNDERSTOOD and question.concede(reply.detail):
                continue
            pause = next(pauses, None) if reply.passes else None
            if pause is None or not max(pause, reply.wait) < deadline - self._clock():
                raise _describe(reply)
            await self._sleep(max(pause, reply.wait))

    async def _post(self, message: JsonObject, left: float) -> _Reply:
        if left <= 0:
            return _Reply(0, b"", _FAILURES["deadline_exceeded"])
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if self._key:
            headers["Authorization"] = f"Bearer {self._key}"
        try:
            status, answer, told = await self._exchange(
                self._url,
                wire.encode(message),
                headers=headers,
                seconds=left,
                at_most=_ANSWER_BYTES,
            )
        except EndpointError as error:
            # Its own words are about sites and pages.
            problem = _FAILURES.get(error.reason, "cannot be reached")
            return _Reply(0, b"", problem, f"{error.reason} {error.detail}", error.retryable)
        if status == HTTPStatus.OK:
            return _Reply(status, answer)
        passes = status in _PASSING or status >= HTTPStatus.INTERNAL_SERVER_ERROR
        wait = _read_wait(told.get("retry-after", ""))
        problem = f"answered with status {status}"
        return _Reply(status, answer, problem, find_error_text(answer), passes, wait)

    def _clean(self, said: str) -> str:
        """Return what was said without the key, in whatever spelling an error text may give it."""
        if self._key:
            spellings = {self._key, json.dumps(self._key)[1:-1], quote(self._key, safe="")}
            for spelling in sorted(spellings, key=len, reverse=True):
                said = said.replace(spelling, "[key]")
        return said[:_DETAIL_CHARS]


def find_model(settings: Settings, exchange: Exchange) -> ChatModel | None:
    """Return the model that the settings name, if they name one."""
    return ChatModel(settings, exchange) if settings.has_llm else None


def _check_against(schema: JsonObject) -> Check:
    return lambda answer: Checked(answer, list_complaints(answer, schema))


async def _run_check(check: Check, answer: JsonObject) -> Checked:
    return await anyio.to_thread.run_sync(check, answer, abandon_on_cancel=True)


def _describe(reply: _Reply) -> EndpointError:
    return EndpointError(
        "llm_failed",
        problem=f"the language model {reply.problem}",
        remedy=None if reply.passes or not reply.status else _OPERATOR,
        detail=reply.detail,
    )


def _read_wait(text: str) -> float:
    """Return the seconds of a Retry-After; a date, which no model's endpoint sends, is none."""
    try:
        return max(float(text), 0.0)
    except ValueError:
        return 0.0
