"""What a mail shows of a diff: a few lines of each run, not too long, and how many are left out.

A page writes its own lines, so they are worth nothing but their text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby, islice
from typing import Literal, NamedTuple, TypeAlias

from changetrack._models import JsonObject, JsonValue
from changetrack.monitor.mail.wording import cut, one_line

__all__ = ["EXCERPT_LINES", "LINE_CHARS", "Excerpt", "Line", "read_excerpt"]

Kind: TypeAlias = Literal["add", "del", "same", "field", "gap"]

# Of one page. More is not read in a mail.
EXCERPT_LINES = 40
LINE_CHARS = 200
# Of lines of one kind in a row, so that a page that was rewritten shows both its sides.
_RUN_LINES = 12
# Of a diff; what comes behind them is counted, not shown.
_SCANNED_LINES = 2_000
# Of a path, and of each of the two values behind it, which make up one line.
_PATH_CHARS = 60
_VALUE_CHARS = 64

_KINDS: dict[str, Kind] = {"+": "add", "-": "del", " ": "same", "@": "gap"}


class Line(NamedTuple):
    """One line of an excerpt; the sign of a diff is its kind, and not in its text."""

    kind: Kind
    text: str


class Excerpt(NamedTuple):
    """Lines, and how many more there are."""

    lines: tuple[Line, ...] = ()
    omitted: int = 0


def read_excerpt(diff: JsonObject | None) -> Excerpt:
    """Return what a mail shows of the `diff` of a page: its fields first, and then its text."""
    if diff is None:
        return Excerpt()
    text, fields = diff.get("text"), diff.get("json")
    changes = list(_read_fields(fields)) if isinstance(fields, Mapping) else []
    lines: list[Line] = changes[:EXCERPT_LINES]
    omitted = len(changes) - len(lines)
    if isinstance(text, str) and text:
        read, more = _read_text(text, EXCERPT_LINES - len(lines))
        lines, omitted = [*lines, *read], omitted + more
    return Excerpt(tuple(lines), omitted)


def _read_fields(fields: Mapping[str, JsonValue]) -> Iterator[Line]:
    """Yield the entries of a path map; a tree of hunks, which stands in its place, has none."""
    for path, change in fields.items():
        if isinstance(change, Mapping) and ("previous" in change or "current" in change):
            before, after = (_spell(change.get(side)) for side in ("previous", "current"))
            yield Line("field", f"{one_line(path, _PATH_CHARS)}: {before} → {after}")


def _spell(value: JsonValue) -> str:
    if isinstance(value, str):
        return one_line(value, _VALUE_CHARS) or '""'
    return cut(json.dumps(value, ensure_ascii=False), _VALUE_CHARS)


def _read_text(text: str, room: int) -> tuple[list[Line], int]:
    """Return lines of a unified text that fit, and how many changed ones do not."""
    scanned = text.split("\n", _SCANNED_LINES)
    rest = scanned.pop() if len(scanned) > _SCANNED_LINES else ""
    # A text begins with the names of its sides, which say nothing here, and ends in an empty line.
    signed = [line for line in _drop_names(scanned) if line]
    shown = list(islice(_shorten_runs(signed), room))
    while shown and shown[-1].kind == "gap":
        shown.pop()
    changed = sum(1 for line in signed if line[0] in "+-") + rest.count("\n")
    return shown, changed - sum(1 for line in shown if line.kind in {"add", "del"})


def _drop_names(lines: list[str]) -> list[str]:
    has_names = len(lines) > 1 and lines[0].startswith("--- ") and lines[1].startswith("+++ ")
    return lines[2:] if has_names else lines


def _shorten_runs(lines: Iterable[str]) -> Iterator[Line]:
    """Yield lines with the middle of long runs left out, and without a gap at their beginning."""
    is_begun = False
    for kind, run in groupby(lines, _name_kind):
        if kind == "gap":
            if is_begun:
                yield Line("gap", "")
            continue
        is_begun = True
        members = list(run)
        yield from (Line(kind, cut(line[1:], LINE_CHARS)) for line in members[:_RUN_LINES])
        if len(members) > _RUN_LINES:
            yield Line("gap", "")


def _name_kind(line: str) -> Kind:
    return _KINDS.get(line[0], "same")
