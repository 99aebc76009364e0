"""A small HTTP client for the API of a server that keeps monitors.

It sends the key to the server that was named and to nobody else: no redirect is followed, no proxy
asked. Whatever goes wrong is said in one sentence, the server's own where it has one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import quote, urlencode, urlsplit

from changetrack import wire
from changetrack.cli.files import WIDE
from changetrack.cli.trouble import Trouble
from changetrack.errors import ChangeTrackError, InvalidRequest

if TYPE_CHECKING:
    import argparse
    from http.client import HTTPConnection, HTTPResponse

    from changetrack._models import JsonObject, JsonValue

__all__ = ["Answer", "Client", "ServerTrouble", "open_client", "write_path"]

SERVER_VARIABLE = "CHANGETRACK_SERVER"
KEY_VARIABLE = "CHANGETRACK_API_KEY"
_DEFAULT_SERVER = "http://127.0.0.1:3000"
_PIECE_BYTES = 64 * 1024
_OK = 200
_UNAUTHORIZED, _FORBIDDEN, _NOT_FOUND = 401, 403, 404
_ROOT = "/v1/monitor"
_ANOTHER = "name another server with --server"

Query = Mapping[str, "str | int | None"]


class ServerTrouble(Trouble):
    """The server cannot be reached, or refuses; the text says all there is to say."""

    def __init__(self, problem: str, status: int | None = None) -> None:
        super().__init__(problem)
        # Of the answer; None: there was none.
        self.status = status


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered: the bytes as they came, and what they say."""

    text: bytes
    body: JsonObject
    # What it answers.
    path: str = ""
    query: Query = field(default_factory=dict)

    @property
    def line(self) -> bytes:
        """All of it on a line of its own, for programs."""
        return self.text.rstrip(b"\n") + b"\n"

    @property
    def data(self) -> JsonValue:
        """What was asked for."""
        return self.body.get("data")

    @property
    def row(self) -> JsonObject:
        """What was asked for, where that is one thing; nothing in it where there is none."""
        return self.data if isinstance(self.data, dict) else {}

    @property
    def rows(self) -> list[JsonObject]:
        """What was asked for, where that is a list."""
        return cast("list[JsonObject]", self.data) if isinstance(self.data, list) else []

    @property
    def next(self) -> str | None:
        """The cursor behind which a list goes on."""
        place = self.body.get("next") or self.row.get("next")
        return place if isinstance(place, str) else None

    @property
    def warnings(self) -> list[str]:
        """What the server did not do as it was put."""
        given = self.body.get("warnings") or self.row.get("warnings")
        return list(map(str, given)) if isinstance(given, list) else []


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """Asks one server."""

    server: str
    key: str | None = field(default=None, repr=False)
    seconds: float = 30.0

    def ask(
        self, method: str, path: str, *, query: Query | None = None, body: JsonValue = None
    ) -> Answer:
        """Return the answer to a request.

        Raises:
            ServerTrouble: there is none, or it says no.
        """
        text = None if body is None else wire.encode(body)
        with (
            self._send(method, _add_query(path, query), text) as response,
            self._explaining(),
        ):
            data = response.read()
        return Answer(data, self._read(data), path, query or {})

    def follow(self, answer: Answer) -> Answer | None:
        """Return the next part of a list; None: there is none.

        Raises:
            ServerTrouble: it cannot be had.
        """
        if answer.next is None:
            return None
        return self.ask("GET", answer.path, query={**answer.query, "cursor": answer.next})

    @contextmanager
    def stream(self, path: str, *, query: Query) -> Iterator[Iterator[bytes]]:
        """Give the pieces of an answer of any size, as they come.

        Raises:
            ServerTrouble: it cannot be had, or ends before its end.
        """
        with self._send("GET", _add_query(path, query), None) as response:
            yield self._read_pieces(response)

    def _read_pieces(self, response: HTTPResponse) -> Iterator[bytes]:
        from http.client import IncompleteRead

        while True:
            with self._explaining():
                piece = response.read(_PIECE_BYTES)
                if not piece and response.length:
                    raise IncompleteRead(b"", response.length)
            if not piece:
                return
            yield piece

    @contextmanager
    def _send(self, method: str, path: str, body: bytes | None) -> Iterator[HTTPResponse]:
        connection = self._connect()
        place = f"{urlsplit(self.server).path.rstrip('/')}{path}"
        try:
            with self._explaining():
                connection.request(method, place, body, self._headers(body))
                response = connection.getresponse()
                if response.status != _OK:
                    raise self._refuse(response, response.read(), path)
            yield response
        finally:
            connection.close()

    @contextmanager
    def _explaining(self) -> Iterator[None]:
        """Say in one sentence what goes wrong on the wire, and with nothing else."""
        from http.client import HTTPException

        try:
            yield
        except (HTTPException, ValueError) as error:
            problem = f"{self.server} does not answer as a server should ({_name(error)})"
            raise ServerTrouble(f"{problem}; {_ANOTHER}") from None
        except OSError as error:
            raise self._miss(error) from None

    def _connect(self) -> HTTPConnection:
        from http.client import HTTPConnection, HTTPSConnection

        place = urlsplit(self.server)
        kind = HTTPSConnection if place.scheme == "https" else HTTPConnection
        return kind(place.hostname or "", place.port, timeout=self.seconds)

    def _headers(self, body: bytes | None) -> dict[str, str]:
        headers = {"Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        if self.key is not None:
            headers["Authorization"] = f"Bearer {self.key}"
        return headers

    def _read(self, data: bytes) -> JsonObject:
        body = _load(data)
        if not isinstance(body.get("success"), bool):
            raise self._doubt("another kind of answer")
        if body["success"] is False:
            raise ServerTrouble(str(body.get("error")), _OK)
        return body

    def _doubt(self, said: str, status: int | None = None) -> ServerTrouble:
        problem = f"no changetrack answers at {self.server} ({said})"
        return ServerTrouble(f"{problem}; {_ANOTHER}", status)

    def _refuse(self, response: HTTPResponse, data: bytes, path: str) -> ServerTrouble:
        status, body = response.status, _load(data)
        reason = body.get("reason")
        if not isinstance(body.get("error"), str) or body.get("success") is not False:
            # Not shown: the page of a proxy is long, and says nothing to whoever is at a terminal.
            return self._doubt(f"HTTP {status} {response.reason}".strip(), status)
        if status == _NOT_FOUND and reason == "not_found":
            problem = f"the server at {self.server} keeps no monitors"
            return ServerTrouble(f"{problem}; start it with `changetrack serve --monitors`", status)
        if reason == "monitor_not_found" and path.startswith(f"{_ROOT}/"):
            name = path.removeprefix(f"{_ROOT}/").partition("?")[0].partition("/")[0]
            problem = f"no monitor has the id {name}"
            return ServerTrouble(f"{problem}; see `changetrack monitor list`", status)
        if status in {_UNAUTHORIZED, _FORBIDDEN}:
            hint = f"the key comes from --key-file or {KEY_VARIABLE}"
            return ServerTrouble(f"{body['error']} ({hint})", status)
        return ServerTrouble(str(body["error"]), status)

    def _miss(self, error: OSError) -> ServerTrouble:
        if isinstance(error, TimeoutError):
            problem = f"{self.server} did not answer within {self.seconds:g} seconds"
            return ServerTrouble(f"{problem}; allow more with --timeout")
        problem = f"no server answers at {self.server} ({_name(error)})"
        remedy = "start one with `changetrack serve --monitors`, or name another with --server"
        return ServerTrouble(f"{problem}; {remedy}")


def _load(data: bytes) -> JsonObject:
    """Return what an answer says; nothing in it where it is no object."""
    try:
        body = wire.load(data, limits=WIDE)
    except ChangeTrackError:
        return {}
    return body if isinstance(body, dict) else {}


def open_client(given: argparse.Namespace) -> Client:
    """Return the client that the options and the environment ask for.

    Raises:
        InvalidRequest: the server is no address, or the key no key.
        OSError: there is no file of the key.
    """
    server = (given.server or os.environ.get(SERVER_VARIABLE) or _DEFAULT_SERVER).rstrip("/")
    try:
        place = urlsplit(server)
        is_good = place.scheme in {"http", "https"} and bool(place.hostname)
        is_good = is_good and place.port != 0 and not (place.username or place.query)
    except ValueError:
        is_good = False
    if not is_good or not (server.isascii() and server.isprintable()):
        problem = f"{server!r} is no address of a server"
        raise InvalidRequest(problem, "write it like http://127.0.0.1:3000", "--server")
    return Client(server=server, key=_read_key(given.key_file), seconds=given.timeout)


def _read_key(name: str | None) -> str | None:
    if name is None:
        return _check_key(os.environ.get(KEY_VARIABLE, "").strip(), KEY_VARIABLE)
    lines = Path(name).read_text(encoding="utf-8", errors="replace").splitlines()
    keys = [line for line in (line.partition("#")[0].strip() for line in lines) if line]
    if len(keys) != 1:
        problem = f"there are {len(keys)} keys in it"
        raise InvalidRequest(problem, "keep one key, on a line of its own", name)
    return _check_key(keys[0], name)


def _check_key(key: str, place: str) -> str | None:
    # What is none is not shown: it may be one that was spoiled on the way.
    if not all("!" <= character <= "~" for character in key):
        raise InvalidRequest("this is no key", "a key is of visible ASCII characters only", place)
    return key or None


def write_path(*parts: str) -> str:
    """Return the path of something of a monitor.

    >>> write_path("a b", "checks")
    '/v1/monitor/a%20b/checks'
    """
    return "/".join([_ROOT, *(quote(part, safe="") for part in parts)])


def _add_query(path: str, query: Query | None) -> str:
    given = {name: value for name, value in (query or {}).items() if value is not None}
    return f"{path}?{urlencode(given)}" if given else path


def _name(error: Exception) -> str:
    """Return what went wrong in words; some exceptions have none but their name."""
    words = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return words or type(error).__name__
