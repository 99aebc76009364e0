"""How much work finding the fields of one page may take: counted in steps, never in seconds."""

from __future__ import annotations

from typing import cast

from lxml import etree

from changetrack_server.errors import EndpointError
from changetrack_server.pages.document import Element
from changetrack_server.pages.text import read_text

__all__ = ["MAX_ITEMS", "MAX_LEVELS", "STEP", "Meter", "count_below"]

# Conditions asked of elements, of up to 260 nanoseconds: half of the ten seconds that a job has. A
# page of 5,000 elements takes a million for 200 selectors, the largest one as many for five.
_MAX_STEPS = 20_000_000
# How much more a step in structured data takes than a condition that is asked of an element.
STEP = 8
# Items of one list; a page that shows more pages through them.
MAX_ITEMS = 10_000
# Levels of fields. A schema has 32 levels of its own, but may refer to itself.
MAX_LEVELS = 32
# Reading the text of an element takes so many times as long as asking a condition.
_READING = 8
_COUNT = etree.XPath("count(descendant-or-self::*)")


class Meter:
    """What is left of the work that one page may take."""

    def __init__(self, steps: float = _MAX_STEPS) -> None:
        self._left = steps

    def spend(self, steps: float) -> None:
        """Take note of work before it is done.

        Raises:
            EndpointError: it is too much.
        """
        self._left -= steps
        if self._left < 0:
            raise EndpointError(
                "conversion_failed",
                "schema",
                problem="finding its fields takes too much work on this page",
                remedy="use plainer selectors, without ~, :has() and :contains(), or fewer fields",
            )

    def read_text(self, element: Element) -> str:
        """Return the text of an element."""
        self.spend(_READING * count_below(element))
        return read_text(element)


def count_below(element: Element) -> float:
    """Return how many elements there are in an element, itself included."""
    # An expression that counts gives a number.
    return cast("float", _COUNT(element))
