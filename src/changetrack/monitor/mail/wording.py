"""Words that strangers chose, made fit for a mail: one line, no control over anything, bounded."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from changetrack.monitor.models import Summary

__all__ = ["cut", "find_link", "list_counts", "one_line", "spell_time"]

# What moves a terminal or a caret, ends a line, turns the direction of the text around it, or is no
# character at all. The marks that Arabic, Hebrew and emoji need are not among them.
_UNFIT = re.compile(
    r"[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_BLANKS = re.compile(r"\s+")
# What any reader takes for one address, and nothing that ends it or hides whose it is.
_LINK = re.compile(r"https?://[^\s/?#@\\<>\"'`{|}^]+(?:[/?#][^\s\\<>\"`{|}^]*)?", re.IGNORECASE)
# As long as a URL may be here.
_MAX_LINK = 2_048

_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_ELLIPSIS = "…"


def cut(text: str, chars: int) -> str:
    r"""Return a line with what is unfit for one replaced, and no longer than this.

    >>> cut("a\x1b[31mred", 5)
    'a�[3…'
    """
    # Of a line of megabytes, no more is looked at than is shown.
    shown = _UNFIT.sub(_REPLACEMENT, text[: chars + 1])
    return shown if len(shown) <= chars else shown[: chars - 1] + _ELLIPSIS


def one_line(text: str, chars: int) -> str:
    r"""Return words as one line: every run of blanks and line breaks is a space.

    >>> one_line("Prices\r\nBcc: everybody@example.com", 40)
    'Prices Bcc: everybody@example.com'
    """
    # Blanks before the cut, so that a page of them shows what comes after; bounded all the same.
    return cut(_BLANKS.sub(" ", text[: chars * 8]).strip(), chars)


def find_link(url: str) -> str | None:
    """Return a URL that may be clicked, or nothing: only the web, and no user before the host.

    >>> find_link("javascript:alert(1)"), find_link("https://bank.example@evil.example/")
    (None, None)
    """
    if len(url) > _MAX_LINK or _UNFIT.search(url):
        return None
    return url if _LINK.fullmatch(url) else None


def list_counts(summary: Summary) -> str:
    """Return what a check found, in words; nothing for what it did not find.

    >>> list_counts(Summary(total_pages=4, changed=2, new=1, error=1))
    '2 changed, 1 new, 1 error'
    """
    counts = {
        "changed": summary.changed,
        "new": summary.new,
        "removed": summary.removed,
        "error" if summary.error == 1 else "errors": summary.error,
    }
    return ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)


def spell_time(at: datetime) -> str:
    """Return a time as everybody reads it the same way.

    >>> spell_time(datetime(2026, 5, 30, 16, 0, tzinfo=UTC))
    '2026-05-30 16:00 UTC'
    """
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
