"""Using a diff: previous → current, and back. Exact: no fuzz, no offsets, nothing guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from changetrack._normalize import normalize_lines
from changetrack._textdiff.diff import TextDiff
from changetrack._textdiff.reading import parse_unified
from changetrack.errors import HunkDoesNotApply

if TYPE_CHECKING:
    from collections.abc import Iterable

    from changetrack._models import Chunk
    from changetrack._textdiff.edits import Lines


class _Swap(NamedTuple):
    """Lines `there` at line `start` (from zero) are to become lines `wanted`."""

    start: int
    there: Lines
    wanted: Lines


def apply_text(diff: TextDiff | str, previous: str) -> str:
    r"""Return the current text: the diff, or its unified text, applied to the previous one.

    Works on normalized text: `previous` is normalized before, and what is returned is normal.

    Raises:
        HunkDoesNotApply: `previous` is not the text that the diff was made from.
        DiffSyntaxError: the text given as diff is not one.

    >>> apply_text("--- previous\n+++ current\n@@ -1 +1 @@\n-Starter $19\n+Starter $24\n", "Starter $19")
    'Starter $24'
    """
    return _swap_lines(_forward(diff), previous)


def revert_text(diff: TextDiff | str, current: str) -> str:
    r"""Return the previous text: the diff, or its unified text, undone on the current one.

    Raises:
        HunkDoesNotApply: `current` is not the text that the diff leads to.
        DiffSyntaxError: the text given as diff is not one.

    >>> revert_text("--- previous\n+++ current\n@@ -1 +1 @@\n-Starter $19\n+Starter $24\n", "Starter $24")
    'Starter $19'
    """
    return _swap_lines(_backward(diff), current)


def _forward(diff: TextDiff | str) -> list[_Swap]:
    if isinstance(diff, TextDiff):
        return [
            _Swap(i, diff.old[i:i_end], diff.new[j:j_end]) for i, i_end, j, j_end in diff.edits
        ]
    return [
        _Swap(_first(chunk["oldStart"], old), old, new)
        for chunk in _chunks(diff)
        for old, new in [_sides(chunk)]
    ]


def _backward(diff: TextDiff | str) -> list[_Swap]:
    if isinstance(diff, TextDiff):
        return [
            _Swap(j, diff.new[j:j_end], diff.old[i:i_end]) for i, i_end, j, j_end in diff.edits
        ]
    return [
        _Swap(_first(chunk["newStart"], new), new, old)
        for chunk in _chunks(diff)
        for old, new in [_sides(chunk)]
    ]


def _chunks(text: str) -> list[Chunk]:
    return parse_unified(text)["files"][0]["chunks"]


def _first(start: int, lines: Lines) -> int:
    return start - bool(lines)


def _sides(chunk: Chunk) -> tuple[Lines, Lines]:
    old = [change["content"] for change in chunk["changes"] if change["type"] != "add"]
    new = [change["content"] for change in chunk["changes"] if change["type"] != "del"]
    return old, new


def _swap_lines(swaps: Iterable[_Swap], text: str) -> str:
    lines = normalize_lines(text)[1]
    result: Lines = []
    at = 0
    for number, (start, there, wanted) in enumerate(swaps, 1):
        end = start + len(there)
        if start < at or lines[start:end] != there:
            raise HunkDoesNotApply(number, start + 1)
        result += lines[at:start]
        result += wanted
        at = end
    return "\n".join(result + lines[at:])
