"""List keys that nothing came of: what a caller should hear, because the diff does not tell."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from changetrack._fielddiff.patterns import Wildcard, format_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from changetrack._fielddiff.patterns import Pattern
    from changetrack._fielddiff.rules import FieldRules, KeyNames
    from changetrack._models import JsonValue

# Places and items that are looked at in all, a tenth of a second: the first list that a pattern
# meets and the first item with its key settle it, so of most there are a handful.
_MOST_STEPS = 100_000
# Of the lists that were compared by position, so many are named.
_NAMED = 3
# A pattern may be a page; a warning is a line.
_PATTERN_CHARS = 80


def list_misfits(
    rules: FieldRules, sides: Sequence[JsonValue], lists_by_position: Sequence[str]
) -> tuple[str, ...]:
    """Return a sentence for each key that met no list, or no item, and for lists without any.

    What the schema says of keys is about lists that may be missing: of those, only keys that no
    item has are told.
    """
    search = _Search(sides)
    told = [_tell(pattern, names, rules, search) for pattern, names in rules.list_keys]
    return (*filter(None, told), *_tell_positions(lists_by_position))


def _tell(pattern: Pattern, names: KeyNames, rules: FieldRules, search: _Search) -> str | None:
    found = search.look(pattern, names)
    if found.is_open or found.has_key or (found.has_list and not found.has_items):
        return None
    is_declared = pattern in rules.declared
    who = "x-key" if is_declared else "list keys"
    where = _shorten(format_pattern(pattern))
    if not found.has_list:
        return None if is_declared else f"{who}: {where} meets no list"
    key = " and ".join(_shorten(name) for name in names)
    return f"{who}: no item of {where} has {key}, so items are paired with what is most like them"


def _tell_positions(lists: Sequence[str]) -> Iterator[str]:
    if not lists:
        return
    named = [_shorten(path) for path in islice(lists, _NAMED)]
    more = [f"{len(lists) - _NAMED} more lists"] if len(lists) > _NAMED else []
    yield (
        f"list keys: compared by position: {', '.join([*named, *more])}"
        " (too many items without a key of their own)"
    )


def _shorten(text: str) -> str:
    shown = text if len(text) <= _PATTERN_CHARS else f"{text[:_PATTERN_CHARS]}…"
    return shown if shown.isprintable() else ascii(shown)[1:-1]


class _Found(NamedTuple):
    """What a pattern met; `is_open` says that not everything was looked at."""

    has_list: bool = False
    has_items: bool = False
    has_key: bool = False
    is_open: bool = False


class _Search:
    """Looks for what patterns meet on either side, as long as there are steps left."""

    def __init__(self, sides: Sequence[JsonValue]) -> None:
        self._sides = sides
        self._steps = _MOST_STEPS

    def look(self, pattern: Pattern, names: KeyNames) -> _Found:
        """Return what a pattern meets, up to the first item with its key."""
        found = _Found()
        for value in self._list_places(pattern):
            if not isinstance(value, list):
                continue
            found = found._replace(has_list=True, has_items=found.has_items or bool(value))
            for item in value:
                self._steps -= 1
                if isinstance(item, dict) and all(item.get(name) is not None for name in names):
                    return found._replace(has_key=True)
                if self._steps < 0:
                    break
        return found._replace(is_open=self._steps < 0)

    def _list_places(self, pattern: Pattern) -> Iterator[JsonValue]:
        pending = [(side, 0) for side in reversed(self._sides)]
        while pending and self._steps >= 0:
            self._steps -= 1
            value, at = pending.pop()
            if at == len(pattern):
                yield value
            else:
                # Of a wide place no more than there are steps for.
                children = _list_children(value, pattern, at)
                pending += ((child, at + 1) for child in islice(children, self._steps + 1))


def _list_children(value: JsonValue, pattern: Pattern, at: int) -> Iterator[JsonValue]:
    segment = pattern[at]
    if isinstance(value, dict):
        if segment is Wildcard.KEY:
            yield from value.values()
        elif isinstance(segment, str) and segment in value:
            yield value[segment]
    elif isinstance(value, list):
        if segment is Wildcard.ITEM:
            yield from value
        elif isinstance(segment, int) and segment < len(value):
            yield value[segment]
