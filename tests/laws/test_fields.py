"""What holds for the field diff of any two JSON values."""

from __future__ import annotations

import pickle
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from changetrack._fielddiff import (
    FieldDiff,
    apply_fields,
    diff_fields,
    format_path,
    parse_path,
    revert_fields,
)
from changetrack._hashing import canonical_json, same_json
from changetrack._models import FieldChange, FieldPath, JsonValue, Limits, PathSegment
from changetrack.errors import ChangeDoesNotApply, InvalidPath
from tests.strategies.json_values import (
    copy_plain,
    json_pairs,
    json_values,
    keys,
    nest,
    paths,
    reverse_keys,
)

Pair = tuple[JsonValue, JsonValue]


def _is_same(one: JsonValue, other: JsonValue) -> bool:
    """Compare the plain way, by canonical text of the leaves."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_is_same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_is_same, one, other))
    return type(one) is type(other) and repr(one) == repr(other)


def _walk(path: FieldPath, old: JsonValue, new: JsonValue) -> Iterator[FieldChange]:
    """Walk as everyone does at first: by recursion, without any short cut."""
    if type(old) is not type(new) or not isinstance(old, (dict, list)):
        if not _is_same(old, new):
            yield FieldChange(op="replace", path=path, previous=old, current=new)
        return
    olds, news = _list_parts(old), _list_parts(new)
    for key in [*olds, *(key for key in news if key not in olds)]:
        if key not in news:
            yield FieldChange(op="remove", path=(*path, key), previous=olds[key])
        elif key not in olds:
            yield FieldChange(op="add", path=(*path, key), current=news[key])
        else:
            yield from _walk((*path, key), olds[key], news[key])


def _list_parts(value: JsonValue) -> dict[PathSegment, JsonValue]:
    if isinstance(value, dict):
        return dict(value.items())
    return dict(enumerate(value)) if isinstance(value, list) else {}


def _invert(diff: FieldDiff) -> set[tuple[str, FieldPath, bytes, bytes]]:
    ops = {"add": "remove", "remove": "add", "replace": "replace"}
    return {
        (ops[one.op], one.path, canonical_json(one.current), canonical_json(one.previous))
        for one in diff
    }


def _summarize(diff: FieldDiff) -> set[tuple[str, FieldPath, bytes, bytes]]:
    return {
        (one.op, one.path, canonical_json(one.previous), canonical_json(one.current))
        for one in diff
    }


@given(json_pairs)
def test_apply_leads_to_the_current_value_and_revert_back(pair: Pair) -> None:
    """The typed changes lose nothing, in either direction."""
    previous, current = pair
    diff = diff_fields(previous, current)
    assert _is_same(apply_fields(diff, previous), current)
    assert _is_same(revert_fields(diff, current), previous)


@given(json_pairs)
def test_a_diff_is_empty_exactly_when_both_are_the_same(pair: Pair) -> None:
    """Status, equality and canonical text say the same."""
    is_same = _is_same(*pair)
    assert (not diff_fields(*pair), same_json(*pair)) == (is_same, is_same)
    assert (canonical_json(pair[0]) == canonical_json(pair[1])) == is_same


@given(json_values)
def test_a_value_does_not_differ_from_itself(value: JsonValue) -> None:
    """Not from a copy either, nor from one with its keys in another order."""
    for other in (value, copy_plain(value), reverse_keys(value)):
        assert diff_fields(value, other) == FieldDiff()


@given(json_pairs)
def test_the_walk_is_the_plain_recursive_one(pair: Pair) -> None:
    """No short cut changes what is found, nor its order."""
    assert diff_fields(*pair) == FieldDiff(changes=tuple(_walk((), *pair)))


@given(json_pairs)
def test_swapping_the_sides_inverts_every_change(pair: Pair) -> None:
    """What was added is removed."""
    assert _invert(diff_fields(*pair)) == _summarize(diff_fields(*reversed(pair)))


@given(json_pairs)
def test_the_order_of_keys_changes_only_the_order_of_changes(pair: Pair) -> None:
    """Objects have no order."""
    previous, current = pair
    turned = diff_fields(reverse_keys(previous), reverse_keys(current))
    assert _summarize(turned) == _summarize(diff_fields(previous, current))


@given(json_pairs)
def test_the_map_has_an_entry_for_every_change(pair: Pair) -> None:
    """No two paths share a text, so none overwrites another."""
    diff = diff_fields(*pair)
    assert [(path, entry["previous"], entry["current"]) for path, entry in diff.map.items()] == [
        (format_path(one.path), one.previous, one.current) for one in diff
    ]
    assert not diff.truncated


@given(json_pairs, st.integers(0, 4), st.integers(0, 20))
def test_a_cut_map_is_a_part_of_the_whole_one(pair: Pair, entries: int, chars: int) -> None:
    """A limit on the answer is data; the changes stay complete, and a long path hides no other."""
    whole = diff_fields(*pair)
    cut = diff_fields(*pair, limits=Limits(field_entries=entries, field_path_chars=chars))
    kept = [(path, each) for path, each in whole.map.items() if path in cut.map]
    assert list(cut.map.items()) == kept
    assert len(cut.map) <= entries
    assert sum(map(len, cut.map)) <= chars
    assert cut.truncated == (len(cut.map) < len(whole))
    assert cut.changes == whole.changes


@given(json_pairs)
def test_nothing_that_is_given_is_changed_or_shared(pair: Pair) -> None:
    """Neither diffing nor patching touches its input, and no result hangs on to it."""
    kept = copy_plain(pair[0]), copy_plain(pair[1])
    diff = diff_fields(*pair)
    for result in (apply_fields(diff, pair[0]), revert_fields(diff, pair[1]), *pair):
        _spoil(result)
    assert diff == diff_fields(*kept)
    assert _is_same(apply_fields(diff, kept[0]), kept[1])


def _spoil(value: JsonValue) -> None:
    pending = [value]
    while pending:
        found = pending.pop()
        if isinstance(found, dict):
            pending += found.values()
            found.clear()
        elif isinstance(found, list):
            pending += found
            found.clear()


@given(json_pairs, json_values)
def test_a_diff_lands_on_a_foreign_value_exactly_or_not_at_all(
    pair: Pair, foreign: JsonValue
) -> None:
    """What was applied to something else can be taken back from it."""
    diff = diff_fields(*pair)
    try:
        landed = apply_fields(diff, foreign)
    except ChangeDoesNotApply:
        return
    assert _is_same(revert_fields(diff, landed), foreign)


@given(json_pairs)
def test_a_diff_is_a_value(pair: Pair) -> None:
    """Made again, or pickled, it is equal and hashes alike."""
    diff = diff_fields(*pair)
    for other in (diff_fields(*pair), pickle.loads(pickle.dumps(diff))):  # noqa: S301 - our own
        assert (other, hash(other)) == (diff, hash(diff))


@given(paths)
def test_a_path_reads_back_as_itself(path: FieldPath) -> None:
    """Printing loses nothing."""
    assert parse_path(format_path(path)) == path


@given(paths, paths)
def test_different_paths_have_different_texts(one: FieldPath, other: FieldPath) -> None:
    """The keys of the path map never collide."""
    assert (format_path(one) == format_path(other)) == (one == other)


@given(st.one_of(st.text(), st.text('ab01.[]"\\$ '), keys))
def test_any_text_is_a_path_or_an_error(text: str) -> None:
    """What is read prints to a text that reads the same; what is not says where."""
    try:
        path = parse_path(text)
    except InvalidPath as error:
        position = error.position
    else:
        assert parse_path(format_path(path)) == path
        position = 0
    assert 0 <= position <= len(text)


_LEAVES: list[Pair] = [([], [1]), (None, {})]
_DEPTHS = [(depth, pair) for depth in (1, 2, 17, 300, 3_000) for pair in _LEAVES]


@pytest.mark.parametrize(("depth", "leaves"), [*_DEPTHS, (100_000, (1, True))])
def test_depth_has_no_limit(depth: int, leaves: Pair) -> None:
    """Neither comparing, patching nor reading a diff recurses (A15, A16)."""
    previous, current = nest(depth, leaves[0]), nest(depth, leaves[1])
    diff = diff_fields(previous, current)
    (change,) = diff
    assert len(change.path) in (depth, depth + 1)
    assert parse_path(*diff.map) == change.path
    assert same_json(apply_fields(diff, previous), current)
    assert same_json(revert_fields(diff, current), previous)
    assert not diff_fields(previous, nest(depth, leaves[0]))


@pytest.mark.parametrize("depth", [300, 100_000])
def test_a_deep_value_is_one_change_where_it_stands(depth: int) -> None:
    """A diff that holds deep values compares, hashes and shows itself."""
    deep = nest(depth, 1)
    diff = diff_fields({"a": deep}, {"a": [deep]} if depth % 2 else {"a": 5})
    again = diff_fields({"a": deep}, {"a": [deep]} if depth % 2 else {"a": 5})
    assert (diff, hash(diff), repr(diff)) == (again, hash(again), "<FieldDiff of 1 changes>")
    assert diff != diff_fields({"a": nest(depth, 2)}, {"a": 5})


@settings(max_examples=20)
@given(json_pairs, st.integers(1_000, 2_000))
def test_a_pair_may_stand_as_deep_as_it_likes(pair: Pair, depth: int) -> None:
    """Around the depth where Python's own comparison gives up, the same is found."""
    diff = diff_fields(nest(depth, pair[0]), nest(depth, pair[1]))
    shallow = diff_fields(*pair)
    assert [change.path[depth:] for change in diff] == [change.path for change in shallow]
