"""Conditions as a caller writes them → conditions that can be evaluated, or an exact complaint.

Nothing here is a program: no expressions, no regular expressions, nothing that could take longer
than its length suggests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from changetrack._hashing import copy_json
from changetrack._kinds import name_kind
from changetrack._models import FieldOp
from changetrack._significance.conditions.bounds import COMPARISONS
from changetrack._significance.conditions.models import (
    ClassCondition,
    FieldCondition,
    Junction,
    JunctionKind,
    NumberCondition,
    NumberMeasure,
    ScoreCondition,
    SectionCondition,
    TextCondition,
    TextSide,
)
from changetrack._significance.conditions.patterns import read_pattern
from changetrack._significance.conditions.places import Place, choose_one
from changetrack._significance.models import ChangeClass
from changetrack._structure.models import SectionStatus
from changetrack.errors import InvalidOption

if TYPE_CHECKING:
    from collections.abc import Callable

    from changetrack._significance.conditions.bounds import Bounds
    from changetrack._significance.conditions.models import Condition

# Deeper nesting than this is no longer read by the person who wrote it.
MAX_DEPTH = 16
# Each is held against each change: with more of them, a request would be mostly conditions.
MAX_NODES = 100
# A phrase or a name that is longer is a page.
MAX_CHARS = 1_000

_MEASURES: tuple[NumberMeasure, ...] = get_args(NumberMeasure)
_SIDES: tuple[TextSide, ...] = get_args(TextSide)
_JUNCTIONS: tuple[JunctionKind, ...] = get_args(JunctionKind)
_OPS: tuple[FieldOp, ...] = get_args(FieldOp)
_CLASSES: tuple[ChangeClass, ...] = get_args(ChangeClass)
# An unchanged section is never what a change did.
STATUSES: tuple[SectionStatus, ...] = tuple(
    status for status in get_args(SectionStatus) if status != "unchanged"
)


def read_conditions(value: object, path: str = "conditions") -> tuple[Condition, ...]:
    """Return the conditions that a caller wrote, checked and ready to be evaluated.

    Keys may be written in camelCase or in snake_case. None stands for no conditions.

    Raises:
        InvalidOption: something in them is wrong; the error names the place and what is right.

    >>> [condition.name for condition in read_conditions([{"class": "price", "name": "dear"}])]
    ['dear']
    >>> read_conditions([{"class": "prize"}])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    changetrack.errors...InvalidOption: conditions[0].class: unknown word 'prize'; did you mean ...
    """
    if value is None:
        return ()
    if isinstance(value, dict):
        problem = f"expected a list of conditions, got {name_kind(value)}"
        raise InvalidOption(problem, "put the condition into a list", path)
    counted = [0]
    return tuple(_read_condition(place, 1, counted) for place in Place(value, path).items())


def _read_condition(place: Place, depth: int, counted: list[int]) -> Condition:
    counted[0] += 1
    if depth > MAX_DEPTH:
        place.refuse(f"conditions are nested deeper than {MAX_DEPTH} levels", "flatten them")
    if counted[0] > MAX_NODES:
        place.refuse(f"there are more than {MAX_NODES} conditions in all", "leave some out")
    fields = place.fields((*_LEAVES, *_JUNCTIONS, "name"))
    name = fields["name"].text(MAX_CHARS) if "name" in fields else None
    kind, inner = choose_one(place, fields, (*_LEAVES, *_JUNCTIONS))
    if kind in _LEAVES:
        return _LEAVES[kind](inner, name)
    # Depth is bounded above, so this recursion is.
    parts = [inner] if kind == "not" else inner.items(least=1)
    read = tuple(_read_condition(part, depth + 1, counted) for part in parts)
    (junction,) = (each for each in _JUNCTIONS if each == kind)
    return Junction(kind=junction, parts=read, name=name)


def _read_number(place: Place, name: str | None) -> NumberCondition:
    fields = place.fields(("path", "heading", "row", "column", *_MEASURES))
    measure, inner = choose_one(place, fields, _MEASURES)
    return NumberCondition(
        measure=measure,
        bounds=_read_bounds(inner),
        path=read_pattern(fields["path"]) if "path" in fields else None,
        heading=_read_heading(fields["heading"]) if "heading" in fields else (),
        row=fields["row"].text(MAX_CHARS) if "row" in fields else None,
        column=fields["column"].text(MAX_CHARS) if "column" in fields else None,
        name=name,
    )


def _read_heading(place: Place) -> tuple[str, ...]:
    parts = place.items(least=1) if isinstance(place.value, (list, tuple)) else [place]
    return tuple(part.text(MAX_CHARS) for part in parts)


def _read_text(place: Place, name: str | None) -> TextCondition:
    fields = place.fields((*_SIDES, "ignore_case"))
    side, inner = choose_one(place, fields, _SIDES)
    return TextCondition(
        side=side,
        words=inner.text(MAX_CHARS),
        ignore_case="ignore_case" in fields and fields["ignore_case"].boolean(),
        name=name,
    )


def _read_class(place: Place, name: str | None) -> ClassCondition:
    places = place.items(least=1) if isinstance(place.value, (list, tuple)) else [place]
    return ClassCondition(classes=tuple(each.one_of(_CLASSES) for each in places), name=name)


def _read_score(place: Place, name: str | None) -> ScoreCondition:
    return ScoreCondition(bounds=_read_bounds(place), name=name)


def _read_field(place: Place, name: str | None) -> FieldCondition:
    fields = place.fields(("path", "op", "becomes"))
    if "path" not in fields:
        place.refuse("the path is missing", 'say which field: {"path": "price"}')
    if "op" in fields and "becomes" in fields:
        place.refuse("both op and becomes are given", "use one of them, or join two with all")
    return FieldCondition(
        path=read_pattern(fields["path"]),
        op=fields["op"].one_of(_OPS) if "op" in fields else None,
        becomes=(copy_json(fields["becomes"].value),) if "becomes" in fields else None,
        name=name,
    )


def _read_section(place: Place, name: str | None) -> SectionCondition:
    fields = place.fields(("heading", "status"))
    if "heading" not in fields:
        place.refuse("the heading is missing", 'say which section: {"heading": "Pricing"}')
    return SectionCondition(
        heading=_read_heading(fields["heading"]),
        status=fields["status"].one_of(STATUSES) if "status" in fields else None,
        name=name,
    )


def _read_bounds(place: Place) -> Bounds:
    fields = place.fields(tuple(COMPARISONS))
    if not fields:
        place.refuse("no bound is given", f"use one of {', '.join(COMPARISONS)}")
    return tuple((key, bound.number()) for key, bound in fields.items())


_LEAVES: dict[str, Callable[[Place, str | None], Condition]] = {
    "number": _read_number,
    "text": _read_text,
    "class": _read_class,
    "score": _read_score,
    "field": _read_field,
    "section": _read_section,
}
