"""What is read of a diff to show it, wherever it comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from changetrack._fielddiff.models import RichField
    from changetrack._significance.models import Significance
    from changetrack._structure.models import RichHunk
    from changetrack._textdiff import Hunk


class Lines(Protocol):
    """The lines of a side, by their place from zero; those that nobody shows may be missing."""

    def __getitem__(self, at: int, /) -> str:
        """Return a line."""
        ...


class ShownText(Protocol):
    """What is read of a text diff to show it; false when nothing differs."""

    @property
    def old(self) -> Lines:
        """The previous side."""
        ...

    @property
    def new(self) -> Lines:
        """The current side."""
        ...

    @property
    def hunks(self) -> Sequence[Hunk]:
        """The edits in groups, with the unchanged lines around them."""
        ...

    @property
    def additions(self) -> int:
        """The number of lines added, of the whole diff."""
        ...

    @property
    def deletions(self) -> int:
        """The number of lines deleted, of the whole diff."""
        ...


class Shown(Protocol):
    """What is read of a diff to show it: the diff of two pages has it, and so has a stored one."""

    @property
    def text_diff(self) -> ShownText | None:
        """What differs in the text."""
        ...

    @property
    def hunks(self) -> tuple[RichHunk, ...]:
        """Each contiguous change of the text, edit by edit."""
        ...

    @property
    def fields(self) -> Sequence[RichField]:
        """Each change of the JSON, or the first ones."""
        ...

    @property
    def field_count(self) -> int:
        """The number of changes of the JSON, of the whole diff."""
        ...

    @property
    def hunk_weights(self) -> Sequence[Significance]:
        """How much each of the hunks matters."""
        ...

    @property
    def weighed_fields(self) -> Sequence[tuple[Significance, RichField]]:
        """Each of the fields, and how much it matters."""
        ...
