"""Monitors on their way from one server to another, in portions that any server takes."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

from changetrack import wire
from changetrack.cli.client import write_path
from changetrack.cli.files import WIDE, print_bytes, write_pieces
from changetrack.errors import ChangeTrackError, InvalidRequest

if TYPE_CHECKING:
    from changetrack._models import JsonObject, JsonValue
    from changetrack.cli.client import Answer, Client

__all__ = ["fetch_export", "send_import"]

# A fourth of what a server takes by default; one record may be larger, and goes alone.
_PORTION_BYTES = 4 * 2**20
# And of what is parsed at once.
_PORTION_RECORDS = 500


def fetch_export(client: Client, monitor: str | None, kind: str | None, output: str | None) -> None:
    """Write the history of a monitor, or without one all monitors, to a file or to standard output.

    Raises:
        ServerTrouble: it cannot be had; a file is what it was then.
        OSError: it cannot be written.
    """
    path = write_path("export") if monitor is None else write_path(monitor, "export")
    with client.stream(path, query={"format": kind}) as pieces:
        if output is not None:
            write_pieces(Path(output), pieces)
            return
        # A terminal shows letters, and a piece may end within one.
        for piece in [b"".join(pieces)] if sys.stdout.isatty() else pieces:
            print_bytes(piece)


def send_import(client: Client, name: str) -> Iterator[Answer]:
    """Send what an export wrote, and return the answer to each portion as it comes.

    Raises:
        InvalidRequest: it is no export; the error names the file and the place.
        ServerTrouble: the server takes no more; what it took before stays.
    """
    data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    for portion in _split(_list_records(data, name)):
        yield client.ask("POST", write_path("import"), body=portion)


def _list_records(data: bytes, name: str) -> list[JsonValue]:
    try:
        if data.lstrip().startswith(b"["):
            return cast("list[JsonValue]", wire.load(data, limits=WIDE))
        lines = enumerate(data.split(b"\n"), 1)
        records: list[JsonValue] = [_read_line(line, at) for at, line in lines if line.strip()]
    except ChangeTrackError as error:
        raise error.under(name) from None
    if not records:
        problem = "there is nothing in it"
        raise InvalidRequest(problem, "name what `changetrack monitor export` wrote", name)
    return records


def _read_line(line: bytes, at: int) -> JsonObject:
    try:
        record = wire.load(line, limits=WIDE)
    except ChangeTrackError as error:
        raise error.under(f"line {at}") from None
    if not isinstance(record, dict):
        problem = "this is no record of an export"
        raise InvalidRequest(problem, "name what `changetrack monitor export` wrote", f"line {at}")
    return record


def _split(records: list[JsonValue]) -> Iterator[list[JsonValue]]:
    portion: list[JsonValue] = []
    size = 0
    for record in records:
        length = len(wire.encode(record))
        if portion and (size + length > _PORTION_BYTES or len(portion) == _PORTION_RECORDS):
            yield portion
            portion, size = [], 0
        portion.append(record)
        size += length
    if portion:
        yield portion
