"""Recipes of inputs: named steps with two numbers each, from which an input is built anew.

A recipe is plain JSON, so that a finding can be kept, mailed and replayed. Each module here holds
the steps for one target; how recipes are made and changed is the same for all and lives below.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Protocol, TypeAlias

Step: TypeAlias = "tuple[str, int, int]"

_MOST_STEPS = 8
# Numbers are drawn evenly over their digits: 3 and 30,000 are both worth trying.
_LARGEST = 50_000


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to build one input; `scale` multiplies its size, to see how cost grows."""

    target: str
    seed: int
    steps: tuple[Step, ...]
    scale: int = 1

    def to_json(self) -> dict[str, object]:
        """Return plain data."""
        return asdict(self)

    @classmethod
    def from_json(cls, kept: Mapping[str, object]) -> Recipe:
        """Return the recipe that `to_json` kept."""
        steps = kept["steps"]
        assert isinstance(steps, (list, tuple))
        return cls(
            target=str(kept["target"]),
            seed=int(str(kept["seed"])),
            steps=tuple((str(name), int(one), int(two)) for name, one, two in steps),
            scale=int(str(kept.get("scale", 1))),
        )

    def scaled(self, scale: int) -> Recipe:
        """Return the same recipe for a larger input."""
        return replace(self, scale=scale)


@dataclass(frozen=True, slots=True)
class Job:
    """An input, ready: its size in bytes and the call that is timed."""

    size: int
    run: Callable[[], object]


class Target(Protocol):
    """What a module of recipes offers."""

    STEPS: Mapping[str, object]
    # Fixed costs hide what a byte costs: smaller inputs are no finding.
    LEAST_BYTES: int

    @staticmethod
    def build(recipe: Recipe) -> Job:
        """Return the input of a recipe."""
        ...


def invent(target: str, names: list[str], rng: random.Random) -> Recipe:
    """Return a random recipe."""
    steps = tuple(_step(names, rng) for _ in range(rng.randint(1, _MOST_STEPS)))
    return Recipe(target, rng.randrange(1_000), steps)


def mutate(recipe: Recipe, names: list[str], rng: random.Random) -> Recipe:
    """Return a recipe that differs from the given one in one or two places."""
    steps = list(recipe.steps)
    for _ in range(rng.randint(1, 2)):
        at = rng.randrange(len(steps))
        name, one, two = steps[at]
        action = rng.randrange(6)
        if action == 0 and len(steps) < _MOST_STEPS:
            steps.insert(at, _step(names, rng))
        elif action == 1 and len(steps) > 1:
            del steps[at]
        elif action == 2:
            steps.append(steps.pop(at))
        elif action == 3:
            steps[at] = (name, two, one)
        elif action == 4:
            steps[at] = (name, max(1, one * rng.choice((1, 2, 4)) // rng.choice((1, 2))), two)
        else:
            steps[at] = (name, _number(rng), _number(rng))
    return replace(recipe, steps=tuple(steps))


def _step(names: list[str], rng: random.Random) -> Step:
    return (rng.choice(names), _number(rng), _number(rng))


def _number(rng: random.Random) -> int:
    return int(_LARGEST ** rng.random())
