"""Pairs of pages as line sequences: what does `track()` find hardest to compare?"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable

from benchmarks import ours
from benchmarks.recipes import Job, Recipe
from benchmarks.runner import fresh

LEAST_BYTES = 20_000
_MOST_LINES = 60_000
_MOST_CHARS = 1_000_000


class Sides:
    """The two sides while they grow."""

    def __init__(self, recipe: Recipe) -> None:
        self.rng = random.Random(recipe.seed)
        self.scale = recipe.scale
        self.old: list[str] = []
        self.new: list[str] = []

    def add(self, lines: Iterable[str], count: int, *, old: bool = True, new: bool = True) -> None:
        """Append up to `count` lines, as far as the limits of a page allow."""
        room = _MOST_LINES * self.scale - max(len(self.old), len(self.new))
        taken = [line for line, _ in zip(lines, range(min(count * self.scale, room)), strict=False)]
        if old:
            self.old += taken
        if new:
            self.new += taken


def build(recipe: Recipe) -> Job:
    """Return the comparison that a recipe describes."""
    sides = Sides(recipe)
    for name, one, two in recipe.steps:
        STEPS[name](sides, one, two)
    previous, current = (_page(lines, recipe.scale) for lines in (sides.old, sides.new))

    def run() -> object:
        return ours.track_bytes(fresh(current), {"markdown": fresh(previous)})

    return Job(len(previous.encode()) + len(current.encode()), run)


def _page(lines: list[str], scale: int) -> str:
    return "\n".join(lines)[: _MOST_CHARS * scale]


def _letters(sides: Sides, count: int, letters: int) -> None:
    rng = sides.rng
    sides.add((f"{rng.randrange(letters)}" for _ in range(count * sides.scale)), count)


def _letters_apart(sides: Sides, count: int, letters: int) -> None:
    rng = sides.rng
    for old in (True, False):
        lines = (f"{rng.randrange(letters)}" for _ in range(count * sides.scale))
        sides.add(lines, count, old=old, new=not old)


def _periodic(sides: Sides, count: int, period: int) -> None:
    sides.add((f"p{at % period}" for at in range(count * sides.scale)), count)


def _unique(sides: Sides, count: int, length: int) -> None:
    tail = "é" * min(length, 200)
    sides.add((f"{at} {tail}" for at in range(count * sides.scale)), count)


def _only(*, old: bool) -> Callable[[Sides, int, int], None]:
    def step(sides: Sides, count: int, letters: int) -> None:
        lines = (f"only {at % letters}" for at in range(count * sides.scale))
        sides.add(lines, count, old=old, new=not old)

    return step


def _reverse(sides: Sides, _one: int, _two: int) -> None:
    sides.new.reverse()


def _rotate(sides: Sides, one: int, two: int) -> None:
    at = len(sides.new) * one // (one + two)
    sides.new[:] = sides.new[at:] + sides.new[:at]


def _shuffle_blocks(sides: Sides, size: int, _two: int) -> None:
    blocks = [sides.new[at : at + size] for at in range(0, len(sides.new), size)]
    sides.rng.shuffle(blocks)
    sides.new[:] = [line for block in blocks for line in block]


def _reverse_blocks(sides: Sides, size: int, _two: int) -> None:
    blocks = [sides.new[at : at + size][::-1] for at in range(0, len(sides.new), size)]
    sides.new[:] = [line for block in blocks for line in block]


def _replace_every(sides: Sides, every: int, letters: int) -> None:
    every += 1
    for at in range(0, len(sides.new), every):
        sides.new[at] = f"replaced {at % letters}"


def _delete_every(sides: Sides, every: int, _two: int) -> None:
    del sides.new[:: every + 1]


def _insert_every(sides: Sides, every: int, letters: int) -> None:
    grown: list[str] = []
    for at, line in enumerate(sides.new[: _MOST_LINES * sides.scale // 2]):
        grown.append(line)
        if at % every == 0:
            grown.append(f"inserted {at % letters}")
    sides.new[:] = grown


def _duplicate(sides: Sides, one: int, two: int) -> None:
    size = len(sides.new) * min(one, two) // (one + two)
    sides.new[:0] = sides.new[-size:] if size else []
    del sides.new[_MOST_LINES * sides.scale :]


def _blank_every(sides: Sides, every: int, run: int) -> None:
    for lines in (sides.old, sides.new):
        grown: list[str] = []
        for at, line in enumerate(lines):
            grown.append(line)
            if at % every == 0:
                grown += [""] * min(run, 50)
            if len(grown) > _MOST_LINES * sides.scale:
                break
        lines[:] = grown


def _trail(sides: Sides, every: int, length: int) -> None:
    tail = " \t\u00a0\u2003"[: 1 + length % 4] * min(length, 400)
    for at in range(0, len(sides.new), every):
        sides.new[at] += tail


def _long_line(sides: Sides, length: int, repeats: int) -> None:
    line = ("word " * 10)[: 1 + repeats % 50] * length
    sides.old.append(line[:200_000])
    sides.new.append(line[:200_000][::-1])


def _separators(sides: Sides, every: int, kind: int) -> None:
    mark = ("\x1c", "\x1f", "\u2028", "\x85", "\r", "\x0b")[kind % 6]
    for at in range(0, len(sides.new), every):
        sides.new[at] += mark


STEPS: dict[str, Callable[[Sides, int, int], None]] = {
    "letters": _letters,
    "letters apart": _letters_apart,
    "periodic": _periodic,
    "unique": _unique,
    "only old": _only(old=True),
    "only new": _only(old=False),
    "reverse": _reverse,
    "rotate": _rotate,
    "shuffle blocks": _shuffle_blocks,
    "reverse blocks": _reverse_blocks,
    "replace every": _replace_every,
    "delete every": _delete_every,
    "insert every": _insert_every,
    "duplicate": _duplicate,
    "blank every": _blank_every,
    "trail": _trail,
    "long line": _long_line,
    "separators": _separators,
}
