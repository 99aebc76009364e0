"""`changetrack pages`: what became of the pages of a site."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

from changetrack._render import paint_diff
from changetrack._render.wording import make_printable
from changetrack._sets import PageState, diff_pages, read_pages
from changetrack.cli.files import parse_json, print_json, print_text, read_text, warn
from changetrack.cli.folders import name_page, read_folder, warn_of_binaries
from changetrack.cli.showing import CHANGED, SAME, TROUBLE, wants_color
from changetrack.cli.versions import read_version
from changetrack.errors import ChangeTrackError
from changetrack.wire.values import write_value

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping

    from changetrack._sets import Pair, SetDiff

__all__ = ["run_pages"]

_DOWN = "so much is missing that the site seems to be down: nothing counts as removed"


def run_pages(given: argparse.Namespace) -> int:
    """Show what became of each page, and return the exit status."""
    (old, old_binaries), (new, new_binaries) = (
        _read_set(name, given) for name in (given.old, given.new)
    )
    warn_of_binaries(old_binaries + new_binaries)
    found = diff_pages(old, new, complete=not given.incomplete)
    if given.json:
        print_json(write_value(found))
    elif given.stat:
        print_text(f"{_count(found)}\n")
    else:
        text = "".join(f"{line}\n" for line in _list_lines(found))
        is_painted = wants_color(given.color)
        print_text(paint_diff(text) if is_painted else text, is_painted=is_painted)
    if found.site_down:
        warn(_DOWN)
    if found.error or found.site_down:
        return TROUBLE
    return CHANGED if found.new or found.changed or found.removed or found.moved else SAME


def _read_set(name: str, given: argparse.Namespace) -> tuple[list[PageState], int]:
    """Return the pages in a folder, or those that a file of JSON or NDJSON lists.

    With the number of files that are none.
    """
    if name != "-" and Path(name).is_dir():
        folder = read_folder(Path(name), given.encoding)
        return [_read_state(file, Path(name), given) for file in folder.pages], folder.binaries
    return read_pages(_load(name, read_text(name, given.encoding)), name), 0


def _read_state(file: Path, folder: Path, given: argparse.Namespace) -> PageState:
    url = name_page(file, folder)
    try:
        return PageState(url, read_version(str(file), given).snapshot.content_hash)
    except ChangeTrackError as error:
        return PageState(url, error=error.problem)
    except OSError as error:
        return PageState(url, error=error.strerror)


def _load(name: str, text: str) -> list[Mapping[str, object]]:
    """Return what is in a list of JSON, or in lines of JSON; that it is pages, others see to."""
    if text.lstrip().startswith("["):
        return cast("list[Mapping[str, object]]", parse_json(text, name))
    lines = [line for line in enumerate(text.split("\n"), start=1) if line[1].strip()]
    objects = [parse_json(line, f"{name}:{number}") for number, line in lines]
    return cast("list[Mapping[str, object]]", objects)


def _list_lines(found: SetDiff[PageState]) -> Iterator[str]:
    """Yield a line for each page that is not as it was."""
    for page in found.new:
        yield f"+ {make_printable(page.url)}"
    for page in found.removed:
        yield f"- {make_printable(page.url)}"
    for pair in found.changed:
        yield f"~ {_spell_pair(pair)}"
    for pair in found.moved:
        yield f"> {_spell_pair(pair)}"
    for page in found.error:
        yield f"! {make_printable(f'{page.url}: {page.error}')}"
    failed = {page.url for page in found.error}
    for page in found.unseen:
        if page.url not in failed:
            yield f"? {make_printable(page.url)}"


def _spell_pair(pair: Pair[PageState]) -> str:
    old, new = make_printable(pair.previous.url), make_printable(pair.current.url)
    return new if old == new else f"{old} → {new}"


def _count(found: SetDiff[PageState]) -> str:
    counts = {
        "new": found.new,
        "changed": found.changed,
        "removed": found.removed,
        "moved": found.moved,
        "the same": found.same,
        "in error": found.error,
        "unseen": found.unseen,
    }
    told = [f"{len(items):,} {name}" for name, items in counts.items() if items]
    return f"pages: {', '.join(told) or 'none'}"
