"""Using a diff: previous → current, and back. Exact: no fuzz, no offsets, nothing guessed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from changetrack._normalize import normalize_lines
from changetrack._textdiff.diff import TextDiff
from changetrack._textdiff.reading import parse_unified
from changetrack.errors import HunkDoesNotApply

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from changetrack._textdiff.edits import Lines


class _Swap(NamedTuple):
    """Lines `there` at line `start` (from zero) are to become lines `wanted`."""

    start: int
    there: Lines
    wanted: Lines


def apply_text(diff: TextDiff | str, previous: str) -> str:
    r"""Return the current text: the diff, or its unified text, applied to the previous one.

    Works on normalized text: `previous` is normalized first.

    Raises:
        HunkDoesNotApply: `previous` is not the text that the diff was made from.
        DiffSyntaxError: the text given as diff is not one.

    >>> diff = "--- previous\n+++ current\n@@ -1 +1 @@\n-Starter $19\n+Starter $24\n"
    >>> apply_text(diff, "Starter $19")
    'Starter $24'
    """
    return _swap_lines(_forward(diff), previous)


def revert_text(diff: TextDiff | str, current: str) -> str:
    r"""Return the previous text: the diff, or its unified text, undone on the current one.

    Raises:
        HunkDoesNotApply: `current` is not the text that the diff leads to.
        DiffSyntaxError: the text given as diff is not one.

    >>> diff = "--- previous\n+++ current\n@@ -1 +1 @@\n-Starter $19\n+Starter $24\n"
    >>> revert_text(diff, "Starter $24")
    'Starter $19'
    """
    return _swap_lines(_backward(diff), current)


def _forward(diff: TextDiff | str) -> list[_Swap]:
    return [_Swap(start, old, new) for start, _, old, new in _hunks(diff)]


def _backward(diff: TextDiff | str) -> list[_Swap]:
    return [_Swap(start, new, old) for _, start, old, new in _hunks(diff)]


def _hunks(diff: TextDiff | str) -> Iterator[tuple[int, int, Lines, Lines]]:
    """Yield where each hunk starts on both sides (from zero), and its lines on both sides."""
    if isinstance(diff, TextDiff):
        for i, i_end, j, j_end, _ in diff.hunks:
            yield i, j, diff.old[i:i_end], diff.new[j:j_end]
        return
    for chunk in parse_unified(diff)["files"][0]["chunks"]:
        old = [change["content"] for change in chunk["changes"] if change["type"] != "add"]
        new = [change["content"] for change in chunk["changes"] if change["type"] != "del"]
        # An empty side names the line before it, so its number counts from zero as it stands.
        yield chunk["oldStart"] - bool(old), chunk["newStart"] - bool(new), old, new


def _swap_lines(swaps: Iterable[_Swap], text: str) -> str:
    lines = normalize_lines(text)[1]
    result: Lines = []
    at = 0
    for number, (start, there, wanted) in enumerate(swaps, 1):
        end = start + len(there)
        if not at <= start <= len(lines) or lines[start:end] != there:
            raise HunkDoesNotApply(number, start + 1)
        result += lines[at:start]
        result += wanted
        at = end
    return "\n".join(result + lines[at:])
