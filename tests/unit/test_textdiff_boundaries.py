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


@pytest.mark.parametrize(
    ("old", "new", "edits", "tidied"),
    [
        # The heading is next to the edit before: it cannot be taken in.
        ("p # q", "r # x y # q", [(0, 1, 0, 1), (2, 2, 2, 5)], [(0, 1, 0, 1), (2, 2, 2, 5)]),
        # One line further away it can.
        ("p z # q", "r z # x y # q", [(0, 1, 0, 1), (3, 3, 3, 6)], [(0, 1, 0, 1), (2, 2, 2, 5)]),
        # The edit before has moved out of the way itself.
        (
            "k # # q",
            "k # x y # # v w # q",
            [(2, 2, 2, 5), (3, 3, 6, 9)],
            [(1, 1, 1, 4), (2, 2, 5, 8)],
        ),
        # The edit after is the limit below, whatever comes after that one.
        (
            "x a a a a b c",
            "x a a a a d c",
            [(1, 1, 1, 2), (3, 4, 4, 4), (5, 6, 5, 6)],
            [(2, 2, 2, 3), (3, 4, 4, 4), (5, 6, 5, 6)],
        ),
    ],
)
def test_an_edit_never_reaches_another(
    old: str, new: str, edits: list[Edit], tidied: list[Edit]
) -> None:
    """A line that is equal stays between, or two edits would be one."""
    assert tidy_edits(edits, _lines(old), _lines(new)) == tidied


@pytest.mark.parametrize(
    ("old", "new", "edits", "tidied"),
    [
        # Of two headings the lower one.
        ("# a # a z", "# a # a # a z", [(0, 0, 0, 2)], [(4, 4, 4, 6)]),
        # After a blank line rather than anywhere else.
        ("x  p q z", "x  p q p q z", [(4, 4, 4, 6)], [(2, 2, 2, 4)]),
        # The top of the page is as good as a blank line.
        ("a a b", "a b", [(1, 2, 1, 1)], [(0, 1, 0, 0)]),
        # A blank line itself is no good beginning.
        ("x  p  q", "x  p  p  q", [(3, 3, 3, 5)], [(4, 4, 4, 6)]),
        # A replacement stays, also where its old line comes again.
        ("a b b c", "a x b c", [(1, 2, 1, 2)], [(1, 2, 1, 2)]),
    ],
)
def test_a_run_begins_where_it_reads_best(
    old: str, new: str, edits: list[Edit], tidied: list[Edit]
) -> None:
    """At a heading, else after a blank line, else as low as possible."""
    assert tidy_edits(edits, _lines(old), _lines(new)) == tidied


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
