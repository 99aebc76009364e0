"""What ends a command, and is no fault of what it was given."""

from __future__ import annotations

__all__ = ["Trouble"]


class Trouble(Exception):
    """Something is missing or does not answer; the text says all there is to say."""
