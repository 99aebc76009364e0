"""The edit script: prefix and suffix, exact cores, windows, anchors, and what is never believed."""

from __future__ import annotations

import random

import pytest
from rapidfuzz.distance import LCSseq

from changetrack._textdiff import edits as engine
from changetrack._textdiff.edits import EditScript, compare_lines


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", []),
        ("abc", "abc", []),
        ("", "ab", [(0, 0, 0, 2)]),
        ("ab", "", [(0, 2, 0, 0)]),
        ("abc", "abxc", [(2, 2, 2, 3)]),
        ("abxc", "abc", [(2, 3, 2, 2)]),
        ("abc", "axc", [(1, 2, 1, 2)]),
        ("aa", "a", [(1, 2, 1, 1)]),
        ("a", "aa", [(1, 1, 1, 2)]),
        ("aba", "a", [(1, 3, 1, 1)]),
        ("abcde", "xbcdy", [(0, 1, 0, 1), (4, 5, 4, 5)]),
    ],
)
def test_small_scripts(old: str, new: str, expected: list[engine.Edit]) -> None:
    """What is common at both ends is not looked at again; suffixes do not run into prefixes."""
    assert compare_lines(list(old), list(new)) == EditScript(expected, coarse=False)


@pytest.mark.parametrize(
    ("columns", "coarse"), [(engine.EXACT_CELLS // 1_024, False), (1 + 1_024, True)]
)
def test_the_work_budget_is_counted_in_cells(columns: int, coarse: bool) -> None:  # noqa: FBT001
    """Cores of up to so many cells are solved exactly; what is larger says that it is coarse."""
    old = [f"old {at}" for at in range(1_024)]
    new = [f"new {at}" for at in range(columns)]
    script = compare_lines(["head", *old, "tail"], ["head", *new, "tail"])
    assert script == EditScript([(1, 1_025, 1, 1 + columns)], coarse=coarse)


def test_a_core_larger_than_a_window_is_still_solved_exactly() -> None:
    """Up to the budget, no more is deleted than must be."""
    rng = random.Random(5)  # noqa: S311 - pages, no secrets
    old, new = rng.choices("abcd", k=900), rng.choices("abcd", k=900)
    script = compare_lines(old, new)
    kept = len(old) - sum(edit[1] - edit[0] for edit in script.edits)
    assert (script.coarse, kept) == (False, LCSseq.similarity(old, new))


def test_lines_that_only_hash_alike_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """The exact core compares hashes; what it takes for equal is looked at first."""
    monkeypatch.setattr(engine, "_match_exactly", lambda *_: [(0, 0, 2), (3, 3, 1)])
    script = compare_lines(["a", "b", "c", "d"], ["x", "y", "c", "z"])
    assert script == EditScript([(0, 4, 0, 4)], coarse=False)


def test_an_empty_line_and_a_lone_nul_hash_alike() -> None:
    """They are two lines all the same, and the run around them is not lost for it."""
    old = ["first", *(f"line {at}" for at in range(100)), "\x00", "x", "last"]
    new = ["FIRST", *old[1:101], "", "x", "LAST"]
    script = compare_lines(old, new)
    assert script.edits == [(0, 1, 0, 1), (101, 102, 101, 102), (103, 104, 103, 104)]


def test_a_false_match_beside_a_true_one_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The run that is not equal becomes a part of the edit around it."""
    monkeypatch.setattr(engine, "_match_exactly", lambda *_: [(0, 0, 1), (2, 2, 1)])
    script = compare_lines(["a", "b", "c", "d"], ["x", "y", "c", "z"])
    assert script == EditScript([(0, 2, 0, 2), (3, 4, 3, 4)], coarse=False)


def test_a_long_insertion_is_one_edit() -> None:
    """Windows lose their way after it; anchors find it again."""
    old = [f"line {at}" for at in range(6_000)]
    new = [*old[:2_000], *(f"new {at}" for at in range(3_000)), *old[2_000:]]
    new[0], new[-1] = "first", "last"
    script = compare_lines(old, new)
    assert script.edits == [
        (0, 1, 0, 1),
        (2_000, 2_000, 2_000, 5_000),
        (5_999, 6_000, 8_999, 9_000),
    ]
    assert script.coarse


def test_a_long_move_is_a_deletion_and_an_insertion() -> None:
    """The larger part stays where it is."""
    old = [f"line {at}" for at in range(5_000)]
    new = [*old[1_500:], *old[:1_500]]
    assert compare_lines(old, new).edits == [(0, 1_500, 0, 0), (5_000, 5_000, 3_500, 5_000)]


def test_many_small_changes_are_found_by_windows() -> None:
    """Every tenth line of a long page, each for itself."""
    old = [f"line {at}" for at in range(20_000)]
    new = [f"new {at}" if at % 10 == 5 else line for at, line in enumerate(old)]
    expected = [(at, at + 1, at, at + 1) for at in range(5, 20_000, 10)]
    assert compare_lines(old, new).edits == expected


def test_pages_without_anchors_are_still_compared() -> None:
    """Where no line is unique there is nothing to cut at, and windows must do."""
    rng = random.Random(3)  # noqa: S311 - pages, no secrets
    old = rng.choices("abcdefgh", k=4_000)
    new = [line for line in old if rng.random() < 19 / 20]
    script = compare_lines(old, new)
    kept = len(old) - sum(edit[1] - edit[0] for edit in script.edits)
    assert kept > 9 / 10 * len(new)


def test_nothing_in_common_is_one_edit() -> None:
    """A rewrite of any size."""
    old, new = [f"o{at}" for at in range(30_000)], [f"n{at}" for at in range(20_000)]
    assert compare_lines(old, new) == EditScript([(0, 30_000, 0, 20_000)], coarse=True)


def test_the_longest_rising_run_is_found() -> None:
    """Of anchors that cross, as many are kept as can be without a crossing."""
    pairs = [(at, j) for at, j in enumerate([9, 0, 8, 1, 2, 7, 3, 6, 4])]
    assert [j for _, j in engine._longest_rising(pairs)] == [0, 1, 2, 3, 4]
    assert engine._longest_rising([]) == []


@pytest.mark.parametrize("size", [2_000, 4_000, 8_000])
def test_A26_work_grows_with_the_size(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The calls of the exact core, each of at most a window, grow as the lines do."""
    calls: list[int] = []
    match = engine._match_exactly

    def count(old: list[str], new: list[str]) -> list[engine.Block]:
        calls.append(len(old) * len(new))
        return match(old, new)

    monkeypatch.setattr(engine, "_match_exactly", count)
    rng = random.Random(size)  # noqa: S311 - pages, no secrets
    compare_lines(rng.choices("ab", k=size), rng.choices("ab", k=size))
    assert sum(calls) <= size * engine.WINDOW * 8
    assert max(calls) <= engine.EXACT_CELLS
