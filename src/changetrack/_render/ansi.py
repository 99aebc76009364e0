"""What a terminal is told: colours, and never what a page would tell it."""

from __future__ import annotations

from typing import Literal, TypeAlias

Paint: TypeAlias = Literal["title", "range", "deleted", "added", "replaced", "moved", "faint"]

RESET = "\x1b[m"
# What differs in a line that has a colour already: reversed, which reads without colours as well.
REVERSED, UPRIGHT = "\x1b[7m", "\x1b[27m"

# As git paints, and two more.
PAINTS: dict[Paint, str] = {
    "title": "\x1b[1m",
    "range": "\x1b[36m",
    "deleted": "\x1b[31m",
    "added": "\x1b[32m",
    "replaced": "\x1b[33m",
    "moved": "\x1b[35m",
    "faint": "\x1b[2m",
}

# What the first characters of a line tell; the first that fits counts.
_STARTS: tuple[tuple[str, Paint], ...] = (
    ("---", "title"),
    ("+++", "title"),
    ("@@", "range"),
    ("-", "deleted"),
    ("+", "added"),
    ("~", "replaced"),
    (">", "moved"),
)

# A page may hold escape sequences that retitle a window or forge what is shown. Tab and newline do
# no harm; every other control character of ASCII and Latin-1 is spelled out. So is what turns the
# direction of the text around it, or ends a line: an address would read as another one. And so is
# what is no character at all, and would break the file that it is written into.
_VISIBLE = {
    code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\t\n"
} | {
    code: f"\\u{code:04x}"
    for code in (
        *(0x2028, 0x2029, *range(0x202A, 0x202F), *range(0x2066, 0x206A)),
        *(0xFFFE, 0xFFFF, *range(0xD800, 0xE000)),
    )
}


def escape_controls(text: str) -> str:
    r"""Return the text with its control characters spelled out.

    >>> escape_controls("Starter\x1b[2J $19\n")
    'Starter\\x1b[2J $19\n'
    """
    # Most text has none, and this tells without looking each character up.
    return text if text.isprintable() else text.translate(_VISIBLE)


def escape_line(text: str) -> str:
    r"""Return the text on one line: its line ends are spelled out as well.

    >>> escape_line("Starter\n\x1b[2J")
    'Starter\\n\\x1b[2J'
    """
    return escape_controls(text).replace("\n", "\\n")


def paint(text: str, color: Paint) -> str:
    """Return a text in a colour; whoever passes it has spelled its control characters out."""
    return f"{PAINTS[color]}{text}{RESET}"


def paint_diff(text: str) -> str:
    """Return a unified diff that came as text, or a list of field changes, in the colours of git.

    Where there is the diff itself, `render_terminal` says more of it. The two header lines are only
    headers at the top: further down, three dashes are a deleted line.
    """
    lines = escape_controls(text).split("\n")
    return "\n".join(_paint_line(line, is_top=at < 2) for at, line in enumerate(lines))  # noqa: PLR2004


def _paint_line(line: str, *, is_top: bool) -> str:
    for start, color in _STARTS if is_top else _STARTS[2:]:
        if line.startswith(start):
            return paint(line, color)
    return line
