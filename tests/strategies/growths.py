"""Pairs of large texts, of up to 100,000 lines, grown from a seed.

Hypothesis could not draw so many lines one by one; it draws the recipe.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TypeAlias

from hypothesis import strategies as st

Lines: TypeAlias = "list[str]"

_WORDS = ("the", "price", "of", "a", "plan", "café", "東京", "🚀")


@dataclass(frozen=True)
class Growth:
    """A recipe for two large texts; it prints short, which 100,000 drawn lines would not."""

    seed: int
    lines: int
    kind: str

    def pair(self) -> tuple[str, str]:
        """Return the two texts."""
        rng = random.Random(f"{self.seed}/{self.lines}/{self.kind}")  # noqa: S311 - pages, no secrets
        old, new = _GROWTHS[self.kind](rng, self.lines)
        return "\n".join(old), "\n".join(new)


def _grow_edited(rng: random.Random, size: int) -> tuple[Lines, Lines]:
    old = [f"line {at} {rng.choice(_WORDS)}" for at in range(size)]
    new = list(old)
    for _ in range(rng.randint(1, 1 + size // 50)):
        at = rng.randrange(len(new) + 1)
        new[at : at + rng.randint(0, 3)] = [f"new {rng.random()}" for _ in range(rng.randint(0, 3))]
    return old, new


def _grow_few_letters(rng: random.Random, size: int) -> tuple[Lines, Lines]:
    letters = "ab" if rng.random() < 1 / 2 else "abcdefgh"
    return rng.choices(letters, k=size), rng.choices(letters, k=size)


def _grow_shuffled(rng: random.Random, size: int) -> tuple[Lines, Lines]:
    old = [f"line {at}" for at in range(size)]
    return old, rng.sample(old, size)


def _grow_rewritten(rng: random.Random, size: int) -> tuple[Lines, Lines]:
    """Give lines that are all new, but for the blank ones."""
    lines = [
        [f"{side} {at}" if rng.random() < 9 / 10 else "" for at in range(size)] for side in "xy"
    ]
    return lines[0], lines[1]


def _grow_rotated(rng: random.Random, size: int) -> tuple[Lines, Lines]:
    old = [f"line {at}" for at in range(size)]
    at = rng.randrange(size)
    return old, old[at:] + old[:at]


def _grow_periodic(rng: random.Random, size: int) -> tuple[Lines, Lines]:
    """Give lines with a period, and a unique one now and then: difflib needs most of a minute."""
    old = [str(at % 101) for at in range(size)]
    new = list(old)
    for at in range(size - 1, 0, -rng.randint(20, 80)):
        new.insert(at, f"Z{at}")
    return old, new


_GROWTHS = {
    "edited": _grow_edited,
    "few letters": _grow_few_letters,
    "shuffled": _grow_shuffled,
    "rewritten": _grow_rewritten,
    "rotated": _grow_rotated,
    "periodic": _grow_periodic,
}


def growths(max_lines: int) -> st.SearchStrategy[Growth]:
    """Return a strategy of recipes; sizes are spread over the orders of magnitude."""
    sizes = st.sampled_from(
        [size for size in (30, 300, 2_000, 5_000, 100_000) if size <= max_lines]
    )
    return st.builds(Growth, st.integers(0, 2**16), sizes, st.sampled_from(sorted(_GROWTHS)))
