"""How pages are to be compared, as the command line was told, and the comparison itself."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from changetrack._fielddiff import format_path
from changetrack._fielddiff.rules import make_rules
from changetrack._hashing import load_json
from changetrack._models import Limits, Options
from changetrack._tracking import track
from changetrack.cli.extras import read_extras
from changetrack.cli.files import check_value, read_json
from changetrack.cli.versions import read_earlier
from changetrack.errors import ChangeTrackError, InvalidOption, InvalidRequest
from changetrack.errors.base import quote

if TYPE_CHECKING:
    import argparse

    from changetrack._models import JsonObject, JsonValue, ListKeys
    from changetrack._results import Result
    from changetrack._snapshots import Snapshot
    from changetrack.cli.files import Page
    from changetrack.cli.versions import Version

__all__ = ["Comparison", "read_comparison", "read_keys"]

# How the library calls what these options set.
_OPTIONS = {
    "budget": "--budget",
    "conditions": "--condition",
    "context": "--context",
    "cursor": "--cursor",
    "history": "--history",
    "list_keys": "--list-key",
    "order": "--order",
    "tolerance": "--tolerance",
}
_NUMBER = re.compile(r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")

_KEY_REMEDY = "write PATTERN=NAME in quotes, such as 'plans=name' or 'plans[*].rows=id,kind'"
_MARGIN_REMEDY = "write PATTERN=0.01, PATTERN=1% or both: 'plans[*].price=0.01,1%'"
_CONDITION_REMEDY = """write it in single quotes, such as '{"class": "price"}', or name @FILE"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What pages are compared with and how; `places` are the options by their places in errors."""

    options: Options
    places: Mapping[str, str] = field(default_factory=dict)
    baseline: Version | None = None
    history: Sequence[Version] = ()

    def compare(self, page: Page, previous: Snapshot | None) -> Result:
        """Compare a page with the version before it.

        Raises:
            ChangeTrackError: something that was given is wrong; the error names its option.
        """
        check_value(page)
        for earlier in (*self.history, *filter(None, (self.baseline,))):
            _check_kinds(page, earlier)
        options = self.options.with_given(modes=("json",) if page.is_json else ("gitDiff",))
        try:
            return track(
                page.markdown,
                json=page.json,
                previous=previous,
                history=[each.snapshot for each in self.history],
                baseline=None if self.baseline is None else self.baseline.snapshot,
                options=options,
            )
        except ChangeTrackError as error:
            raise _respell(error, self.places) from None

    def keep(self, page: Page) -> Snapshot:
        """Return what is kept of a page, to compare a later one with."""
        options = self.options.with_given(conditions=())
        return (
            replace(self, options=options, baseline=None, history=()).compare(page, None).snapshot
        )

    def respell(self, error: ChangeTrackError) -> ChangeTrackError:
        """Return an error about an option, which names it as it was given."""
        return _respell(error, self.places)


def read_comparison(given: argparse.Namespace) -> Comparison:
    """Return the comparison that the options ask for.

    Raises:
        InvalidRequest: one of them is none, or a file that one names cannot be read.
    """
    places = {**_OPTIONS, "schema": f"--schema {given.schema}"}
    asked = {
        "schema": None if given.schema is None else read_json(given.schema, "utf-8-sig"),
        "list_keys": _read_list_keys(given.list_key, places),
        "order": given.order,
        "tolerance": _read_tolerance(given.tolerance, places),
        "conditions": _read_conditions(given.condition, places) or None,
        "include": read_extras(given.include, "--include") or None,
        "context": given.context,
        "patch_tests": given.patch_tests or None,
        "budget": given.budget,
        "cursor": given.cursor,
    }
    try:
        options = Options().with_given(**asked)
    except ChangeTrackError as error:
        raise _respell(error, places) from None
    baseline = getattr(given, "baseline", None)
    return Comparison(
        options=options,
        places=places,
        baseline=None if baseline is None else read_earlier(baseline, given),
        history=[read_earlier(name, given) for name in getattr(given, "history", ())],
    )


