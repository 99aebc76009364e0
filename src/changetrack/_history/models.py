"""What is known of a page from more than two snapshots."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from changetrack._diffs import Diff
    from changetrack._models import JsonValue

# unchanged: all three are the same; new: only the current differs; standing: the last differed
# already and the current is the same; reverted: the current is the baseline again; further: all
# three differ.
Relation: TypeAlias = Literal["unchanged", "new", "standing", "reverted", "further"]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """The current page among earlier ones, which count from zero, oldest first.

    The last of them is the previous snapshot. `seen_before` are those that are the same;
    `reverted_to` is the newest of them, where the page differs from its last snapshot. `flapping`
    says that the page goes to and fro between states. `closest` is the one that is most like the
    current page, and `similarity` (0 to 1) how much; None where nothing of any is in the page.
    """

    seen_before: tuple[int, ...] = ()
    reverted_to: int | None = None
    flapping: bool = False
    closest: int | None = None
    similarity: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreeWay:
    """The current page against a baseline that stays, beside the last snapshot.

    `diff` is from the baseline to the current page, None where they are the same or where only
    hashes could be compared.
    """

    relation: Relation
    diff: Diff | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BlamedLine:
    """A line of the newest snapshot, and the snapshot in which it first appeared, from zero."""

    line: int
    text: str
    snapshot: int
    captured_at: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BlamedField:
    """A field of the newest snapshot, and the snapshot since which it has its value, from zero.

    `path` is its place in the newest one; `key_path` names list items by their keys.
    """

    path: str
    value: JsonValue = field(hash=False)
    snapshot: int
    captured_at: str | None = None
    key_path: str | None = None
