"""What is to be said about an extraction: warnings, each once, and not too many."""

from __future__ import annotations

from typing import TypeAlias

from changetrack import format_path

__all__ = ["Notes", "Path"]

# Where a value stands in what is extracted: keys, and positions in lists.
Path: TypeAlias = "tuple[str | int, ...]"

# As many as the library says about a value that does not fit its schema.
_MAX_SHOWN = 20


class Notes:
    """Collects warnings in the order in which they come up."""

    def __init__(self) -> None:
        self._first: dict[str, None] = {}
        self._said: dict[str, None] = {}

    def add(self, where: Path, problem: str) -> None:
        """Say what is wrong with a value, if anything is."""
        if problem:
            self._said[f"{format_path(where)}: {problem}"] = None

    def add_first(self, text: str) -> None:
        """Say what is true of the whole page: it stands before what is said of single values."""
        self._first[text] = None

    def close(self) -> tuple[str, ...]:
        """Return what was said."""
        said = [*self._first, *self._said]
        shown = said[:_MAX_SHOWN]
        more = len(said) - len(shown)
        return (*shown, f"and {more:,} more") if more else tuple(shown)
