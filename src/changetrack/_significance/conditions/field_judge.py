"""Whether a field changed; in a certain way, or to a certain value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack._hashing import dump_json, same_json
from changetrack._significance.conditions.judgments import Judged, choose, cut
from changetrack._significance.conditions.patterns import matches

if TYPE_CHECKING:
    from collections.abc import Iterator

    from changetrack._models import JsonValue
    from changetrack._significance.conditions.facts import Facts
    from changetrack._significance.conditions.models import FieldCondition
    from changetrack._significance.conditions.nodes import Node
    from changetrack._significance.conditions.patterns import Pattern

_SAID = {
    "add": "appeared as {current}",
    "remove": "is gone (it was {previous})",
    "replace": "went from {previous} to {current}",
    "move": "moved",
}


def judge_field(condition: FieldCondition, facts: Facts) -> Judged:
    """Return whether a field did what is asked for; what changed inside of it is a change of it."""
    path, nothing = condition.path, f"{facts.spell_path(condition.path)} did not change"
    if condition.becomes is not None:
        return choose(_judge_becomes(path, condition.becomes[0], facts), nothing)
    if condition.op is None:
        nodes = facts.find_nodes(path, inside=True)
        return choose((Judged(met=True, because=_tell(node)) for node in nodes), nothing)
    found = facts.find_nodes(path)
    return choose((Judged(node.op == condition.op, _tell(node)) for node in found), nothing)


def _judge_becomes(path: Pattern, wanted: JsonValue, facts: Facts) -> Iterator[Judged]:
    parts = path.parts
    for node in facts.find_nodes(path, inside=True):
        if matches(parts, node.path, node.key_path):
            met = node.op in ("add", "replace") and same_json(node.current, wanted)
        else:
            # Something changed inside of it: by that, it may have become what is asked for.
            sizes = range(len(node.path))
            size = next(at for at in sizes if matches(parts, node.path[:at], node.keys[:at]))
            whole = facts.find_current(node.keys[:size])
            met = whole is not None and same_json(whole[0], wanted)
        yield Judged(met, _tell(node))


def _tell(node: Node) -> str:
    said = _SAID[node.op]
    previous = _spell(node.previous) if "{previous}" in said else ""
    current = _spell(node.current) if "{current}" in said else ""
    return f"{cut(node.spelled)} {said.format(previous=previous, current=current)}"


def _spell(value: JsonValue) -> str:
    return cut(dump_json(value).decode())
