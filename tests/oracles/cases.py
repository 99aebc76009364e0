"""What the oracles are asked about: pairs of texts, the same ones on every machine.

A list and not a hypothesis strategy, because an oracle that is a process is asked about all of them
at once.
"""

from __future__ import annotations

import os
import random
from functools import cached_property

import pytest

from changetrack import TextDiff, diff_text, normalize_markdown
from tests.spec.rows import load_rows
from tests.strategies.growths import Growth
from tests.strategies.hostile_text import DIFF_SYNTAX, HOSTILE

_PLAIN = ("a", "b", "c", "", "# h", "- x", "x y")


class Case:
    """Two texts, the diff between them, and the bytes that both are as files."""

    def __init__(self, name: str, previous: str, current: str, context: int = 3) -> None:
        self.name = name
        self.previous = normalize_markdown(previous)
        self.current = normalize_markdown(current)
        self.context = context

    def __repr__(self) -> str:
        return self.name

    @cached_property
    def diff(self) -> TextDiff:
        """The diff of the two texts."""
        return diff_text(self.previous, self.current, context=self.context)

    @property
    def files(self) -> tuple[bytes, bytes]:
        """Both texts with a newline at their end, as the diff's text describes them."""
        previous, current = (f"{t}\n".encode() if t else b"" for t in (self.previous, self.current))
        return previous, current


def list_cases(hostile: int) -> list[Case]:
    """Return the rows of the specification, so many hostile pairs, and some large ones."""
    rows = [
        Case(row["name"], row["previous"], row["current"], row.get("context", 3))
        for row in load_rows("gitdiff")
    ]
    grown = [
        Case(f"{kind} {size}", *Growth(7, size, kind).pair(), context)
        for kind in ("edited", "few letters", "shuffled", "rewritten", "rotated", "periodic")
        for size, context in ((200, 1), (2_000, 3))
    ]
    return [*rows, *map(_make_hostile, range(hostile)), *grown]


def require(program: str | None, wanted: str) -> None:
    """Skip the test where an oracle is missing; but CI has all of them."""
    if program is None:
        if "CI" in os.environ:  # noqa: TID251 - whether an absent oracle is a failure
            pytest.fail(f"{wanted} is missing, and CI must ask it")
        pytest.skip(f"{wanted} is not installed here")


def _make_hostile(seed: int) -> Case:
    rng = random.Random(f"hostile {seed}")  # noqa: S311 - pages, no secrets
    alphabet = [*_PLAIN, *rng.sample(DIFF_SYNTAX, 3), *rng.sample(HOSTILE, 3)]
    previous = rng.choices(alphabet, k=rng.randrange(15))
    current = list(previous) if rng.random() < 3 / 4 else rng.choices(alphabet, k=rng.randrange(15))
    for _ in range(rng.randrange(4)):
        at = rng.randrange(len(current) + 1)
        current[at : at + rng.randrange(3)] = rng.choices(alphabet, k=rng.randrange(3))
    return Case(
        f"hostile {seed}", "\n".join(previous), "\n".join(current), rng.choice((0, 1, 3, 3))
    )
