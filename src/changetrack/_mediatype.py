"""Whether a resource is compared as text or by its hash alone (fastCRW contract §3.5)."""

from __future__ import annotations

# The spec's own list: anything that names one of these is text, whatever stands before the slash.
_TEXT_WORDS = ("json", "xml", "html", "markdown", "javascript", "csv", "yaml")


def is_text(content_type: str | None) -> bool:
    """Return whether content of this type is diffed as text; no type means text.

    >>> is_text(None), is_text("text/plain"), is_text("image/svg+xml"), is_text("Application/PDF")
    (True, True, True, False)
    """
    if content_type is None:
        return True
    lowered = content_type.lower()
    return lowered.startswith("text/") or any(word in lowered for word in _TEXT_WORDS)
