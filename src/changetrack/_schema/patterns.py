"""Regular expressions in linear time, for `pattern` and `patternProperties`.

Python's `re` backtracks: `^(a+)+$` doubles its time with every character (catalogue A38), and no
check of the pattern short of refusing most of them makes that safe. So a pattern runs as a set of
states over the text, and a set is worked out once and remembered. Only "does it match somewhere"
is answered, which is all that JSON Schema asks.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from changetrack._schema.pattern_syntax import (
    CharSet,
    Choice,
    Edge,
    Ranges,
    Repeat,
    Sequence,
    Tree,
    parse_pattern,
)
from changetrack.errors import InvalidSchema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# A step consumes one character of a set (its number, from 0 up), or is one of these.
_FORK, _START, _END, _MATCH = -1, -2, -3, -4
_Step: TypeAlias = "tuple[int, tuple[int, ...]]"
_States: TypeAlias = "frozenset[int]"
# Stands in a set of states in place of the step that matches.
_MATCHED = -1

# A date is about 20 steps; `^[a-z]{1,500}$` is 1,000. A set of states is at most so large.
_MAX_STEPS = 2_000


@dataclass(frozen=True, slots=True)
class Program:
    """A compiled pattern: where to begin, the steps, and the character sets that they name."""

    entry: int
    steps: tuple[_Step, ...]
    sets: tuple[Ranges, ...]


def compile_pattern(pattern: str) -> Program:
    """Return the program of a pattern.

    Raises:
        InvalidSchema: it is not a regular expression, or not one that runs in linear time.

    >>> Matcher(compile_pattern("^[a-z]+[0-9]{2}$"), lambda _: None).search("abc42")
    True
    """
    compiler = _Compiler()
    entry = compiler.compile(parse_pattern(pattern), compiler.emit(_MATCH))
    return Program(entry, tuple(compiler.steps), tuple(compiler.sets))


class _Compiler:
    """Writes the steps from the end to the start: each knows what follows it."""

    def __init__(self) -> None:
        self.steps: list[_Step] = []
        self.sets: dict[Ranges, int] = {}
        self.parts = 0

    def emit(self, kind: int, *following: int) -> int:
        self.steps.append((kind, following))
        return len(self.steps) - 1

    def compile(self, tree: Tree, following: int) -> int:
        self.parts += 1  # and not the steps: an empty group repeated has none
        if self.parts > _MAX_STEPS:
            raise InvalidSchema("the pattern is too large when written out", "repeat less in it")
        if isinstance(tree, CharSet):
            number = self.sets.setdefault(tree.ranges, len(self.sets))
            return self.emit(number, following)
        if isinstance(tree, Edge):
            return self.emit(_END if tree.is_end else _START, following)
        if isinstance(tree, Sequence):
            for part in reversed(tree.parts):
                following = self.compile(part, following)
            return following
        if isinstance(tree, Choice):
            return self.emit(_FORK, *[self.compile(branch, following) for branch in tree.branches])
        return self.repeat(tree, following)

    def repeat(self, tree: Repeat, following: int) -> int:
        if tree.most is None:
            loop = self.emit(_FORK)
            self.steps[loop] = (_FORK, (self.compile(tree.body, loop), following))
            following = loop
        else:
            end = following
            for _ in range(tree.most - tree.least):
                following = self.emit(_FORK, self.compile(tree.body, following), end)
        for _ in range(tree.least):
            following = self.compile(tree.body, following)
        return following


class Matcher:
    """Runs one program and remembers what it worked out.

    `spend` is told of all that is new, and may raise: the memory is bounded as the work is.
    """

    def __init__(self, program: Program, spend: Callable[[int], None]) -> None:
        self._program = program
        self._spend = spend
        self._known: dict[str, int] = {}
        self._next: dict[tuple[_States, int], _States] = {}
        self._ends: dict[_States, bool] = {}
        self._again = self._close([program.entry])
        self._first = self._close([program.entry], at_start=True)

    def search(self, text: str) -> bool:
        """Return whether the pattern matches anywhere in the text."""
        states = self._first
        for char in text:
            if _MATCHED in states:
                return True
            number = self._known.get(char)
            if number is None:
                number = self._classify(char)
            following = self._next.get((states, number))
            if following is None:
                following = self._advance(states, number)
            if not following:
                return False
            states = following
        if not text:
            states = self._close([self._program.entry], at_start=True, at_end=True)
        return self._is_match_at_end(states)

    def _is_match_at_end(self, states: _States) -> bool:
        if states not in self._ends:
            self._ends[states] = _MATCHED in self._close(states, at_end=True)
        return self._ends[states]

    def _classify(self, char: str) -> int:
        """Return the sets that hold the character, as bits of a number."""
        point = (ord(char), 0x110000)
        number = 0
        for bit, ranges in enumerate(self._program.sets):
            at = bisect_right(ranges, point) - 1
            if at >= 0 and ord(char) <= ranges[at][1]:
                number |= 1 << bit
        self._spend(1 + len(self._program.sets))
        self._known[char] = number
        return number

    def _advance(self, states: _States, number: int) -> _States:
        """Return the states behind a character, a new beginning among them."""
        steps = self._program.steps
        moved = [
            following[0]
            for kind, following in map(steps.__getitem__, states)
            if kind >= 0 and number >> kind & 1
        ]
        found = self._close(moved) | self._again
        self._next[states, number] = found
        return found

    def _close(
        self, states: Iterable[int], *, at_start: bool = False, at_end: bool = False
    ) -> _States:
        """Return what is reached without a character: sets, ends to come, a match."""
        pending = list(states)
        seen: set[int] = set()
        reached: set[int] = set()
        while pending:
            state = pending.pop()
            if state in seen:
                continue
            seen.add(state)
            if state < 0:
                reached.add(state)
                continue
            kind, following = self._program.steps[state]
            if kind == _MATCH:
                reached.add(_MATCHED)
            elif kind == _FORK or (kind == _START and at_start) or (kind == _END and at_end):
                pending += following
            elif kind != _START:
                reached.add(state)
        self._spend(len(seen))
        return frozenset(reached)
