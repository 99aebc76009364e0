"""`changetrack cluster`: the same change on several pages, told once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from changetrack._clusters import cluster
from changetrack._render import escape_controls
from changetrack._render.wording import count, make_printable
from changetrack.cli.comparison import read_comparison
from changetrack.cli.files import Page, print_json, print_text, warn, write_line
from changetrack.cli.folders import name_page, read_folder, warn_of_binaries
from changetrack.cli.showing import CHANGED, SAME, TROUBLE
from changetrack.cli.versions import read_version
from changetrack.errors import ChangeTrackError, InvalidRequest, MissingContent
from changetrack.wire.values import write_value

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from changetrack._results import Result
    from changetrack.cli.comparison import Comparison

__all__ = ["run_cluster"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The same change on several pages, as programs are told it; pages go by their names."""

    fingerprint: str
    members: tuple[str, ...]
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """All of them, the commonest change first."""

    clusters: tuple[Group, ...]


def run_cluster(given: argparse.Namespace) -> int:
    """Show which pages changed in the same way, and return the exit status."""
    comparison = read_comparison(given)
    results, is_whole = _compare_folders(given, comparison)
    names = [*results]
    groups = tuple(
        Group(
            fingerprint=each.fingerprint,
            members=tuple(names[at] for at in each.members),
            summary=each.summary,
        )
        for each in cluster(results.values())
    )
    if given.json:
        print_json(write_value(Groups(clusters=groups)))
    else:
        print_text("\n".join(map(_spell, groups)))
    for name, result in results.items():
        if result.changed and result.diff is None:
            warn(f"{name}: {'; '.join(result.warnings) or 'what changed cannot be shown'}")
    if not is_whole:
        return TROUBLE
    return CHANGED if any(result.changed for result in results.values()) else SAME


def _compare_folders(
    given: argparse.Namespace, comparison: Comparison
) -> tuple[dict[str, Result], bool]:
    """Return what became of each page that both folders have, and whether all could be read."""
    folders = [(folder, read_folder(folder, given.encoding)) for folder in _find_folders(given)]
    warn_of_binaries(sum(found.binaries for _, found in folders))
    old, new = (
        {name_page(file, folder): file for file in found.pages} for folder, found in folders
    )
    shared = [name for name in old if name in new]
    _tell_lone(len(old) - len(shared), len(new) - len(shared))
    results: dict[str, Result] = {}
    for name in shared:
        try:
            previous = read_version(str(old[name]), given).snapshot
            page = _read_page(str(new[name]), given)
            results[name] = comparison.compare(page, previous)
        except ChangeTrackError as error:
            write_line(f"! {name}: {error}")
        except OSError as error:
            write_line(f"! {name}: {error.strerror}")
    return results, len(results) == len(shared)


def _read_page(name: str, given: argparse.Namespace) -> Page:
    snapshot = read_version(name, given).snapshot
    if snapshot.markdown is None and snapshot.json is None:
        raise MissingContent("it holds only a hash", "keep the page whole", name)
    return Page(
        name=name,
        markdown=snapshot.markdown,
        json=snapshot.json,
        is_json=snapshot.markdown is None,
    )


def _find_folders(given: argparse.Namespace) -> Iterator[Path]:
    for name in (given.old, given.new):
        if not Path(name).is_dir():
            raise InvalidRequest("this is no folder", "name a folder of pages", name)
        yield Path(name)


def _tell_lone(old: int, new: int) -> None:
    told = [
        f"{count(number, 'page')} of {name} only"
        for number, name in ((old, "OLD"), (new, "NEW"))
        if number
    ]
    if told:
        warn(f"{' and '.join(told)}: left out; `changetrack pages OLD NEW` lists them")


def _spell(group: Group) -> str:
    pages = "".join(f"  {make_printable(name)}\n" for name in group.members)
    size = len(group.members)
    # Where it is, differs from page to page.
    where = f", as in {make_printable(group.members[0])}" if size > 1 else ""
    return f"{count(size, 'page')}{where}: {escape_controls(group.summary)}\n{pages}"
