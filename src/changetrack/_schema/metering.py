"""Work counted in steps, so that the same input always ends at the same place."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from changetrack._schema.patterns import Matcher, Program

# So many characters pass through a known pattern in the time of one step, about 5 µs.
_CHARS_PER_STEP = 32


class StepsSpentError(Exception):
    """The work is more than was allowed; never leaves the package."""


class Budget:
    """The steps that many tasks have together."""

    __slots__ = ("left",)

    def __init__(self, steps: int) -> None:
        self.left = steps


class Meter:
    """The steps of one task, and the patterns that it runs."""

    def __init__(
        self, programs: dict[str, Program], steps: int, budget: Budget | None = None
    ) -> None:
        self._left = steps
        self._budget = budget or Budget(steps)
        self._programs = programs
        self._matchers: dict[str, Matcher] = {}

    def spend(self, steps: int) -> None:
        """Count work.

        Raises:
            StepsSpentError: that was too much.
        """
        self._left -= steps
        self._budget.left -= steps
        if self._left < 0 or self._budget.left < 0:
            raise StepsSpentError

    def search(self, pattern: str, text: str) -> bool:
        """Return whether a pattern matches anywhere in a text."""
        matcher = self._matchers.get(pattern)
        if matcher is None:
            from changetrack._schema.patterns import Matcher

            matcher = self._matchers[pattern] = Matcher(self._programs[pattern], self.spend)
        self.spend(len(text) // _CHARS_PER_STEP)
        return matcher.search(text)
