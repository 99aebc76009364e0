"""Two sides of one place: what is there, and whether it differs (DESIGN §4.7)."""

from __future__ import annotations

from itertools import chain, repeat
from typing import TYPE_CHECKING, TypeAlias, cast

from changetrack._hashing import dump_plain_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from changetrack._models import JsonValue, PathSegment


class Absent:
    """The type of what is not there; not even null is of that type."""


ABSENT = Absent()
Side: TypeAlias = "JsonValue | Absent"
Pairs: TypeAlias = "Iterator[tuple[PathSegment, Side, Side]]"

# Comparing a subtree before walking it is what makes unchanged parts cheap, but a chain d deep
# would be compared d times. Pages seldom nest deeper than this; below it the walk goes on without.
PRUNED_DEPTH = 16


def is_container_pair(old: Side, new: Side) -> bool:
    """Return whether two sides are containers of one type."""
    kind = type(old)
    return (kind is dict or kind is list) and kind is type(new)


def differ(old: Side, new: Side) -> bool:
    """Return whether two sides differ of which one at least is no container."""
    kind = type(old)
    if kind is not type(new) or old != new:
        return True
    # 0.0 == -0.0, but they are written differently, and what is written differently differs.
    return kind is float and old == 0 and repr(old) != repr(new)


def is_surely_same(old: Side, new: Side) -> bool:
    """Return whether two containers are the same; False also where only a walk can tell."""
    try:
        if old != new:  # the fastest "no"; the "yes" also takes True for 1
            return False
    except RecursionError:
        return False
    return dump_plain_json(given(old)) == dump_plain_json(given(new))


def given(side: Side) -> JsonValue:
    """Return what is there; None when nothing is."""
    return None if isinstance(side, Absent) else side


def pair_children(old: Side, new: Side) -> Pairs:
    """Pair what stands in two containers of one type: previous order first, then what is added."""
    if isinstance(old, dict) and isinstance(new, dict):
        shared = zip(old, old.values(), map(new.get, old, repeat(ABSENT)), strict=False)
        added = [key for key in new if key not in old]
        more = zip(added, repeat(ABSENT), map(new.get, added), strict=False)
        return chain(shared, more) if added else shared
    olds, news = cast("list[JsonValue]", old), cast("list[JsonValue]", new)
    if len(olds) == len(news):
        return zip(range(len(olds)), olds, news, strict=True)
    return zip(
        range(max(len(olds), len(news))),
        chain(olds, repeat(ABSENT)),
        chain(news, repeat(ABSENT)),
        strict=False,
    )
