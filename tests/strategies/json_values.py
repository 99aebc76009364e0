"""JSON values as they come from pages and from people who mean harm, and pairs of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from hypothesis import strategies as st

from changetrack._models import FieldPath, JsonValue

_Container: TypeAlias = "dict[str, JsonValue] | list[JsonValue]"

# Keys that other libraries skip, split, mangle or take for something of their own.
ODD_KEYS = (
    *("", ".", "[", "]", '"', "a.b", "a[0]", '["a"]', "$", "$ref", "\\", "a\nb", " ", "0", "-1"),
    *("__x", "__class__", "constructor", "__proto__", "é", "名前", "\u2028", "\x00", "\U0001f600"),
)
# Values that are equal in Python or in binary, and not the same JSON.
LOOKALIKES: tuple[JsonValue, ...] = (
    *(None, False, True, 0, 1, 0.0, -0.0, 1.0, "", "0", "1", "null", [], {}),
    *(2**53, 2**53 + 1, float(2**53), 2**64, 2**64 + 1, float(2**64), -(2**63), 10**400, 1e300),
)


def copy_plain(value: JsonValue) -> JsonValue:
    """Return a deep copy, made the plain way."""
    if isinstance(value, dict):
        return {key: copy_plain(child) for key, child in value.items()}
    if isinstance(value, list):
        return [copy_plain(child) for child in value]
    return value


keys = st.one_of(
    st.sampled_from(("name", "price", "plans", "a", "b")),
    st.sampled_from(ODD_KEYS),
    st.text(st.characters(codec="utf-8"), max_size=4),
)
leaves: st.SearchStrategy[JsonValue] = st.one_of(
    st.sampled_from(LOOKALIKES).map(copy_plain),  # two of them are containers, and tests edit
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(codec="utf-8"), max_size=5),
)
paths: st.SearchStrategy[FieldPath] = st.lists(
    st.one_of(keys, st.integers(0, 2**63 - 1)), max_size=5
).map(tuple)


def _contain(children: st.SearchStrategy[JsonValue]) -> st.SearchStrategy[JsonValue]:
    return st.one_of(st.lists(children, max_size=4), st.dictionaries(keys, children, max_size=4))


json_values: st.SearchStrategy[JsonValue] = st.recursive(leaves, _contain, max_leaves=12)


@st.composite
def edited_pairs(draw: st.DrawFn) -> tuple[JsonValue, JsonValue]:
    """Return a value, and what is left of it after a few edits."""
    value = draw(json_values)
    current = copy_plain(value)
    for _ in range(draw(st.integers(0, 3))):
        containers = list_containers(current)
        if not containers:
            return value, draw(json_values)
        container = draw(st.sampled_from(containers))
        _edit(draw, container)
    return value, current


json_pairs = st.one_of(edited_pairs(), st.tuples(json_values, json_values))


def list_containers(value: JsonValue) -> list[_Container]:
    """Return every dict and list of a value that is not deep."""
    if isinstance(value, dict):
        return [value, *(each for child in value.values() for each in list_containers(child))]
    if isinstance(value, list):
        return [value, *(each for child in value for each in list_containers(child))]
    return []


def reverse_keys(value: JsonValue) -> JsonValue:
    """Return the same JSON with every object's keys in the opposite order."""
    if isinstance(value, dict):
        return {key: reverse_keys(value[key]) for key in reversed(value)}
    return [reverse_keys(child) for child in value] if isinstance(value, list) else value


def nest(depth: int, leaf: JsonValue) -> JsonValue:
    """Return a leaf inside so many containers, of both kinds by turns."""
    value = leaf
    for level in range(depth):
        value = [value] if level % 2 else {"a": value}
    return value


def _edit(draw: st.DrawFn, container: _Container) -> None:
    change = draw(st.sampled_from(("set", "drop", "add")))
    if isinstance(container, dict):
        key = (
            draw(st.sampled_from(list(container))) if container and change != "add" else draw(keys)
        )
        _EDIT_DICT[change](container, key, draw(leaves))
        return
    if change == "add" or not container:
        container.insert(draw(st.integers(0, len(container))), draw(leaves))
    elif change == "drop":
        container.pop(draw(st.integers(0, len(container) - 1)))
    else:
        container[draw(st.integers(0, len(container) - 1))] = draw(leaves)


def _set(container: dict[str, JsonValue], key: str, leaf: JsonValue) -> None:
    container[key] = leaf


def _drop(container: dict[str, JsonValue], key: str, _: JsonValue) -> None:
    container.pop(key, None)


_EDIT_DICT: dict[str, Callable[[dict[str, JsonValue], str, JsonValue], None]] = {
    "set": _set,
    "add": _set,
    "drop": _drop,
}
