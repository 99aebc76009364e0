"""What identifies the items of a list: the values of their key fields, or what would do as a key.

A key is compared as typed JSON, by a token: `1`, `True` and `1.0` have three. Null is no key.
"""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from changetrack._hashing import dump_plain_json, hash_plain_json
from changetrack._models import ItemKey

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

    from changetrack._fielddiff.rules import KeyNames
    from changetrack._models import JsonValue

Identity: TypeAlias = "Hashable"

# Field names that mean identity, the surest first.
_PREFERRED = ("id", "key", "sku", "slug", "url", "name", "title")
# An inferred key must be present in this many of a hundred items of either side.
_PRESENT_PERCENT = 90
# By a field whose name says nothing, this many of a hundred must be found again. Numbers are more
# often amounts than keys, so of them nearly all.
_FOUND_PERCENT = {"text": 50, "number": 90}
_TEXT_OR_NULL = {str, type(None)}


def list_tokens(items: list[JsonValue], names: KeyNames) -> list[Identity]:
    """Return the token of each item's key, None for an item without a usable one."""
    if len(names) == 1:
        (name,) = names
        values = [item.get(name) if isinstance(item, dict) else None for item in items]
        if set(map(type, values)) <= _TEXT_OR_NULL:
            return values  # type: ignore[return-value] # no list among them
        return list(map(_read_token, values))
    rows = [_list_row(item, names) for item in items]
    return [None if None in row else row for row in rows]


def drop_repeated(previous: list[Identity], current: list[Identity]) -> None:
    """Take away every token that stands twice on one side: it identifies nothing."""
    repeated = _find_repeated(previous) | _find_repeated(current)
    if repeated:
        for tokens in (previous, current):
            tokens[:] = [None if token in repeated else token for token in tokens]


def describe_key(item: JsonValue, names: KeyNames) -> ItemKey:
    """Return the key of an item that has one."""
    fields = item if isinstance(item, dict) else {}
    if len(names) == 1:
        return ItemKey(names, (fields[names[0]],))
    return ItemKey(names, tuple([fields[name] for name in names]))


def infer_key(previous: list[JsonValue], current: list[JsonValue]) -> KeyNames | None:
    """Return the field that identifies the items of a list, None when there is none.

    It is a scalar, unique on both sides and present in nearly all items of both. Of several, one
    whose name means identity comes first, then text, then numbers; then the one by which more items
    are found again, then the first in the document. By a field with another name most items must be
    found again: prices that changed identify nothing.
    """
    sides = [side for side in (previous, current) if side]
    names = list(dict.fromkeys(chain.from_iterable(map(_list_common, sides))))
    preferred = [name for name in _PREFERRED if name in names]
    fields = [_Field(name, sides) for name in preferred]
    named = [field.name for field in fields if field.is_key]
    found = [field.name for field in fields if field.is_key and field.found]
    if not found:
        others = [_Field(name, sides) for name in names if name not in preferred]
        # max() takes the first of several that are equal.
        best = max((field for field in others if field.is_proven), key=_rank, default=None)
        found = [best.name] if best else named
    return (found[0],) if found else None


class _Field:
    """One field of the items of a list, as a possible key of them."""

    def __init__(self, name: str, sides: list[list[JsonValue]]) -> None:
        tokens = [
            [token for token in list_tokens(side, (name,)) if token is not None] for side in sides
        ]
        values = list(map(set, tokens))
        self.name = name
        self.is_text = all(type(token) is str for token in chain.from_iterable(tokens))
        # Two items can differ by a flag, but it identifies nothing.
        is_flag = any(type(token) is tuple and token[0] is bool for token in tokens[0])
        self.is_key = not is_flag and all(
            len(each) == len(unique) and _is_nearly_all(len(each), side)
            for each, unique, side in zip(tokens, values, sides, strict=True)
        )
        # How many items of one side it finds on the other.
        self.found = len(set.intersection(*values))
        least = _FOUND_PERCENT["text" if self.is_text else "number"]
        self.is_proven = self.is_key and self.found * 100 >= min(map(len, sides)) * least


def _rank(field: _Field) -> tuple[bool, int]:
    return field.is_text, field.found


def identify(item: JsonValue) -> Identity:
    """Return a token of a whole item: two items have the same one if they are the same JSON."""
    if isinstance(item, (dict, list)):
        return (list, hash_plain_json(item))
    token = _read_token(item)
    return (None,) if token is None else token


def identify_unordered(item: JsonValue) -> Identity:
    """Return what `identify` does, the same one also for lists with the same items in any order."""
    if not isinstance(item, (dict, list)):
        return identify(item)
    done: list[str] = []
    pending: list[tuple[JsonValue, bool]] = [(item, False)]
    while pending:
        value, is_entered = pending.pop()
        if not isinstance(value, (dict, list)):
            done.append(f"={dump_plain_json(value).decode()}")  # no hash of a container
        elif is_entered:
            first = len(done) - len(value)
            done[first:] = [_hash_parts(value, done[first:])]
        else:
            pending.append((value, True))
            pending += [(child, False) for child in _list_children(value)]
    return (list, done[0])


def identify_scalar(item: JsonValue) -> Identity:
    """Return what `identify` does for a scalar, None for a container."""
    return None if isinstance(item, (dict, list)) else identify(item)


def _read_token(value: JsonValue) -> Identity:
    kind = type(value)
    if kind is str or kind is int:
        return value  # type: ignore[return-value] # a list is neither
    if kind is bool:
        return (bool, value)
    # By its spelling: 0.0 and -0.0 are two values.
    return (float, repr(value)) if kind is float else None


def _list_children(value: dict[str, JsonValue] | list[JsonValue]) -> Iterable[JsonValue]:
    return value.values() if isinstance(value, dict) else value


def _hash_parts(value: dict[str, JsonValue] | list[JsonValue], parts: list[str]) -> str:
    """Return the hash of a container by those of its parts, of which the last one comes first."""
    if isinstance(value, dict):
        return hash_plain_json(dict(zip(reversed(value), parts, strict=True)))
    return hash_plain_json([*sorted(parts)])


def _list_row(item: JsonValue, names: KeyNames) -> tuple[Identity, ...]:
    if not isinstance(item, dict):
        return (None,)
    return tuple([_read_token(item.get(name)) for name in names])


def _find_repeated(tokens: list[Identity]) -> set[Identity]:
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
