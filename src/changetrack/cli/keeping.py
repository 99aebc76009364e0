"""What a watch knows of its pages: the last good snapshot of each, in a file if there is one."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, cast

from changetrack import wire
from changetrack.cli.files import WIDE, write_whole
from changetrack.errors import ChangeTrackError, InvalidSnapshot

if TYPE_CHECKING:
    from pathlib import Path

    from changetrack._models import JsonObject, JsonValue

__all__ = ["Memory"]

_VERSION = 1


class Memory:
    """Snapshots by page; one that was taken in another way is none."""

    def __init__(self, file: Path | None = None) -> None:
        """Read what the file holds, if it is there.

        Raises:
            InvalidSnapshot: it is something else; it is left alone.
        """
        self._file = file
        self._is_changed = False
        has_file = file is not None and file.exists()
        self._pages = _read(file) if file is not None and has_file else {}

    def find(self, url: str, contract: str) -> JsonObject | None:
        """Return the last good snapshot of a page under a contract."""
        page = self._pages.get(url)
        if page is None or page.get("contract") != contract:
            return None
        return cast("JsonObject", page["snapshot"])

    def keep(self, url: str, contract: str, snapshot: JsonObject, at: datetime) -> None:
        """Let a snapshot take the place of the one before."""
        if self.find(url, contract) != snapshot:
            stamp = at.isoformat(timespec="seconds")
            self._pages[url] = {"contract": contract, "taken": stamp, "snapshot": snapshot}
            self._is_changed = True

    def save(self) -> None:
        """Write the file whole, or not at all.

        Raises:
            OSError: it cannot be written.
        """
        if self._file is None or not self._is_changed:
            return
        pages: JsonObject = {url: page for url, page in self._pages.items()}  # noqa: C416 - another type
        write_whole(self._file, wire.encode({"version": _VERSION, "pages": pages}).decode() + "\n")
        self._is_changed = False


def _read(file: Path) -> dict[str, JsonObject]:
    remedy = "restore it, or remove it to start again"
    try:
        state: JsonValue = wire.load(file.read_bytes(), limits=WIDE)
    except ChangeTrackError as error:
        problem = f"this is not the state of a watch: {error.problem}"
        raise InvalidSnapshot(problem, remedy, str(file)) from None
    pages = state.get("pages") if isinstance(state, dict) else None
    version = state.get("version") if isinstance(state, dict) else None
    if version != _VERSION or not isinstance(pages, dict) or not all(map(_is_page, pages.values())):
        raise InvalidSnapshot("this is not the state of a watch", remedy, str(file))
    return cast("dict[str, JsonObject]", pages)


def _is_page(page: JsonValue) -> bool:
    return isinstance(page, dict) and isinstance(page.get("snapshot"), dict)
