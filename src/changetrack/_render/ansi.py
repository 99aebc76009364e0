"""A diff for the terminal: coloured, and without the power to command the terminal."""

from __future__ import annotations

_RESET = "\x1b[m"

# What git paints, as far as the first character tells; the first that fits counts.
_PAINTS = (
    ("---", "\x1b[1m"),
    ("+++", "\x1b[1m"),
    ("@@", "\x1b[36m"),
    ("-", "\x1b[31m"),
    ("+", "\x1b[32m"),
    ("~", "\x1b[33m"),
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
    return text.translate(_VISIBLE)


def paint_diff(text: str) -> str:
    """Return a unified diff, or a list of field changes, in the colours of git.

    The two header lines are only headers at the top: further down, three dashes are a deleted line.
    """
    lines = escape_controls(text).split("\n")
    return "\n".join(_paint(line, is_top=at < 2) for at, line in enumerate(lines))  # noqa: PLR2004


def _paint(line: str, *, is_top: bool) -> str:
    for start, paint in _PAINTS if is_top else _PAINTS[2:]:
        if line.startswith(start):
            return f"{paint}{line}{_RESET}"
    return line
