"""What is said of a field change beyond its two values."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from changetrack._spelling import show_fields

if TYPE_CHECKING:
    from changetrack._models import FieldOp, JsonValue, PathSegment


@dataclass(frozen=True, slots=True, kw_only=True)
class Delta:
    """Two values that are understood, in text as well: by how much one differs from the other.

    A number has `absolute`, exact to the digits that were written, and (unless it was zero)
    `percent` with four decimals, and the `currency` or `unit` that both values share. It is an
    integer where it was written without decimals. A date has its two times in ISO 8601 and the
    seconds between them as `absolute`, unless only one has a time, or a zone, or one is a whole
    month. A boolean has its two values only.
    """

    kind: Literal["number", "date", "boolean"]
    previous: bool | float | str
    current: bool | float | str
    absolute: float | None = None
    percent: float | None = None
    currency: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RichField:
    """A field change as a person and a program both read it.

    `path` and `pointer` (RFC 6901) are the place in the current value, in the previous one for a
    removal; `origin` is the path in the previous value where that is another one, and `key_path`
    names list items by their keys. `previous` of an addition and `current` of a removal are None
    and are not written: there was nothing. A move has neither; what changed inside the item are
    fields of their own. `uncounted` marks a move that is no change, because the order of the list
    does not count: without it the places of the others would not hold.
    """

    op: FieldOp
    path: str
    pointer: str
    segments: tuple[PathSegment, ...]
    key_path: str | None = None
    origin: str | None = None
    previous: JsonValue = field(default=None, hash=False)
    current: JsonValue = field(default=None, hash=False)
    delta: Delta | None = None
    uncounted: Literal[True] | None = None

    __repr__ = show_fields


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressedChange:
    """A difference that the options say does not count, and which one of them.

    Of a tolerance, `previous` and `current` are the two values; of an order, the two positions.
    """

    path: str
    reason: Literal["tolerance", "order"]
    previous: JsonValue = field(default=None, hash=False)
    current: JsonValue = field(default=None, hash=False)
