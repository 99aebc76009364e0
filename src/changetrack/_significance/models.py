"""How much a change matters, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

ChangeClass: TypeAlias = Literal[
    "price", "number", "date", "availability", "heading", "link-only", "formatting-only",
    "moved-only", "boilerplate", "text",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One reason for a score: what it adds or takes away, and what was seen."""

    name: str
    value: float
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Significance:
    """A score from 0 to 1 with the terms that it is the sum of, and the classes of the change."""

    score: float
    classes: tuple[ChangeClass, ...]
    terms: tuple[Term, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stats:
    """A diff in numbers.

    `similarity` is the share of lines (of fields, where only JSON is tracked) that both sides have,
    from 0 to 1, and `changed_ratio` the rest. `fingerprint` is the same for the same change,
    wherever on whichever page it happens. `coarse` says that a work budget made the diff larger
    than the smallest possible; `lists_by_position` are the paths of lists whose items were too many
    to be paired by likeness.
    """

    similarity: float
    changed_ratio: float
    additions: int
    deletions: int
    moved_lines: int
    fields: int
    significance: Significance
    fingerprint: str
    coarse: bool = False
    lists_by_position: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """The same change on several pages: the positions of their results, and what they share."""

    fingerprint: str
    members: tuple[int, ...]
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """Whether a condition was met by this change, and by what."""

    met: bool
    because: str
    name: str | None = None
