"""The bodies of the diff API as JSON Schemas: what `wire` reads, what it writes, in which bounds.

`wire` does not read by them, since a schema cannot say what is wrong and what to do about it. The
tests hold the two together: what `wire` looks up is described here and nothing else is, a kind or a
bound is refused by both or by neither, and all that is written is as it is described.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack._definitions.answers import describe_answers
from changetrack._definitions.conditions import describe_conditions
from changetrack._definitions.operations import describe_operations
from changetrack._definitions.requests import describe_requests
from changetrack._definitions.sketches import move
from changetrack._definitions.trees import describe_trees
from changetrack._definitions.values import describe_values

if TYPE_CHECKING:
    from changetrack._models import JsonObject, Limits

__all__ = ["define_wire"]


def define_wire(limits: Limits, root: str) -> JsonObject:
    """Return the definitions by name, as `wire.describe_wire` offers them."""
    definitions = {
        **describe_requests(limits),
        **describe_trees(),
        **describe_values(),
        **describe_conditions(),
        **describe_answers(limits),
        **describe_operations(limits),
    }
    return {name: move(definitions[name], root) for name in sorted(definitions)}
