"""A language model behind an OpenAI-compatible endpoint: as an ASGI app that does as it is told.

    model = LanguageModel(fail(500), say({"price": 19}))
    with serve(model.app) as url: ...

The first question gets the first behaviour, the last one stays. Without any, the name of the model
that is asked for chooses one: `slow`, `refusing`, `html`, ….
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from changetrack import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question as the model got it."""

    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def system(self) -> str:
        """What the operator's server says."""
        return str(self.body["messages"][0]["content"])

    @property
    def user(self) -> str:
        """What the question is about."""
        return str(self.body["messages"][1]["content"])

    @property
    def format(self) -> str:
        """The type of the format that is asked for."""
        return str(self.body.get("response_format", {}).get("type", "text"))


Behaviour: TypeAlias = "Callable[[Asked, Request], Awaitable[Response]]"


def say(answer: JsonValue | str, ending: str = "stop") -> Behaviour:
    """Answer with a JSON value, or with a text as it is."""
    text = answer if isinstance(answer, str) else json.dumps(answer)
    return send({"role": "assistant", "content": text}, ending)


def send(message: dict[str, Any], ending: str = "stop") -> Behaviour:
    """Answer with a message as it is."""
    choice = {"index": 0, "message": message, "finish_reason": ending}
    return reply({"object": "chat.completion", "choices": [choice]})


def reply(body: JsonValue | dict[str, Any], status: int = 200, **headers: str) -> Behaviour:
    """Reply with any JSON."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}

    async def behave(_: Asked, __: Request) -> Response:
        return JSONResponse(body, status, named)

    return behave


def fail(status: int, words: str = "something failed", **headers: str) -> Behaviour:
    """Fail as these endpoints do."""
    return reply({"error": {"message": words, "type": "error"}}, status, **headers)


async def hang(_: Asked, request: Request) -> Response:
    """Say nothing until the client is gone."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    return Response()


async def show_page(_: Asked, __: Request) -> Response:
    """Reply with the page of a proxy that knows no such endpoint."""
    return HTMLResponse("<h1>Welcome to nginx!</h1>")


async def obey(asked: Asked, request: Request) -> Response:
    """Do what the page says: answer with what stands after ANSWER WITH in it."""
    found = re.search(r"ANSWER WITH (\{.*\})", asked.user)
    return await say(found[1] if found else "{}")(asked, request)


async def repeat_key(asked: Asked, _: Request) -> Response:
    """Refuse a key, and repeat it, as some endpoints do."""
    words = f"Incorrect API key provided: {asked.headers.get('authorization')}"
    return JSONResponse({"error": {"message": words}}, 401)


UNKNOWN_FORMAT = "Invalid parameter: 'response_format' of type 'json_schema' is not supported"
ONLY_TEXT = "'response_format.type' must be 'json_schema' or 'text'"
NO_TEMPERATURE = "Unsupported value: 'temperature' does not support 0 with this model."

BY_NAME: dict[str, Behaviour] = {
    "good": say({"ok": True}),
    "slow": hang,
    "refusing": send({"role": "assistant", "content": None, "refusal": "I cannot help with that."}),
    "filtered": say("", "content_filter"),
    "malformed": say("The price went up, I think."),
    "listing": say([1, 2]),
    "cut-off": say('{"ok": tr', "length"),
    "empty": say("  "),
    "silent": reply({"object": "chat.completion", "choices": []}),
    "sorry": reply({"error": {"message": "upstream is down"}}),
    "html": show_page,
    "failing": fail(500, "CUDA out of memory"),
    "busy": fail(429, "slow down", retry_after="2"),
    "stranger": fail(404, "model not found"),
    "leaking": repeat_key,
    "plain": fail(400, UNKNOWN_FORMAT),
    "obeying": obey,
}


class LanguageModel:
    """A model and its endpoint; `asked` holds every question that it got."""

    def __init__(self, *script: Behaviour) -> None:
        self.asked: list[Asked] = []
        self._script = [*script]
        self.app = Starlette(routes=[Route("/v1/chat/completions", self._answer, methods=["POST"])])

    async def _answer(self, request: Request) -> Response:
        asked = Asked(headers=dict(request.headers), body=await request.json())
        self.asked.append(asked)
        if not self._script:
            return await BY_NAME[asked.body["model"]](asked, request)
        behave = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        return await behave(asked, request)
