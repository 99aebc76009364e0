"""`changetrack blame`: with which version each line of a page came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from changetrack._history import BlamedField, BlamedLine, blame, blame_fields
from changetrack._render.wording import make_printable, spell_value
from changetrack.cli.comparison import read_keys
from changetrack.cli.files import print_json, print_text, warn
from changetrack.cli.showing import SAME
from changetrack.cli.versions import read_versions
from changetrack.errors import MissingContent
from changetrack.wire.values import write_value

if TYPE_CHECKING:
    import argparse

    from changetrack._models import ListKeys
    from changetrack.cli.versions import Version

__all__ = ["run_blame"]

# As much of a value as a line has room for.
_MAX_VALUE = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Blame:
    """What programs are told: the files, and what counts in them from zero."""

    files: tuple[str, ...]
    lines: tuple[BlamedLine, ...] | None = None
    fields: tuple[BlamedField, ...] | None = None


def run_blame(given: argparse.Namespace) -> int:
    """Show with which version each line came, and return the exit status."""
    list_keys = read_keys(given)
    versions = read_versions(given)
    is_json = any(version.is_json for version in versions)
    for version in versions:
        if not (version.is_json if is_json else version.is_markdown):
            problem = f"it holds no {'JSON' if is_json else 'markdown'}"
            raise MissingContent(problem, "leave it out, or keep pages whole", version.name)
    if list_keys is not None and not is_json:
        warn("the page is text, so nothing comes of --list-key")
    told = _blame(versions, list_keys, is_json=is_json)
    if given.json:
        print_json(write_value(told))
    else:
        print_text(_write_lines(told, [version.label for version in versions]))
    return SAME


def _blame(versions: list[Version], list_keys: ListKeys | None, *, is_json: bool) -> Blame:
    files = tuple(version.name for version in versions)
    snapshots = [version.snapshot for version in versions]
    if is_json:
        return Blame(files=files, fields=blame_fields(snapshots, list_keys=list_keys))
    return Blame(files=files, lines=blame(snapshots))


def _write_lines(told: Blame, labels: list[str]) -> str:
    """Return a line for each line or field, the version that it came with in front of it."""
    pieces: tuple[BlamedLine | BlamedField, ...] = told.lines or told.fields or ()
    blamed = {each.snapshot for each in pieces}
    width = max((len(labels[snapshot]) for snapshot in blamed), default=0)
    if told.fields is not None:
        return "".join(
            f"{labels[each.snapshot]:<{width}}  {make_printable(each.key_path or each.path)}:"
            f" {spell_value(each.value, _MAX_VALUE)}\n"
            for each in told.fields
        )
    lines = told.lines or ()
    digits = len(str(len(lines)))
    return "".join(
        f"{labels[each.snapshot]:<{width}}  {each.line:>{digits}}) {each.text}".rstrip() + "\n"
        for each in lines
    )
