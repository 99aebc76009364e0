"""Seeded JSON values and edits of them: 5 fields, 50 plans, 10,000 nodes."""

from __future__ import annotations

import copy
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from benchmarks.corpus import SEED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Json: TypeAlias = "None | bool | int | float | str | list[Json] | dict[str, Json]"

SIZES = ("5 fields", "50 plans", "10,000 nodes")
EDITS = ("same", "one", "10%", "head")
_PLANS = {"50 plans": 50, "10,000 nodes": 715}


@dataclass(frozen=True, slots=True)
class JsonPair:
    """Two JSON values and the name of what happened between them."""

    name: str
    previous: Json
    current: Json


def pair(size: str, kind: str) -> JsonPair:
    """Return the pair of one cell; the two sides share no object."""
    rng = random.Random(f"{SEED}/{size}/{kind}")
    previous = value(size)
    current = copy.deepcopy(previous)
    if kind == "head":
        _insert_at_head(rng, current)
    elif kind != "same":
        leaves = list(_leaves(current))
        count = 1 if kind == "one" else max(1, len(leaves) // 10)
        for write in rng.sample(leaves, count):
            write(f"changed {rng.randrange(10**6)}")
    return JsonPair(f"{size}/{kind}", previous, current)


def value(size: str) -> Json:
    """Return the base value of one size."""
    rng = random.Random(f"{SEED}/{size}")
    if size == "5 fields":
        return {"title": "Pro plan", "price": 24.5, "currency": "EUR", "inStock": True, "seats": 5}
    return {"site": "例え.com", "plans": [_plan(rng, at) for at in range(_PLANS[size])]}


def _plan(rng: random.Random, at: int) -> dict[str, Json]:
    """Return one plan of 14 nodes, the plan itself and its lists included."""
    return {
        "id": f"plan-{at:05}",
        "name": rng.choice(("Starter", "Pro", "Équipe", "Enterprise 🚀")),
        "price": rng.randrange(100, 100_000) / 100,
        "limits": {
            "seats": rng.randrange(500),
            "storage": rng.randrange(10**6),
            "sso": rng.random() < 0.5,
        },
        "features": [rng.choice(("api", "export", "サポート", "audit log")) for _ in range(4)],
        "note": None,
    }


def _leaves(root: Json) -> Iterator[Callable[[Json], None]]:
    """Yield one setter for each leaf."""
    stack: list[dict[str, Json] | list[Json]] = [root] if isinstance(root, (dict, list)) else []
    while stack:
        node = stack.pop()
        entries = node.items() if isinstance(node, dict) else enumerate(node)
        for key, child in entries:
            if isinstance(child, (dict, list)):
                stack.append(child)
            else:
                yield _setter(node, key)


def _setter(node: dict[str, Json] | list[Json], key: str | int) -> Callable[[Json], None]:
    def write(new: Json) -> None:
        node[key] = new  # type: ignore[index]

    return write


def _insert_at_head(rng: random.Random, root: Json) -> None:
    if isinstance(root, dict):
        plans = root.get("plans")
        if isinstance(plans, list):
            plans.insert(0, _plan(rng, 99_999))
        else:
            items = list(root.items())
            root.clear()
            root.update({"added": "first"}, **dict(items))
