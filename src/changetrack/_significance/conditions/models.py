"""Conditions as they are once they are read: nothing in them can be wrong any more."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from changetrack._models import FieldOp, JsonValue
    from changetrack._significance.conditions.bounds import Bounds
    from changetrack._significance.conditions.patterns import Pattern
    from changetrack._significance.models import ChangeClass
    from changetrack._structure.models import SectionStatus

NumberMeasure: TypeAlias = Literal["percent", "absolute", "value"]
TextSide: TypeAlias = Literal["added", "removed", "changed"]
JunctionKind: TypeAlias = Literal["all", "any", "not"]


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberCondition:
    """A number that changed by so much, or that came within bounds that it was not in.

    It stands in a field at `path`, or in the text: under a heading, in a row of a table, in a
    column. Without any of them, it is any number that changed into another one.
    """

    measure: NumberMeasure
    bounds: Bounds
    path: Pattern | None = None
    heading: tuple[str, ...] = ()
    row: str | None = None
    column: str | None = None
    name: str | None = None

    @property
    def is_of_text(self) -> bool:
        """Whether a place in the text is named."""
        return bool(self.heading) or self.row is not None or self.column is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class TextCondition:
    """Words that stand where they did not, do no longer, or stand in what changed."""

    side: TextSide
    words: str
    ignore_case: bool = False
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassCondition:
    """A change of one of these classes."""

    classes: tuple[ChangeClass, ...]
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreCondition:
    """A change that matters so much."""

    bounds: Bounds
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldCondition:
    """A field that changed; in a certain way (`op`), or to a certain value (`becomes`).

    `becomes` holds that value in a tuple of one, because null is a value too.
    """

    path: Pattern
    op: FieldOp | None = None
    becomes: tuple[JsonValue] | None = field(default=None, hash=False)
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionCondition:
    """A section that changed, or one inside of it; in any way, or to one `status`."""

    heading: tuple[str, ...]
    status: SectionStatus | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Junction:
    """Several conditions joined: all of them, any of them, or not the one."""

    kind: JunctionKind
    parts: tuple[Condition, ...]
    name: str | None = None


Condition: TypeAlias = (
    "NumberCondition | TextCondition | ClassCondition | ScoreCondition"
    " | FieldCondition | SectionCondition | Junction"
)
# What one reading gives: held against a change together.
Conditions: TypeAlias = "tuple[Condition, ...]"
