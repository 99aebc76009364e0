"""What a model sees of a diff: as many of its pieces as fit, inside a fence, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from changetrack import JsonObject
from changetrack_server.llm.fences import FENCE_CHARS, fence_text
from changetrack_server.llm.pieces import Piece, Side, list_drafts

__all__ = ["HEADER_CHARS", "Evidence", "build_evidence"]

# What stands in an evidence besides the pieces that fit: the fence, the note on what is missing,
# and the head of the piece that is shown where none fits.
HEADER_CHARS = FENCE_CHARS + 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The pieces of a diff that a model sees, and all of them as its text.

    `omitted` is the number of pieces that are not shown, or not whole. What is not shown cannot be
    cited.
    """

    text: str
    pieces: tuple[Piece, ...]
    omitted: int = 0

    def find(self, quote: str, side: Side) -> tuple[str, ...]:
        """Return the ids of the pieces that hold a quote on that side, letter by letter."""
        return tuple(
            piece.id for piece in self.pieces if any(quote in text for text in piece.quotable[side])
        )


def build_evidence(diff: JsonObject, budget: int, *, nonce: str | None = None) -> Evidence:
    """Return the evidence of a result's `diff`: the pieces, in order, that fit into the budget.

    A piece that is too large does not keep a later one out. Where not one fits, the first is shown
    by the beginnings of its two sides. The text never has more than `budget` and `HEADER_CHARS`
    characters together.

    >>> diff = {"json": {"price": {"previous": "$19", "current": "$24"}}}
    >>> print(build_evidence(diff, 1_000, nonce="0123456789ab").text)
    ===== UNTRUSTED 0123456789ab =====
    f1 "price"
    -"$19"
    +"$24"
    ===== END OF UNTRUSTED 0123456789ab =====
    """
    drafts = list_drafts(diff)
    pieces: list[Piece] = []
    room = budget
    for draft in drafts:
        if draft.size <= room:
            pieces.append(draft.show())
            room -= draft.size
    omitted = len(drafts) - len(pieces)
    if drafts and not pieces:
        pieces.append(drafts[0].show_beginnings(budget))
    text = fence_text("\n".join(piece.text for piece in pieces), nonce)
    if omitted:
        text += (
            f"\nNot shown, or not whole: {omitted:,} of the {len(drafts):,} pieces of this diff."
        )
    return Evidence(text=text, pieces=tuple(pieces), omitted=omitted)
