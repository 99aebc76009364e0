"""What holds for the patches of any two JSON values, by whatever keys their lists are aligned."""

from __future__ import annotations

import json
from typing import Any

import json_merge_patch  # type: ignore[import-untyped]
import jsonpatch
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from changetrack._fielddiff import (
    compose_fields,
    diff_fields,
    write_json_patch,
    write_merge_patch,
)
from changetrack._hashing import same_json
from changetrack._models import JsonValue, ListKeys, Order
from changetrack.errors import DiffsDoNotMeet, MergePatchRefused
from tests.strategies.json_values import copy_plain, json_pairs, json_values, leaves, nest

Pair = tuple[JsonValue, JsonValue]

_names = st.integers(0, 9)


def _name_items(items: dict[int, JsonValue]) -> JsonValue:
    return [{"id": name, "v": inside} for name, inside in items.items()]


def _list_items(insides: st.SearchStrategy[JsonValue]) -> st.SearchStrategy[JsonValue]:
    return st.dictionaries(_names, insides, max_size=7).map(_name_items)


_keyed_lists = _list_items(st.recursive(leaves, _list_items, max_leaves=8))


@st.composite
def _keyed_pairs(draw: st.DrawFn) -> Pair:
    """Return a list, and what is left of it after its items went, came, changed and moved."""
    value = draw(_keyed_lists)
    return value, _edit(draw, copy_plain(value))


def _edit(draw: st.DrawFn, value: JsonValue) -> JsonValue:
    if not isinstance(value, list):
        return draw(leaves)
    kept: list[Any] = [item for item in value if draw(st.integers(0, 4))]
    order = draw(st.permutations(kept)) if draw(st.booleans()) else kept
    taken = {item["id"] for item in kept}
    edited = [
        {**item, "v": _edit(draw, item["v"])} if draw(st.booleans()) else item for item in order
    ]
    for name in draw(st.lists(_names.map(lambda name: name + 10), unique=True, max_size=3)):
        if name not in taken:
            edited.insert(draw(st.integers(0, len(edited))), {"id": name, "v": draw(leaves)})
    return edited


pairs = st.one_of(json_pairs, _keyed_pairs(), _keyed_pairs().map(lambda pair: _wrap(*pair)))
keys_of_lists: st.SearchStrategy[ListKeys | None] = st.sampled_from(
    (None, "infer", {"$": "id"}, {"$": "id", "[*].v": "id", "[*].v[*].v": "id", "a": "id"})
)
orders: st.SearchStrategy[Order] = st.sampled_from(("keep", "ignore"))


def _wrap(previous: JsonValue, current: JsonValue) -> Pair:
    return {"a": previous, "b": 1}, {"b": 1, "a": current}


def _send(value: Any) -> Any:  # noqa: ANN401 - JSON, as other programs have it
    """Return what arrives: nothing of ours is shared with whoever applies it."""
    return json.loads(json.dumps(value))


def _merge(target: Any, patch: Any) -> Any:  # noqa: ANN401 - JSON, as other programs have it
    """Merge as RFC 7386, section 2, says it."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = _merge(merged.get(name), value)
    return merged


@given(pairs, keys_of_lists, orders, st.sampled_from(("", "tests")))
def test_a_json_patch_leads_to_the_current_value(
    pair: Pair, list_keys: ListKeys | None, order: Order, wish: str
) -> None:
    """Another program, applying one operation after the other, lands where we are."""
    previous, current = pair
    diff = diff_fields(previous, current, list_keys=list_keys, order=order)
    patch = jsonpatch.JsonPatch(_send(write_json_patch(diff, tests=bool(wish))))
    # Items that only moved are no change where the order does not count.
    wanted = current if diff or order == "keep" else previous
    assert same_json(patch.apply(copy_plain(previous)), wanted)


@settings(max_examples=60)
@given(pairs, keys_of_lists, pairs)
def test_a_json_patch_with_tests_changes_its_own_value_or_nothing(
    pair: Pair, list_keys: ListKeys | None, foreign: Pair
) -> None:
    """A test that fails comes before anything has changed."""
    patch = write_json_patch(diff_fields(*pair, list_keys=list_keys), tests=True)
    kinds = [operation["op"] for operation in patch]
    assert kinds == sorted(kinds, key=lambda kind: kind != "test")
    value = _send(foreign[0])
    tests = [operation for operation in _send(patch) if operation["op"] == "test"]
    try:
        jsonpatch.JsonPatch(tests).apply(value, in_place=True)
    except (jsonpatch.JsonPatchException, jsonpatch.JsonPointerException):
        assert same_json(value, _send(foreign[0]))


@settings(max_examples=60)
@given(pairs, keys_of_lists)
def test_a_merge_patch_leads_to_the_current_value_or_is_refused(
    pair: Pair, list_keys: ListKeys | None
) -> None:
    """The RFC's own words and another program both land where we are."""
    previous, current = pair
    try:
        patch = write_merge_patch(diff_fields(previous, current, list_keys=list_keys))
    except MergePatchRefused:
        assert "null" in json.dumps(current)
        return
    assert same_json(_merge(_send(previous), _send(patch)), current)
    assert same_json(json_merge_patch.merge(_send(previous), _send(patch)), current)


@settings(max_examples=60)
@given(pairs, json_values, keys_of_lists)
def test_composed_diffs_are_the_direct_one(
    pair: Pair, last: JsonValue, list_keys: ListKeys | None
) -> None:
    """What happened in between leaves no trace."""
    first = diff_fields(*pair, list_keys=list_keys)
    second = diff_fields(pair[1], last)
    direct = diff_fields(pair[0], last, list_keys=list_keys)
    composed = compose_fields(first, second)
    assert (composed, composed.rules) == (direct, direct.rules)
    if first:
        with pytest.raises(DiffsDoNotMeet):
            compose_fields(first, first)


@pytest.mark.parametrize("depth", [300, 5_000])
def test_depth_has_no_limit(depth: int) -> None:
    """Neither patch recurses, and what no other program could read is still right."""
    diff = diff_fields(nest(depth, [1, 2]), nest(depth, [1]))
    assert write_json_patch(diff) == [{"op": "remove", "path": "/0/a" * (depth // 2) + "/1"}]
    keys = _nest_keys(depth, [None])
    assert same_json(write_merge_patch(diff_fields({}, keys)), keys)
    with pytest.raises(MergePatchRefused) as caught:
        write_merge_patch(diff_fields({}, _nest_keys(depth, None)))
    assert caught.value.path == "a" + ".a" * (depth - 1)


def _nest_keys(depth: int, leaf: JsonValue) -> JsonValue:
    """Return a leaf inside so many objects."""
    value = leaf
    for _ in range(depth):
        value = {"a": value}
    return value
