"""An answer before it is HTTP: a status and the bytes of a JSON envelope."""

from __future__ import annotations

from typing import NamedTuple

from changetrack import ChangeTrackError, wire
from changetrack_server.errors import find_status

__all__ = ["Answer", "refuse"]


_GOOD = 200


class Answer(NamedTuple):
    """What a route answers; made where the work is done, in whatever process that is."""

    status: int
    body: bytes

    @property
    def is_good(self) -> bool:
        """Whether it is a success."""
        return self.status == _GOOD


def refuse(error: ChangeTrackError) -> Answer:
    """Return the answer that an error is."""
    return Answer(find_status(error), wire.encode(wire.write_error(error)))
