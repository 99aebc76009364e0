"""The pages of a site as a set: by address, moves by the hash of their content."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from changetrack._hashing import hash_json, hash_text
from changetrack._reader import Reader
from changetrack._sets.diff import GATE, GATE_FROM, diff_set
from changetrack._sets.models import PageState
from changetrack.errors import InvalidRequest

if TYPE_CHECKING:
    from changetrack._sets.models import SetDiff

# A page of a set, or an object with `url` and with `contentHash` or `error`.
StatedPage: TypeAlias = "PageState | Mapping[str, object]"

_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
# A fragment that begins so is the address of a page in itself: the site routes by it.
_ROUTES = ("/", "!")


def diff_pages(
    previous: Iterable[StatedPage],
    current: Iterable[StatedPage],
    *,
    complete: bool = True,
    gate: float | None = GATE,
    gate_from: int = GATE_FROM,
) -> SetDiff[PageState]:
    """Return what became of each page of a site.

    A page is known by its address as it is given; what that leaves over, by its address without
    the differences that seldom mean another page: the case of scheme and host, the default port,
    one slash at the end, a fragment; and then by that without http or https. Pages are the same
    when their hashes are. A `PageState` without a hash is never the same as anything: as a current
    page it is an `error`, whatever its reason, and as a previous one it is `changed` by any hash;
    for addresses alone there is `diff_set`. A page moved when its hash is found at a new address:
    one that no other page of either side has, and not that of an empty page. All else is as
    `diff_set` says.

    Raises:
        InvalidRequest: a page is neither a `PageState` nor an object with a `url`, or the object
            has neither `contentHash` nor `error`.
        InvalidOption: the gate is no share.

    >>> old = [{"url": "https://a.example/", "contentHash": "1"}, PageState("/b", "2")]
    >>> found = diff_pages(old, [PageState("https://a.example", "1"), PageState("/c", "2")])
    >>> [(pair.previous.url, pair.current.url) for pair in found.moved]
    [('/b', '/c')]
    >>> len(found.same), found.new, found.removed
    (1, (), ())
    """
    return diff_set(
        read_pages(previous, "previous"),
        read_pages(current, "current"),
        identity=(_read_url, _spell_page, _spell_address),
        compare=_is_same,
        fingerprint=_find_mark,
        is_error=_is_unknown,
        complete=complete,
        gate=gate,
        gate_from=gate_from,
    )


def read_pages(pages: Iterable[StatedPage], path: str) -> list[PageState]:
    """Return pages as states; `path` names the list in errors.

    Raises:
        InvalidRequest: a page is neither a `PageState` nor an object with a `url`, or the object
            has neither `contentHash` nor `error`.
    """
    if isinstance(pages, str | Mapping):
        raise InvalidRequest("this is no list of pages", "put them into a list", path)
    return [
        page if isinstance(page, PageState) else _read_page(page, f"{path}[{index}]")
        for index, page in enumerate(pages)
    ]


def _read_page(page: Mapping[str, object], path: str) -> PageState:
    fields = Reader(page, path)
    url = fields.text("url")
    if url is None:
        raise InvalidRequest("the page has no address", "give its url", fields.place("url"))
    content_hash, error = fields.text("contentHash") or "", fields.text("error")
    if not content_hash and not error:
        problem = "the page has neither contentHash nor error"
        remedy = "give the hash of its content, or why there is none"
        raise InvalidRequest(problem, remedy, fields.place("contentHash"))
    return PageState(url, content_hash, error)


def _read_url(page: PageState) -> str:
    return page.url


def _spell_page(page: PageState) -> tuple[str, str]:
    scheme, mark, rest = page.url.partition("://")
    if not mark or not scheme.isalnum():  # a path, which may hold an address in its query
        return "", _spell_path(page.url)
    cut = min(at for at in (*map(rest.find, "/?#"), len(rest)) if at >= 0)
    scheme = scheme.lower()
    user, at_sign, host = rest[:cut].rpartition("@")
    host = host.lower().removesuffix(_DEFAULT_PORTS.get(scheme, ":"))
    return scheme, f"{user}{at_sign}{host}{_spell_path(rest[cut:])}"


def _spell_path(path: str) -> str:
    before, mark, fragment = path.partition("#")
    where, question, query = before.partition("?")
    route = f"{mark}{fragment}" if fragment.startswith(_ROUTES) else ""
    return f"{where.removesuffix('/')}{question}{query}{route}"


def _spell_address(page: PageState) -> tuple[str, str]:
    scheme, rest = _spell_page(page)
    return "http" if scheme == "https" else scheme, rest


def _is_same(old: PageState, new: PageState) -> bool:
    # The current one is known: what is not is an error.
    return old.content_hash == new.content_hash and not old.error


def _is_unknown(page: PageState) -> bool:
    return bool(page.error) or not page.content_hash


def _find_mark(page: PageState) -> str | None:
    is_telling = page.content_hash not in _list_empty_hashes() and not page.error
    return page.content_hash if is_telling else None


@cache
def _list_empty_hashes() -> frozenset[str]:
    """Return what tells nothing of a page: no hash, and the hashes of pages without content."""
    return frozenset(("", hash_text(""), hash_json({}), hash_json([])))
