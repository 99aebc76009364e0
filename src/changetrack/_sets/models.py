"""What became of a set of things: pages of a site, items of a list, links of a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Pair(Generic[Item]):
    """One thing as it was and as it is."""

    previous: Item
    current: Item


@dataclass(frozen=True, slots=True, kw_only=True)
class SetDiff(Generic[Item]):
    """Two sets compared: everything of both is in exactly one of these lists, in its order.

    `moved` are things that are the same under another identity. `error` could not be observed this
    time. `unseen` are previous ones of which nothing is known now: they were not looked at, could
    not be observed, or cannot be told from removed ones. Only a complete look at a set removes or
    moves anything. `site_down` says that so much vanished at once that nothing counts as removed.
    """

    new: tuple[Item, ...] = ()
    changed: tuple[Pair[Item], ...] = ()
    same: tuple[Pair[Item], ...] = ()
    removed: tuple[Item, ...] = ()
    moved: tuple[Pair[Item], ...] = ()
    error: tuple[Item, ...] = ()
    unseen: tuple[Item, ...] = ()
    site_down: bool = False

    @property
    def known(self) -> tuple[Item, ...]:
        """What to compare with the next time: what was seen now, and what nobody could see."""
        pairs = (*self.same, *self.changed, *self.moved)
        return (*(pair.current for pair in pairs), *self.new, *self.unseen)


@dataclass(frozen=True, slots=True)
class PageState:
    """A page of a set: its address, the hash of its content, or why there is none.

    Without either, its content is not known: such a page is never the same as another one.
    """

    url: str
    content_hash: str = ""
    error: str | None = None
