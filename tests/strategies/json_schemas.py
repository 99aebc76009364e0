"""JSON Schemas that can be used, and values that they have something to say about."""

from __future__ import annotations

from typing import TypeAlias

from hypothesis import strategies as st

from changetrack._models import JsonObject, JsonValue
from tests.strategies.json_values import leaves

Schemas: TypeAlias = "st.SearchStrategy[JsonValue]"

names = st.sampled_from(("a", "b", "ab", "c"))
_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")
_PATTERNS = ("^a", "b$", "^[ab]+$", "c|^$", ".")

_scalars: st.SearchStrategy[JsonValue] = st.one_of(
    st.sampled_from((None, True, 0, 1, 1.5, "", "a", "ab", "b")), leaves
)


def _object(**keywords: JsonValue) -> JsonObject:
    return keywords


assertions: Schemas = st.one_of(
    st.sampled_from((True, False, {})),
    st.builds(_object, type=st.sampled_from(_TYPES)),
    st.builds(_object, type=st.lists(st.sampled_from(_TYPES), min_size=1, max_size=2, unique=True)),
    st.builds(_object, enum=st.lists(_scalars, max_size=3)),
    st.builds(_object, const=_scalars),
    st.builds(_object, minimum=st.integers(-2, 2), exclusiveMaximum=st.integers(-2, 2)),
    st.builds(_object, minLength=st.integers(0, 2), maxItems=st.integers(0, 2)),
    st.builds(_object, maxProperties=st.integers(0, 2)),
    st.builds(_object, required=st.lists(names, max_size=2, unique=True)),
    st.builds(_object, pattern=st.sampled_from(_PATTERNS)),
)
_references: Schemas = st.sampled_from(("#/$defs/d", "#/$defs/e", "#")).map(
    lambda text: _object(**{"$ref": text})
)


def _list_of(children: Schemas) -> st.SearchStrategy[list[JsonValue]]:
    return st.lists(children, min_size=1, max_size=3)


def _combine(children: Schemas) -> Schemas:
    fields = st.dictionaries(names, children, max_size=3)
    return st.one_of(
        st.builds(_object, properties=fields),
        st.builds(_object, type=st.just("object"), properties=fields),
        st.builds(_object, properties=fields, additionalProperties=children),
        st.builds(_object, additionalProperties=children),
        st.builds(_object, patternProperties=st.dictionaries(st.sampled_from(_PATTERNS), children)),
        st.builds(_object, items=children),
        st.builds(_object, prefixItems=_list_of(children), items=children),
        st.builds(_object, contains=children),
        st.builds(_object, propertyNames=children),
        st.builds(_object, allOf=_list_of(children)),
        st.builds(_object, anyOf=_list_of(children)),
        st.builds(_object, oneOf=_list_of(children)),
        st.builds(_object, **{"not": children}),
        st.builds(_object, **{"if": children, "then": children, "else": children}),
        st.builds(_object, **{"if": children, "then": children}),
        st.builds(_object, properties=fields, dependentSchemas=fields),
        st.builds(_object, properties=fields, anyOf=_list_of(children)),
    )


schemas: Schemas = st.recursive(st.one_of(assertions, _references), _combine, max_leaves=8)


def _document(root: JsonValue, d: JsonValue, e: JsonValue) -> JsonObject:
    return {**(root if isinstance(root, dict) else {}), "$defs": {"d": d, "e": e}}


# Not all can be used: a reference may lead back to where it stands.
documents: st.SearchStrategy[JsonObject] = st.builds(_document, schemas, schemas, schemas)


def _contain(children: Schemas) -> Schemas:
    return st.one_of(st.lists(children, max_size=3), st.dictionaries(names, children, max_size=4))


# Values of the fields that these schemas name.
values: st.SearchStrategy[JsonValue] = st.recursive(_scalars, _contain, max_leaves=10)
