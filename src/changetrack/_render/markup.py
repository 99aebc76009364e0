"""HTML by construction: what is text is escaped, and only what was built here is not."""

from __future__ import annotations

import html
from collections.abc import Iterable

from changetrack._render.ansi import escape_controls

__all__ = ["Markup", "element", "join", "void"]


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def join(parts: Iterable[str]) -> Markup:
    """Return parts as one piece of HTML."""
    return Markup("".join(map(_escape, parts)))


def element(name: str, /, *children: str, **attributes: str) -> Markup:
    """Return an element. An underscore in the name of an attribute is a dash, at its end nothing.

    >>> element("a", "R&D <b>", href="/?a=1&b", class_="wide")
    '<a href="/?a=1&amp;b" class="wide">R&amp;D &lt;b&gt;</a>'
    """
    return Markup(f"<{name}{_spell(attributes)}>{join(children)}</{name}>")


def void(name: str, /, **attributes: str) -> Markup:
    """Return an element that holds nothing and has no end.

    >>> void("meta", charset="utf-8")
    '<meta charset="utf-8">'
    """
    return Markup(f"<{name}{_spell(attributes)}>")


def _escape(text: str) -> str:
    return text if isinstance(text, Markup) else html.escape(escape_controls(text))


def _spell(attributes: dict[str, str]) -> str:
    return "".join(
        f' {name.rstrip("_").replace("_", "-")}="{html.escape(escape_controls(value))}"'
        for name, value in attributes.items()
    )
