"""A diff of both sides of a page, and everything that can be said of it.

Nothing is worked out before it is read, and nothing twice: whoever asks for nothing extra pays for
nothing extra.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from changetrack._fielddiff import Described, FieldDiff
    from changetrack._fielddiff.models import RichField
    from changetrack._models import DiffAst, JsonObject, JsonValue, PathMap
    from changetrack._significance import Significance, Stats
    from changetrack._structure import LinkChange, RichHunk, SectionChange, TableChange
    from changetrack._textdiff import TextDiff


@dataclass(frozen=True)
class Diff:
    """What changed, in the surfaces that the modes asked for.

    `text_diff` and `field_diff` are the two diffs themselves; everything else is read from them
    when it is first asked for. Values in `json` are the snapshot's own: copy them before changing
    them.
    """

    text_diff: TextDiff | None = None
    field_diff: FieldDiff | None = None

    @property
    def text(self) -> str | None:
        """The unified text, in gitDiff and mixed mode."""
        return None if self.text_diff is None else self.text_diff.text

    @property
    def json(self) -> DiffAst | PathMap:
        """The path map where JSON is tracked, otherwise the parse-diff style tree."""
        if self.field_diff is not None:
            return self.field_diff.map
        return {} if self.text_diff is None else self.text_diff.ast

    @property
    def truncated(self) -> bool:
        """Whether `json` is cut; `text` never is."""
        if self.field_diff is not None:
            return self.field_diff.truncated
        return self.text_diff is not None and self.text_diff.truncated

    @cached_property
    def hunks(self) -> tuple[RichHunk, ...]:
        """Each contiguous change of the text: where on the page, what in its lines, what moved."""
        from changetrack._structure import describe_hunks

        return describe_hunks(self.text_diff) if self.text_diff else ()

    @cached_property
    def sections(self) -> tuple[SectionChange, ...]:
        """What became of each section of the text, in the order of the page."""
        from changetrack._structure import describe_sections

        return describe_sections(self.text_diff, self.hunks) if self.text_diff else ()

    @cached_property
    def links(self) -> tuple[LinkChange, ...]:
        """The links and images of the text that changed."""
        from changetrack._structure import describe_links

        return describe_links(self.text_diff) if self.text_diff else ()

    @cached_property
    def tables(self) -> tuple[TableChange, ...]:
        """The tables of the text that changed, cell by cell."""
        from changetrack._structure import describe_tables

        return describe_tables(self.text_diff) if self.text_diff else ()

    @property
    def fields(self) -> tuple[RichField, ...]:
        """Each change of the JSON: where, from what to what, and by how much.

        All of them, unless their paths are longer together than `Limits.field_path_chars`.
        """
        return self._described.fields

    @cached_property
    def uncounted_moves(self) -> tuple[RichField, ...]:
        """The moves that are no change, as the order does not count; they are marked.

        Without them, the places of `fields` do not hold. All of them are there, or, where their
        paths are too long, none; and none where nothing else changed.
        """
        from changetrack._fielddiff import describe_moves

        return describe_moves(self.field_diff, self._described.left) if self.field_diff else ()

    @cached_property
    def _described(self) -> Described:
        from changetrack._fielddiff import Described, describe_where

        return describe_where(self.field_diff) if self.field_diff else Described()

    @property
    def field_count(self) -> int:
        """The number of changes of the JSON, whether `fields` has all of them or not."""
        return 0 if self.field_diff is None else len(self.field_diff)

    @property
    def fields_truncated(self) -> bool:
        """Whether some of `fields` or of `uncounted_moves` are missing; `field_diff` is whole."""
        if self.field_diff is None:
            return False
        moves = self.field_diff.list_uncounted_moves()
        return len(self.fields) < self.field_count or len(self.uncounted_moves) < len(moves)

    def json_patch(self, *, tests: bool = False) -> list[JsonObject]:
        """Return the changes of the JSON as a JSON Patch (RFC 6902).

        With `tests`, each place is tested before it is changed, so that the patch applies to the
        previous value or not at all.
        """
        from changetrack._fielddiff import write_json_patch

        return write_json_patch(self.field_diff, tests=tests) if self.field_diff else []

    def merge_patch(self) -> JsonValue:
        """Return the changes of the JSON as a merge patch (RFC 7386).

        Raises:
            MergePatchRefused: a merge patch cannot express them.
        """
        from changetrack._fielddiff import write_merge_patch

        return {} if self.field_diff is None else write_merge_patch(self.field_diff)

    @cached_property
    def stats(self) -> Stats:
        """The diff in numbers, how much it matters, and the fingerprint of the change."""
        from changetrack._significance import weigh_diff

        weights = (*self.hunk_weights, *self.field_weights)
        return weigh_diff(self.text_diff, self.field_diff, self.hunks, weights)

    @cached_property
    def hunk_weights(self) -> tuple[Significance, ...]:
        """How much each of the hunks matters, in their order."""
        from changetrack._significance import weigh_hunks

        return weigh_hunks(self.text_diff, self.hunks)

    @cached_property
    def field_weights(self) -> tuple[Significance, ...]:
        """How much each change of `field_diff` matters, in their order."""
        from changetrack._significance import weigh_changes

        return weigh_changes(self.field_diff) if self.field_diff else ()

    @cached_property
    def weighed_fields(self) -> tuple[tuple[Significance, RichField], ...]:
        """Each of `fields`, and how much it matters."""
        weights, places = self.field_weights, self._described.places
        return tuple(
            (weights[place], field) for place, field in zip(places, self.fields, strict=True)
        )
