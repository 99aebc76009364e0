"""Markdown without its cosmetic differences (DESIGN §4.5, fastCRW contract §3.1).

Everything is done on the list of lines with C-level calls: regular expressions walk twenty times
slower, and `[ws]+$` is quadratic on a long blank run.
"""

from __future__ import annotations

from itertools import islice
from operator import eq
from typing import TYPE_CHECKING

from changetrack.errors import ContentTooLarge, InvalidRequest, InvalidText

if TYPE_CHECKING:
    from changetrack._models import Limits

# Unicode White_Space. `str.strip` without an argument also eats U+001C-001F, which are not in it.
WHITE_SPACE = (
    "\t\n\x0b\x0c\r \x85\xa0\u1680"
    "\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)


def normalize_markdown(markdown: str) -> str:
    r"""Return the markdown with every cosmetic difference removed.

    Pages that differ only in line endings, trailing white space or blank-line runs normalize alike,
    so they hash alike and diff to nothing. Lines end at ``\n`` only (after CRLF and CR), never at
    the other characters that `str.splitlines` knows. Idempotent.

    >>> normalize_markdown("Starter $19  \r\n\r\n\r\nPro $49\n")
    'Starter $19\n\nPro $49'
    """
    return normalize_lines(markdown)[0]


def normalize_lines(markdown: str) -> tuple[str, list[str]]:
    """Return the normalized text and its lines, which cost nothing more."""
    text = markdown
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    stripped = _strip_ends(text, lines)
    # Where nothing was stripped the lists hold the same objects, so they are compared by identity.
    if stripped == lines and lines[0] and lines[-1] and not _has_blank_run(text, lines):
        return text, lines
    kept = _collapse_blanks(stripped)
    return "\n".join(kept), kept


def read_markdown(markdown: str, limits: Limits, path: str) -> tuple[str, list[str]]:
    """Return the normalized text of a caller's page and its lines; `path` names it in errors.

    Raises:
        InvalidRequest: it is not a string.
        ContentTooLarge: it is longer than `limits.markdown_chars`.
    """
    check_page(markdown, limits, path)
    return normalize_lines(markdown)


def check_page(markdown: str, limits: Limits, path: str) -> None:
    """Check that a caller's page is a text that is not too large; `path` names it in errors.

    Raises:
        InvalidRequest: it is not a string.
        ContentTooLarge: it is longer than `limits.markdown_chars`.
    """
    if not isinstance(markdown, str):
        problem = f"the markdown is {type(markdown).__name__}, not a string"
        raise InvalidRequest(problem, "decode bytes before", path)
    if len(markdown) > limits.markdown_chars:
        raise ContentTooLarge(limits.markdown_chars, len(markdown), path)


def split_lines(text: str) -> list[str]:
    r"""Return the lines of normalized text: they end at ``\n`` only, and an empty text has none.

    >>> split_lines("a\u2028b\n\nc"), split_lines("")
    (['a\u2028b', '', 'c'], [])
    """
    return text.split("\n") if text else []


def encode_text(text: str, path: str = "") -> bytes:
    """Return the UTF-8 of the text; `path` names it in the error.

    Raises:
        InvalidText: it holds a lone surrogate.
    """
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise InvalidText(error.start, path) from None


def _strip_ends(text: str, lines: list[str]) -> list[str]:
    # Four searches in C; a loop over them would cost more than they do.
    if "\x1c" in text or "\x1d" in text or "\x1e" in text or "\x1f" in text:
        return [line.rstrip(WHITE_SPACE) for line in lines]
    return list(map(str.rstrip, lines))


def _has_blank_run(text: str, lines: list[str]) -> bool:
    # Few pages hold two equal lines in a row, and asking that first is faster than the search.
    return any(map(eq, lines, islice(lines, 1, None))) and "\n\n\n" in text


def _collapse_blanks(lines: list[str]) -> list[str]:
    """Keep a line unless it is blank and follows a blank, then drop the blank ends."""
    kept = [line for line, before in zip(lines, ["", *lines], strict=False) if line or before]
    if kept and not kept[-1]:
        kept.pop()
    return kept
