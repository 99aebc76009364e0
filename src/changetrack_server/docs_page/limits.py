"""What this server takes and how long it waits: numbers that anybody may know."""

from __future__ import annotations

from changetrack_server.docs_page.markup import Markup, element
from changetrack_server.settings import Settings

__all__ = ["write_limits"]

_KIB = 1024


def write_limits(settings: Settings) -> Markup:
    """Return the table of them."""
    rows = (
        element("tr", element("th", name, scope="row"), element("td", value))
        for name, value in _list_limits(settings).items()
    )
    table = element("table", element("tbody", *rows))
    return element("div", table, class_="scroll narrow")


def _list_limits(settings: Settings) -> dict[str, str]:
    pages = f"{settings.fetch_seconds:g} s, at most {settings.max_fetch_seconds:g} s"
    return {
        "A body": _spell_bytes(settings.max_body_bytes),
        "A line of a stream": _spell_bytes(settings.max_body_bytes),
        "An answer": _spell_bytes(settings.max_answer_bytes),
        "Time for a body to arrive, or a line": f"{settings.body_seconds:g} s",
        "Items of a batch": f"{settings.batch_items:,}",
        "Levels of JSON": f"{settings.json_depth:,}",
        "Values in JSON": f"{settings.json_tokens:,}",
        "Requests at once": f"{settings.max_requests:,}",
        "Time to compare or to read a page": f"{settings.work_seconds:g} s",
        "Time to fetch a page": pages,
        "A page that is fetched": _spell_bytes(settings.response_bytes),
        "The same, unpacked": _spell_bytes(settings.decoded_bytes),
        "Redirects of a page": f"{settings.redirects:,}",
        "Ports that are fetched from": ", ".join(map(str, settings.fetch_ports)),
        "robots.txt": "obeyed" if settings.robots == "respect" else "ignored",
    }


def _spell_bytes(count: int) -> str:
    size, unit = float(count), "bytes"
    for larger in ("KiB", "MiB", "GiB"):
        if size < _KIB:
            break
        size, unit = size / _KIB, larger
    return f"{size:,.4g} {unit}"
