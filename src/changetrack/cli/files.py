"""Pages in, text out: what the command line reads and writes."""

from __future__ import annotations

import contextlib
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from changetrack._hashing import dump_plain_json, load_json
from changetrack._markdown import html_to_markdown
from changetrack._models import Limits
from changetrack._normalize import encode_text
from changetrack._render import escape_controls
from changetrack._render.ansi import escape_line
from changetrack.errors import ChangeTrackError, InvalidRequest

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from changetrack._models import JsonValue

# For what we or a server wrote: a page in it is as deep as it may be, and more stands around it.
WIDE = Limits(json_depth=250)

_KINDS = {".json": "json", ".html": "html", ".htm": "html", ".xhtml": "html"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page as the library takes it: markdown, or JSON."""

    name: str
    markdown: str | None = None
    json: JsonValue = None
    is_json: bool = False


def read_page(name: str, given: argparse.Namespace) -> Page:
    """Return the page in a file, read as its ending or the options say.

    Raises:
        InvalidRequest: the file cannot be read so; the error names it.
    """
    kind = given.kind or _KINDS.get(Path(name).suffix.lower(), "markdown")
    if kind == "json":
        return Page(name=name, json=read_json(name, given.encoding), is_json=True)
    text = read_text(name, given.encoding)
    if kind == "html":
        text = html_to_markdown(text, base_url=given.base_url, main_content=given.main_content)
    return Page(name=name, markdown=text)


def read_json(name: str, encoding: str) -> JsonValue:
    """Return the JSON in a file; errors name the file."""
    return parse_json(read_text(name, encoding), name)


def parse_json(text: str, name: str) -> JsonValue:
    """Return the JSON in a text; errors say that it is of `name`."""
    limits = Limits()
    try:
        return load_json(text, depth=limits.json_depth, digits=limits.integer_digits)
    except ChangeTrackError as error:
        raise error.under(name) from None


def check_value(page: Page) -> None:
    """Check that a page of JSON has a value to compare.

    Raises:
        InvalidRequest: it is null; the error names the file.
    """
    if page.is_json and page.json is None:
        raise InvalidRequest("the JSON is null", "a page needs a value to compare", page.name)


def read_text(name: str, encoding: str) -> str:
    """Return the text of a file, or of standard input for `-`.

    Raises:
        InvalidRequest: it is not text in this encoding; the error names the file.
    """
    data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    try:
        text = data.decode(encoding)
        encode_text(text, name)
    except LookupError:
        problem = f"there is no encoding named {encoding}"
        raise InvalidRequest(problem, "use a name such as utf-8 or latin-1", "--encoding") from None
    except UnicodeError as error:
        where = f" at byte {error.start:,}" if isinstance(error, UnicodeDecodeError) else ""
        problem = f"it cannot be read as {encoding.removesuffix('-sig')}{where}"
        raise InvalidRequest(problem, "name the encoding of a page with --encoding", name) from None
    return text


def write_whole(path: Path, text: str) -> None:
    """Write a file that is either the old one or the new one, whenever the machine stops.

    It keeps its permissions, and a link goes on leading to it.
    """
    write_pieces(path, [text.encode()])


def write_pieces(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file as `write_whole` does, of pieces that may fail to come.

    It is the old one then.
    """
    target = path.resolve()
    fresh = target.with_name(f"{target.name}.{os.getpid()}.new")
    try:
        with fresh.open("wb") as file:
            if target.exists():
                fresh.chmod(target.stat().st_mode)
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(target)
    except OSError as error:
        # Nobody knows the other name.
        raise OSError(error.errno, error.strerror, str(path)) from None
    finally:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)


def write_line(text: str) -> None:
    """Tell the person something, in one line whatever it quotes."""
    sys.stderr.write(f"{escape_line(text)}\n")


def warn(text: str) -> None:
    """Tell the person what was not done as they may think."""
    write_line(f"changetrack: warning: {text}")


def print_page(text: str) -> None:
    """Print a page, ended by a newline; an empty page has no lines."""
    print_text(f"{text}\n" if text else "")


def print_text(text: str, *, is_painted: bool = False) -> None:
    """Print a text byte for byte; on a terminal without what commands it, but our own paint."""
    if sys.stdout.isatty() and not is_painted:
        text = escape_controls(text)
    # A diff is bytes to patch: no line end may be translated, no character depend on the locale.
    sys.stdout.flush()
    if getattr(sys.stdout, "buffer", None) is None:
        sys.stdout.write(text)
    else:
        # The names of files may hold bytes that are not UTF-8; they go out as they came.
        _write_bytes(text.encode(errors="surrogateescape"))


def print_json(value: JsonValue) -> None:
    """Print JSON on one line, as the wire writes it."""
    print_text(f"{dump_plain_json(value).decode()}\n")


def print_bytes(data: bytes) -> None:
    """Print what somebody sent, byte for byte; on a terminal without what commands it."""
    if sys.stdout.isatty() or getattr(sys.stdout, "buffer", None) is None:
        print_text(data.decode(errors="replace"))
        return
    sys.stdout.flush()
    _write_bytes(data)


def _write_bytes(data: bytes) -> None:
    left = memoryview(data)
    # With PYTHONUNBUFFERED, a write may be a part of it, and nobody would hear of the rest.
    while left:
        left = left[sys.stdout.buffer.write(left) :]
