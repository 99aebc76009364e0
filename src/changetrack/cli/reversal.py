"""`changetrack apply`, `revert` and `compose`: diffs that come back from files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack._hashing import canonical_json, load_json
from changetrack._normalize import normalize_markdown
from changetrack._reader import Reader
from changetrack._reversal import apply_sides, revert_sides
from changetrack._snapshots import Snapshot
from changetrack.cli.comparison import read_comparison
from changetrack.cli.files import (
    WIDE,
    Page,
    check_value,
    print_page,
    read_page,
    read_text,
)
from changetrack.cli.showing import SAME, check_shown, show_result
from changetrack.errors import ChangeTrackError, InvalidRequest
from changetrack.wire.changes import FIELDS_CUT, read_diff

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from changetrack._models import FieldChange, JsonValue

__all__ = ["run_apply", "run_compose", "run_revert"]

_REMEDY = "name what `changetrack diff --json --include fields OLD NEW` printed"


def run_apply(given: argparse.Namespace) -> int:
    """Print the page that a diff leads to, and return the exit status."""
    return _print_changed(given, apply_sides)


def run_revert(given: argparse.Namespace) -> int:
    """Print the page that a diff came from, and return the exit status."""
    return _print_changed(given, revert_sides)


def run_compose(given: argparse.Namespace) -> int:
    """Show several diffs as one, and return the exit status."""
    check_shown(given)
    comparison = read_comparison(given)
    old = _read_page(given.old, given)
    page = old
    for name in given.diffs:
        try:
            page = _change(page, name, apply_sides)
        except ChangeTrackError as error:
            raise error if error.path.startswith(name) else error.under(name) from None
    result = comparison.compare(page, comparison.keep(old))
    return show_result(result, given, comparison)


def _print_changed(given: argparse.Namespace, change: Callable[..., Snapshot]) -> int:
    page = _change(_read_page(given.page, given), given.diff, change)
    if page.is_json:
        print_page(canonical_json(page.json).decode())
    else:
        # A diff of nothing has left it as it came.
        print_page(normalize_markdown(page.markdown or ""))
    return SAME


def _read_page(name: str, given: argparse.Namespace) -> Page:
    page = read_page(name, given)
    check_value(page)
    return page


def _change(page: Page, name: str, change: Callable[..., Snapshot]) -> Page:
    """Return a page after the diff in a file, or before it."""
    text, fields = _read_diff(name, is_json=page.is_json)
    if text is None and fields is None:
        return page
    snapshot = change(Snapshot(markdown=page.markdown, json=page.json), text, fields)
    return Page(
        name=page.name, markdown=snapshot.markdown, json=snapshot.json, is_json=page.is_json
    )


def _read_diff(name: str, *, is_json: bool) -> tuple[str | None, tuple[FieldChange, ...] | None]:
    """Return the text of a diff, or for a page of JSON its fields; neither where nothing changed.

    Raises:
        InvalidRequest: the file holds no diff of a page of this kind.
    """
    text = read_text(name, "utf-8")
    value = _load(name, text, is_json=is_json)
    if value is None:
        return text, None
    sent = _find_diff(value, name)
    if sent is None:
        return None, None
    if isinstance(sent, list):
        sent = {"fields": sent}
    key, problem, remedy = _SIDES[is_json]
    if not isinstance(sent, dict) or sent.get(key) is None:
        raise InvalidRequest(problem, remedy, name)
    try:
        read = read_diff(Reader(sent, name))
    except ChangeTrackError as error:
        if error.problem == FIELDS_CUT:
            raise
        raise InvalidRequest(error.problem, remedy, error.path) from None
    return (None, read.fields) if is_json else (read.text, None)


# What of a diff a page of JSON takes, and one of markdown.
_SIDES = {
    True: ("fields", "there are no field changes in it, and the page is JSON", _REMEDY),
    False: (
        "text",
        "there is no text diff in it, and the page is markdown",
        "name what `changetrack diff OLD NEW` printed",
    ),
}


def _load(name: str, text: str, *, is_json: bool) -> JsonValue:
    """Return the JSON in a diff; None where it is a unified diff for a page that takes one."""
    if not is_json and not text.lstrip().startswith("{"):
        return None
    try:
        return load_json(text, depth=WIDE.json_depth, digits=WIDE.integer_digits)
    except ChangeTrackError:
        if not is_json:
            return None
        problem = "this is no JSON, and the page is JSON"
        raise InvalidRequest(problem, _REMEDY, name) from None


def _find_diff(value: JsonValue, name: str) -> JsonValue:
    """Return the diff in an answer, or the value where it is one; None where nothing changed."""
    match value:
        case {"success": True, "data": dict(answer)}:
            return _find_diff(answer, name)
        case {"status": "same", "diff": None}:
            return None
        case {"diff": None}:
            problem = "it does not say what changed: only hashes could be compared"
            raise InvalidRequest(problem, _REMEDY, name)
        case {"diff": dict(diff)}:
            return diff
        case _:
            return value
