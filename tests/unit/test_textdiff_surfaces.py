"""Hunks, text, tree and the diff object, as far as the spec rows do not show them."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from changetrack import Hunk, Limits, TextDiff, diff_text
from changetrack._textdiff.hunks import group_edits
from changetrack._textdiff.parsediff import count_entries, list_chunks
from changetrack.errors import ContentTooLarge, InvalidOption

PREVIOUS = "\n".join(f"l{at}" for at in range(1, 31))
CURRENT = PREVIOUS.replace("l5", "X").replace("l25", "Y\nZ")


def test_a_diff_has_everything() -> None:
    """Edits and hunks count from zero, as slices do."""
    diff = diff_text(PREVIOUS, CURRENT, context=1)
    assert bool(diff)
    assert (diff.additions, diff.deletions, diff.coarse, diff.truncated) == (3, 2, False, False)
    assert diff.edits == [(4, 5, 4, 5), (24, 25, 24, 26)]
    assert diff.hunks == [
        Hunk(3, 6, 3, 6, [(4, 5, 4, 5)]),
        Hunk(23, 26, 23, 27, [(24, 25, 24, 26)]),
    ]
    assert diff.old == PREVIOUS.split("\n")
    assert diff.new == CURRENT.split("\n")


def test_the_steps_of_a_hunk_cover_it() -> None:
    """Context, edit, context, edit, context."""
    hunk = Hunk(2, 20, 2, 21, [(4, 5, 4, 6), (9, 12, 10, 13)])
    assert list(hunk.steps()) == [
        (2, 4, (4, 5, 4, 6)),
        (5, 9, (9, 12, 10, 13)),
        (12, 20, (20, 20, 21, 21)),
    ]


def test_surfaces_are_rendered_once() -> None:
    """Reading them again costs nothing."""
    diff = diff_text("a", "b")
    assert diff.text is diff.text
    assert diff.ast is diff.ast
    assert diff.hunks is diff.hunks


def test_a_diff_is_a_value() -> None:
    """Equal when both texts, the edits and the settings are; frozen; short to print."""
    one = diff_text("a\nb", "a\nc")
    assert one == diff_text("a\nb", "a\nc")
    assert one != diff_text("a\nb", "a\nc", context=0)
    assert one != diff_text("x\nb", "x\nc")
    assert repr(one) == "TextDiff(edits=[(1, 2, 1, 2)], coarse=False, context=3)"
    with pytest.raises(FrozenInstanceError):
        one.edits = []  # type: ignore[misc]


def test_an_empty_diff_is_false() -> None:
    """And empty on all surfaces."""
    diff = TextDiff([], [], [])
    assert not diff
    assert (diff.text, diff.hunks, diff.additions, diff.deletions) == ("", [], 0, 0)
    assert diff.ast["files"][0]["chunks"] == []


def test_groups_share_context_that_touches() -> None:
    """Twice the context between two edits is still one hunk; one line more is two."""
    edits = [(0, 1, 0, 1), (3, 4, 3, 4), (7, 8, 7, 8)]
    assert group_edits(edits, context=1, old_size=9, new_size=9) == [
        Hunk(0, 5, 0, 5, edits[:2]),
        Hunk(6, 9, 6, 9, edits[2:]),
    ]


@pytest.mark.parametrize(
    ("cap", "sizes"), [(0, []), (1, [1]), (5, [4, 1]), (9, [4, 5]), (99, [4, 5])]
)
def test_the_cap_counts_over_all_chunks(cap: int, sizes: list[int]) -> None:
    """The last chunk keeps what fits; a chunk for which there is no room is not there."""
    diff = diff_text(PREVIOUS, CURRENT, context=1)
    chunks = list_chunks(diff.old, diff.new, diff.hunks, cap=cap)
    assert [len(chunk["changes"]) for chunk in chunks] == sizes
    assert count_entries(diff.hunks, diff.deletions) == 9
    capped = diff_text(PREVIOUS, CURRENT, context=1, limits=Limits(ast_changes=cap))
    assert (capped.truncated, capped.ast.get("truncated")) == (
        (True, True) if cap < 9 else (False, None)
    )


@pytest.mark.parametrize("side", ["previous", "current"])
def test_a_text_beyond_the_limit_is_refused(side: str) -> None:
    """By the name of its side."""
    texts = {"previous": "a", "current": "a", side: "a" * 5}
    with pytest.raises(ContentTooLarge) as caught:
        diff_text(texts["previous"], texts["current"], limits=Limits(markdown_chars=4))
    assert caught.value == ContentTooLarge(4, 5, side)


def test_a_negative_context_is_refused() -> None:
    """As in Options."""
    with pytest.raises(InvalidOption):
        diff_text("a", "b", context=-1)
