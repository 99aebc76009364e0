"""The regular expressions of JSON Schema, read into a tree.

The syntax is ECMA-262's, without what no linear engine can do (backreferences, lookaround) and
without what schemas hardly use (word boundaries, Unicode properties, flags). Running them is the
work of `patterns`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn, TypeAlias

from changetrack.errors import InvalidSchema

# Ranges of code points, sorted and apart.
Ranges: TypeAlias = "tuple[tuple[int, int], ...]"
Tree: TypeAlias = "CharSet | Sequence | Choice | Repeat | Edge"

_LAST = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)
_DIGITS: Ranges = ((0x30, 0x39),)
_WORDS: Ranges = ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
# What ECMA-262 calls white space and line terminators.
_SPACES: Ranges = (
    (0x09, 0x0D),
    (0x20, 0x20),
    (0xA0, 0xA0),
    (0x1680, 0x1680),
    (0x2000, 0x200A),
    (0x2028, 0x2029),
    (0x202F, 0x202F),
    (0x205F, 0x205F),
    (0x3000, 0x3000),
    (0xFEFF, 0xFEFF),
)
_LINE_ENDS: Ranges = ((0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029))
_CONTROLS = {"t": "\t", "n": "\n", "v": "\v", "f": "\f", "r": "\r", "0": "\0"}

_COUNTS = re.compile(r"\{([0-9]+)(,([0-9]*))?\}")
_CODE = re.compile(r"x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}")
_GROUP = re.compile(r"\?(:|<[A-Za-z_$][\w$]*>)")
# Groups in groups: enough for people, and far from the interpreter's stack.
_MAX_NESTING = 32
# A repetition is written out, so its size counts; lengths in schemas are seldom larger.
_MAX_REPEAT = 1_000


@dataclass(frozen=True, slots=True)
class CharSet:
    """One character out of these."""

    ranges: Ranges


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """One of them."""

    branches: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """So many times; `most` is None where there is no end."""

    body: Tree
    least: int
    most: int | None


@dataclass(frozen=True, slots=True)
class Edge:
    """The start or the end of the text."""

    is_end: bool


def parse_pattern(pattern: str) -> Tree:
    """Return the tree of a pattern.

    Raises:
        InvalidSchema: it is not a regular expression, or not one that runs in linear time.

    >>> parse_pattern("^a").parts
    (Edge(is_end=False), CharSet(ranges=((97, 97),)))
    """
    return _Parser(pattern).parse_all()


class _Parser:
    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.at = 0

    def parse_all(self) -> Tree:
        tree = self.parse_choice(0)
        if self.at < len(self.pattern):
            self.refuse("there is nothing to close")
        return tree

    def refuse(self, problem: str) -> NoReturn:
        raise InvalidSchema(
            f"the pattern cannot be used, at character {self.at}: {problem}",
            "write it without lookaround, backreferences and flags",
        )

    def peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def take(self) -> str:
        if self.at >= len(self.pattern):
            self.refuse("it ends too early")
        self.at += 1
        return self.pattern[self.at - 1]

    def parse_choice(self, nesting: int) -> Tree:
        if nesting > _MAX_NESTING:
            self.refuse("groups are nested too deeply")
        branches = [self.parse_sequence(nesting)]
        while self.peek() == "|":
            self.at += 1
            branches.append(self.parse_sequence(nesting))
        return branches[0] if len(branches) == 1 else Choice(tuple(branches))

    def parse_sequence(self, nesting: int) -> Tree:
        parts: list[Tree] = []
        while self.peek() not in ("", "|", ")"):
            parts.append(self.parse_repeat(self.parse_atom(nesting)))
        return Sequence(tuple(parts))

    def parse_atom(self, nesting: int) -> Tree:
        char = self.take()
        if char in "^$":
            return Edge(char == "$")
        if char == "(":
            return self.parse_group(nesting)
        if char == "[":
            return CharSet(self.parse_class())
        if char == ".":
            return CharSet(_complement(_LINE_ENDS))
        if char == "\\":
            return CharSet(self.parse_escape())
        if char in "*+?" or _COUNTS.match(self.pattern, self.at - 1):
            self.refuse("there is nothing to repeat")
        return CharSet(_single(char))

    def parse_group(self, nesting: int) -> Tree:
        if self.peek() == "?":
            opening = _GROUP.match(self.pattern, self.at)
            if not opening:
                self.refuse("lookaround and flags are not supported")
            self.at = opening.end()
        tree = self.parse_choice(nesting + 1)
        if self.peek() != ")":
            self.refuse("a group is not closed")
        self.at += 1
        return tree

    def parse_repeat(self, body: Tree) -> Tree:
        counts = _COUNTS.match(self.pattern, self.at)
        if counts:
            least = self.read_count(counts[1])
            most = least if not counts[2] else self.read_count(counts[3]) if counts[3] else None
            self.at = counts.end()
        elif self.peek() and self.peek() in "*+?":
            least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}[self.take()]
        else:
            return body
        if isinstance(body, Edge) or (most is not None and most < least):
            self.refuse("this cannot be repeated so")
        if self.peek() == "?":  # lazy or not: the question is only whether it matches
            self.at += 1
        return Repeat(body, least, most)

    def read_count(self, digits: str) -> int:
        if len(digits) > len(str(_MAX_REPEAT)) or int(digits) > _MAX_REPEAT:
            self.refuse(f"at most {_MAX_REPEAT:,} repetitions are allowed")
        return int(digits)

    def parse_class(self) -> Ranges:
        is_negated = self.peek() == "^"
        self.at += is_negated
        ranges: list[tuple[int, int]] = []
        while self.peek() != "]":
            first = self.parse_member()
            if self.peek() == "-" and self.pattern[self.at + 1 : self.at + 2] not in ("", "]"):
                self.at += 1
                ranges.append(self.join_range(first, self.parse_member()))
            else:
                ranges += first
        self.at += 1
        return _complement(_merge(ranges)) if is_negated else _merge(ranges)

    def parse_member(self) -> Ranges:
        char = self.take()
        return self.parse_escape() if char == "\\" else _single(char)

    def join_range(self, first: Ranges, last: Ranges) -> tuple[int, int]:
        low, high = first[0][0], last[-1][1]
        if not _is_single(first) or not _is_single(last) or low > high:
            self.refuse("this range has no order")
        return low, high

    def parse_escape(self) -> Ranges:
        char = self.take()
        if char in "dDwWsS":
            named = {"d": _DIGITS, "w": _WORDS, "s": _SPACES}[char.lower()]
            return _complement(named) if char.isupper() else named
        if char in _CONTROLS:
            return _single(_CONTROLS[char])
        code = _CODE.match(self.pattern, self.at - 1)
        if code:
            self.at = code.end()
            point = int(code[1] or code[2] or code[3], 16)
            if point > _LAST or point in _SURROGATES:
                self.refuse("this is no character")
            return ((point, point),)
        if char.isalnum():
            self.refuse(f"\\{char} is not supported")
        return _single(char)


def _single(char: str) -> Ranges:
    return ((ord(char), ord(char)),)


def _is_single(ranges: Ranges) -> bool:
    return len(ranges) == 1 and ranges[0][0] == ranges[0][1]


def _merge(ranges: list[tuple[int, int]]) -> Ranges:
    merged: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if merged and low <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(high, merged[-1][1]))
        else:
            merged.append((low, high))
    return tuple(merged)


def _complement(ranges: Ranges) -> Ranges:
    gaps: list[tuple[int, int]] = []
    start = 0
    for low, high in ranges:
        if start < low:
            gaps.append((start, low - 1))
        start = high + 1
    if start <= _LAST:
        gaps.append((start, _LAST))
    return tuple(gaps)
