"""What holds for two text diffs that are made one."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from changetrack._normalize import normalize_markdown
from changetrack._textdiff import TextDiff, apply_text, compose_text, diff_text, revert_text
from changetrack._textdiff.composing import _join_scripts
from changetrack.errors import DiffsDoNotMeet

# Few lines in many orders: what one diff does, the next one often undoes.
_TEXTS = st.lists(st.sampled_from(["", "a", "b", "c", "# d"]), max_size=12).map("\n".join)


def _count(diff: TextDiff) -> int:
    return diff.additions + diff.deletions


def _do_not_touch(edits: list[tuple[int, int, int, int]]) -> bool:
    return all(before[1] < after[0] and before[3] < after[2] for before, after in pairwise(edits))


@given(_TEXTS, _TEXTS, _TEXTS)
def test_two_diffs_are_one(previous: str, between: str, current: str) -> None:
    """It leads from the first text to the last and back, and is never larger than both."""
    first, second = diff_text(previous, between), diff_text(between, current)
    both = compose_text(first, second)
    assert apply_text(both, previous) == normalize_markdown(current)
    assert revert_text(both, current) == normalize_markdown(previous)
    assert apply_text(both.text, previous) == normalize_markdown(current)
    assert _count(both) <= _count(first) + _count(second)
    assert both == diff_text(previous, current)
    assert _do_not_touch(both.edits)


@given(_TEXTS, _TEXTS, _TEXTS)
def test_scripts_are_joined_without_the_texts(previous: str, between: str, current: str) -> None:
    """What a direct diff is too coarse for is still whole, small, and in order."""
    first, second = diff_text(previous, between), diff_text(between, current)
    edits = _join_scripts(first, second).edits
    both = TextDiff(first.old, second.new, edits)
    assert apply_text(both, previous) == normalize_markdown(current)
    assert revert_text(both, current) == normalize_markdown(previous)
    assert _count(both) <= _count(first) + _count(second)
    assert _do_not_touch(both.edits)


@given(_TEXTS, _TEXTS)
def test_there_and_back_is_nothing(previous: str, current: str) -> None:
    """What the second undoes is not in it, and a diff of nothing changes nothing."""
    there, back = diff_text(previous, current), diff_text(current, previous)
    assert not compose_text(there, back)
    assert compose_text(there, diff_text(current, current)).edits == there.edits
    assert compose_text(diff_text(previous, previous), there).edits == there.edits


@given(_TEXTS, _TEXTS, _TEXTS, _TEXTS)
def test_the_order_of_composing_does_not_count(one: str, two: str, three: str, four: str) -> None:
    """Three diffs are one diff, whichever two are joined first."""
    first, second, third = diff_text(one, two), diff_text(two, three), diff_text(three, four)
    left = compose_text(compose_text(first, second), third)
    right = compose_text(first, compose_text(second, third))
    assert apply_text(left, one) == apply_text(right, one) == normalize_markdown(four)


@given(_TEXTS, _TEXTS)
def test_diffs_that_do_not_meet_are_refused(one: str, two: str) -> None:
    """A diff of another page is never taken for the next one."""
    first, second = diff_text("x", one), diff_text(two, "y")
    if first.new == second.old:
        assert compose_text(first, second)
        return
    with pytest.raises(DiffsDoNotMeet):
        compose_text(first, second)
