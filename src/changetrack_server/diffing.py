"""The diff route's work: bytes in, bytes out, and nothing else touched.

Any bytes get an answer; only a fault of ours raises. So it can be done on the spot or in another
process alike.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import cast

from changetrack import ChangeTrackError, JsonObject, JsonValue, Limits, wire
from changetrack_server.answers import Answer, refuse
from changetrack_server.errors import EndpointError
from changetrack_server.settings import Settings

__all__ = [
    "DiffRules",
    "answer_diff",
    "answer_light_diff",
    "answer_operation",
    "read_body",
    "rules_of",
    "split_batch",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffRules:
    """What a body may hold."""

    batch_items: int
    json_depth: int
    json_tokens: int

    @property
    def limits(self) -> Limits:
        """The library's part of them."""
        return _make_limits(self.batch_items, self.json_depth)


# A page of 30 KB has some hundred commas in its text; values cost more than text.
_LIGHT_TOKENS = 3_000


@cache
def _make_limits(batch_items: int, json_depth: int) -> Limits:
    return Limits(batch_items=batch_items, json_depth=json_depth)


def rules_of(settings: Settings) -> DiffRules:
    """Return the rules that settings ask for."""
    return DiffRules(
        batch_items=settings.batch_items,
        json_depth=settings.json_depth,
        json_tokens=settings.json_tokens,
    )


def answer_diff(body: bytes, rules: DiffRules) -> Answer:
    """Return the answer to a body of the diff route: one result, a batch of them, or an error."""
    try:
        return _answer(_read(body, rules), rules)
    except ChangeTrackError as error:
        return refuse(error)


def answer_light_diff(body: bytes, rules: DiffRules) -> Answer | None:
    """Return the answer to a small body, or None where even that may take long.

    That is with a schema, with anything beyond the seed's own options, or with thousands of values,
    each of which may be a change with a path.
    """
    if _count_tokens(body) > _LIGHT_TOKENS:
        return None
    try:
        # So few values need not be counted once more.
        request = wire.read_request(wire.load(body, limits=rules.limits), limits=rules.limits)
        items = (item for item in request.items if isinstance(item, wire.DiffItem))
        if not all(map(_is_light, items)):
            return None
        return _answer(request, rules)
    except ChangeTrackError as error:
        return refuse(error)


def _is_light(item: wire.DiffItem) -> bool:
    asks_more = item.options.asks_more or item.history or item.baseline is not None
    return item.options.schema is None and not asks_more


def answer_operation(name: str, body: bytes, rules: DiffRules) -> Answer:
    """Return the answer to a body of one of the operations beside the diff."""
    try:
        envelope = wire.operate(name, read_body(body, rules), limits=rules.limits)
    except ChangeTrackError as error:
        return refuse(error)
    return Answer(200, wire.encode(envelope))


def split_batch(body: bytes, rules: DiffRules, most: int) -> Answer:
    """Return the items of a batch as lines, each with what the batch shares; one item is a line."""
    try:
        value = read_body(body, rules)
        # What is wrong with the request as a whole is said of the whole.
        request = wire.read_request(
            {**value, "partial": True} if isinstance(value, dict) else value
        )
    except ChangeTrackError as error:
        return refuse(error)
    if not request.is_batch or not isinstance(value, dict):
        return Answer(200, wire.encode(value))
    items = cast("list[JsonValue]", value["batch"])
    shared = {name: value[name] for names in _SHARED for name in names if name in value}
    # Every item gets a copy of what is shared.
    size = len(wire.encode(shared)) * len(items)
    if size > most:
        problem = f"what the batch shares makes {size:,} bytes of its items, more than {most:,}"
        return refuse(EndpointError("body_too_large", problem=problem))
    return Answer(200, b"\n".join(wire.encode(_with_shared(item, value)) for item in items))


def _with_shared(item: JsonValue, batch: JsonObject) -> JsonValue:
    """Return an item with the options of its batch that it does not set itself."""
    if not isinstance(item, dict):
        return item
    shared: JsonObject = {}
    for names in _SHARED:
        own = [name for name in names if item.get(name) is not None]
        if not own:
            shared |= {name: batch[name] for name in names if name in batch}
    return {**{name: value for name, value in item.items() if value is not None}, **shared}


_LABELS = ("prompt", "goal", "judgeEnabled")
# What a batch shares, each in both its spellings.
_SHARED = tuple((name, wire.to_snake(name)) for name in (*wire.OPTION_NAMES, *_LABELS))


def _read(body: bytes, rules: DiffRules) -> wire.DiffRequest:
    return wire.read_request(read_body(body, rules), limits=rules.limits)


def _answer(request: wire.DiffRequest, rules: DiffRules) -> Answer:
    return Answer(200, wire.encode(wire.answer_request(request, limits=rules.limits)))


def read_body(body: bytes, rules: DiffRules) -> JsonValue:
    """Return the JSON of a body.

    Raises:
        InvalidJson: it is not JSON.
        EndpointError: it has more values than could be held in memory once they are parsed.
    """
    # Each costs thirty times its size when it is parsed, and counting costs next to nothing.
    tokens = _count_tokens(body)
    if tokens > rules.json_tokens:
        # A page of tables has as many commas in its text; that is looked at only when it matters.
        tokens = _count_tokens(_STRING.sub(b"", body))
    if tokens > rules.json_tokens:
        allowed = rules.json_tokens
        problem = f"the JSON has about {tokens:,} values, at most {allowed:,} are allowed"
        raise EndpointError("json_too_complex", problem=problem)
    return wire.load(body, limits=rules.limits)


def _count_tokens(body: bytes) -> int:
    return body.count(b",") + body.count(b"[") + body.count(b"{")


_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
