"""What holds for the weight, the fingerprint and the conditions of any change."""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from changetrack._diffs import Diff
from changetrack._fielddiff import diff_fields
from changetrack._models import JsonValue
from changetrack._significance import (
    Significance,
    evaluate,
    read_conditions,
    weigh_diff,
    weigh_hunk,
)
from changetrack._significance.scoring import CLASSES
from changetrack._structure import Place, RichHunk
from changetrack._textdiff import diff_text
from changetrack.errors import InvalidOption
from tests.strategies.hostile_text import hostile_lines
from tests.strategies.json_values import json_pairs

_LINES = st.sampled_from((
    "Pro $29", "Pro $24", "**Pro** $24", "# Plans", "## Plans", "in stock", "sold out", "© 2025 A",
    "© 2026 A", "2026-03-01", "2026-03-02", "[a](/b)", "[a](/c)", "3 hours ago", "4 hours ago",
    "| a | Price |", "| --- | --- |", "| x | 5 |", "| x | 6 |", "- item", "1. item", "", "```",
    "some words", "some other words", "価格 980円", "価格 1,280円", "5 seats", "8 seats",
))  # fmt: skip
pages = st.lists(st.one_of(_LINES, hostile_lines), max_size=12).map("\n".join)
_FEW = settings(max_examples=60, deadline=None)


def _hunk(removed: tuple[str, ...], added: tuple[str, ...]) -> RichHunk:
    return RichHunk(
        id="h", op="replace", old_start=1, old_lines=len(removed), new_start=1,
        new_lines=len(added), removed=removed, added=added, place=Place(),
    )  # fmt: skip


def _check(significance: Significance) -> None:
    assert 0 <= significance.score <= 1
    assert round(sum(term.value for term in significance.terms), 4) == significance.score
    order = [CLASSES.index(each) for each in significance.classes]
    assert order == sorted(set(order))


@_FEW
@given(pages, pages, json_pairs)
def test_a_score_is_the_sum_of_its_terms(
    old: str, new: str, values: tuple[JsonValue, JsonValue]
) -> None:
    """From 0 to 1; the same change has the same weight, and what changed has a class."""
    text_diff, field_diff = diff_text(old, new), diff_fields(*values)
    stats = Diff(text_diff, field_diff).stats
    _check(stats.significance)
    assert bool(stats.significance.classes) == bool(text_diff or field_diff)
    assert Diff(text_diff, field_diff).stats == stats
    assert 0 <= stats.similarity <= 1
    assert stats.changed_ratio == round(1 - stats.similarity, 4)
    for hunk in Diff(text_diff).hunks:
        _check(weigh_hunk(hunk))


_WORDS = st.lists(st.from_regex(r"[a-z]{3,8}", fullmatch=True), min_size=1, max_size=6)


@_FEW
@given(st.lists(_LINES, max_size=6), st.lists(_LINES, min_size=1, max_size=6), _WORDS)
def test_more_changed_lines_never_lower_a_score(
    removed: list[str], added: list[str], words: list[str]
) -> None:
    """A line that has words of its own is added: the score stays or rises."""
    line = " ".join(f"zq{word}" for word in words)
    before = weigh_hunk(_hunk(tuple(removed), tuple(added)))
    after = weigh_hunk(_hunk(tuple(removed), (*added, line)))
    assert after.score >= before.score


@_FEW
@given(pages, pages, pages, pages)
def test_more_hunks_never_lower_a_score(old: str, new: str, older: str, newer: str) -> None:
    """Whatever else changes, a diff weighs at least what it weighed."""
    first, second = diff_text(old, new), diff_text(older, newer)
    hunks, others = Diff(first).hunks, Diff(second).hunks
    alone = weigh_diff(first, None, hunks).significance.score
    both = weigh_diff(None, None, (*hunks, *others)).significance.score
    assert both >= alone or any(run.edited for hunk in hunks for run in hunk.moved)


_PRICES = st.integers(1, 9_999)


