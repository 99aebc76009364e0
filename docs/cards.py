"""What pictures are taken of: a terminal, JSON or a rendered diff, each a page of HTML.

A page loads nothing, and is light or dark as its reader is; so a picture of it depends on nothing
but what it shows.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from html import escape
from typing import NamedTuple

__all__ = ["Screen", "draw_json", "draw_terminal", "write_page"]

_PAGE = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title><style>{sheet}</style></head>
<body>
{body}
</body></html>
"""

# A terminal is dark for whoever reads in the light as well, as most of them are.
_SHEET = """\
:root{color-scheme:light dark}
body{margin:0;padding:16px;background:#fff;font:14px/1.5 'DejaVu Sans',sans-serif}
.screen{margin:0 0 12px;border-radius:8px;overflow:hidden;background:#1b2226;color:#d8e0e0}
.screen:last-child{margin:0}
.name{padding:6px 14px;background:#2a3439;color:#9fb0b0;font-size:12px}
pre{margin:0;padding:10px 14px;white-space:pre-wrap;overflow-wrap:anywhere;
font:12.5px/1.45 'DejaVu Sans Mono',monospace}
.prompt{color:#fff;font-weight:bold}
.bold{font-weight:bold}.faint{color:#8b9a9a}
.red{color:#ff8f8a}.green{color:#85dd9a}.yellow{color:#f0cf6a}.magenta{color:#d9a2f0}
.cyan{color:#7fd3e0}
.reversed{background:#d8e0e0;color:#1b2226}
.red.reversed{background:#ff8f8a}.green.reversed{background:#85dd9a}
.magenta.reversed{background:#d9a2f0}
pre .key{color:#7fd3e0}pre .word{color:#85dd9a}pre .other{color:#f0cf6a}
@media (prefers-color-scheme:dark){body{background:#0d1117}}
"""

# A colour, or the end of all; the codes are those of `changetrack._render.ansi`.
_CODE = re.compile(r"\x1b\[([0-9;]*)m")
_ON = {
    "1": "bold",
    "2": "faint",
    "7": "reversed",
    "31": "red",
    "32": "green",
    "33": "yellow",
    "35": "magenta",
    "36": "cyan",
}
_OFF = {"": set(_ON.values()), "0": set(_ON.values()), "27": {"reversed"}}

# As wide as a card.
_JSON_COLUMNS = 104
_TOKEN = re.compile(r'("(?:[^"\\]|\\.)*")(?=(\s*:)?)|\b(?:true|false|null)\b|-?\d[\d.eE+-]*')


class Screen(NamedTuple):
    """A command, and what it prints, with its colours."""

    command: str
    printed: str


def write_page(title: str, *parts: str) -> str:
    """Return a page that shows the parts below each other."""
    return _PAGE.format(title=escape(title), sheet=_SHEET, body="\n".join(parts))


def draw_terminal(screens: Iterable[Screen]) -> str:
    """Return a terminal in which each command stands above what it printed."""
    shown = "\n\n".join(
        f"{_span('prompt', f'$ {screen.command}')}\n{_color(screen.printed).rstrip()}"
        for screen in screens
    )
    return f'<div class="screen"><pre>{shown}</pre></div>'


def draw_json(name: str, value: object) -> str:
    """Return a card with JSON in it, under the name of what it is."""
    text = _lay_out(value, "")
    pieces = []
    at = 0
    for found in _TOKEN.finditer(text):
        kind = "other" if found[1] is None else "key" if found[2] else "word"
        pieces += [escape(text[at : found.start()]), _span(kind, found[0])]
        at = found.end()
    shown = "".join([*pieces, escape(text[at:])])
    return f'<div class="screen"><div class="name">{escape(name)}</div><pre>{shown}</pre></div>'


def _lay_out(value: object, indent: str) -> str:
    """Return JSON with as much of it on a line as there is room for."""
    short = json.dumps(value, ensure_ascii=False)
    if len(indent + short) <= _JSON_COLUMNS or not isinstance(value, (dict, list)):
        return short
    inner = f"{indent}  "
    if isinstance(value, list):
        lines = [f"{inner}{_lay_out(each, inner)}" for each in value]
    else:
        lines = [f"{inner}{json.dumps(key)}: {_lay_out(value[key], inner)}" for key in value]
    first, last = "[]" if isinstance(value, list) else "{}"
    return "\n".join([first, ",\n".join(lines), f"{indent}{last}"])


def _color(printed: str) -> str:
    """Return what a terminal is told as HTML."""
    worn: set[str] = set()
    pieces = []
    for at, piece in enumerate(_CODE.split(printed)):
        if at % 2 == 0:
            pieces.append(_span(" ".join(sorted(worn)), piece))
        elif piece in _OFF:
            worn -= _OFF[piece]
        else:
            worn |= {_ON[code] for code in piece.split(";")}
    return "".join(pieces)


def _span(classes: str, text: str) -> str:
    shown = escape(text, quote=False)
    return f'<span class="{classes}">{shown}</span>' if classes and text else shown
