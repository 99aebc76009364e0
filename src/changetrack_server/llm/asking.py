"""The fields of a page, asked of a language model: the last way, where the page itself has none.

The caller says what is wanted, by a schema or a prompt; the operator has said who is asked. The
page is material: it is fenced, cut to a size, and what the model makes of it must fit the schema as
the caller wrote it.
"""

from __future__ import annotations

from typing import NamedTuple

import anyio.to_thread

from changetrack import JsonObject, JsonValue, wire
from changetrack.errors import InvalidSchema
from changetrack_server.llm.chat import ChatModel, Check, Checked
from changetrack_server.llm.complaints import list_complaints
from changetrack_server.llm.fences import FENCE_RULES, fence_text
from changetrack_server.llm.nulls import drop_nulls
from changetrack_server.llm.strict_schemas import make_strict, strip_extensions
from changetrack_server.settings import Settings

__all__ = ["Fields", "ask_for_fields"]

_INSTRUCTIONS = f"""\
You extract fields from a web page, which is given as Markdown.

{FENCE_RULES}

Rules:
- Take values only from the page, as they are written there. Never guess, complete or translate.
- What the page does not say is null, or is left out.
- Answer with one JSON object and nothing else."""
_NOTHING_FOUND = "the language model found no field in the page"


class Fields(NamedTuple):
    """What a page says, who read it, and what to doubt about it."""

    value: JsonObject
    extractor: str
    warnings: tuple[str, ...] = ()


async def ask_for_fields(
    markdown: str,
    schema: JsonValue,
    prompt: str | None,
    model: ChatModel,
    settings: Settings,
    *,
    nonce: str | None = None,
) -> Fields:
    """Return the fields that a model finds in a page; they fit the schema, if there is one.

    There is a schema or a prompt, which the route has made sure of. A null for what was optional
    and is not on the page is left out.

    Raises:
        EndpointError: there is no answer that fits (`llm_failed`).
        InvalidSchema: the schema cannot be used.
    """
    usable, strict = await anyio.to_thread.run_sync(_read_schema, schema, abandon_on_cancel=True)
    page = markdown[: settings.llm_page_chars]
    answer = await model.ask(
        _INSTRUCTIONS,
        _write_question(prompt, usable if strict is None else None, fence_text(page, nonce)),
        strict,
        "fields",
        check=None if usable is None else _check_against(usable),
    )
    warnings = [_NOTHING_FOUND] if not answer else []
    if len(page) < len(markdown):
        read = f"the first {len(page):,} of {len(markdown):,} characters"
        warnings.append(f"the language model read only {read} of the page")
    return Fields(answer, f"llm:{model.name}", tuple(warnings))


def _read_schema(schema: JsonValue) -> tuple[JsonObject | None, JsonObject | None]:
    """Return the schema, if there is one, and its strict form, if it has one.

    Not for the event loop: a schema of many patterns takes a twentieth of a second.
    """
    usable = None if schema is None else _check_root(schema)
    return usable, None if usable is None else make_strict(usable)


def _check_root(schema: JsonValue) -> JsonObject:
    """Return the schema, if it is one that an object with fields can fit."""
    list_complaints({}, schema)  # for what it raises
    types = schema.get("type", "object") if isinstance(schema, dict) else None
    if not isinstance(schema, dict) or "object" not in (
        types if isinstance(types, list) else [types]
    ):
        raise InvalidSchema(
            "what a model extracts is an object with fields",
            'put it into one: {"type": "object", "properties": {"items": …}}',
            "schema.type",
        )
    return schema


def _check_against(schema: JsonObject) -> Check:
    def check(answer: JsonObject) -> Checked:
        dropped = drop_nulls(answer, schema)
        return Checked(dropped, list_complaints(dropped, schema))

    return check


def _write_question(prompt: str | None, told: JsonObject | None, page: str) -> str:
    task = (prompt or "").strip()
    parts = [f"What is wanted:\n{task}"] if task else []
    if told is not None:
        text = wire.encode(strip_extensions(told)).decode()
        parts.append(f"The answer must fit this JSON Schema:\n{text}")
    return "\n\n".join([*parts, f"The page:\n{page}"])
