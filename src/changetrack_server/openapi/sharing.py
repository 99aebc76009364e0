"""Refusals that several routes have in common, written down once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

from changetrack import JsonObject
from changetrack_server.openapi.sketches import refer

__all__ = ["share_refusals"]


def share_refusals(paths: JsonObject) -> JsonObject:
    """Replace refusals that stand more than once in `paths`, and return them by their new names.

    A name is the status and a number, in the order in which they come first.
    """
    counts = Counter(_spell(responses[status]) for responses, status in _list_refusals(paths))
    names: dict[str, str] = {}
    shared: JsonObject = {}
    numbers: Counter[str] = Counter()
    for responses, status in _list_refusals(paths):
        text = _spell(responses[status])
        if counts[text] == 1:
            continue
        if text not in names:
            numbers[status] += 1
            names[text] = f"Refusal{status}n{numbers[status]}"
            shared[names[text]] = responses[status]
        responses[status] = refer(names[text], "responses")
    return shared


def _list_refusals(paths: JsonObject) -> Iterator[tuple[JsonObject, str]]:
    """Yield the responses of each operation with each status of a refusal that is spelled out."""
    for item in paths.values():
        operations = item.values() if isinstance(item, dict) else ()
        for operation in operations:
            responses = operation.get("responses") if isinstance(operation, dict) else None
            if isinstance(responses, dict):
                yield from (
                    (responses, status)
                    for status, response in responses.items()
                    if status >= "400" and isinstance(response, dict) and "$ref" not in response
                )


def _spell(response: object) -> str:
    return json.dumps(response, sort_keys=True)