def read_keys(given: argparse.Namespace) -> ListKeys | None:
    """Return the keys of lists, where they are all that is told of a comparison.

    Raises:
        InvalidRequest: one of them is none.
    """
    places = dict(_OPTIONS)
    list_keys = _read_list_keys(given.list_key, places)
    try:
        make_rules(list_keys, "keep", None)
    except ChangeTrackError as error:
        raise _respell(error, places) from None
    return list_keys


def _check_kinds(page: Page, earlier: Version) -> None:
    if earlier.is_markdown if page.is_json else earlier.is_json:
        kinds = ("markdown", "JSON") if page.is_json else ("JSON", "markdown")
        problem = "it is {}, and the page is {}".format(*kinds)
        raise InvalidRequest(problem, "say what all are with --as", earlier.name)


def _respell(error: ChangeTrackError, places: Mapping[str, str]) -> ChangeTrackError:
    # What stands in a pattern is part of its place, so the longest place is the right one.
    for place in sorted(places, key=len, reverse=True):
        rest = error.path.removeprefix(place)
        if error.path.startswith(place) and (not rest or rest[0] in ".["):
            inside = rest.removeprefix(".")
            return error.at(f"{places[place]}: {inside}" if inside else places[place])
    return error


def _read_list_keys(given: Sequence[str], places: dict[str, str]) -> ListKeys | None:
    """Return the key fields by pattern; what stands in brackets may hold `=`, a name may not."""
    if "infer" in given:
        if len(given) > 1:
            problem = "infer is for all lists, and others are named as well"
            raise InvalidOption(problem, "leave one out", "--list-key")
        return "infer"
    keys: dict[str, list[str]] = {}
    for text in given:
        pattern, _, listed = text.rpartition("=")
        names = listed.split(",")
        if not pattern or not all(names):
            raise InvalidOption(f"{quote(text)} names no key", _KEY_REMEDY, "--list-key")
        if pattern in keys:
            problem = f"the key of {quote(pattern)} is given twice"
            raise InvalidOption(problem, "join the names of one key with commas", "--list-key")
        keys[pattern] = names
        places[format_path(("list_keys", pattern))] = f"--list-key {text}"
    return {
        pattern: names[0] if len(names) == 1 else names for pattern, names in keys.items()
    } or None


def _read_tolerance(
    given: Sequence[str], places: dict[str, str]
) -> dict[str, dict[str, float]] | None:
    margins: dict[str, dict[str, float]] = {}
    for text in given:
        pattern, _, listed = text.rpartition("=")
        for word in listed.split(","):
            number = word.strip().removesuffix("%").rstrip()
            if not pattern or not _NUMBER.fullmatch(number):
                problem = f"{quote(text)} is no tolerance"
                raise InvalidOption(problem, _MARGIN_REMEDY, "--tolerance")
            kind = "percent" if word.rstrip().endswith("%") else "abs"
            margin = margins.setdefault(pattern, {})
            if kind in margin:
                problem = f"the tolerance of {quote(pattern)} is given twice"
                raise InvalidOption(problem, "leave one out", "--tolerance")
            margin[kind] = float(number)
        places[format_path(("tolerance", pattern))] = f"--tolerance {text}"
    return margins or None


def _read_conditions(given: Sequence[str], places: dict[str, str]) -> tuple[JsonObject, ...]:
    """Return the conditions in all arguments, each of which holds one or a list of them."""
    conditions: list[JsonValue] = []
    for number, text in enumerate(given, 1):
        name = f"--condition {number}" if len(given) > 1 else "--condition"
        if text.startswith("@"):
            name = f"--condition {text}"
        value = _load_condition(text, name)
        listed = value if isinstance(value, list) else [value]
        for at, condition in enumerate(listed):
            place = f"{name}: [{at}]" if isinstance(value, list) else name
            places[f"conditions[{len(conditions)}]"] = place
            conditions.append(condition)
    # Whether each is a condition, the library says.
    return tuple(conditions)  # type: ignore[arg-type]


def _load_condition(text: str, name: str) -> JsonValue:
    if text.startswith("@"):
        return read_json(text[1:], "utf-8-sig")
    limits = Limits()
    try:
        return load_json(text, depth=limits.json_depth, digits=limits.integer_digits)
    except ChangeTrackError as error:
        raise InvalidOption(error.problem, _CONDITION_REMEDY, name) from None
