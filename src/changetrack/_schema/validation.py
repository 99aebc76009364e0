"""What a JSON value has to say to a schema: validation, as warnings (DESIGN §4.12).

The library's home of jsonschema. It decides which value fits; how much it may work and how its
findings read is decided here. Left to itself it spells whole pages into its messages, and has no
end where a schema refers to itself twice at each level. Which schemas may come here is decided in
`checking`, which keywords are not left to it in `vocabulary`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from changetrack._fielddiff.paths import format_path
from changetrack._models import JsonObject, JsonValue, Limits
from changetrack._schema.checking import CheckedSchema, check_schema
from changetrack._schema.complaints import describe, describe_type, shorten
from changetrack._schema.metering import Budget, StepsSpentError
from changetrack._schema.quiet import quieten
from changetrack._schema.vocabulary import OWN_KEYWORDS, Context

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jsonschema.exceptions import ValidationError

# A person reads the first ones; the rest tells only how bad it is.
_MAX_WARNINGS = 20
_MAX_PATH = 200
# One step is one keyword on one value, about 5 µs: half a second in all. A page of 10,000 values
# under a plain schema takes 30,000.
_MAX_STEPS = 100_000
# Keywords within keywords. Each costs three frames of the interpreter's thousand, of which some are
# the caller's.
_MAX_NESTING = 150
_NOT_CHECKED = "the rest was not compared with the schema: there is too much of it"
# These walk over the value, and not only over what the keyword holds.
_WALKERS = frozenset(
    (
        "additionalItems",
        "additionalProperties",
        "contains",
        "items",
        "patternProperties",
        "propertyNames",
        "uniqueItems",
    )
)


def validate_fields(
    value: JsonValue, schema: JsonValue | CheckedSchema, budget: Budget | None = None
) -> tuple[str, ...]:
    """Return what of a value is not as its schema wants it, one line each.

    No value raises: what is too deep or too much to check is said to be so. Each line names the
    place and quotes nothing of the page but names. `format`, `unevaluatedItems` and
    `unevaluatedProperties` are not checked.

    Raises:
        InvalidSchema: the schema was not checked before, and cannot be used.

    >>> validate_fields({"price": "$19"}, {"properties": {"price": {"type": "number"}}})
    ('price: must be a number, is a string',)
    """
    checked = schema if isinstance(schema, CheckedSchema) else check_schema(schema, Limits())
    found: dict[str, None] = {}
    rest: tuple[str, ...] = ()
    try:
        for error in _find_errors(quieten(value), checked, budget):
            found.update(dict.fromkeys(_spell_error(error)))
    except (StepsSpentError, RecursionError):
        rest = (_NOT_CHECKED,)
    lines = list(found)
    if len(lines) > _MAX_WARNINGS:
        rest = (f"and {len(lines) - _MAX_WARNINGS:,} more", *rest)
    return (*lines[:_MAX_WARNINGS], *rest)


def _find_errors(
    value: JsonValue, checked: CheckedSchema, budget: Budget | None
) -> Iterator[ValidationError]:
    from referencing import Registry

    document = quieten(checked.document)
    validator = _load_validator(checked.dialect)(
        document,
        # Not for `format`: it is what a validator hands on to the next one as it is.
        format_checker=Context(document, checked.programs, _MAX_STEPS, budget),
        registry=Registry(),  # an empty one: jsonschema's own fetches what it does not know
    )
    errors: Iterator[ValidationError] = validator.iter_errors(value)
    return errors


@cache
def _load_validator(dialect: int) -> Any:  # noqa: ANN401 - a class that is made at run time
    import jsonschema  # 75 ms

    base: Any = {
        4: jsonschema.Draft4Validator,
        6: jsonschema.Draft6Validator,
        7: jsonschema.Draft7Validator,
        2019: jsonschema.Draft201909Validator,
        2020: jsonschema.Draft202012Validator,
    }[dialect]
    keywords = {
        keyword: _meter(keyword, OWN_KEYWORDS.get(keyword, check))
        for keyword, check in base.VALIDATORS.items()
    }
    extend: Any = jsonschema.validators.extend  # whose types are not known
    return extend(base, keywords)


def _meter(keyword: str, check: Callable[..., Any]) -> Callable[..., Iterator[ValidationError]]:
    """Return the check of a keyword as one that pays for its work."""
    from jsonschema.exceptions import ValidationError

    def metered(
        validator: Any,  # noqa: ANN401
        limit: JsonValue,
        value: JsonValue,
        schema: JsonObject,
    ) -> Iterator[ValidationError]:
        context: Context = validator.format_checker
        context.nesting += 1
        try:
            if context.nesting > _MAX_NESTING:
                raise StepsSpentError
            context.spend(_estimate(keyword, limit, value, schema))
            for finding in check(validator, limit, value, schema):
                context.spend(1)  # an error is handed on at every level on its way up
                yield ValidationError(finding) if isinstance(finding, str) else finding
        finally:
            context.nesting -= 1

    return metered


def _estimate(keyword: str, limit: JsonValue, value: JsonValue, schema: JsonObject) -> int:
    # Going on to the next part takes half of a step when nothing is checked there.
    steps = 1 + (len(limit) if isinstance(limit, (list, dict)) else 0)
    if keyword not in _WALKERS or not isinstance(value, (list, dict)):
        return steps
    patterns = schema.get("patternProperties")
    return steps + len(value) * (1 + (len(patterns) if isinstance(patterns, dict) else 0)) // 2


def _spell_error(error: ValidationError) -> Iterator[str]:
    """Yield the lines of one error; of alternatives, those of the one that was meant, if clear."""
    branches = _group_branches(error)
    meant = [errors for errors in branches if not any(map(_is_other_type, errors))]
    if len(meant) == 1:
        for each in meant[0]:
            yield from _spell_error(each)
        return
    words = _find_words(error)
    value = _get_value(error)
    if branches and not meant:
        others = [each for errors in branches for each in errors if _is_other_type(each)]
        words = describe_type([name for each in others for name in _list_types(each)], value)
    if "propertyNames" in error.absolute_schema_path and isinstance(value, str):
        words = f"the field name {shorten(value)!r} {words}"
    path = format_path(tuple(error.absolute_path))
    yield f"{path if len(path) <= _MAX_PATH else path[:_MAX_PATH] + '…'}: {words}"


def _group_branches(error: ValidationError) -> list[list[ValidationError]]:
    branches: dict[object, list[ValidationError]] = {}
    for each in error.context or ():
        if each.schema_path:  # a branch that is false has nothing to say, not even where it is
            branches.setdefault(each.schema_path[0], []).append(each)
    return list(branches.values())


def _is_other_type(error: ValidationError) -> bool:
    """Return whether a branch is about another type of value, and so not the one meant."""
    return error.validator == "type" and not error.path


def _list_types(error: ValidationError) -> list[str]:
    wanted: Any = error.validator_value
    return [wanted] if isinstance(wanted, str) else wanted


def _get_value(error: ValidationError) -> Any:  # noqa: ANN401 - typed as if it may be unset
    return error.instance


def _find_words(error: ValidationError) -> str:
    keyword = str(error.validator)
    limit: Any = error.validator_value
    value = _get_value(error)
    if keyword in OWN_KEYWORDS:
        return error.message
    if keyword == "type":
        return describe_type(_list_types(error), value)
    return describe(keyword, limit, value)
