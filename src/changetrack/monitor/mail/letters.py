"""How a mail looks: one column that any mail program lays out, in light and in dark.

Mail programs know few styles and load nothing, so each element carries its own; the one style sheet
only says what is otherwise in the dark. Nothing is fetched: no picture, no font, no pixel.
"""

from __future__ import annotations

from typing import NamedTuple

from changetrack._render.html import MAIL_DARK
from changetrack.monitor.mail.markup import Markup, element, join, void

__all__ = ["styled", "write_button", "write_letter"]


class _Look(NamedTuple):
    """The style of a kind of element, and what of it changes in the dark."""

    style: str
    dark: str = ""


_SANS = "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"
# A long word of a page must not widen the mail beyond a phone.
_BREAK = "overflow-wrap:anywhere;word-break:break-word"
_BADGE = "display:inline-block;padding:1px 9px;border-radius:9px;font-size:12px;font-weight:600"

_LOOKS: dict[str, _Look] = {
    "paper": _Look(
        f"margin:0;padding:0;background:#f3f5f2;color:#1c2422;font:16px/1.5 {_SANS}",
        "background:#0b110f;color:#e3ebe8",
    ),
    "card": _Look(
        "background:#ffffff;border:1px solid #e2e5e0;border-radius:8px;padding:20px",
        "background:#16201d;border-color:#27332f",
    ),
    "title": _Look(f"margin:0 0 4px;font-size:20px;line-height:1.3;{_BREAK}"),
    "lead": _Look("margin:0;color:#5b6663;font-size:14px", "color:#9aaaa4"),
    "words": _Look(f"margin:16px 0 0;{_BREAK}"),
    "page": _Look(
        "margin:20px 0 0;padding:16px 0 0;border-top:1px solid #e2e5e0", "border-color:#27332f"
    ),
    "heading": _Look(f"margin:6px 0 0;font-size:16px;line-height:1.35;{_BREAK}"),
    "address": _Look(f"margin:2px 0 0;color:#5b6663;font-size:13px;{_BREAK}", "color:#9aaaa4"),
    "link": _Look("color:#0b6b5d;text-decoration:underline", "color:#64c9b4"),
    "said": _Look(f"margin:8px 0 0;font-size:14px;{_BREAK}"),
    "changed": _Look(
        f"{_BADGE};background:#e3f1ed;color:#0b5c50", "background:#16332c;color:#7fd8c5"
    ),
    "new": _Look(f"{_BADGE};background:#dff3e3;color:#116329", "background:#15301d;color:#7fd795"),
    "removed": _Look(
        f"{_BADGE};background:#fbe5e4;color:#a1262d", "background:#3a1b1b;color:#ff9d97"
    ),
    "error": _Look(
        f"{_BADGE};background:#fbedd3;color:#7a4b00", "background:#37290e;color:#f0c374"
    ),
    "noise": _Look(
        f"{_BADGE};background:#e9ecea;color:#4d5754", "background:#27332f;color:#b3c0bb"
    ),
    "diff": _Look("margin:10px 0 0"),
    "button": _Look(
        "display:inline-block;padding:10px 20px;border-radius:6px;background:#0b6b5d;"
        "color:#ffffff;font-weight:600;text-decoration:none",
        "background:#64c9b4;color:#0b110f",
    ),
    "foot": _Look(f"margin:16px 4px 0;color:#5b6663;font-size:13px;{_BREAK}", "color:#9aaaa4"),
}

_DARK = (
    "".join(f".{name}{{{look.dark}}}" for name, look in _LOOKS.items() if look.dark)
    .replace(";", "!important;")
    .replace("}", "!important}")
)
_SHEET = f":root{{color-scheme:light dark}}@media (prefers-color-scheme:dark){{{_DARK}{MAIL_DARK}}}"

# Mail programs that make links of whatever looks like one would do so with the words of a page.
_NO_GUESSES = "telephone=no, date=no, address=no, email=no, url=no"


def styled(name: str, look: str, /, *children: str, **attributes: str) -> Markup:
    """Return an element that looks like this."""
    return element(name, *children, class_=look, style=_LOOKS[look].style, **attributes)


def write_button(url: str, words: str) -> Markup:
    """Return a link that is to be followed."""
    return styled("p", "words", styled("a", "button", words, href=url))


def write_letter(title: str, *parts: str, foot: str) -> str:
    """Return a mail as an HTML document: what it says in a frame, and under it the small print."""
    column = element(
        "td", styled("div", "card", *parts), foot, style="max-width:640px", valign="top"
    )
    head = element(
        "head",
        void("meta", charset="utf-8"),
        void("meta", name="viewport", content="width=device-width, initial-scale=1"),
        void("meta", name="color-scheme", content="light dark"),
        void("meta", name="supported-color-schemes", content="light dark"),
        void("meta", name="format-detection", content=_NO_GUESSES),
        void("meta", name="robots", content="noindex"),
        element("title", title),
        # Made of the table above and of nothing else.
        element("style", Markup(_SHEET)),
    )
    body = styled("body", "paper", _center(column))
    return "<!doctype html>\n" + element("html", head, body, lang="en")


def _center(column: Markup) -> Markup:
    """Return a column in the middle, as broad as fits: tables are what every mail program knows."""
    inner = element(
        "table",
        element("tr", column),
        role="presentation",
        width="100%",
        cellspacing="0",
        cellpadding="0",
        style="max-width:640px;table-layout:fixed",
    )
    cell = element("td", inner, align="left", style="padding:16px 10px")
    outer = element(
        "table",
        element("tr", cell),
        role="presentation",
        align="center",
        width="100%",
        cellspacing="0",
        cellpadding="0",
        style="max-width:660px;margin:0 auto",
    )
    return join([outer])
