"""What stands on the terminal for a moment: progress, and how long there is to wait."""

from __future__ import annotations

from typing import TextIO

from changetrack._render import escape_controls

__all__ = ["Ticker", "spell_wait"]

# To the beginning of the line, and nothing behind it.
_CLEAR = "\r\x1b[K"
# Longer ones would wrap, and stay.
_MOST_CHARS = 76
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


class Ticker:
    """A line that takes the place of the one before; in a pipe there is none."""

    def __init__(self, stream: TextIO) -> None:
        self.is_shown = stream.isatty()
        self._stream = stream
        self._is_dirty = False

    def show(self, text: str) -> None:
        """Show a text until the next one."""
        if self.is_shown:
            self._stream.write(f"{_CLEAR}{escape_controls(text)[:_MOST_CHARS]}")
            self._stream.flush()
            self._is_dirty = True

    def clear(self) -> None:
        """Leave the line as if nothing had been there."""
        if self._is_dirty:
            self._stream.write(_CLEAR)
            self._stream.flush()
            self._is_dirty = False


def spell_wait(seconds: float) -> str:
    """Return a time to wait as a clock shows it.

    >>> spell_wait(59.2), spell_wait(754), spell_wait(2 * 86400 + 5)
    ('1:00', '12:34', '2 days 0:00:05')
    """
    # What is shown as nothing should be over.
    left = int(-(-seconds // 1))
    days, left = divmod(left, _DAY)
    hours, left = divmod(left, _HOUR)
    minutes, left = divmod(left, _MINUTE)
    if days or hours:
        prefix = f"{days} day{'s' * (days != 1)} " if days else ""
        return f"{prefix}{hours}:{minutes:02}:{left:02}"
    return f"{minutes}:{left:02}"
