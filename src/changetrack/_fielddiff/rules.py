"""What the options say about lists and numbers, read into rules (DESIGN §5).

Where nothing is asked for there are no rules, and the comparison is the plain one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar, get_args

from changetrack._fielddiff.paths import format_path
from changetrack._fielddiff.patterns import Pattern, format_pattern, parse_pattern
from changetrack._kinds import name_kind
from changetrack._models import Order
from changetrack.errors import InvalidOption, InvalidPath
from changetrack.errors.base import quote

if TYPE_CHECKING:
    from collections.abc import Callable

    from changetrack._models import ListKeys, Options, Tolerance

# The names of the key fields of a list's items.
KeyNames: TypeAlias = "tuple[str, ...]"
SchemaKeys: TypeAlias = "Mapping[str, str | KeyNames]"

# More than any page has lists. Each pattern may cost a step at each place of a value.
MAX_PATTERNS = 256
# As deep as schemas may be, and then some: a value may be deeper, but nobody writes such a pattern.
MAX_SEGMENTS = 64
# A database key of more columns is a mistake.
_MAX_NAMES = 16
_MARGINS = ("abs", "percent")

_PATTERN_REMEDY = "write patterns like plans, plans[*].features or $ for the whole value"
_KEYS_REMEDY = "name the key field, or a list of fields"
_MARGIN_REMEDY = 'write {"abs": 0.01}, {"percent": 1} or both'

_Read = TypeVar("_Read")


class Margin(NamedTuple):
    """How far a number may go: absolutely, in percent of what it was, or either."""

    absolute: float | None
    percent: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldRules:
    """How lists are aligned and which differences do not count.

    Lists whose place meets a pattern of `list_keys` are aligned by these fields; those `declared`
    are of a schema. All others are compared by position, unless `infers` says that a key is to be
    looked for.
    """

    list_keys: tuple[tuple[Pattern, KeyNames], ...] = ()
    infers: bool = False
    order: Order = "keep"
    tolerance: tuple[tuple[Pattern, Margin], ...] = ()
    declared: frozenset[Pattern] = frozenset()


def read_rules(options: Options, schema_keys: SchemaKeys | None = None) -> FieldRules | None:
    """Return the rules of some options, None where nothing is asked for.

    What a schema says about keys counts where the options say nothing of the same pattern.

    Raises:
        InvalidOption: `list_keys`, `order` or `tolerance` cannot be used; the error names the
            pattern.

    >>> from changetrack._models import Options
    >>> read_rules(Options(list_keys={"plans": "name"})).list_keys
    ((('plans',), ('name',)),)
    """
    given = options.list_keys, options.order, options.tolerance
    return make_rules(*given, schema_keys=schema_keys)


def make_rules(
    list_keys: ListKeys | None,
    order: Order,
    tolerance: Tolerance | None,
    *,
    schema_keys: SchemaKeys | None = None,
) -> FieldRules | None:
    """Return the rules that these options make, None where nothing is asked for.

    Raises:
        InvalidOption: one of them cannot be used.
    """
    if list_keys is None and order == "keep" and tolerance is None and not schema_keys:
        return None
    if order not in get_args(Order):
        shown = quote(str(order))
        raise InvalidOption(f"expected an order, got {shown}", "use 'keep' or 'ignore'", "order")
    keys = _read_patterns(schema_keys or {}, "list_keys", _read_names, _KEYS_REMEDY)
    declared = frozenset(keys)
    if list_keys is not None and list_keys != "infer":
        # Per pattern, what the caller says is said last.
        given = _read_patterns(list_keys, "list_keys", _read_names, _LIST_KEYS_REMEDY)
        keys, declared = keys | given, declared.difference(given)
    margins = _read_patterns(tolerance or {}, "tolerance", _read_margin, _MARGIN_REMEDY)
    rules = FieldRules(
        list_keys=tuple(keys.items()),
        infers=list_keys == "infer" or order == "ignore",
        order=order,
        tolerance=tuple(margins.items()),
        declared=declared,
    )
    return rules if rules != FieldRules() else None


_LIST_KEYS_REMEDY = 'use \'infer\', or name the key field of each list: {"plans": "name"}'


def _read_patterns(
    given: object, option: str, read: Callable[[object, str], _Read], remedy: str
) -> dict[Pattern, _Read]:
    if not isinstance(given, Mapping):
        shown = quote(given) if isinstance(given, str) else name_kind(given)
        raise InvalidOption(f"expected an object by path patterns, got {shown}", remedy, option)
    if len(given) > MAX_PATTERNS:
        problem = f"{len(given):,} patterns, at most {MAX_PATTERNS} are allowed"
        raise InvalidOption(problem, "use * for what varies", option)
    found: dict[Pattern, _Read] = {}
    for text, value in given.items():
        if not isinstance(text, str):
            problem = f"a pattern is a string, not {name_kind(text)}"
            raise InvalidOption(problem, _PATTERN_REMEDY, option)
        place = format_path((option, text))
        pattern = _read_pattern(text, place)
        if pattern in found:
            problem = f"this is {format_pattern(pattern)}, which is there already"
            raise InvalidOption(problem, "leave one out", place)
        found[pattern] = read(value, place)
    return found


def _read_pattern(text: str, place: str) -> Pattern:
    try:
        pattern = parse_pattern(text)
    except InvalidPath as error:
        raise InvalidOption(error.problem, _PATTERN_REMEDY, place) from None
    if len(pattern) > MAX_SEGMENTS:
        problem = f"{len(pattern):,} segments, at most {MAX_SEGMENTS} are allowed"
        raise InvalidOption(problem, "track a part of the page", place)
    return pattern


def _read_names(value: object, place: str) -> KeyNames:
    names = (value,) if isinstance(value, str) else value
    if not isinstance(names, (list, tuple)):
        raise InvalidOption(f"expected a name, got {name_kind(value)}", _KEYS_REMEDY, place)
    if not 0 < len(names) <= _MAX_NAMES:
        problem = f"{len(names):,} names, from 1 to {_MAX_NAMES} are allowed"
        raise InvalidOption(problem, _KEYS_REMEDY, place)
    for name in names:
        if not isinstance(name, str):
            raise InvalidOption(f"expected a name, got {name_kind(name)}", _KEYS_REMEDY, place)
    if len(set(names)) < len(names):
        raise InvalidOption("the same name stands there twice", "leave one out", place)
    return tuple(names)


def _read_margin(value: object, place: str) -> Margin:
    if not isinstance(value, Mapping):
        raise InvalidOption(f"expected an object, got {name_kind(value)}", _MARGIN_REMEDY, place)
    if not value or not set(value) <= set(_MARGINS):
        raise InvalidOption("expected abs, percent or both", _MARGIN_REMEDY, place)
    for number in value.values():
        is_number = isinstance(number, (int, float)) and not isinstance(number, bool)
        if not is_number or not 0 <= number < float("inf"):
            problem = f"expected a number from 0 up, got {name_kind(number)}"
            raise InvalidOption(problem, _MARGIN_REMEDY, place)
    return Margin(value.get("abs"), value.get("percent"))
