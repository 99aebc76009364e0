"""A result on the terminal, and its exit status."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

from changetrack import wire
from changetrack._render import render_terminal
from changetrack._render.fields import list_diff_fields
from changetrack._spelling import to_snake
from changetrack._textdiff import TextDiff
from changetrack.cli.extras import (
    FOR_JSON,
    FOR_TEXT,
    is_document,
    print_extra,
    read_extra,
    read_extras,
)
from changetrack.cli.files import print_json, print_text, warn, write_line
from changetrack.cli.remarks import count_suppressed, list_remarks
from changetrack.errors import ChangeTrackError, InvalidRequest

if TYPE_CHECKING:
    import argparse

    from changetrack._diffs import Diff
    from changetrack._models import Extra, JsonValue, Mode
    from changetrack._results import Result
    from changetrack.cli.comparison import Comparison

# As diff(1) has it.
SAME, CHANGED, TROUBLE = 0, 1, 2


def check_shown(given: argparse.Namespace) -> None:
    """Check that what is asked for goes together.

    Raises:
        InvalidRequest: an option says something of what is not shown.
    """
    if len(given.show) > 1:
        remedy = "leave one out, or name several with --json --include"
        raise InvalidRequest("--show is given twice, and one part is printed", remedy)
    shown = _find_shown(given)
    if shown is not None and (given.json or given.stat):
        other = "--json" if given.json else "--stat"
        remedy = "leave one out; what stands in the JSON as well is named with --include"
        raise InvalidRequest(f"--show and {other} both say what is printed", remedy)
    included = read_extras(given.include, "--include")
    if included and not given.json:
        remedy = "add --json, or print one of them with --show"
        raise InvalidRequest("--include names what stands in the JSON, which is not shown", remedy)
    asked = {*map(to_snake, included), to_snake(shown or "")}
    for option, value, extra in (
        ("--budget", given.budget, "render"),
        ("--cursor", given.cursor, "render"),
        ("--patch-tests", given.patch_tests or None, "json_patch"),
    ):
        if value is not None and extra not in asked:
            name = extra.replace("_", "-")
            raise InvalidRequest(f"{option} is of {name}, which is not shown", f"add --show {name}")


def _find_shown(given: argparse.Namespace) -> Extra | None:
    return read_extra(given.show[0], "--show") if given.show else None


def show_result(result: Result, given: argparse.Namespace, comparison: Comparison) -> int:
    """Show a result as the options ask, and return the exit status.

    Raises:
        ChangeTrackError: what is asked for cannot be printed of this result.
    """
    for warning in result.warnings:
        warn(warning)
    if result.snapshot.markdown is not None:
        _warn_of_fields(given)
    suppressed = count_suppressed(result.suppressed)
    if suppressed and not given.json:
        write_line(f"changetrack: {suppressed}")
    if given.json:
        print_json(_write_json(result, comparison))
    else:
        _show(result, given, comparison)
    return CHANGED if result.changed else SAME


def _write_json(result: Result, comparison: Comparison) -> JsonValue:
    # Its pages are compared by what they are, and nobody was asked for a mode.
    mode: Mode = "json" if result.snapshot.markdown is None else "gitDiff"
    try:
        return wire.write_result(result, comparison.options.with_given(modes=(mode,)))
    except ChangeTrackError as error:
        raise comparison.respell(error) from None


def _show(result: Result, given: argparse.Namespace, comparison: Comparison) -> None:
    name = _find_shown(given)
    is_painted = wants_color(given.color)
    shown = _write_shown(name, result, given, comparison)
    remarks = list_remarks(result, given, is_painted=is_painted)
    if name is not None and is_document(name):
        # Lines above a document would break it.
        for line in list_remarks(result, given, is_painted=False):
            write_line(line)
    else:
        above = "".join(f"{line}\n" for line in remarks)
        print_text(above + "\n" * bool(above and shown), is_painted=is_painted)
    print_text(shown, is_painted=is_painted or (name is None and sys.stdout.isatty()))


def _write_shown(
    name: Extra | None, result: Result, given: argparse.Namespace, comparison: Comparison
) -> str:
    if name is None:
        if given.stat or result.first_observation:
            return f"{_summarize(result)}\n"
        return "" if result.diff is None else _write_diff(result.diff, given)
    _warn_of_kind(name, result)
    page = str(given.page if hasattr(given, "page") else getattr(given, "new", given.old))
    try:
        return print_extra(
            name,
            result,
            comparison.options,
            page="standard input" if page == "-" else page,
            is_painted=wants_color(given.color),
        )
    except ChangeTrackError as error:
        raise comparison.respell(error) from None


def _warn_of_fields(given: argparse.Namespace) -> None:
    """Tell whoever says of a text what can only be said of JSON."""
    asked = {"--list-key": given.list_key, "--order": given.order, "--tolerance": given.tolerance}
    named = " and ".join(name for name, value in asked.items() if value)
    if named:
        warn(f"the page is text, so nothing comes of {named}")


def _warn_of_kind(name: Extra, result: Result) -> None:
    """Tell whoever asks for what a page of this kind does not have."""
    is_json = result.snapshot.markdown is None
    if to_snake(name) in (FOR_TEXT if is_json else FOR_JSON):
        kind = "JSON" if is_json else "text"
        warn(f"the page is {kind}, so there is nothing to show as {name}")


def _summarize(result: Result) -> str:
    if result.first_observation:
        return "first observation: nothing to compare with yet"
    if result.diff is None:
        return "changed" if result.changed else "nothing changed"
    if result.diff.field_diff is not None:
        ops = [change.op for change in result.diff.field_diff]
        counts = f"{ops.count('add')} added, {ops.count('remove')} removed"
        moved = f", {ops.count('move')} moved" if "move" in ops else ""
        return f"fields: {counts}, {ops.count('replace')} replaced{moved}"
    lines = result.diff.text_diff or TextDiff([], [], [])
    counts = f"{lines.additions} added, {lines.deletions} deleted"
    # Hunks, whatever stands between them: the groups of a unified diff depend on its context.
    places = len(lines.edits)
    return f"lines: {counts}, in {places} place{'s' * (places != 1)}"


def _write_diff(diff: Diff, given: argparse.Namespace) -> str:
    is_painted, is_split = wants_color(given.color), given.side_by_side
    if is_split or is_painted or sys.stdout.isatty():
        width = _measure_width(is_split=bool(is_split))
        return render_terminal(diff, width=width, color=is_painted, side_by_side=is_split)
    # What nobody looks at goes to patch.
    if diff.field_diff is None:
        return diff.text or ""
    return list_diff_fields(diff)


def _measure_width(*, is_split: bool) -> int | None:
    """Return how many columns there are; None where nobody knows, or in a pipe needs to."""
    if sys.stdout.isatty():
        return shutil.get_terminal_size().columns
    given = os.environ.get("COLUMNS", "") if is_split else ""
    return int(given) if given.isascii() and given.isdigit() and int(given) else None


def wants_color(choice: str) -> bool:
    """Tell whether to paint what goes to standard output."""
    if choice != "auto":
        return choice == "always"
    # https://no-color.org: any value that is not empty.
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return sys.stdout.isatty() and not plain
