"""A result on the terminal, and its exit status."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING

from changetrack import wire
from changetrack._render import list_fields, render_terminal
from changetrack._textdiff import TextDiff
from changetrack.cli.files import print_text, warn

if TYPE_CHECKING:
    import argparse

    from changetrack._diffs import Diff
    from changetrack._results import Result

# As diff(1) has it.
SAME, CHANGED, TROUBLE = 0, 1, 2


def show_result(result: Result, given: argparse.Namespace) -> int:
    """Show a result as the options ask, and return the exit status."""
    for warning in result.warnings:
        warn(warning)
    if given.json:
        print_text(f"{wire.encode(wire.write_result(result)).decode()}\n")
    elif given.stat or result.first_observation:
        print_text(f"{_summarize(result)}\n")
    elif result.diff is not None:
        _print_diff(result.diff, given.color)
    return CHANGED if result.changed else SAME


def _summarize(result: Result) -> str:
    if result.first_observation:
        return "first observation: nothing to compare with yet"
    if result.diff is None:
        return "changed" if result.changed else "nothing changed"
    if result.diff.field_diff is not None:
        ops = [change.op for change in result.diff.field_diff]
        counts = f"{ops.count('add')} added, {ops.count('remove')} removed"
        return f"fields: {counts}, {ops.count('replace')} replaced"
    lines = result.diff.text_diff or TextDiff([], [], [])
    counts = f"{lines.additions} added, {lines.deletions} deleted"
    places = len(lines.hunks)
    return f"lines: {counts}, in {places} place{'s' * (places != 1)}"


def _print_diff(diff: Diff, color: str) -> None:
    if wants_color(color):
        print_text(render_terminal(diff, width=_measure_width()), is_painted=True)
        return
    # What nobody looks at goes to patch.
    text = list_fields(diff.field_diff) if diff.field_diff is not None else diff.text
    print_text(text or "")


def _measure_width() -> int | None:
    """Return how many columns the terminal has; None where there is no terminal."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def wants_color(choice: str) -> bool:
    """Tell whether to paint what goes to standard output."""
    if choice != "auto":
        return choice == "always"
    # https://no-color.org: any value that is not empty.
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return sys.stdout.isatty() and not plain
