"""What holds for any schema and any value: checked, validated, projected."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

import jsonschema
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from referencing import Registry

from changetrack._hashing import same_json
from changetrack._models import FieldPath, JsonObject, JsonValue, Limits, PathSegment
from changetrack._schema import CheckedSchema, check_schema, project_fields, validate_fields
from changetrack._schema.keywords import DIALECTS, KEYWORDS
from changetrack._schema.patterns import Matcher, compile_pattern
from changetrack.errors import ChangeTrackError, InvalidRequest, InvalidSchema
from tests.strategies.json_schemas import documents, names, values
from tests.strategies.json_values import copy_plain, json_values, nest

# A schema as its walk sees it that takes it for what it should be.
Loose: TypeAlias = "dict[str, Any]"
Branch: TypeAlias = "Loose | bool"

LIMITS = Limits()


def _check(document: JsonObject) -> CheckedSchema:
    try:
        return check_schema(document, LIMITS)
    except InvalidSchema as error:
        assume(condition="leads back here" not in error.problem)
        raise


def _is_part(part: JsonValue, whole: JsonValue) -> bool:
    """Return whether a value is another one without some fields, in the same order."""
    if isinstance(part, dict) and isinstance(whole, dict):
        kept = [key for key in whole if key in part]
        return kept == list(part) and all(_is_part(part[key], whole[key]) for key in part)
    if isinstance(part, list) and isinstance(whole, list):
        return len(part) == len(whole) and all(map(_is_part, part, whole))
    return same_json(part, whole)


@given(documents, values)
def test_a_projection_is_a_part_of_the_value(document: JsonObject, value: JsonValue) -> None:
    """Only fields are left out; the order of the others stays, and the value as it is."""
    before = copy_plain(value)
    projected = project_fields(value, _check(document))
    assert _is_part(projected, value)
    assert repr(value) == repr(before)


@given(documents, values)
def test_projecting_again_changes_nothing(document: JsonObject, value: JsonValue) -> None:
    """What was kept is kept."""
    schema = _check(document)
    projected = project_fields(value, schema)
    assert repr(project_fields(projected, schema)) == repr(projected)


def _list_branches(schema: Branch, document: Loose) -> Iterator[Loose]:
    """Yield every schema that may speak of the same value, whichever cases apply."""
    if isinstance(schema, bool):
        return
    yield schema
    found = [child for word in ("allOf", "anyOf", "oneOf") for child in schema.get(word, ())]
    found += [schema[word] for word in ("then", "else") if word in schema and "if" in schema]
    found += schema.get("dependentSchemas", {}).values()
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        found.append(document if name == "#" else document["$defs"][name])
    for child in found:
        yield from _list_branches(child, document)


def _declares(schema: Branch, path: FieldPath, document: Loose) -> bool:
    """Return whether some branch names every step of the way."""
    return not path or any(
        _declares(child, path[1:], document)
        for branch in _list_branches(schema, document)
        for child in _list_declared(branch, path[0])
    )


def _list_declared(branch: Loose, head: PathSegment) -> list[Branch]:
    if isinstance(head, int):
        first = branch.get("prefixItems", [])
        rest = [branch["items"]] if "items" in branch else []
        return [first[head]] if head < len(first) else rest
    found = [branch["properties"][head]] if head in branch.get("properties", {}) else []
    for pattern, child in branch.get("patternProperties", {}).items():
        found += [child] if re.search(pattern, head) else []
    others = branch.get("additionalProperties", False)
    return found or ([] if others is False else [others])


def _list_scalars(path: FieldPath, value: JsonValue) -> Iterator[tuple[FieldPath, JsonValue]]:
    if isinstance(value, dict):
        for key, child in value.items():
            yield from _list_scalars((*path, key), child)
    elif isinstance(value, list):
        for at, child in enumerate(value):
            yield from _list_scalars((*path, at), child)
    else:
        yield path, value


@given(documents, values)
def test_what_any_branch_declares_is_kept(document: JsonObject, value: JsonValue) -> None:
    """A change of a declared field is never hidden."""
    kept = dict(_list_scalars((), project_fields(value, _check(document))))
    declared = {
        path: leaf for path, leaf in _list_scalars((), value) if _declares(document, path, document)
    }
    assert {path: repr(kept.get(path, "nothing")) for path in declared} == {
        path: repr(leaf) for path, leaf in declared.items()
    }


_plain: st.SearchStrategy[Loose] = st.recursive(
    st.just({}),
    lambda children: st.one_of(
        st.dictionaries(names, children, min_size=1).map(lambda named: {"properties": named}),
        children.map(lambda child: {"items": child}),
    ),
)


def _project_plainly(schema: Loose, value: JsonValue) -> JsonValue:
    if "properties" in schema and isinstance(value, dict):
        fields = schema["properties"]
        return {key: _project_plainly(fields[key], value[key]) for key in value if key in fields}
    if "items" in schema and isinstance(value, list):
        return [_project_plainly(schema["items"], child) for child in value]
    return value


@given(_plain, values)
def test_without_branches_exactly_what_is_named_is_kept(
    schema: JsonObject, value: JsonValue
) -> None:
    """Nothing more than what the schema names is tracked."""
    projected = project_fields(value, check_schema(schema, LIMITS))
    assert repr(projected) == repr(_project_plainly(schema, value))


@pytest.mark.parametrize("draft", ["", "http://json-schema.org/draft-07/schema#"])
@given(document=documents, value=values)
def test_a_value_fits_when_jsonschema_says_so(
    draft: str, document: JsonObject, value: JsonValue
) -> None:
    """Our keywords and bounds do not change what a schema means."""
    if draft:
        document = {"$schema": draft, **document}
    warnings = validate_fields(value, _check(document))
    kind = jsonschema.Draft7Validator if draft else jsonschema.Draft202012Validator
    assert (not warnings) == kind(document, registry=Registry()).is_valid(value)


@given(documents, json_values)
def test_no_value_raises(document: JsonObject, value: JsonValue) -> None:
    """Whatever a page holds, a usable schema gives warnings and a projection."""
    schema = _check(document)
    assert all(isinstance(line, str) for line in validate_fields(value, schema))
    assert _is_part(project_fields(value, schema), value)


@given(json_values)
def test_any_json_is_a_schema_or_an_error(schema: JsonValue) -> None:
    """What cannot be used is refused as a request (A40)."""
    try:
        checked = check_schema(schema, LIMITS)
    except ChangeTrackError as error:
        kind = type(error)
    else:
        kind = InvalidRequest
        assert project_fields(schema, checked) is not None
    assert issubclass(kind, InvalidRequest)


# What a keyword may hold, and what it may not, in every dialect.
_HOLDINGS: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 1.0, 1.5, 0.0, "", "string", "object", 10**30),
    *([], ["a"], ["a", "a"], [1], ["string", "null"], ["string", "money"], [{}], [True], [[]]),
    *({}, {"a": {}}, {"a": True}, {"a": 5}, {"a": ["b"]}, {"a": ["b", "b"]}, {"a": [5]}, {"b": []}),
    *({"type": "string"}, {"type": "money"}, {"a": {"required": 5}}, [{"minimum": "1"}]),
)
# Ours by decision: references are ours to follow, an anchor may be any text, and doubled choices
# are harmless. So are, in draft-04, an exclusive flag without its bound and an empty dependency.
_OURS = {"$ref", "$recursiveRef", "$dynamicRef", "$schema", "$anchor", "$dynamicAnchor", "pattern"}
_OURS |= {"$vocabulary", "enum", "patternProperties"}
_OURS_IN_DRAFT_4 = {"exclusiveMinimum", "exclusiveMaximum", "dependencies"}


@pytest.mark.parametrize(("uri", "dialect"), DIALECTS.items(), ids=map(str, DIALECTS.values()))
def test_the_table_of_keywords_is_the_metaschema(uri: str, dialect: int) -> None:
    """We accept what the official description of a dialect accepts, keyword by keyword."""
    kind = jsonschema.validators.validator_for({"$schema": uri})
    official = kind(kind.META_SCHEMA, registry=Registry(), format_checker=None)
    names = [*sorted(set(KEYWORDS[dialect]) - _OURS), "unknown"]
    differing = [
        (name, holding)
        for name in names
        for holding in _HOLDINGS
        if _is_usable({"$schema": uri, name: holding}) != official.is_valid({name: holding})
        if not (dialect == 4 and name in _OURS_IN_DRAFT_4)
    ]
    assert differing == []


def _is_usable(schema: JsonObject) -> bool:
    try:
        check_schema(schema, LIMITS)
    except InvalidSchema:
        return False
    return True


_atoms = st.sampled_from(
    ("a", "b", ".", "[ab]", "[^a]", r"\d", r"\w", r"\S", "[a-c]", "^", "$", "")
)
patterns = st.recursive(
    _atoms,
    lambda parts: st.one_of(
        st.tuples(parts, parts).map("".join),
        st.tuples(parts, parts).map(lambda two: f"({two[0]}|{two[1]})"),
        st.tuples(parts, st.sampled_from(("*", "+", "?", "{2}", "{1,}", "{0,2}", "*?"))).map(
            lambda two: f"(?:{two[0]}){two[1]}"
        ),
    ),
)


@given(patterns, st.text("ab1x\n é", max_size=8))
def test_a_pattern_matches_what_re_matches(pattern: str, text: str) -> None:
    """Where both read a pattern alike, the linear engine finds what the backtracking one finds."""
    assume("\n" not in text or "." not in pattern)
    matcher = Matcher(compile_pattern(pattern), lambda _: None)
    expected = re.search(pattern.replace("$", r"\Z"), text, re.ASCII) is not None
    assert matcher.search(text) == expected
    assert matcher.search(text) == expected, "what is remembered is the same"


@pytest.mark.parametrize("depth", [10, 100, 1_000, 100_000])
def test_no_depth_raises(depth: int) -> None:
    """A recursive schema follows a value as deep as it goes, or says that it did not (A15)."""
    reference: JsonValue = {"$ref": "#"}
    schema = check_schema({"properties": {"a": reference}, "items": reference}, LIMITS)
    value = nest(depth, {"a": 1, "b": 2})
    warnings = validate_fields(value, schema)
    assert len(warnings) == (0 if depth <= 10 else 1)
    assert same_json(project_fields(value, schema), nest(depth, {"a": 1}))
