"""The pieces of a diff: its hunks `h1`, `h2`, … and its fields `f1`, `f2`, …, ready to be shown.

Most pieces of a large diff are never shown, so each is a draft first, which knows its size and cuts
nothing out of the diff. A piece shows both of its sides, or of both the beginning: half a hunk
would show a removal where there was a replacement.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Literal, NamedTuple, Protocol, TypeAlias

from changetrack import JsonObject, JsonValue, wire

__all__ = ["Draft", "Piece", "Side", "list_drafts"]

Side: TypeAlias = Literal["removed", "added"]
Lines: TypeAlias = "dict[Side, list[str]]"

# Of the first line of a piece that is shown in part. A path is made of keys: those may be pages.
_HEAD_CHARS = 200
_ONLY_BEGINNINGS = "(only the beginning of each side)"
_SIGNS: dict[Side, str] = {"removed": "-", "added": "+"}
# Every line in a hunk has a sign before it, so no line of a page begins so.
_HUNK = re.compile(r"^@@ -", re.MULTILINE)
_LINE: dict[Side, re.Pattern[str]] = {
    side: re.compile(rf"^\{sign}(.*)$", re.MULTILINE) for side, sign in _SIGNS.items()
}
# The sign and the newline of a line.
_LINE_ENDS = 2
_AST_SIGNS = {"add": "+", "del": "-"}


class Piece(NamedTuple):
    """One hunk or field as it is shown, and the texts that may be quoted from each side."""

    id: str
    text: str
    quotable: dict[Side, tuple[str, ...]]


class Draft(Protocol):
    """A piece that may be shown."""

    @property
    def size(self) -> int:
        """The characters that it takes, with the newline after it."""
        ...

    def show(self) -> Piece:
        """Return it whole."""
        ...

    def show_beginnings(self, room: int) -> Piece:
        """Return the beginning of each side, in about so many characters."""
        ...


def list_drafts(diff: JsonObject) -> list[Draft]:
    """Return the pieces of a result's `diff`, whatever surfaces it has; those of the text first."""
    text, json = diff.get("text"), diff.get("json")
    fields = json if isinstance(json, dict) else {}
    if isinstance(fields.get("files"), list):  # the tree: a field has a pair there
        text, fields = text if isinstance(text, str) else _write_tree(fields), {}
    hunks = _list_hunks(text) if isinstance(text, str) else []
    return [*hunks, *_list_fields(fields)]


class _Hunk(NamedTuple):
    """A hunk that lies in its diff."""

    id: str
    diff: str
    start: int
    end: int

    @property
    def size(self) -> int:
        return len(self.id) + 1 + self.end - self.start

    def show(self) -> Piece:
        text = self.diff[self.start : self.end].removesuffix("\n")
        lines = {side: [*self._list_lines(side)] for side in _SIGNS}
        return Piece(self.id, f"{self.id} {text}", _list_quotable(lines))

    def show_beginnings(self, room: int) -> Piece:
        ends = min(self.end, self.start + _HEAD_CHARS)
        head = self.diff[self.start : ends].partition("\n")[0]
        head = f"{self.id} {head} {_ONLY_BEGINNINGS}"
        half = (room - len(head)) // 2
        lines = {side: _take(self._list_lines(side), half) for side in _SIGNS}
        return Piece(self.id, _write(head, lines), _list_quotable(lines))

    def _list_lines(self, side: Side) -> Iterator[str]:
        return (found[1] for found in _LINE[side].finditer(self.diff, self.start, self.end))


class _Field(NamedTuple):
    """A field; null stands for nothing on either side, so it is no line."""

    id: str
    path: str
    values: dict[Side, JsonValue]

    @property
    def size(self) -> int:
        return len(self._text) + 1

    def show(self) -> Piece:
        return Piece(self.id, self._text, self._list_quotable(self._lines))

    def show_beginnings(self, room: int) -> Piece:
        head = f"{self.id} {self.path[:_HEAD_CHARS]} {_ONLY_BEGINNINGS}"
        half = (room - len(head)) // 2
        lines = {side: _take(lines, half) for side, lines in self._lines.items()}
        return Piece(self.id, _write(head, lines), self._list_quotable(lines))

    @property
    def _lines(self) -> Lines:
        return {
            side: [] if value is None else [wire.encode(value).decode()]
            for side, value in self.values.items()
        }

    @property
    def _text(self) -> str:
        return _write(f"{self.id} {self.path}", self._lines)

    def _list_quotable(self, lines: Lines) -> dict[Side, tuple[str, ...]]:
        """Return also what a string is without its quotes and escapes, as far as it is shown."""
        quotable = _list_quotable(lines)
        for side, value in self.values.items():
            if isinstance(value, str):
                quotable[side] += (value[: len("".join(lines[side]))],)
        return quotable


def _list_hunks(diff: str) -> list[Draft]:
    starts = [found.start() for found in _HUNK.finditer(diff)]
    spans = pairwise([*starts, len(diff)])
    return [_Hunk(f"h{number}", diff, *span) for number, span in enumerate(spans, 1)]


def _list_fields(fields: JsonObject) -> list[Draft]:
    drafts: list[Draft] = []
    for number, (path, pair) in enumerate(fields.items(), 1):
        sides = pair if isinstance(pair, dict) else {}
        values: dict[Side, JsonValue] = {
            "removed": sides.get("previous"),
            "added": sides.get("current"),
        }
        # As JSON, a path is one line, whatever its keys hold.
        drafts.append(_Field(f"f{number}", wire.encode(path).decode(), values))
    return drafts


def _write_tree(tree: JsonObject) -> str:
    """Return the hunks of a parse-diff tree as text."""
    lines = []
    for file in _get_items(tree, "files"):
        for chunk in _get_items(file, "chunks"):
            lines.append(str(chunk.get("content")))
            lines += [
                f"{_AST_SIGNS.get(str(change.get('type')), ' ')}{change.get('content')}"
                for change in _get_items(chunk, "changes")
            ]
    return "".join(f"{line}\n" for line in lines)


def _get_items(parent: JsonObject, key: str) -> Iterator[JsonObject]:
    items = parent.get(key)
    return (
        (item for item in items if isinstance(item, dict)) if isinstance(items, list) else iter(())
    )


def _write(head: str, lines: Lines) -> str:
    signed = (f"{_SIGNS[side]}{line}" for side in _SIGNS for line in lines[side])
    return "\n".join([head, *signed])


def _take(lines: Iterable[str], room: int) -> list[str]:
    """Return the first lines, the last of them cut, in so much room; each takes two more."""
    taken = []
    for line in lines:
        if room <= _LINE_ENDS:
            break
        taken.append(line[: room - _LINE_ENDS])
        room -= len(line) + _LINE_ENDS
    return taken


def _list_quotable(lines: Lines) -> dict[Side, tuple[str, ...]]:
    """Return the lines of each side together, as they are and as they are shown."""
    return {
        side: ("\n".join(lines[side]), "\n".join(f"{sign}{line}" for line in lines[side]))
        for side, sign in _SIGNS.items()
    }
