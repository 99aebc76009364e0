"""Whether a page is what was asked for: the plain cases of DESIGN §5, and nothing finer.

A doubt keeps the page from becoming a baseline, so it must not fall on a good page: an article
about captchas, a manual's page on the error 404, a price list with a login in its menu. Hence every
sign counts only on a page that says little besides. A wall that hides in a page of much text is not
seen; what would see it are the guards of the library, to come.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias
from urllib.parse import urlsplit

from changetrack_server.pages import walls
from changetrack_server.pages.sight import Sight

if TYPE_CHECKING:
    from changetrack_server.pages.document import Document

__all__ = ["Doubt", "Visit", "find_doubts"]

Reason: TypeAlias = Literal["http_error", "empty_page", "blocked_page", "login_wall", "soft_404"]

# How much a page may say, in characters, and still be nothing but the wall that a sign makes of it.
# Cloudflare's longest refusal says 900, and a vendor's name in the source is a certain sign.
_MOST_BY_NAME = 1_500
# Titles are exact, but "Access denied" may be one of a manual.
_MOST_BY_TITLE = 1_000
_MOST_BY_WORDS = 600
# A captcha stands below many a short form; alone it says a sentence.
_MOST_BY_CAPTCHA = 300
_MOST_BY_LOGIN = 600
# After a redirect to /login the form may come with a word of welcome.
_MOST_BY_REDIRECT = 1_500
# MDN's page "404 Not Found" says 3,000.
_MOST_BY_MISSING = 1_200
# Pages of content lead somewhere; walls to a help page and the vendor.
_MOST_LINKS = 12

_SEGMENTS = re.compile(r"\s[-–—|·•:»«~/]+\s|[|·•»«]|:\s")


class Doubt(NamedTuple):
    """Why a page may not be what was asked for; `reason` is API."""

    reason: Reason
    warning: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """How a page was come by: what was asked for, where that led, and what the site said."""

    url: str
    requested_url: str
    status: int


def find_doubts(
    document: Document | None, source: str, visit: Visit, *, is_binary: bool = False
) -> tuple[Doubt, ...]:
    """Return what speaks against a page; nothing for a good one.

    Without a document the source is plain text, or that of a binary page, of which only counts
    whether there is any. At most one doubt is about what the page says.
    """
    doubts = []
    if visit.status >= HTTPStatus.BAD_REQUEST:
        doubts.append(Doubt("http_error", f"the page answered with status {visit.status}"))
    if document is not None:
        found = _judge(Sight(document=document, source=source), visit)
    elif is_binary:
        found = None if source else _NOTHING
    else:
        found = None if source.strip() else _EMPTY
    return (*doubts, found) if found else tuple(doubts)


_EMPTY = Doubt("empty_page", "the page shows no text; what scripts would show is not seen")
_NOTHING = Doubt("empty_page", "the page is empty: nothing was sent")


def _judge(sight: Sight, visit: Visit) -> Doubt | None:
    vendor = _find_challenge(sight)
    if vendor or _is_refusal(sight) or _is_captcha(sight):
        by = f" ({vendor})" if vendor else ""
        said = f"the page looks like a bot check or a refusal{by}, not like what is behind it"
        return Doubt("blocked_page", said)
    if not sight.text and not sight.has_images:
        return _EMPTY
    if _is_login(sight, visit):
        return Doubt("login_wall", "the page looks like a login, not like what is behind it")
    if visit.status < HTTPStatus.BAD_REQUEST and _is_missing(sight):
        said = f"the page says that it was not found, though its status is {visit.status}"
        return Doubt("soft_404", said)
    return None


def _find_challenge(sight: Sight) -> str | None:
    """Return who challenges."""
    if sight.chars > _MOST_BY_NAME:
        return None
    source = sight.source.lower()
    return next((by for name, by in walls.CHALLENGE_NAMES.items() if name in source), None)


def _is_refusal(sight: Sight) -> bool:
    if sight.links > _MOST_LINKS or sight.chars > _MOST_BY_TITLE:
        return False
    if any(each in walls.WALL_TITLES for each in _names(sight)):
        return True
    if sight.chars > _MOST_BY_WORDS:
        return False
    said = walls.fold(sight.said)
    return any(words in said for words in walls.REFUSALS)


def _is_captcha(sight: Sight) -> bool:
    if sight.chars > _MOST_BY_CAPTCHA or sight.links > _MOST_LINKS:
        return False
    return sight.has_captcha and not (sight.has_questions or sight.has_password)


def _is_login(sight: Sight, visit: Visit) -> bool:
    if _is_login_path(visit.requested_url):
        return False  # it was asked for
    asks = sight.has_password or sight.has_questions
    if _is_login_path(visit.url):
        return sight.chars <= (_MOST_BY_REDIRECT if asks else _MOST_BY_CAPTCHA)
    most = _MOST_BY_LOGIN if sight.has_password else _MOST_BY_CAPTCHA
    return asks and sight.chars <= most and _says_login(sight)


def _says_login(sight: Sight) -> bool:
    named = [*_names(sight), *map(walls.fold, sight.buttons)]
    if any(each.startswith(walls.REGISTER_WORDS) for each in named):
        return False
    return any(each in walls.LOGIN_WORDS or each.startswith(walls.LOGIN_STARTS) for each in named)


def _is_login_path(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    names = (name.partition(".")[0] for name in parts.path.lower().split("/"))
    host = (parts.hostname or "").partition(".")[0]
    return host in walls.LOGIN_PATHS or any(name in walls.LOGIN_PATHS for name in names)


def _is_missing(sight: Sight) -> bool:
    return sight.chars <= _MOST_BY_MISSING and any(
        walls.drop_fillers(name) in walls.MISSING_WORDS
        and (walls.drop_fillers(name) or "404" in name)
        for name in _names(sight)
    )


def _names(sight: Sight) -> Iterator[str]:
    """Yield what the page calls itself: title and headings, whole and without the site's name."""
    for text in (sight.title, *sight.headings):
        yield walls.fold(text)
        yield from filter(None, map(walls.fold, _SEGMENTS.split(text)))
