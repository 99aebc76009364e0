"""One request about monitors, as its endpoint sees it: who asks, in which dialect, for what."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar, cast, get_args
from urllib.parse import urlencode
from uuid import UUID

from changetrack import JsonObject, JsonValue
from changetrack.errors import InvalidMonitor
from changetrack.monitor.idempotency import Repeatable
from changetrack.monitor.lists import Window
from changetrack.monitor.models import PageStatus
from changetrack.monitor.ports import Column, Transaction
from changetrack.monitor.wire import Dialect, read_cursor, write_cursor
from changetrack.monitor.wire.dialects import MOST_ITEMS
from changetrack_server.diffing import read_body, rules_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from changetrack.monitor.mail import Links
    from changetrack_server.services import Services
    from changetrack_server.settings import Settings

__all__ = ["Ask", "Endpoint", "Orchestra", "find_orchestra", "find_owner", "read_word"]

T = TypeVar("T")

# Beyond it nobody counts; whoever wants more goes on behind a cursor.
_MOST_SKIPPED = 1_000_000
_ID_CHARS = 36
_MOST_CHARS = 1_000


class Orchestra(Protocol):
    """What endpoints need of the orchestration of their process."""

    @property
    def settings(self) -> Settings:
        """What the operator wants."""
        ...

    @property
    def services(self) -> Services:
        """What pages are fetched with, and receivers looked up."""
        ...

    @property
    def signing_key(self) -> str:
        """What cursors and links are signed with."""
        ...

    @property
    def links(self) -> Links:
        """What the links in mails are made with."""
        ...

    async def transact(self, work: Callable[[Transaction], T], /) -> T:
        """Return what `work` returns, all of it kept or nothing."""
        ...

    def now(self) -> datetime:
        """Return what time it is."""
        ...

    def new_id(self) -> str:
        """Return a name that nothing has."""
        ...

    def new_token(self) -> str:
        """Return 32 random bytes in base64url."""
        ...

    def wake(self) -> None:
        """Say that there is something to do."""
        ...


def find_orchestra(request: Request) -> Orchestra:
    """Return the orchestration of this process."""
    return cast("Orchestra", request.app.state.orchestra)


def find_owner(request: Request) -> str:
    """Return whose monitors a request is about: those of whoever sent it."""
    return str(request.state.caller.owner)


@dataclass(frozen=True, slots=True)
class Ask:
    """One request."""

    request: Request
    dialect: Dialect
    body: bytes = b""

    @property
    def orchestra(self) -> Orchestra:
        """The orchestration of this process."""
        return find_orchestra(self.request)

    @property
    def owner(self) -> str:
        """Whose monitors they are."""
        return find_owner(self.request)

    @property
    def may_write(self) -> bool:
        """Whether whoever asks may change monitors."""
        return "write" in self.request.state.caller.scopes

    def read_id(self, name: str = "id") -> str:
        """Return an id out of the path.

        Raises:
            InvalidMonitor: it is no UUID.
        """
        text = str(self.request.path_params[_PARAMETERS[name]])
        try:
            if len(text) == _ID_CHARS:
                return str(UUID(text))
        except ValueError:
            pass
        raise InvalidMonitor("this is no UUID", "send an id that you were given", name)

    def read_body(self) -> JsonValue:
        """Return the JSON of the body; of no body, an empty object."""
        if not self.body:
            return {}
        return read_body(self.body, rules_of(self.orchestra.settings))

    def read_repeatable(self) -> Repeatable | None:
        """Return what is to be done once of it, if it came with an Idempotency-Key."""
        key = self.request.headers.get("idempotency-key")
        if key is None:
            return None
        return Repeatable(
            owner=self.owner,
            route=f"{self.request.method} {self.request.url.path}",
            key=key,
            request_hash=hashlib.sha256(self.body).hexdigest(),
        )

    def query(self, name: str) -> str | None:
        """Return a parameter of the query; an empty one is none.

        Raises:
            InvalidMonitor: it is longer than any that is meant.
        """
        value = self.request.query_params.get(name)
        if value is not None and len(value) > _MOST_CHARS:
            raise InvalidMonitor("the value is too long", "send what you were given", name)
        return value or None

    def read_status(self) -> PageStatus | None:
        """Return the status that pages are asked for by.

        Raises:
            InvalidMonitor: it is none.
        """
        status = self.query("status")
        known: tuple[PageStatus, ...] = get_args(PageStatus)
        return None if status is None else read_word(known, status, "status")

    def read_window(self, *of: str, skip: str = "offset") -> Window:
        """Return which portion of a list is wanted; `of` says which list it is.

        Raises:
            InvalidCursor: the cursor is not one of this list.
            InvalidMonitor: a number is none, or too large.
        """
        limit = self._read_number("limit", 1, MOST_ITEMS)
        cursor = self.query("cursor")
        after = None
        if cursor is not None:
            after = read_cursor(cursor, of=(self.owner, *of), key=self._key)
        return Window(
            after=after,
            skip=self._read_number(skip, 0, _MOST_SKIPPED) or 0,
            limit=limit or self.dialect.items,
        )

    def write_cursor(self, place: tuple[Column, ...], *of: str) -> str:
        """Return the cursor behind a row of a list."""
        return write_cursor(place, of=(self.owner, *of), key=self._key)

    def write_next(self, **query: str | int | None) -> str:
        """Return where a list goes on, relative to this server, whatever others call it."""
        given = {name: value for name, value in query.items() if value is not None}
        return f"{self.request.url.path}?{urlencode(given)}"

    @property
    def _key(self) -> bytes:
        return self.orchestra.signing_key.encode()

    def _read_number(self, name: str, least: int, most: int) -> int | None:
        text = self.query(name)
        if text is None:
            return None
        # Ten digits are more than any bound, and Python reads no more than it must.
        if text.isascii() and text.isdigit() and len(text) <= len(str(_MOST_SKIPPED)):
            number = int(text)
            if least <= number <= most:
                return number
        problem = f"expected a whole number from {least:,} to {most:,}"
        raise InvalidMonitor(problem, "correct or leave it out", name)


# What the parts of a path are called to whoever sends it.
_PARAMETERS = {"id": "monitor_id", "checkId": "check_id", "deliveryId": "delivery_id"}

W = TypeVar("W", bound=str)


def read_word(known: tuple[W, ...], word: str, path: str) -> W:
    """Return what somebody sent, as one of the words that there are.

    Raises:
        InvalidMonitor: it is not in the list.
    """
    for each in known:
        if each == word:
            return each
    problem = f"there is no {path} {word[:60]!r}"
    raise InvalidMonitor(problem, f"use {', '.join(known)}", path)


Endpoint: TypeAlias = "Callable[[Ask], Awaitable[JsonObject]]"
