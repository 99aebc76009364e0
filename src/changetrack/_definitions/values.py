"""The values that are said of a change, described by their own types and docstrings."""

from __future__ import annotations

from types import NoneType, UnionType
from typing import TYPE_CHECKING, Literal, Union, get_args, get_origin, get_type_hints

from changetrack import _models
from changetrack._definitions.sketches import describe_object, refer
from changetrack._fielddiff.models import Delta, RichField, SuppressedChange
from changetrack._history.models import BlamedField, BlamedLine, History
from changetrack._render.models import Rendering
from changetrack._significance.models import Cluster, Significance, Stats, Term, Verdict
from changetrack._spelling import list_fields, to_camel
from changetrack._structure.models import (
    CellChange,
    ColumnRename,
    LinePair,
    Link,
    LinkChange,
    MovedRun,
    Place,
    RichHunk,
    SectionChange,
    Span,
    TableChange,
    TablePlace,
)

if TYPE_CHECKING:
    from changetrack._models import JsonObject

_KINDS = (
    BlamedField, BlamedLine, CellChange, Cluster, ColumnRename, Delta, History, LinePair, Link,
    LinkChange, MovedRun, Place,
    Rendering, RichField, RichHunk, SectionChange, Significance, Stats, SuppressedChange,
    TableChange, TablePlace, Term, Verdict,
)  # fmt: skip

_SCALARS: dict[object, JsonObject] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    object: {},
}

# What the modules import for type checkers alone; any JSON is described by nothing.
_NAMES = {"JsonValue": object, "FieldOp": _models.FieldOp, "PathSegment": int | str}

_SPAN: JsonObject = {
    "description": str(Span.__doc__),
    "type": "array",
    "items": {"type": "integer", "minimum": 0},
    "minItems": 2,
    "maxItems": 2,
}


def describe_values() -> JsonObject:
    """Return the definitions of everything that stands beside the seed's diff."""
    return {kind.__name__: _describe_kind(kind) for kind in _KINDS}


def _describe_kind(kind: type) -> JsonObject:
    hints = get_type_hints(kind, localns=_NAMES)
    properties: JsonObject = {}
    required = []
    for name, is_optional in list_fields(kind):
        key = to_camel(name)
        properties[key] = _describe_type(hints[name], is_optional=is_optional)
        if not is_optional:
            required.append(key)
    text = str(kind.__doc__).replace("\n    ", " ").strip()
    return describe_object(text, properties, required=required)


def _describe_type(hint: object, *, is_optional: bool = False) -> JsonObject:
    """Describe a type; None is written as null, unless it is left out as the default."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint is Span:
        return _SPAN
    if origin is tuple:
        return {"type": "array", "items": _describe_type(arguments[0])}
    if origin is Literal:
        # All of them are of one type; most are words.
        return {**_SCALARS[type(arguments[0])], "enum": [*arguments]}
    if origin in (Union, UnionType):
        return _describe_union(arguments, is_optional=is_optional)
    if isinstance(hint, type) and list_fields(hint):
        return refer(hint.__name__)
    return dict(_SCALARS[hint])


def _describe_union(kinds: tuple[object, ...], *, is_optional: bool) -> JsonObject:
    others = [kind for kind in kinds if kind is not NoneType]
    nullable = len(others) < len(kinds) and not is_optional
    if len(others) == 1:
        schema = _describe_type(others[0])
        return schema if not nullable else {"anyOf": [schema, {"type": "null"}]}
    types = [_describe_type(kind)["type"] for kind in others]
    return {"type": [*types, "null"] if nullable else types}
