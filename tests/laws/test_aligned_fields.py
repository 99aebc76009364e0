"""What holds for the field diff of any two JSON values whose lists are aligned."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st

from changetrack._fielddiff import FieldDiff, apply_fields, diff_fields, revert_fields
from changetrack._fielddiff.ordering import find_moved
from changetrack._fielddiff.paths import format_key_path, parse_path
from changetrack._fielddiff.patterns import (
    Wildcard,
    compile_patterns,
    format_pattern,
    parse_pattern,
)
from changetrack._hashing import canonical_json, same_json
from changetrack._models import FieldChange, FieldPath, ItemKey, JsonValue
from changetrack.errors import ChangeDoesNotApply
from tests.strategies.json_values import copy_plain, json_pairs, keys, list_containers, nest

if TYPE_CHECKING:
    from changetrack._fielddiff.patterns import Pattern
    from changetrack._models import ListKeys, Order

Pair: TypeAlias = "tuple[JsonValue, JsonValue]"

_KEY_VALUES = st.sampled_from(("a", "b", "c", "d", 1, 1.0, True, None, "1", [1], -0.0, 0.0))
_LEAVES: st.SearchStrategy[JsonValue] = st.sampled_from(
    (None, True, 1, 1.0, "x", "$19", 19, 20, [], {})
)


def _list_of(children: st.SearchStrategy[JsonValue]) -> st.SearchStrategy[JsonValue]:
    items = st.fixed_dictionaries(
        {}, optional={"id": _KEY_VALUES, "at": _KEY_VALUES, "price": _LEAVES, "parts": children}
    )
    return st.lists(st.one_of(items, items, children), max_size=5)


_lists: st.SearchStrategy[JsonValue] = st.recursive(_LEAVES, _list_of, max_leaves=14)
# Half of the pairs are one value shuffled and edited: two random ones share little.
_LIST_KEYS: tuple[ListKeys | None, ...] = (
    None,
    "infer",
    {"$": "id"},
    {"$": "id", "[*].parts": ["id", "at"]},
    {"$": ["id", "at"], "[*].*": "id", "[*].*[*].parts": "at"},
)


@st.composite
def _shuffled_pairs(draw: st.DrawFn) -> Pair:
    previous = draw(st.one_of(_lists, json_pairs.map(lambda pair: pair[0])))
    current = copy_plain(previous)
    lists = [each for each in list_containers(current) if isinstance(each, list)]
    for items in draw(st.lists(st.sampled_from(lists), max_size=3)) if lists else ():
        items[:] = draw(st.permutations(items))
        for _ in range(draw(st.integers(0, 2))):
            place = draw(st.integers(0, len(items)))
            items[place : place + draw(st.integers(0, 1))] = draw(st.lists(_lists, max_size=1))
    return previous, current


_pairs = st.one_of(_shuffled_pairs(), st.tuples(_lists, _lists), json_pairs)
_keys = st.sampled_from(_LIST_KEYS)
_orders: st.SearchStrategy[Order] = st.sampled_from(("keep", "ignore"))


def _sort_lists(value: JsonValue) -> JsonValue:
    """Return a value without the order of its lists."""
    if isinstance(value, dict):
        return {key: _sort_lists(child) for key, child in value.items()}
    if isinstance(value, list):
        return sorted(map(_sort_lists, value), key=canonical_json)
    return value


def _find(value: JsonValue, path: FieldPath) -> JsonValue:
    for segment in path:
        assert isinstance(value, (dict, list))
        value = value[segment]  # type: ignore[index]
    return value


@given(_pairs, _keys, _orders)
def test_apply_and_revert_lead_from_one_value_to_the_other(
    pair: Pair, list_keys: ListKeys | None, order: Order
) -> None:
    """With keys, inferred keys, and none; with duplicates, nested lists and mixed types."""
    previous, current = pair
    diff = diff_fields(previous, current, list_keys=list_keys, order=order)
    assert same_json(apply_fields(diff, previous), current)
    assert same_json(revert_fields(diff, current), previous)
    assert same_json(apply_fields(reversed(diff.list_edits()), previous), current)


@given(_pairs, _keys)
def test_a_diff_is_empty_exactly_when_both_are_the_same(
    pair: Pair, list_keys: ListKeys | None
) -> None:
    """However lists are aligned, a change is never lost and never made up."""
    diff = diff_fields(*pair, list_keys=list_keys)
    assert bool(diff) is not same_json(*pair)
    assert not diff_fields(pair[0], copy_plain(pair[0]), list_keys=list_keys)


@given(_pairs, _keys)
def test_without_an_order_only_the_order_is_ignored(pair: Pair, list_keys: ListKeys | None) -> None:
    """An empty diff means the same items, at every level; what is not counted is listed."""
    kept = diff_fields(*pair, list_keys=list_keys, order="keep")
    diff = diff_fields(*pair, list_keys=list_keys, order="ignore")
    assert all(change.op != "move" for change in diff)
    assert {each.reason for each in diff.suppressed} <= {"order"}
    assert bool(diff) is not same_json(_sort_lists(pair[0]), _sort_lists(pair[1]))
    assert bool(kept) is bool(diff or diff.suppressed)


@given(_pairs, _keys, _orders)
def test_places_are_where_they_say(pair: Pair, list_keys: ListKeys | None, order: Order) -> None:
    """Values stand at `path` and `origin`, an item that moved at both, and keys in the item."""
    previous, current = pair
    for change in diff_fields(previous, current, list_keys=list_keys, order=order).list_edits():
        origin = change.path if change.origin is None else change.origin
        assert change.origin != change.path or change.op == "move"
        if change.op in ("replace", "add"):
            assert same_json(_find(current, change.path), change.current)
        if change.op in ("replace", "remove"):
            assert same_json(_find(previous, origin), change.previous)
        for at, segment in enumerate(change.key_path or ()):
            if isinstance(segment, ItemKey) and segment.names and change.op != "remove":
                item = _find(current, change.path[: at + 1])
                assert isinstance(item, dict)
                assert same_json([item[name] for name in segment.names], list(segment.values))


@given(_pairs, _keys, _orders)
def test_the_map_has_an_entry_for_every_change_but_moves(
    pair: Pair, list_keys: ListKeys | None, order: Order
) -> None:
    """No two changes share a text."""
    diff = diff_fields(*pair, list_keys=list_keys, order=order)
    counted = [change for change in diff if change.op != "move"]
    assert [(entry["previous"], entry["current"]) for entry in diff.map.values()] == [
        (change.previous, change.current) for change in counted
    ]
    assert not diff.truncated


@given(_pairs, _keys, _orders, _lists)
def test_a_diff_lands_on_a_foreign_value_exactly_or_not_at_all(
    pair: Pair, list_keys: ListKeys | None, order: Order, foreign: JsonValue
) -> None:
    """What was applied to something else can be taken back from it."""
    diff = diff_fields(*pair, list_keys=list_keys, order=order)
    try:
        landed = apply_fields(diff, foreign)
    except ChangeDoesNotApply:
        return
    assert same_json(revert_fields(diff, landed), foreign)


_PATTERNS = st.lists(
    st.one_of(keys, st.just("*"), st.integers(0, 99), st.sampled_from(Wildcard)), max_size=4
).map(tuple)


@given(_PATTERNS)
def test_a_pattern_reads_back_as_itself(pattern: Pattern) -> None:
    """Printing loses nothing, and a path is the pattern of itself alone."""
    assert parse_pattern(format_pattern(pattern)) == pattern


@given(st.lists(_PATTERNS, max_size=6), st.lists(st.one_of(keys, st.integers(0, 9)), max_size=4))
def test_a_place_meets_the_patterns_that_match_it(
    patterns: list[Pattern], path: list[str | int]
) -> None:
    """What is found step by step is what a comparison segment by segment finds."""
    place = compile_patterns((pattern, format_pattern(pattern)) for pattern in patterns)
    for segment in path:
        place = place.descend(segment) if place else None
    matching = {
        format_pattern(pattern)
        for pattern in patterns
        if len(pattern) == len(path)
        and all(
            step == segment or step is (Wildcard.KEY if isinstance(segment, str) else Wildcard.ITEM)
            for step, segment in zip(pattern, path, strict=True)
        )
    }
    found = place.found if place else None
    assert found in matching if matching else found is None


_SCALARS: st.SearchStrategy[JsonValue] = st.sampled_from(("a", '"', "]", 1, 1.0, True, -0.0, 0.0))
_key_segments = st.one_of(
    keys,
    st.integers(0, 9),
    st.builds(lambda at: ItemKey((), (at,)), st.integers(0, 9)),
    st.lists(st.tuples(keys, _SCALARS), min_size=1, max_size=2).map(
        lambda rows: ItemKey(tuple(row[0] for row in rows), tuple(row[1] for row in rows))
    ),
)
_key_paths = st.lists(_key_segments, max_size=3).map(tuple)


def _spell(path: tuple[str | int | ItemKey, ...]) -> bytes:
    return canonical_json(
        [[list(each.names), *each.values] if isinstance(each, tuple) else each for each in path]
    )


@given(_key_paths, _key_paths)
def test_different_key_paths_have_different_texts(
    one: tuple[str | int | ItemKey, ...], other: tuple[str | int | ItemKey, ...]
) -> None:
    """As typed JSON; and a path without keys is written as ever."""
    assert (format_key_path(one) == format_key_path(other)) == (_spell(one) == _spell(other))
    plain = tuple(segment for segment in one if not isinstance(segment, tuple))
    assert parse_path(format_key_path(plain)) == plain


@given(st.permutations(range(8)), st.sets(st.integers(0, 7)))
def test_as_few_items_as_possible_move(order: list[int], added: set[int]) -> None:
    """What stays is in order, and no longer row is."""
    partners = [None if new in added else old for new, old in enumerate(order)]
    moved = find_moved(partners)
    stayed = [old for new, old in enumerate(partners) if old is not None and new not in moved]
    assert stayed == sorted(stayed)
    longest = [0] * 9
    for old in partners:
        if old is not None:
            longest[old + 1] = 1 + max(longest[: old + 1])
    assert len(stayed) == max(longest)


@settings(max_examples=15)
@given(_pairs, st.sampled_from((14, 15, 16, 17, 40, 1_200)), _keys)
def test_a_pair_may_stand_as_deep_as_it_likes(
    pair: Pair, depth: int, list_keys: ListKeys | None
) -> None:
    """Below the depth where hashing whole items would repeat, less is aligned and nothing lost."""
    previous, current = nest(depth, pair[0]), nest(depth, pair[1])
    diff = diff_fields(previous, current, list_keys=list_keys, order="ignore")
    assert same_json(apply_fields(diff, previous), current)
    assert same_json(revert_fields(diff, current), previous)


@given(st.lists(st.sampled_from("abc"), max_size=6), st.lists(st.sampled_from("abc"), max_size=6))
def test_scalars_are_found_again_by_their_value(olds: list[str], news: list[str]) -> None:
    """What both sides have is neither added nor removed; only what stands in its place replaces."""
    diff = diff_fields(list(olds), list(news), order="ignore")
    before, after = Counter(olds), Counter(news)
    gone: Counter[JsonValue] = Counter(one.previous for one in diff if one.op != "add")
    come: Counter[JsonValue] = Counter(one.current for one in diff if one.op != "remove")
    assert (gone, come) == (before - after, after - before)


def test_a_great_depth_is_no_crash() -> None:
    """Lists in lists, none of them with a key, in every mode (A15, A16)."""
    previous, current = nest(5_000, [1, {"id": 1}]), nest(5_000, [{"id": 2}, 1])
    diff = diff_fields(previous, current, list_keys="infer", order="ignore")
    assert isinstance(diff, FieldDiff)
    assert same_json(apply_fields(diff, previous), current)
    assert all(isinstance(change, FieldChange) for change in diff)
