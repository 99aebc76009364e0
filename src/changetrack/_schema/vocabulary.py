"""The keywords of JSON Schema that are checked by us and not by jsonschema.

Those that would look elsewhere, backtrack, compare everything with everything, fail on large
numbers or check their branches again and again. Each yields what is wrong, as words or as errors
from further down.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeAlias

from changetrack._hashing import canonical_json
from changetrack._models import JsonObject, JsonValue
from changetrack._schema.complaints import list_names, shorten
from changetrack._schema.metering import Budget, Meter

if TYPE_CHECKING:
    from fractions import Fraction
    from typing import Protocol

    from changetrack._schema.patterns import Program

    class Descender(Protocol):
        """What we use of a jsonschema validator; its `format_checker` is our context."""

        @property
        def format_checker(self) -> Context: ...

        def descend(
            self,
            instance: JsonValue,
            schema: JsonValue,
            path: str | None = None,
            schema_path: str | None = None,
        ) -> Iterator[Exception]: ...


_BYTES_PER_STEP = 256


class Context(Meter):
    """What the keywords share while one value is validated."""

    def __init__(
        self,
        document: JsonValue,
        programs: dict[str, Program],
        steps: int,
        budget: Budget | None = None,
    ) -> None:
        super().__init__(programs, steps, budget)
        self.nesting = 0
        self._targets: dict[str, JsonValue] = {"#": document}

    def follow(self, pointer: str) -> JsonValue:
        """Return the schema that a checked reference leads to."""
        if pointer not in self._targets:
            above, slash, token = pointer.rpartition("/")
            if not slash:
                raise LookupError("a reference that was not checked")
            found = self.follow(above)
            key = token.replace("%25", "%").replace("~1", "/").replace("~0", "~")
            self._targets[pointer] = (
                found[int(key)] if isinstance(found, list) else _as_object(found)[key]
            )
        return self._targets[pointer]


Findings: TypeAlias = "Iterator[str | Exception]"
Keyword: TypeAlias = "Callable[[Descender, JsonValue, JsonValue, JsonObject], Findings]"


def _find_nothing(_: Descender, __: JsonValue, ___: JsonValue, ____: JsonObject) -> Findings:
    return iter(())


def _find_in_target(
    validator: Descender, pointer: JsonValue, value: JsonValue, _: JsonObject
) -> Findings:
    yield from validator.descend(value, validator.format_checker.follow(str(pointer)))


def _find_missing(_: Descender, names: JsonValue, value: JsonValue, __: JsonObject) -> Findings:
    required = names if isinstance(names, list) and isinstance(value, dict) else []
    missing = [str(name) for name in required if name not in _as_object(value)]
    if missing:
        yield f"lacks {list_names(missing)}"


def _find_mismatch(
    validator: Descender, pattern: JsonValue, value: JsonValue, _: JsonObject
) -> Findings:
    if isinstance(value, str) and not validator.format_checker.search(str(pattern), value):
        yield f"does not match the pattern {shorten(str(pattern))}"


def _find_in_matching(
    validator: Descender, patterns: JsonValue, value: JsonValue, _: JsonObject
) -> Findings:
    for name, child in _as_object(value).items():
        for pattern, schema in _as_object(patterns).items():
            if validator.format_checker.search(pattern, name):
                yield from validator.descend(child, schema, name, pattern)


def _find_in_additional(
    validator: Descender, limit: JsonValue, value: JsonValue, schema: JsonObject
) -> Findings:
    fields = {} if limit is True else _as_object(value)
    declared = _as_object(schema.get("properties"))
    patterns = _as_object(schema.get("patternProperties"))
    search = validator.format_checker.search
    names = [
        name
        for name in fields
        if name not in declared and not any(search(pattern, name) for pattern in patterns)
    ]
    if names and limit is False:
        yield f"has fields that the schema does not allow: {list_names(names)}"
        return
    for name in names:
        yield from validator.descend(fields[name], limit, name)


def _as_object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _find_repeated(
    validator: Descender, limit: JsonValue, value: JsonValue, _: JsonObject
) -> Findings:
    if not limit or not isinstance(value, list):
        return
    seen: set[bytes] = set()
    for item in value:
        text = canonical_json(item)
        validator.format_checker.spend(len(text) // _BYTES_PER_STEP)
        if text in seen:
            yield "has an item twice"
            return
        seen.add(text)


def _find_remainder(_: Descender, unit: JsonValue, value: JsonValue, __: JsonObject) -> Findings:
    if _is_number(value) and (_read_exactly(value) / _read_exactly(unit)).denominator != 1:
        yield f"must be a multiple of {shorten(str(unit))}"


def _is_number(value: JsonValue) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _read_exactly(number: JsonValue) -> Fraction:
    """Return the number as it is spelled: in binary, 0.3 is no multiple of 0.1."""
    from fractions import Fraction  # 10 ms

    return Fraction(number) if isinstance(number, int) else Fraction(repr(number))


OWN_KEYWORDS: dict[str, Keyword] = {
    # Nothing is left that could look elsewhere, and finding a place once is enough.
    "$ref": _find_in_target,
    "additionalProperties": _find_in_additional,
    # An annotation, as the newest dialect has it: libraries disagree about what an address is.
    "format": _find_nothing,
    "multipleOf": _find_remainder,
    "pattern": _find_mismatch,
    "patternProperties": _find_in_matching,
    "required": _find_missing,
    # Both check branches again that were checked before, twice as much at each level.
    "unevaluatedItems": _find_nothing,
    "unevaluatedProperties": _find_nothing,
    "uniqueItems": _find_repeated,
}
