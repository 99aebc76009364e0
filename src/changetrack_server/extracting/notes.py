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
        self._said: dict[str, None] = {}

    def add(self, where: Path | str, problem: str) -> None:
        """Say what is wrong with a value, or with a place of the schema, if anything is."""
        if problem:
            place = where if isinstance(where, str) else format_path(where)
            self._said[f"{place}: {problem}"] = None

    def close(self) -> tuple[str, ...]:
        """Return what was said."""
        shown = list(self._said)[:_MAX_SHOWN]
        more = len(self._said) - len(shown)
        return (*shown, f"and {more:,} more") if more else tuple(shown)
