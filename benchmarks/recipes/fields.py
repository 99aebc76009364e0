"""Pairs of JSON values: what does `track()` in JSON mode find hardest to compare?"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import TypeAlias

from benchmarks import ours
from benchmarks.recipes import Job, Recipe
from benchmarks.values import Json

LEAST_BYTES = 5_000
_MOST_NODES = 40_000
# Python's own parser and printer give up on deeper values before we are asked.
_MOST_DEPTH = 400
Container: TypeAlias = "dict[str, Json] | list[Json]"


class Values:
    """The two values while they grow; steps build `old` until the first edit copies it."""

    def __init__(self, recipe: Recipe) -> None:
        self.rng = random.Random(recipe.seed)
        self.scale = recipe.scale
        self.old: dict[str, Json] = {}
        self.new: dict[str, Json] | None = None
        self.room = _MOST_NODES * recipe.scale

    def put(self, value: Json, nodes: int) -> None:
        """Add a value under a new key, if there is room for its nodes."""
        if nodes <= self.room:
            self.room -= nodes
            self.old[f"k{len(self.old)}"] = value

    def edited(self) -> dict[str, Json]:
        """Return the current side."""
        if self.new is None:
            self.new = copy.deepcopy(self.old)
        return self.new

    def containers(self) -> Iterator[Container]:
        """Yield every dict and list of the current side."""
        stack: list[Json] = [self.edited()]
        while stack:
            node = stack.pop()
            if isinstance(node, dict):
                yield node
                stack += list(node.values())
            elif isinstance(node, list):
                yield node
                stack += node


def build(recipe: Recipe) -> Job:
    """Return the comparison that a recipe describes."""
    values = Values(recipe)
    for name, one, two in recipe.steps:
        STEPS[name](values, one, two)
    previous, current = values.old, values.edited()
    size = len(json.dumps(previous)) + len(json.dumps(current))
    return Job(size, lambda: ours.track_json_bytes(current, {"json": previous}))


def _numbers(values: Values, count: int, size: int) -> None:
    rng = values.rng
    count *= values.scale
    values.put([rng.randrange(10 ** min(size, 300)) for _ in range(min(count, values.room))], count)


def _strings(values: Values, count: int, length: int) -> None:
    count *= values.scale
    text = 'é\\"\n🚀x'[: 1 + length % 6] * min(length, 100)
    values.put([f"{text}{at}" for at in range(min(count, values.room))], count)


def _floats(values: Values, count: int, _two: int) -> None:
    rng = values.rng
    count *= values.scale
    values.put(
        [rng.random() * 10 ** rng.randint(-30, 30) for _ in range(min(count, values.room))], count
    )


def _records(values: Values, count: int, width: int) -> None:
    width = min(width, 200)
    count = min(count * values.scale, values.room // (width + 1))
    values.put(
        [{f"f{at}": row for at in range(width)} for row in range(count)], count * (width + 1)
    )


def _keys(values: Values, count: int, length: int) -> None:
    count = min(count * values.scale, values.room)
    tail = 'k.[]"'[: 1 + length % 5] * min(length, 200)
    values.put({f"{at}{tail}": at for at in range(count)}, count)


def _nest_lists(values: Values, depth: int, width: int) -> None:
    width = min(width, 20)
    value: Json = 1
    for _ in range(min(depth, _MOST_DEPTH)):
        value = [value, *range(width)]
    values.put(value, min(depth, _MOST_DEPTH) * (width + 1))


def _nest_objects(values: Values, depth: int, length: int) -> None:
    value: Json = 1
    key = "n" * min(length, 300)
    for _ in range(min(depth, _MOST_DEPTH)):
        value = {key: value, "leaf": 0}
    values.put(value, min(depth, _MOST_DEPTH) * 2)


def _deep_records(values: Values, depth: int, count: int) -> None:
    depth = min(depth, _MOST_DEPTH)
    value: Json = list(range(min(count * values.scale, values.room)))
    for _ in range(depth):
        value = {"a long key that every path below repeats": value}
    values.put(value, count * values.scale + depth)


def _insert_head(values: Values, every: int, _two: int) -> None:
    for at, node in enumerate(list(values.containers())):
        if isinstance(node, list) and at % every == 0:
            node.insert(0, "inserted")


def _change(values: Values, every: int, _two: int) -> None:
    for at, (node, key) in enumerate(_leaves(values)):
        if at % every == 0:
            _write(node, key, f"changed {at}")


def _retype(values: Values, every: int, kind: int) -> None:
    replacement: Json = (True, 1.0, None, {}, [])[kind % 5]
    for at, (node, key) in enumerate(_leaves(values)):
        if at % every == 0:
            _write(node, key, replacement)


def _rename(values: Values, every: int, _two: int) -> None:
    for node in list(values.containers()):
        if isinstance(node, dict):
            for at, key in enumerate(list(node)):
                if at % every == 0:
                    node[key + "'"] = node.pop(key)


def _reverse(values: Values, every: int, _two: int) -> None:
    for at, node in enumerate(list(values.containers())):
        if isinstance(node, list) and at % every == 0:
            node.reverse()


def _leaves(values: Values) -> Iterator[tuple[Container, str | int]]:
    for node in list(values.containers()):
        entries = list(node.items()) if isinstance(node, dict) else list(enumerate(node))
        for key, child in entries:
            if not isinstance(child, (dict, list)):
                yield node, key


def _write(node: Container, key: str | int, value: Json) -> None:
    node[key] = value  # type: ignore[index]


STEPS: dict[str, Callable[[Values, int, int], None]] = {
    "numbers": _numbers,
    "strings": _strings,
    "floats": _floats,
    "records": _records,
    "keys": _keys,
    "nest lists": _nest_lists,
    "nest objects": _nest_objects,
    "deep records": _deep_records,
    "insert head": _insert_head,
    "change": _change,
    "retype": _retype,
    "rename": _rename,
    "reverse": _reverse,
}
