"""The pages in a folder: its files and those of the folders in it, as far as they hold text."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from changetrack._render.wording import count
from changetrack.cli.files import warn

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Folder", "name_page", "read_folder", "warn_of_binaries"]

# What is called so is meant to be a page, whatever is in it.
_ENDINGS = frozenset((".md", ".markdown", ".txt", ".html", ".htm", ".xhtml", ".json"))
# Bytes at its beginning by which any other file is judged, as git does it.
_LOOKED_AT = 8_000
# No text has them; of the others, terminals, printers and mails left some in texts.
_CONTROLS = re.compile(r"[\x00-\x06\x0e-\x1a\x1c-\x1f]")


class Folder(NamedTuple):
    """The files that are pages, in their order, and how many are not: pictures, archives."""

    pages: list[Path]
    binaries: int


def read_folder(folder: Path, encoding: str) -> Folder:
    """Return what is in a folder, but for what is hidden, or no file at all."""
    files = [*_list_files(folder)]
    pages = [path for path in files if not _is_binary(path, encoding)]
    return Folder(pages, len(files) - len(pages))


def name_page(file: Path, folder: Path) -> str:
    """Return what a page of a folder is called: the same on every system, and in both folders."""
    return file.relative_to(folder).as_posix()


def warn_of_binaries(number: int) -> None:
    """Tell the person how many files were left out, if there are any."""
    if number:
        verb = "is" if number == 1 else "are"
        warn(f"{count(number, 'binary file')} {verb} left out")


def _list_files(folder: Path) -> Iterator[Path]:
    for above, folders, files in os.walk(folder):
        folders[:] = sorted(each for each in folders if not each.startswith("."))
        for name in sorted(files):
            path = Path(above, name)
            # A pipe would be waited for; a link that leads nowhere is trouble of a page.
            if not name.startswith(".") and (path.is_file() or not path.exists()):
                yield path


def _is_binary(path: Path, encoding: str) -> bool:
    if path.suffix.lower() in _ENDINGS:
        return False
    try:
        with path.open("rb") as file:
            text = file.read(_LOOKED_AT).decode(encoding, "replace")
    except (OSError, LookupError):  # whoever reads it says what is wrong
        return False
    return _CONTROLS.search(text) is not None
