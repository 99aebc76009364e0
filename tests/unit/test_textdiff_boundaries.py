"""Edits moved to where a reader expects them."""

from __future__ import annotations

import pytest

from changetrack._textdiff.boundaries import tidy_edits
from changetrack._textdiff.edits import Edit


def _lines(text: str) -> list[str]:
    return text.split(" ")


@pytest.mark.parametrize(
    ("old", "new", "edits", "tidied"),
    [
        # To a heading, above or below.
        ("a # x", "a # x # x", [(3, 3, 3, 5)], [(3, 3, 3, 5)]),
        ("p # x # y", "p # x # z # y", [(4, 4, 4, 6)], [(3, 3, 3, 5)]),
        ("p # x # y", "p # x # z # y", [(3, 3, 3, 5)], [(3, 3, 3, 5)]),
        # A replacement stands where it stands.
        ("a b c", "a x c", [(1, 2, 1, 2)], [(1, 2, 1, 2)]),
        # Down as far as equal lines go, but never to the next edit, nor to the last line.
        ("a a a a b", "a a a a a b", [(0, 0, 0, 1)], [(0, 0, 0, 1)]),
        ("x a a a b", "x a a a a b", [(1, 1, 1, 2)], [(4, 4, 4, 5)]),
        ("x a a a a", "x a a a", [(1, 2, 1, 1)], [(3, 4, 3, 3)]),
        (
            "x a a a b c",
            "x a a a a y c",
            [(1, 1, 1, 2), (4, 5, 5, 6)],
            [(3, 3, 3, 4), (4, 5, 5, 6)],
        ),
    ],
)
def test_insertions_and_deletions_slide(
    old: str, new: str, edits: list[Edit], tidied: list[Edit]
) -> None:
    """Lines are letters here; `#` begins a heading."""
    assert tidy_edits(edits, _lines(old), _lines(new)) == tidied


def test_an_edit_never_reaches_the_one_before() -> None:
    """A line that is equal stays between, or two edits would be one."""
    old, new = _lines("p a # a # q"), _lines("r a # a # a # q")
    edits = [(0, 1, 0, 1), (5, 5, 5, 7)]
    tidied = tidy_edits(edits, old, new)
    assert tidied == [(0, 1, 0, 1), (4, 4, 4, 6)]


@pytest.mark.parametrize(
    ("between", "joined"),
    [([""], True), (["", ""], True), ([], True), (["x"], False), (["", "x", ""], False)],
)
def test_rewrites_swallow_blank_lines(between: list[str], joined: bool) -> None:  # noqa: FBT001
    """Two edits of 20 lines with nothing but blank lines between are one rewrite."""
    old = [*(f"a{at}" for at in range(10)), *between, *(f"b{at}" for at in range(10))]
    new = [*(f"c{at}" for at in range(10)), *between, *(f"d{at}" for at in range(10))]
    gap = len(between)
    edits = [(0, 10, 0, 10), (10 + gap, 20 + gap, 10 + gap, 20 + gap)]
    assert tidy_edits(edits, old, new) == ([(0, 20 + gap, 0, 20 + gap)] if joined else edits)


@pytest.mark.parametrize(("first", "second"), [(19, 20), (20, 19)])
def test_smaller_changes_keep_their_blank_line(first: int, second: int) -> None:
    """The diff may grow by a tenth at most."""
    old = [*(f"a{at}" for at in range(first)), "", *(f"b{at}" for at in range(second))]
    edits = [(0, first, 0, 0), (first + 1, first + 1 + second, 1, 1)]
    assert tidy_edits(edits, old, [""]) == edits


def test_a_chain_of_rewrites_is_one() -> None:
    """What was joined is joined on."""
    old = [line for part in "abc" for line in (*(f"{part}{at}" for at in range(20)), "")][:-1]
    edits = [(0, 20, 0, 0), (21, 41, 1, 1), (42, 62, 2, 2)]
    assert tidy_edits(edits, old, ["", ""]) == [(0, 62, 0, 2)]


def test_no_edits_stay_none() -> None:
    """There is nothing to tidy."""
    assert tidy_edits([], ["a"], ["a"]) == []
