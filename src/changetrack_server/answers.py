"""An answer before it is HTTP: a status and the bytes of a JSON envelope."""

from __future__ import annotations

from typing import NamedTuple

from changetrack import ChangeTrackError, wire
from changetrack_server.errors import EndpointError, find_status

__all__ = ["ASK", "JUDGE", "Answer", "bound", "refuse"]

# It holds questions to a language model, and a change that one is to judge.
ASK = "ask"
JUDGE = "judge"


_GOOD = 200


class Answer(NamedTuple):
    """What a route answers; made where the work is done, in whatever process that is."""

    status: int
    body: bytes
    # What is still to be done with it before it goes out: nothing, or one of those below.
    note: str = ""
    # What the site answered, where there was one.
    site_status: int | None = None

    @property
    def is_good(self) -> bool:
        """Whether it is a success."""
        return self.status == _GOOD


def refuse(error: ChangeTrackError) -> Answer:
    """Return the answer that an error is."""
    return Answer(find_status(error), wire.encode(wire.write_error(error)))


def bound(answer: Answer, most: int) -> Answer:
    """Return an answer, or the refusal of one that is larger than so many bytes."""
    size = len(answer.body)
    # A refusal is small, however little may be answered.
    if size <= most or not answer.is_good:
        return answer
    problem = f"the answer has {size:,} bytes, more than the {most:,} that this server gives"
    return refuse(EndpointError("answer_too_large", problem=problem))
