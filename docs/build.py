"""Writes the generated pages of docs/reference from the code: `python -m docs.build [--check]`.

A page says what the code says: signatures, docstrings, defaults and the reasons in their comments.
With --check nothing is written, and a page that is not what the code says now fails the run; so
does a picture that shows what is no longer so, which `python -m docs.pictures` takes anew.
Prose that no code holds belongs to the other pages of that folder.
"""

from __future__ import annotations

import argparse
import inspect
import os
import re
import sys
import textwrap
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import changetrack
from changetrack import errors
from changetrack.cli.arguments import build_parser
from docs.api import describe_api
from docs.evidence import describe_evidence
from docs.pictures import find_faults
from docs.prose import fence, fields_with_reasons, prose, table_cell
from docs.service import (
    describe_endpoint,
    describe_faults,
    describe_monitors,
    describe_settings,
)
from docs.states import describe_states

REFERENCE = Path(__file__).resolve().parent / "reference"
NOTE = "<!-- Written by docs/build.py from the code. Change the code, then run `make docs`. -->\n\n"

# From this version on, argparse lays help out differently; the page shows how 3.11 and 3.12 do it.
NEW_HELP_LAYOUT = (3, 13)
HELP_COLUMNS = "98"


def describe_errors() -> str:
    """Return the page of errors: the drawn tree, a row for each class, and the endpoint's own."""
    lines = ["# Errors\n", *_error_intro()]
    lines += ["| class | code | reason | meaning |", "| --- | --- | --- | --- |"]
    for name in errors.__all__:
        kind = getattr(errors, name)
        meaning = table_cell(inspect.getdoc(kind) or "")
        lines.append(f"| `{name}` | `{kind.code}` | `{kind.reason}` | {meaning} |")
    return "\n".join([*lines, "", describe_faults()])


def _error_intro() -> Iterator[str]:
    for part in re.split(r"\n\n+", (errors.__doc__ or "").strip()):
        is_drawing = part.startswith("    ")
        yield fence("text", textwrap.dedent(part)) if is_drawing else f"{part}\n"


def describe_limits() -> str:
    """Return the page of what callers may set: every option and limit, its default, its reason."""
    lines = ["# Options and limits\n"]
    for kind in (changetrack.Options, changetrack.Limits):
        lines += [f"## `{kind.__name__}`\n", prose(kind)]
        lines += ["| field | type | default | why |", "| --- | --- | --- | --- |"]
        lines += [_limit_row(*field) for field in fields_with_reasons(kind)]
        lines.append("")
    return "\n".join(lines)


def _limit_row(field: str, annotation: str, default: str, reason: str) -> str:
    kind, value = table_cell(annotation), table_cell(default)
    return f"| `{field}` | `{kind}` | `{value}` | {table_cell(reason)} |"


def describe_cli() -> str:
    """Return the page of the command line: what `-h` prints, for each command."""
    parser = build_parser(defaultdict(lambda: _run_nothing))
    lines = ["# Command line\n", fence("text", _help(parser)), *_describe_commands(parser, 2)]
    return "\n".join(lines)


def _describe_commands(parser: argparse.ArgumentParser, level: int) -> Iterator[str]:
    """Return a section for each command below one, and for each that is below that."""
    for action in parser._actions:  # noqa: SLF001 - argparse has no public way to its subcommands
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001 - as above
            for command in action.choices.values():
                yield f"{'#' * level} `{command.prog}`\n"
                yield fence("text", _help(command))
                yield from _describe_commands(command, level + 1)


def _run_nothing(_given: argparse.Namespace) -> int:
    return 0


def _help(parser: argparse.ArgumentParser) -> str:
    """Return the help as wide as the page, whatever the width of this terminal."""
    environment = os.environ  # noqa: TID251 - the only way to tell argparse, which asks shutil
    before = environment.get("COLUMNS")
    environment["COLUMNS"] = HELP_COLUMNS
    try:
        return parser.format_help().rstrip()
    finally:
        del environment["COLUMNS"]
        if before is not None:
            environment["COLUMNS"] = before


PAGES: dict[str, Callable[[], str]] = {
    "api.md": describe_api,
    "check-states.md": describe_states,
    "cli.md": describe_cli,
    "errors.md": describe_errors,
    "evidence.md": describe_evidence,
    "limits.md": describe_limits,
    "openapi.json": describe_endpoint,
    "openapi-monitors.json": describe_monitors,
    "settings.md": describe_settings,
}


def write_page(name: str) -> str:
    """Return a page as it is committed; JSON has no place for a note."""
    return ("" if name.endswith(".json") else NOTE) + PAGES[name]()


def stale_pages() -> list[str]:
    """Return the committed pages that are not what the code says."""
    names = [name for name in PAGES if name != "cli.md" or sys.version_info < NEW_HELP_LAYOUT]
    return [name for name in names if _read(REFERENCE / name) != write_page(name).encode()]


def _read(path: Path) -> bytes:
    return path.read_bytes() if path.exists() else b""


def main() -> int:
    """Write the pages, or with --check tell which ones are stale."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--check", action="store_true", help="write nothing; fail on a stale page")
    if parser.parse_args().check:
        stale = stale_pages()
        for name in stale:
            print(f"docs/reference/{name} is not what the code says: run `make docs`")
        faults = find_faults()
        for fault in faults:
            print(fault)
        return 1 if stale or faults else 0
    for name in PAGES:
        (REFERENCE / name).write_bytes(write_page(name).encode())
    return 0


if __name__ == "__main__":
    sys.exit(main())
