"""The fields of a page, asked of a language model: the last way, where the page itself has none.

The caller says what is wanted, by a schema or a prompt; the operator has said who is asked. The
page is material: it is fenced, cut to a size, and what the model makes of it must fit the schema as
the caller wrote it.
"""

from __future__ import annotations

from typing import NamedTuple

import anyio.to_thread

from changetrack import JsonObject, JsonValue, wire
from changetrack.errors import FieldTooLong, InvalidSchema
from changetrack_server.errors import EndpointError
from changetrack_server.llm.chat import ChatModel, Check
from changetrack_server.llm.complaints import list_complaints
from changetrack_server.llm.fences import FENCE_RULES, fence_text
from changetrack_server.llm.nulls import drop_nulls
from changetrack_server.llm.strict_schemas import make_strict, strip_extensions
from changetrack_server.settings import Settings

__all__ = ["Fields", "ask_for_fields"]

# More than anybody explains, and less than a page.
_PROMPT_CHARS = 8_000

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

    A null for what was optional and is not on the page is left out.

    Raises:
        EndpointError: there is neither a schema nor a prompt (`missing_schema`), or no answer that
            fits (`llm_failed`).
        InvalidRequest: the schema cannot be used, or the prompt is too long.
    """
    task = (prompt or "").strip()
    if schema is None and not task:
        raise EndpointError("missing_schema")
    if len(task) > _PROMPT_CHARS:
        raise FieldTooLong(_PROMPT_CHARS, len(task), "prompt")
    usable = None if schema is None else _check_root(schema)
    strict = None if usable is None else make_strict(usable)
    told = usable if strict is None else None
    page = markdown[: settings.llm_page_chars]
    answer = await model.ask(
        _INSTRUCTIONS,
        _write_question(task, told, fence_text(page, nonce)),
        strict,
        "fields",
        check=None if usable is None else _check_against(usable),
    )
    if usable is not None:
        # Not here: an answer may have fifty thousand fields.
        answer = await anyio.to_thread.run_sync(drop_nulls, answer, usable)
    warnings = [_NOTHING_FOUND] if not answer else []
    if len(page) < len(markdown):
        read = f"the first {len(page):,} of {len(markdown):,} characters"
        warnings.append(f"the language model read only {read} of the page")
    return Fields(answer, f"llm:{model.name}", tuple(warnings))


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
    return lambda answer: list_complaints(drop_nulls(answer, schema), schema)


def _write_question(task: str, told: JsonObject | None, page: str) -> str:
    parts = [f"What is wanted:\n{task}"] if task else []
    if told is not None:
        text = wire.encode(strip_extensions(told)).decode()
        parts.append(f"The answer must fit this JSON Schema:\n{text}")
    return "\n\n".join([*parts, f"The page:\n{page}"])
