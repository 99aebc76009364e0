"""Line sequences that break line differs: the adversarial set, 50,000 lines a side.

Each is a known enemy: of hash chains (`repeated`, `two-letter`), of longest-match search
(`half-replaced`), of middle-snake search (`reversed`, `shuffled`, `paired`) or of anchors
(`fibonacci`).
"""

from __future__ import annotations

import functools
import random
from typing import TYPE_CHECKING

from benchmarks.corpus import SEED, Pair

if TYPE_CHECKING:
    from collections.abc import Callable

LINES = 50_000
_Sides = tuple[list[str], list[str]]


def _unique(count: int, _rng: random.Random) -> _Sides:
    return [f"old {i}" for i in range(count)], [f"new {i}" for i in range(count)]


def _repeated(count: int, _rng: random.Random) -> _Sides:
    return ["a"] * count, ["b", "a"] * (count // 2)


def _repeated_twice(count: int, rng: random.Random) -> _Sides:
    return _repeated(2 * count, rng)


def _reversed(count: int, _rng: random.Random) -> _Sides:
    lines = _numbered(count)
    return lines, lines[::-1]


def _shuffled(count: int, rng: random.Random) -> _Sides:
    lines = _numbered(count)
    return lines, rng.sample(lines, count)


def _letters(letters: int) -> Callable[[int, random.Random], _Sides]:
    def build(count: int, rng: random.Random) -> _Sides:
        alphabet = [f"letter {i}" for i in range(letters)]
        return rng.choices(alphabet, k=count), rng.choices(alphabet, k=count)

    return build


def _half_replaced(count: int, rng: random.Random) -> _Sides:
    lines = _numbered(count)
    replaced = set(rng.sample(range(count), count // 2))
    return lines, [f"replaced {i}" if i in replaced else line for i, line in enumerate(lines)]


def _rotated(count: int, _rng: random.Random) -> _Sides:
    lines = _numbered(count)
    return lines, lines[count // 2 :] + lines[: count // 2]


def _paired(count: int, _rng: random.Random) -> _Sides:
    lines = _numbered(count)
    return lines, [lines[i ^ 1] for i in range(count)]


def _fibonacci(count: int, _rng: random.Random) -> _Sides:
    shorter, word = ["b"], ["a"]
    while len(word) < count + 1:
        shorter, word = word, word + shorter
    return word[:count], word[count:0:-1]


def _numbered(count: int) -> list[str]:
    return [f"line {i}" for i in range(count)]


CASES: dict[str, Callable[[int, random.Random], _Sides]] = {
    "unique": _unique,
    "repeated": _repeated,
    "repeated-100k": _repeated_twice,
    "reversed": _reversed,
    "shuffled": _shuffled,
    "two-letter": _letters(2),
    "64-letter": _letters(64),
    "half-replaced": _half_replaced,
    "rotated": _rotated,
    "paired": _paired,
    "fibonacci": _fibonacci,
}


# Shown, but no promise: its runs drift further apart than one window of our engine can see.
BEYOND = {"fibonacci"}


@functools.cache
def pair(name: str, lines: int = LINES) -> Pair:
    """Return the adversarial pair called `name`."""
    previous, current = CASES[name](lines, random.Random(f"{SEED}/{name}"))
    return Pair(name, "\n".join(previous), "\n".join(current))
