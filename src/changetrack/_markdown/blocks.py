"""Putting pieces of Markdown together, and the blocks that take more than a format string."""

from __future__ import annotations

import re
from collections.abc import Iterable

from changetrack._markdown.elements import BLOCK_BREAK
from changetrack._markdown.escaping import escape_label, meet

_GAPS = ("", "\n", "\n\n")
_LANGUAGE = re.compile(
    r"(?:^|\s)(?:language|lang|highlight-source)-([\w+#.-]{1,32})(?=\s|$)", re.ASCII
)
_TICKS = re.compile("`+")
# A fence has three backticks, or one more than anything inside of it.
_SHORTEST_FENCE = 3
_LINE_MARKERS = re.compile(r"(?:\#{1,6}\ |[-+]\ |[0-9]{1,9}\.\ |>\ ?)*")


def join_pieces(pieces: Iterable[str]) -> str:
    """Return the pieces as one text; where newlines meet, the longer run counts, up to two."""
    joined: list[str] = []
    gap = 0
    for piece in pieces:
        core = piece.strip("\n")
        if not core:
            gap = max(gap, len(piece))
            continue
        lead = len(piece) - len(piece.lstrip("\n"))
        gap = max(gap, lead)
        if joined and not gap:
            joined[-1] = meet(joined[-1], core)
        else:
            joined.append(_GAPS[min(gap, 2)])
        joined.append(core)
        gap = len(piece) - lead - len(core)
    joined.append(_GAPS[min(gap, 2)])
    return "".join(joined)


def indent_item(marker: str, text: str) -> str:
    """Return a list item: every line but the first is indented by the width of its marker."""
    return marker + text.replace("\n", "\n" + " " * len(marker))


def quote_block(text: str) -> str:
    """Return a block quotation."""
    return "> " + text.replace("\n", "\n> ")


def trim_blank_lines(code: str) -> str:
    """Return preformatted text without blank lines at its ends; its first indent stays."""
    text = code.replace("\r\n", "\n").replace("\r", "\n").rstrip()
    blank = len(text) - len(text.lstrip(" \t\n"))
    return text[text.rfind("\n", 0, blank) + 1 :]


def fence_code(code: str, language: str) -> str:
    """Return a fenced block; no run of backticks in the code can end it."""
    longest = max(map(len, _TICKS.findall(code)), default=0)
    fence = "`" * max(_SHORTEST_FENCE, longest + 1)
    return f"{fence}{language}\n{code}\n{fence}"


def find_language(*classes: str | None) -> str:
    """Return the language that one of these class attributes names.

    >>> find_language("highlight", "hljs language-python")
    'python'
    """
    found = (_LANGUAGE.search(each) for each in classes if each)
    return next((each[1] for each in found if each), "")


def link_first_line(text: str, target: str) -> str:
    """Return whole blocks of which the first line is a link: Markdown cannot link more than that.

    A line that holds a link of its own, a table or a fence is left alone.
    """
    body = text.strip("\n")
    line, _, rest = body.partition("\n")
    marker = _LINE_MARKERS.match(line)
    label = line[marker.end() :] if marker else line
    lone_image = label.startswith("![") and label.count("](") == 1
    if not label or label.startswith(("|", "```")) or ("](" in label and not lone_image):
        return text
    linked = line[: len(line) - len(label)] + f"[{escape_label(label)}]({target})"
    return BLOCK_BREAK + linked + ("\n" + rest if rest else "") + BLOCK_BREAK
