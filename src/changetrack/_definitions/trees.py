"""The leaves of a diff, described by their own types."""

from __future__ import annotations

from types import UnionType
from typing import (
    TYPE_CHECKING,
    Literal,
    Union,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
)

from changetrack._definitions.sketches import describe_object, refer
from changetrack._models import (
    AddChange,
    Chunk,
    DelChange,
    DiffAst,
    FieldPair,
    FileDiff,
    NormalChange,
)

if TYPE_CHECKING:
    from changetrack._models import JsonObject

_KINDS = (DiffAst, FileDiff, Chunk, NormalChange, AddChange, DelChange, FieldPair)

# What a type is in JSON. Every number of a tree is a count or the number of a line.
_SCALARS: dict[object, JsonObject] = {
    str: {"type": "string"},
    int: {"type": "integer", "minimum": 0},
    bool: {"type": "boolean"},
    object: {},
}

# Written out it refers to itself; a schema that says nothing says the same.
_ANY_JSON = {"JsonValue": object}

_DESCRIPTIONS = {"FileDiff": "The changes of the page: a tree has exactly one file."}


def describe_trees() -> JsonObject:
    """Return the definitions of the parse-diff style tree and of the map of fields."""
    pairs: JsonObject = {
        "description": "The fields that differ, by their path, such as `plans[0].price`.",
        "type": "object",
        "additionalProperties": refer(FieldPair.__name__),
    }
    return {"PathMap": pairs, **{kind.__name__: _describe_typed(kind) for kind in _KINDS}}


def _describe_typed(kind: type) -> JsonObject:
    hints = get_type_hints(kind, localns=_ANY_JSON)
    required: frozenset[str] = vars(kind)["__required_keys__"]
    return describe_object(
        _DESCRIPTIONS.get(kind.__name__) or str(kind.__doc__).replace("\n    ", " "),
        {name: _describe_type(hint) for name, hint in hints.items()},
        required=[name for name in hints if name in required],
    )


def _describe_type(hint: object) -> JsonObject:
    # A literal is the word that tells one kind of change from the others.
    if isinstance(hint, type) and is_typeddict(hint):
        return refer(hint.__name__)
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is list:
        return {"type": "array", "items": _describe_type(arguments[0])}
    if origin is Literal:
        return {"type": "string", "const": arguments[0]}
    if origin in (Union, UnionType):
        return _describe_union(arguments)
    return dict(_SCALARS[hint])


def _describe_union(kinds: tuple[type, ...]) -> JsonObject:
    """Describe objects that their `type` tells apart, so that generated clients can, too."""
    words = {get_args(get_type_hints(kind)["type"])[0]: refer(kind.__name__) for kind in kinds}
    return {
        "oneOf": [*words.values()],
        "discriminator": {
            "propertyName": "type",
            "mapping": {word: reference["$ref"] for word, reference in words.items()},
        },
    }
