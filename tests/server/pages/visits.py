"""What the pages of `walls` and `good_pages` are made of, after what sites really send."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["LOGIN_FORM", "WORDS", "Row", "write_article", "write_page"]


class Row(NamedTuple):
    """A page, and what it deserves."""

    name: str
    html: str
    reasons: tuple[str, ...] = ()
    status: int = 200
    url: str = "https://example.com/page"
    requested_url: str = "https://example.com/page"


WORDS = (
    "The team met on Tuesday to talk about the road that leads along the river, and about what it "
    "would take to keep it open in winter. Most of those who live there want it wider; some would "
    "rather see it closed to lorries. A decision is expected in May, when the council has money. "
)


def write_page(title: str, body: str, head: str = "") -> str:
    """Return a page as it is sent, its ends left out."""
    return f"<!doctype html><html lang=en><head><title>{title}</title>{head}</head><body>{body}"


def write_article(title: str, body: str = "", times: int = 6) -> str:
    """Return a page of much text with a menu."""
    menu = "".join(f"<a href='/{at}'>Topic {at}</a>" for at in range(15))
    return write_page(title, f"<nav>{menu}</nav><h1>{title}</h1>{body}<p>{WORDS * times}</p>")


LOGIN_FORM = (
    "<form action=/session method=post><label>E-mail <input type=email name=e></label>"
    "<label>Password <input type=password name=p></label><button>{}</button></form>"
)
