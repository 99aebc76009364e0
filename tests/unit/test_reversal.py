"""A whole diff used: onto a snapshot and back, and two as one."""

from __future__ import annotations

import pytest

from changetrack import Diff, Snapshot, apply, compose, diff_text, revert, track
from changetrack.errors import (
    ChangeTrackError,
    DiffsDoNotMeet,
    HunkDoesNotApply,
    InvalidRequest,
    InvalidSnapshot,
)

FIRST = track("# Plans\n\nPro $19", json={"pro": 19}).snapshot
SECOND = track("# Plans\n\nPro $24", json={"pro": 24, "team": None}).snapshot
THIRD = track("# Plans\n\nPro $24\n\nTeam", json={"team": 1}).snapshot


def _diff(previous: Snapshot, current: Snapshot) -> Diff:
    diff = track(current.markdown, json=current.json, previous=previous).diff
    assert diff is not None
    return diff


def test_both_sides_go_there_and_back() -> None:
    """The snapshots are those of `track`, with their hashes."""
    diff = _diff(FIRST, SECOND)
    assert apply(diff, FIRST) == SECOND
    assert revert(diff, SECOND) == FIRST


def test_a_stored_dict_is_as_good_as_its_snapshot() -> None:
    """As everywhere."""
    diff = _diff(FIRST, SECOND)
    assert apply(diff, FIRST.to_dict()) == SECOND
    assert revert(diff, SECOND.to_dict()) == FIRST


def test_one_side_alone_is_changed_alone() -> None:
    """The other one stays what it was."""
    diff = Diff(text_diff=_diff(FIRST, SECOND).text_diff)
    applied = apply(diff, FIRST)
    assert (applied.markdown, applied.json) == (SECOND.markdown, FIRST.json)


def test_two_diffs_become_the_direct_one() -> None:
    """On both sides."""
    joined = compose(_diff(FIRST, SECOND), _diff(SECOND, THIRD))
    assert joined == _diff(FIRST, THIRD)
    assert apply(joined, FIRST) == THIRD


def test_a_side_that_only_one_of_them_has_stays() -> None:
    """What one diff says nothing of did not change in it."""
    first, second = _diff(FIRST, SECOND), _diff(SECOND, THIRD)
    text, fields = Diff(text_diff=first.text_diff), Diff(field_diff=second.field_diff)
    joined = Diff(first.text_diff, second.field_diff)
    assert compose(text, fields) == compose(fields, text) == joined


@pytest.mark.parametrize(
    ("act", "error"),
    [
        (lambda: apply(_diff(FIRST, SECOND), SECOND), HunkDoesNotApply),
        (lambda: apply(None, FIRST), InvalidRequest),  # type: ignore[arg-type]
        (lambda: revert(track("a"), FIRST), InvalidRequest),  # type: ignore[arg-type]
        (lambda: apply(_diff(FIRST, SECOND), "a"), InvalidSnapshot),  # type: ignore[arg-type]
        (lambda: apply(_diff(FIRST, SECOND), {"markdown": 5}), InvalidSnapshot),
        (lambda: compose(diff_text("a", "b"), diff_text("a", "b")), DiffsDoNotMeet),
        (lambda: compose(_diff(FIRST, SECOND), _diff(FIRST, SECOND)), DiffsDoNotMeet),
        (lambda: compose(diff_text("a", "b"), Diff()), InvalidRequest),  # type: ignore[call-overload]
    ],
    ids=[
        *("another page", "no diff", "a result", "no snapshot", "a snapshot that is wrong"),
        *("texts that do not meet", "pages that do not meet", "diffs of two kinds"),
    ],
)
def test_what_does_not_fit_is_refused(act: object, error: type[ChangeTrackError]) -> None:
    """By an error of ours that says what it is."""
    assert callable(act)
    with pytest.raises(error) as caught:
        act()
    assert caught.value.remedy
