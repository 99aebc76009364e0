"""What the links in mails lead to: pages with one button, and the two routes behind it.

Whoever follows a link only looks: mail scanners and browsers that fetch ahead follow every link,
and nobody has agreed to anything by that (reliability C34). The button posts. So does a mail
program that unsubscribes with one click (RFC 8058), and so do programs, with JSON. The routes are
open without a key: the token is one.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, TypeVar
from urllib.parse import parse_qs

import anyio
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from changetrack import ChangeTrackError, JsonObject, wire
from changetrack.errors import InvalidToken, TokenNotFound
from changetrack.monitor.mail import (
    CONFIRM_PATH,
    UNSUBSCRIBE_PATH,
    Confirmed,
    Subscription,
    Unsubscribed,
    confirm,
    find_invitation,
    find_subscription,
    unsubscribe,
)
from changetrack.monitor.mail.markup import Markup, element, join, void
from changetrack.monitor.mail.wording import one_line
from changetrack_server.errors import EndpointError, find_status
from changetrack_server.http.bodies import is_json
from changetrack_server.http.responses import respond_with, turn_away
from changetrack_server.monitor.routes.asking import find_orchestra

if TYPE_CHECKING:
    from changetrack.monitor.models import RecipientStatus
    from changetrack.monitor.ports import Transaction

__all__ = ["mail_routes"]

T = TypeVar("T")

# A token, and what a form puts around it. A program that means something else has another route.
_MAX_BODY = 8 * 1024
_NAME_CHARS = 256

_STYLE = """\
:root{color-scheme:light dark}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:#f3f5f2;color:#1c2422;
font:1rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
main{box-sizing:border-box;width:min(30rem,100% - 2rem);margin:1rem;padding:1.5rem;background:#fff;
border:1px solid #e2e5e0;border-radius:8px;overflow-wrap:anywhere}
h1{margin:0 0 .5rem;font-size:1.25rem;line-height:1.3}
p{margin:0 0 1rem}
button{padding:.6rem 1.25rem;border:0;border-radius:6px;background:#0b6b5d;color:#fff;font:inherit;
font-weight:600;cursor:pointer}
button:focus-visible{outline:3px solid #64c9b4;outline-offset:2px}
form,p:last-child{margin:0}
@media (prefers-color-scheme:dark){
body{background:#0b110f;color:#e3ebe8}
main{background:#16201d;border-color:#27332f}
button{background:#64c9b4;color:#0b110f}
}
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

_HEADERS = {
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self';"
        " base-uri 'none'; frame-ancestors 'none'"
    ),
    # The address holds the token.
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow",
}

Result: TypeAlias = "Confirmed | Unsubscribed"


class _Words(NamedTuple):
    """A page: its heading, and what stands under it."""

    heading: str
    text: str


# By the result of the protocol. The address and the name are put where they are named.
_RESULTS: dict[str, _Words] = {
    "confirmed": _Words(
        "Confirmed", "From now on {email} gets mail when the monitor “{name}” finds changes."
    ),
    "already_confirmed": _Words(
        "Confirmed already", "{email} gets mail when the monitor “{name}” finds changes."
    ),
    "unsubscribed": _Words(
        "Unsubscribed", "The monitor “{name}” will not write to {email} any more."
    ),
    "already_unsubscribed": _Words(
        "Unsubscribed already", "The monitor “{name}” does not write to {email} any more."
    ),
}
_WRONG = _Words("This link does not work", "{problem} Use the link of the newest mail.")


# As the compatible API names them.
_CODES = {InvalidToken: "invalid_token", TokenNotFound: "not_found"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kind:
    """One of the two things that a link can lead to."""

    ask: _Words
    button: str
    # How it stands when there is nothing to ask.
    done: RecipientStatus
    look: Callable[[Transaction, str, datetime, str], Subscription]
    act: Callable[[Transaction, str, datetime, str], Result]


_CONFIRM = _Kind(
    ask=_Words(
        "Do you want this mail?",
        "The monitor “{name}” is to write to {email} whenever it finds that a page changed.",
    ),
    button="Yes, write to me",
    done="confirmed",
    look=lambda transaction, token, now, _key: find_invitation(transaction, token, now),
    act=lambda transaction, token, now, _key: confirm(transaction, token, now),
)
_UNSUBSCRIBE = _Kind(
    ask=_Words(
        "No more mail?",
        "The monitor “{name}” will not write to {email} any more. This cannot be undone.",
    ),
    button="Unsubscribe",
    done="unsubscribed",
    look=lambda transaction, token, _now, key: find_subscription(
        transaction, token, signing_key=key
    ),
    act=lambda transaction, token, now, key: unsubscribe(transaction, token, now, signing_key=key),
)
_KINDS = {CONFIRM_PATH: _CONFIRM, UNSUBSCRIBE_PATH: _UNSUBSCRIBE}
# The other dialect has the same routes.
_PATHS = {
    f"{version}{path.removeprefix('/v1')}": kind
    for version in ("/v1", "/v2")
    for path, kind in _KINDS.items()
}


def mail_routes() -> list[Route]:
    """Return the routes; they stand before those of `/v1/monitor/{id}`, which would take them."""
    return [
        Route(path, partial(_answer, kind=kind), methods=["GET", "POST"])
        for path, kind in _PATHS.items()
    ]


def _ask_page(heading: str, text: str, button: str, token: str) -> str:
    """Return a page that asks; its form posts to where the page is, behind whatever proxy."""
    form = element(
        "form",
        void("input", type="hidden", name="token", value=token),
        element("button", button, type="submit"),
        method="post",
    )
    return _write_page(heading, element("p", text, dir="auto"), form)


def _answer_page(heading: str, text: str) -> str:
    """Return a page that says something."""
    return _write_page(heading, element("p", text, dir="auto"))


def _write_page(heading: str, *parts: str) -> str:
    head = element(
        "head",
        void("meta", charset="utf-8"),
        void("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", heading),
        # Of this module, and of nothing else.
        element("style", Markup(_STYLE)),
    )
    body = element("body", element("main", element("h1", heading), *parts))
    return "<!doctype html>\n" + join([element("html", head, body, lang="en")])


async def _answer(request: Request, *, kind: _Kind) -> Response:
    if request.method == "POST":
        return await _post(request, kind)
    token = request.query_params.get("token", "")
    try:
        found = await _transact(request, kind.look, token)
    except ChangeTrackError as error:
        return _show_problem(error)
    if found.status == kind.done:
        return _show(_fill(_RESULTS[f"already_{kind.done}"], found.recipient.email, found.name))
    words = _fill(kind.ask, found.recipient.email, found.name)
    return HTMLResponse(_ask_page(words.heading, words.text, kind.button, token), headers=_HEADERS)


async def _post(request: Request, kind: _Kind) -> Response:
    is_program = is_json(request.headers.get("content-type", ""))
    try:
        body = await _read_body(request)
        token = _read_json(body) if is_program else _read_form(request, body)
        result = await _transact(request, kind.act, token)
    except ChangeTrackError as error:
        return _refuse(error) if is_program else _show_problem(error)
    except ClientDisconnect:
        # Nobody waits for it.
        return Response(status_code=400)
    if is_program:
        return respond_with(_write_result(result))
    return _show(_fill(_RESULTS[result.result], result.email, result.monitor_name))


async def _transact(
    request: Request,
    work: Callable[[Transaction, str, datetime, str], T],
    token: str,
) -> T:
    orchestra = find_orchestra(request)
    now, key = orchestra.now(), orchestra.signing_key
    return await orchestra.transact(lambda transaction: work(transaction, token, now, key))


async def _read_body(request: Request) -> bytes:
    """Return the body, which is small.

    Raises:
        EndpointError: it is not, or it is too slow.
    """
    body = b""
    with anyio.move_on_after(find_orchestra(request).settings.body_seconds):
        async for piece in request.stream():
            body += piece
            if len(body) > _MAX_BODY:
                raise EndpointError("body_too_large")
        return body
    raise EndpointError("request_timeout")


def _read_json(body: bytes) -> str:
    token = wire.Reader(wire.load(body)).text("token")
    if token is None:
        raise InvalidToken("there is no token")
    return token


def _read_form(request: Request, body: bytes) -> str:
    """Return the token of a form; a mail program leaves it in the address, and says so there."""
    given = request.query_params.get("token")
    if given is not None:
        return given
    return parse_qs(body.decode("utf-8", "replace")).get("token", [""])[0]


def _write_result(result: Result) -> JsonObject:
    return {
        "success": True,
        "result": result.result,
        "email": result.email,
        "monitorName": result.monitor_name,
    }


def _refuse(error: ChangeTrackError) -> Response:
    """Answer a program, with the words of the protocol where it has some."""
    code = _CODES.get(type(error))
    if code is None:
        return turn_away(error)
    return respond_with({**wire.write_error(error), "code": code}, find_status(error))


def _show(words: _Words, status: int = 200) -> Response:
    return HTMLResponse(_answer_page(words.heading, words.text), status, _HEADERS)


def _show_problem(error: ChangeTrackError) -> Response:
    sentence = error.problem[:1].upper() + error.problem[1:].rstrip(".") + "."
    text = _WRONG.text.replace("{problem}", sentence)
    return _show(_Words(_WRONG.heading, text), find_status(error))


def _fill(words: _Words, email: str, name: str) -> _Words:
    shown = one_line(name, _NAME_CHARS)
    return _Words(words.heading, words.text.format(email=email, name=shown))
