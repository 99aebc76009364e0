"""What identifies the items of a list: the values of their key fields, or what would do as a key.

A key is compared as typed JSON, by a token: `1`, `True` and `1.0` have three. Null is no key.
"""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from changetrack._hashing import hash_plain_json
from changetrack._models import ItemKey

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from changetrack._fielddiff.rules import KeyNames
    from changetrack._models import JsonValue

Token: TypeAlias = "Hashable"

# Field names that mean identity, the surest first.
_PREFERRED = ("id", "key", "sku", "slug", "url", "name", "title")
# An inferred key must be present in this many of a hundred items of either side.
_PRESENT_PERCENT = 90
_TEXT_OR_NULL = {str, type(None)}


def list_tokens(items: list[JsonValue], names: KeyNames) -> list[Token]:
    """Return the token of each item's key, None for an item without a usable one."""
    if len(names) == 1:
        (name,) = names
        values = [item.get(name) if isinstance(item, dict) else None for item in items]
        if set(map(type, values)) <= _TEXT_OR_NULL:
            return list(values)
        return list(map(_read_token, values))
    rows = [_list_row(item, names) for item in items]
    return [None if None in row else row for row in rows]


def drop_repeated(previous: list[Token], current: list[Token]) -> None:
    """Take away every token that stands twice on one side: it identifies nothing."""
    repeated = _find_repeated(previous) | _find_repeated(current)
    if repeated:
        for tokens in (previous, current):
            tokens[:] = [None if token in repeated else token for token in tokens]


def describe_key(item: JsonValue, names: KeyNames) -> ItemKey:
    """Return the key of an item that has one."""
    assert isinstance(item, dict)
    return ItemKey(names, tuple([item[name] for name in names]))


def infer_key(previous: list[JsonValue], current: list[JsonValue]) -> KeyNames | None:
    """Return the field that identifies the items of a list, None when there is none.

    It is a scalar, unique on both sides and present in nearly all items of both. Of several, one
    whose name means identity comes first, then text, then other scalars; then the one by which more
    items are found again, then the first in the document. A field by which none is found again is
    taken only if its name means identity: prices that all changed identify nothing.
    """
    sides = [side for side in (previous, current) if side]
    names = list(dict.fromkeys(chain.from_iterable(map(_list_common, sides))))
    for name in _PREFERRED:
        if name in names and _count_found(name, sides):
            return (name,)
    found = [(name, _count_found(name, sides)) for name in names if name not in _PREFERRED]
    useful = [(name, count) for name, count in found if count]
    if useful:
        # max() takes the first of several that are equal.
        return (max(useful, key=lambda each: (_is_text(each[0], sides), each[1]))[0],)
    return next(((name,) for name in _PREFERRED if _is_key(name, sides)), None)


def identify(item: JsonValue) -> Token:
    """Return a token of a whole item: two items have the same one if they are the same JSON."""
    if isinstance(item, (dict, list)):
        return (list, hash_plain_json(item))
    token = _read_token(item)
    return (None,) if token is None else token


def identify_scalar(item: JsonValue) -> Token:
    """Return what `identify` does for a scalar, None for a container."""
    return None if isinstance(item, (dict, list)) else identify(item)


def _read_token(value: JsonValue) -> Token:
    kind = type(value)
    if kind is str or kind is int:
        return value  # type: ignore[return-value] # a list is neither
    if kind is bool:
        return (bool, value)
    # By its spelling: 0.0 and -0.0 are two values.
    return (float, repr(value)) if kind is float else None


def _list_row(item: JsonValue, names: KeyNames) -> tuple[Token, ...]:
    if not isinstance(item, dict):
        return (None,)
    return tuple([_read_token(item.get(name)) for name in names])


def _find_repeated(tokens: list[Token]) -> set[Token]:
    given = [token for token in tokens if token is not None]
    if len(set(given)) == len(given):
        return set()
    return {token for token, count in Counter(given).items() if count > 1}


def _list_common(items: list[JsonValue]) -> Iterator[str]:
    """Yield the fields that are present in nearly all items."""
    counts = Counter(chain.from_iterable(item for item in items if isinstance(item, dict)))
    return (name for name, count in counts.items() if _is_nearly_all(count, items))


def _is_nearly_all(count: int, items: list[JsonValue]) -> bool:
    return count * 100 >= len(items) * _PRESENT_PERCENT


def _count_found(name: str, sides: list[list[JsonValue]]) -> int:
    """Return how many items of one side a field finds on the other; 0 if it is no key of both."""
    if not _is_key(name, sides):
        return 0
    tokens = [set(list_tokens(side, (name,))) - {None} for side in sides]
    return len(set.intersection(*tokens))


def _is_key(name: str, sides: list[list[JsonValue]]) -> bool:
    return all(_is_unique(list_tokens(side, (name,)), side) for side in sides)


def _is_unique(tokens: list[Token], items: list[JsonValue]) -> bool:
    given = [token for token in tokens if token is not None]
    return len(set(given)) == len(given) and _is_nearly_all(len(given), items)


def _is_text(name: str, sides: list[list[JsonValue]]) -> bool:
    return all(
        set(map(type, list_tokens(side, (name,)))) <= _TEXT_OR_NULL for side in sides
    )