@_FEW
@given(_PRICES, _PRICES, st.lists(_WORDS.map(" ".join), min_size=1, max_size=20))
def test_a_price_outweighs_any_formatting(one: int, other: int, lines: list[str]) -> None:
    """However many lines are only set otherwise, and wherever they stand."""
    assume(one != other)
    price = weigh_hunk(_hunk((f"Pro ${one}",), (f"Pro ${other}",)))
    formatting = weigh_hunk(_hunk(tuple(lines), tuple(f"**{line}**" for line in lines)))
    assert formatting.classes == ("formatting-only",)
    assert price.classes == ("price",)
    assert price.score > formatting.score


@_FEW
@given(pages, pages, st.lists(st.from_regex(r"q[a-z]{3,8}", fullmatch=True), max_size=4))
def test_a_fingerprint_knows_no_page(old: str, new: str, around: list[str]) -> None:
    """Lines that did not change count neither above nor below; going back is another change."""
    text = "\n\n".join(around)
    frame = (f"{text}\n\nqqq\n\n{{}}\n\nqqqq\n\n{text}").format
    assume("```" not in old + new)
    here, there = (
        diff_text(f"qqq\n\n{old}\n\nqqqq", f"qqq\n\n{new}\n\nqqqq"),
        diff_text(frame(old), frame(new)),
    )
    assert Diff(here).stats.fingerprint == Diff(there).stats.fingerprint
    if here:
        back = diff_text(f"qqq\n\n{new}\n\nqqqq", f"qqq\n\n{old}\n\nqqqq")
        assert isinstance(Diff(back).stats.fingerprint, str)


@_FEW
@given(json_pairs)
def test_a_fingerprint_of_fields_is_that_of_their_changes(
    values: tuple[JsonValue, JsonValue],
) -> None:
    """What stands beside them does not count, nor where in a list they are."""
    old, new = values
    alone = Diff(None, diff_fields({"a": [old]}, {"a": [new]})).stats
    beside = Diff(None, diff_fields({"z": 1, "a": [0, old]}, {"z": 1, "a": [0, new]})).stats
    assert alone.fingerprint == beside.fingerprint


_LEAVES = st.sampled_from((
    {"class": "price"}, {"class": ["text", "number"]}, {"score": {"gte": 0.4}},
    {"number": {"percent": {"lt": 0}}}, {"number": {"path": "**", "value": {"gt": 0}}},
    {"text": {"added": "words"}}, {"text": {"changed": "pro", "ignoreCase": True}},
    {"field": {"path": "**", "op": "add"}}, {"section": {"heading": "Plans"}},
))  # fmt: skip
conditions = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=6,
)


@_FEW
@given(conditions, pages, pages, json_pairs)
def test_junctions_are_logic(
    condition: JsonValue, old: str, new: str, values: tuple[JsonValue, JsonValue]
) -> None:
    """De Morgan holds, a double negation is none, and nothing is met where nothing changed."""
    diff = Diff(diff_text(old, new), diff_fields(*values))
    nots: list[JsonValue] = [
        condition,
        {"not": {"not": condition}},
        {"all": [condition, {"not": condition}]},
        {"any": [condition, {"not": condition}]},
    ]
    plain, twice, both, either = evaluate(read_conditions(nots), diff)
    changed = bool(diff.text_diff or diff.field_diff)
    assert (twice.met, both.met, either.met) == (plain.met, False, changed)
    assert all(verdict.because for verdict in (plain, twice, both, either))
    assert plain.met <= changed


_JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(("number", "text", "all", "not", "path", "gte", "added", "class", "x")),
            inner,
            max_size=3,
        )
    ),
    max_leaves=8,
)


@_FEW
@given(_JUNK)
def test_whatever_is_sent_is_read_or_refused(value: object) -> None:
    """Nothing but the one error comes out, and it names a place."""
    try:
        read: object = read_conditions(value)
    except InvalidOption as error:
        read = error.path
    assert isinstance(read, tuple) or str(read).startswith("conditions")
