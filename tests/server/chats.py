"""Questions to a model under test, and what an endpoint sends back."""

from __future__ import annotations

import json
from functools import partial

import anyio

from changetrack import JsonObject
from changetrack_server.llm.chat import ChatModel
from changetrack_server.settings import Settings
from tests.server.exchanges import Answer, Script, exchange
from tests.server.language_model import (
    LanguageModel,
)
from tests.server.serving import serve

SCHEMA: JsonObject = {
    "type": "object",
    "properties": {"ok": {"type": "boolean"}},
    "required": ["ok"],
    "additionalProperties": False,
}
KEY = "sk-canary-7f3a9b"


def configure(url: object = "http://model.test/v1", **given: object) -> Settings:
    """Return settings with a model, and what else is given."""
    settings = {"llm_base_url": url, "llm_model": "good", "llm_api_key": KEY} | given
    return Settings(**settings)  # type: ignore[arg-type]


def ask(chat: ChatModel, schema: JsonObject | None = SCHEMA) -> JsonObject:
    """Return the answer to a plain question."""
    return anyio.run(partial(chat.ask, "Be brief.", "Is it JSON?", schema, "reply"))


def ask_script(script: Script, **given: object) -> JsonObject:
    """Return the answer that a script gives, in the script's own time."""
    settings = configure(**given)
    return ask(ChatModel(settings, script.exchange, clock=script.now, sleep=script.sleep))


def ask_app(model: LanguageModel, script: Script | None = None, **given: object) -> JsonObject:
    """Return the answer of a model over a real socket; nobody waits between two tries."""
    bed = script or Script()
    with serve(model.app) as url:
        return ask(ChatModel(configure(f"{url}/v1", **given), exchange, sleep=bed.sleep))


def answer_with(content: object, status: int = 200, **headers: str) -> Answer:
    """Return what an endpoint sends when a model has said something."""
    text = content if isinstance(content, str) else json.dumps(content)
    body = {"choices": [{"message": {"content": text}, "finish_reason": "stop"}]}
    return status, json.dumps(body).encode(), headers


def refuse_with(status: int, words: str = "no", **headers: str) -> Answer:
    """Return what an endpoint sends when it fails."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return status, json.dumps({"error": {"message": words}}).encode(), named
