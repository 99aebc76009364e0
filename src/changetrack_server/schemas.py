"""All that a schema says of one value, which may stand in several places of it.

What is in a branch of `allOf`, `anyOf` or `oneOf`, and what a local `$ref` leads to, speaks of the
same value as the schema around it. Whether the schema is a good one is decided by the library.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from changetrack import JsonObject, JsonValue

__all__ = ["list_speakers"]

_BRANCHES = ("allOf", "anyOf", "oneOf")
# A position as JSON Pointer writes it, and none that would take long to be read.
_POSITION = re.compile(r"0|[1-9][0-9]{0,8}")


def list_speakers(schemas: Iterable[JsonValue], document: JsonValue) -> Iterator[JsonObject]:
    """Yield the schemas that speak of the same value as these do, the outermost first, each once.

    They are as many as the document has at most; who wants fewer stops asking.
    """
    waiting = list(schemas)[::-1]
    seen: set[int] = set()
    while waiting:
        schema = waiting.pop()
        if not isinstance(schema, dict) or id(schema) in seen:
            continue
        seen.add(id(schema))
        yield schema
        branches = [schema.get(each) for each in _BRANCHES]
        inner = [child for each in branches if isinstance(each, list) for child in each]
        reference = schema.get("$ref")
        if isinstance(reference, str):
            inner.insert(0, _follow(reference, document))
        waiting += inner[::-1]


def _follow(reference: str, document: JsonValue) -> JsonValue:
    """Return what a reference within the document leads to, None where it leads nowhere."""
    start, *tokens = reference.split("/")
    found = document if start == "#" else None
    for token in tokens:
        key = token.replace("%25", "%").replace("~1", "/").replace("~0", "~")
        if isinstance(found, list):
            is_there = _POSITION.fullmatch(key) and int(key) < len(found)
            found = found[int(key)] if is_there else None
        else:
            found = found.get(key) if isinstance(found, dict) else None
    return found
