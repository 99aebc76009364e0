"""The versions of a page that files hold, oldest first: pages, or snapshots that were stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from changetrack._hashing import load_json
from changetrack._render.wording import make_printable
from changetrack._snapshots import read_snapshot
from changetrack._tracking import track
from changetrack.cli.files import WIDE, check_value, read_page, read_text
from changetrack.errors import InvalidRequest

if TYPE_CHECKING:
    import argparse

    from changetrack._snapshots import Snapshot

__all__ = ["Version", "read_earlier", "read_version", "read_versions"]

# All that a stored snapshot has; a page of JSON has other names, or more of them.
_STORED = frozenset(("markdown", "json", "contentHash", "capturedAt", "hashes"))
_HASH = "contentHash"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A page as it was at some time, and the file that says so."""

    name: str
    snapshot: Snapshot

    @property
    def label(self) -> str:
        """When it was, or else the file, in one line."""
        return make_printable(self.snapshot.captured_at or self.name)

    @property
    def is_json(self) -> bool:
        """Whether there is JSON and nothing else."""
        return self.snapshot.markdown is None and self.snapshot.json is not None

    @property
    def is_markdown(self) -> bool:
        """Whether there is markdown, whatever stands beside it."""
        return self.snapshot.markdown is not None


def read_versions(given: argparse.Namespace) -> list[Version]:
    """Return the versions in the files that are given.

    Raises:
        InvalidRequest: a file cannot be read, or one holds JSON and another one does not.
    """
    versions = [read_version(name, given) for name in given.pages]
    text = next((each for each in versions if each.is_markdown), None)
    json = next((each for each in versions if each.is_json), None)
    if text is not None and json is not None:
        problem = f"{text.name} and {json.name} cannot be compared: one of them is JSON"
        raise InvalidRequest(problem, "say what all are with --as")
    return versions


def read_version(name: str, given: argparse.Namespace) -> Version:
    """Return the version in a file: a stored snapshot where it is one, or else a page.

    Raises:
        InvalidRequest: it cannot be read.
    """
    # Standard input is there once, and what --as names is a page.
    if given.kind is None and name != "-":
        stored = _read_stored(name, given.encoding)
        if stored is not None:
            return Version(name=name, snapshot=stored)
    page = read_page(name, given)
    check_value(page)
    return Version(name=name, snapshot=track(page.markdown, json=page.json).snapshot)


def read_earlier(name: str, given: argparse.Namespace) -> Version:
    """Return the version in a file that is named beside the pages: what `--as` says is of those.

    Raises:
        InvalidRequest: it cannot be read.
    """
    if given.kind not in {None, "json"} and name != "-":
        stored = _read_stored(name, given.encoding)
        if stored is not None:
            return Version(name=name, snapshot=stored)
    return read_version(name, given)


def _read_stored(name: str, encoding: str) -> Snapshot | None:
    text = read_text(name, encoding)
    # A look at the text spares most pages of JSON to be read twice.
    if f'"{_HASH}"' not in text or not text.lstrip().startswith("{"):
        return None
    try:
        stored = load_json(text, depth=WIDE.json_depth, digits=WIDE.integer_digits)
    except InvalidRequest:  # then it is a page, and whoever reads that says what is wrong with it
        return None
    if not isinstance(stored, dict) or not _STORED.issuperset(stored):
        return None
    return read_snapshot(stored, path=name, limits=WIDE, is_plain=True)
