"""The two spellings of a name: ours, and that of the wire; and which values have names in them.

Also how such values are shown to whoever debugs.
"""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

# Whoever wants to see what lies deeper looks at the value itself, which may be too deep for repr().
_LEVELS = 5


@cache
def to_camel(name: str) -> str:
    """Return a name as the wire spells it.

    >>> to_camel("old_start")
    'oldStart'
    """
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


@cache
def to_snake(name: str) -> str:
    """Return a name as Python spells it.

    >>> to_snake("oldStart")
    'old_start'
    """
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


class Field(NamedTuple):
    """A field of an object; `is_optional` says that it is None by default, and left out then."""

    name: str
    is_optional: bool


def list_fields(kind: type) -> tuple[Field, ...]:
    """Return the fields of what is an object on the wire; none for everything else.

    Dataclasses are, and so are named tuples that may leave out a field: what can be left out needs
    a name. All other tuples are arrays.

    >>> from changetrack._structure.models import Link, SectionChange, Span
    >>> [field.name for field in list_fields(Link)], list_fields(Span)
    (['text', 'target', 'line'], ())
    >>> [field.name for field in list_fields(SectionChange) if field.is_optional]
    ['previous_heading', 'edited_added', 'edited_removed']
    """
    if is_dataclass(kind):
        return tuple(Field(each.name, each.default is None) for each in fields(kind))
    defaults: dict[str, object] = getattr(kind, "_field_defaults", {})
    names: tuple[str, ...] = getattr(kind, "_fields", ()) if defaults else ()
    return tuple(Field(name, defaults.get(name, MISSING) is None) for name in names)


def show_fields(value: DataclassInstance) -> str:
    """Return what repr() shows of a dataclass; JSON in it is shown to a depth of a few levels.

    >>> from changetrack._snapshots import Snapshot
    >>> show_fields(Snapshot(json={"a": [[[[[1]]]], 2]}, content_hash="ab"))[:49]
    "Snapshot(markdown=None, json={'a': [[[[[…]]]], 2]"
    """
    shown = (
        f"{each.name}={_show(getattr(value, each.name), _LEVELS)}"
        for each in fields(value)
        if each.repr
    )
    return f"{type(value).__qualname__}({', '.join(shown)})"


def _show(value: object, levels: int) -> str:
    # The depth is bounded, so this recursion is.
    if isinstance(value, dict):
        rows = (f"{key!r}: {_show(child, levels - 1)}" for key, child in value.items())
        return "{…}" if value and not levels else f"{{{', '.join(rows)}}}"
    if isinstance(value, list):
        items = (_show(child, levels - 1) for child in value)
        return "[…]" if value and not levels else f"[{', '.join(items)}]"
    return repr(value)
