"""How many characters the names of places may have together."""

from __future__ import annotations

# A control character that is spelled out is six, and a list position that is reckoned as one has up
# to 21 with its brackets.
_MOST_TIMES = 24


class Room:
    """What is left for names; one that is too long takes nothing, so that shorter ones fit."""

    __slots__ = ("_spare", "is_tight", "left")

    def __init__(self, chars: int) -> None:
        self.left = chars
        # Whether a name did not fit: from then on they are reckoned before they are spelled.
        self.is_tight = False
        # What may be spelled in vain: a name can be much longer than it was reckoned, and there may
        # be as many such as there are changes.
        self._spare = chars

    def admits(self, least: int) -> bool:
        """Return whether a name of at least so many characters is worth spelling."""
        if not self.is_tight:
            return True
        most = (least + 1) * _MOST_TIMES
        return least <= self.left and (self._spare > 0 or most <= self.left)

    def take(self, chars: int) -> bool:
        """Return whether a name fits; if so, its characters are taken."""
        if chars <= self.left:
            self.left -= chars
            return True
        self._spare -= chars * self.is_tight
        self.is_tight = True
        return False
