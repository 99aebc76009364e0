"""What a selector takes: said once when it is read, and known for a page when its shape is."""

from __future__ import annotations

__all__ = ["Cost"]


class Cost:
    """What asking one element costs at most, counted in simple conditions.

    A sum of products: so much for each of its ancestors, for each sibling of each of them, …
    """

    __slots__ = ("_terms",)

    def __init__(
        self, each: float = 0, *, depth: int = 0, width: int = 0, letters: int = 0
    ) -> None:
        self._terms = {(depth, width, letters): each} if each else {}

    def __repr__(self) -> str:
        return f"Cost({self._terms})"

    def plus(self, other: Cost) -> Cost:
        """Return the cost of both."""
        total = Cost()
        total._terms = dict(self._terms)
        for powers, each in other._terms.items():
            total._terms[powers] = total._terms.get(powers, 0) + each
        return total

    def for_ancestors(self) -> Cost:
        """Return the cost of asking each ancestor."""
        total = Cost()
        total._terms = {(d + 1, w, c): each for (d, w, c), each in self._terms.items()}
        return total

    def for_siblings(self) -> Cost:
        """Return the cost of asking each sibling."""
        total = Cost()
        total._terms = {(d, w + 1, c): each for (d, w, c), each in self._terms.items()}
        return total

    def at(self, *, depth: float, width: float, letters: float) -> float:
        """Return the cost in a page with so many ancestors, siblings and letters of an element."""
        return sum(
            each * depth**d * width**w * letters**c for (d, w, c), each in self._terms.items()
        )
