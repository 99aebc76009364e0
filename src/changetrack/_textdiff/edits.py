"""Stage one: two lists of lines → the ranges in which they differ (DESIGN §6).

The home of rapidfuzz, whose bit-parallel LCS is exact and fast but wants old × new bits: it is only
ever shown pieces. A piece is the core between common prefix and suffix, or a window of a larger
core, or what lies between two anchors where windows do badly. So time is linear in the lines,
memory is bounded, and the same lines give the same edits on every machine: the work is counted,
never timed.
"""

from __future__ import annotations

from collections import Counter
from itertools import compress, count, pairwise
from operator import ne
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Lines: TypeAlias = "list[str]"

# Old lines start:end are replaced by new lines start:end; either range may be empty, never both.
Edit: TypeAlias = "tuple[int, int, int, int]"
# Old start, new start, length of a run of equal lines.
Block: TypeAlias = "tuple[int, int, int]"

# Cores of up to this many cells (old × new lines) are solved exactly: 128 KiB of bits, about a
# millisecond. Larger limits were measured to cost more than they save.
EXACT_CELLS = 2**20
# A window's side. 256 to 512 measured best: one call costs about 20 µs, and drift stays bounded.
WINDOW = 512
# A window is only believed in its middle: its head is settled, its tail has not seen what follows.
SETTLED = (WINDOW // 2, WINDOW * 7 // 8)
# Anchors are worth their dictionaries where they stand on at least one line in so many.
ANCHOR_SHARE = 8
# Pieces between anchors are merged up to this many lines: small enough for one cheap exact call.
PIECE = 256


class EditScript(NamedTuple):
    """The edits in order, and whether the work budget made them coarser than the minimum."""

    edits: list[Edit]
    coarse: bool


def compare_lines(old: Lines, new: Lines) -> EditScript:
    """Return where the lines differ; no edit touches the next one."""
    head = _common_prefix(old, new)
    if head == len(old) == len(new):
        return EditScript([], coarse=False)
    tail = _common_suffix(old, new, head)
    old_end, new_end = len(old) - tail, len(new) - tail
    rows, columns = old_end - head, new_end - head
    if not rows or not columns:
        return EditScript([(head, old_end, head, new_end)], coarse=False)
    coarse = rows * columns > EXACT_CELLS
    match = _match_windows if coarse else _match_exactly
    core = match(old[head:old_end], new[head:new_end])
    blocks = ((i + head, j + head, size) for i, j, size in core)
    return EditScript(_invert(blocks, (head, old_end, head, new_end), old, new), coarse=coarse)


def compare_tokens(old: Lines, new: Lines) -> EditScript:
    """Return what `compare_lines` does, sooner where few lists are equal at their ends.

    Those of a page nearly always are, and long; the words of a line that changed are neither.
    """
    if len(old) * len(new) > EXACT_CELLS:
        return compare_lines(old, new)
    edits: list[Edit] = []
    i = j = 0
    for start, new_start, size in _match_exactly(old, new):
        end, new_end = start + size, new_start + size
        if old[start:end] != new[new_start:new_end]:
            return compare_lines(old, new)  # they only looked equal
        if start > i or new_start > j:
            edits.append((i, start, j, new_start))
        i, j = end, new_end
    if i < len(old) or j < len(new):
        edits.append((i, len(old), j, len(new)))
    return EditScript(edits, coarse=False)


def count_head(one: str, other: str) -> int:
    """Return how many characters two texts begin with alike."""
    from rapidfuzz.distance import Prefix

    return Prefix.similarity(one, other)


def count_tail(one: str, other: str, head: int) -> int:
    """Return how many characters two texts end with alike, of those behind their `head`."""
    from rapidfuzz.distance import Postfix

    return min(Postfix.similarity(one, other), min(len(one), len(other)) - head)


def _common_prefix(old: Lines, new: Lines) -> int:
    shorter = min(len(old), len(new))
    return next(compress(count(), map(ne, old, new)), shorter)


def _common_suffix(old: Lines, new: Lines, head: int) -> int:
    room = min(len(old), len(new)) - head
    differing = compress(count(), map(ne, reversed(old), reversed(new)))
    return min(next(differing, room), room)


def _invert(blocks: Iterable[Block], core: Edit, old: Lines, new: Lines) -> list[Edit]:
    """Turn equal runs into the edits between them."""
    edits: list[Edit] = []
    i, old_end, j, new_end = core
    for old_start, new_start, size in _verify(blocks, old, new):
        if old_start > i or new_start > j:
            edits.append((i, old_start, j, new_start))
        i, j = old_start + size, new_start + size
    # The last lines of the core differ, or they would belong to the suffix.
    return [*edits, (i, old_end, j, new_end)]


def _verify(blocks: Iterable[Block], old: Lines, new: Lines) -> Iterator[Block]:
    """Yield the blocks without the lines that only looked equal.

    rapidfuzz compares hashes. Lines that differ and hash alike are rare (an empty line and a lone
    NUL do), but a diff that loses a change must be quite impossible.
    """
    for i, j, size in blocks:
        if old[i : i + size] == new[j : j + size]:
            yield i, j, size
        else:
            yield from ((i + at, j + at, 1) for at in range(size) if old[i + at] == new[j + at])


def _match_exactly(old: Lines, new: Lines) -> list[Block]:
    from rapidfuzz.distance import LCSseq  # 36 ms to import

    found = LCSseq.opcodes(old, new).as_matching_blocks()
    return [(block.a, block.b, block.size) for block in found if block.size]


def _match_windows(old: Lines, new: Lines, *, anchored: bool = False) -> Iterator[Block]:
    """Slide a window down both sides, each time keeping the settled part of its exact match.

    A window that matches badly says that the sides have drifted apart (a long insertion, a move).
    Then, once, the rest is cut at anchors, which see the whole of both sides.
    """
    i = j = 0
    while i < len(old) and j < len(new):
        old_window, new_window = old[i : i + WINDOW], new[j : j + WINDOW]
        run = _common_prefix(old_window, new_window)
        if run:
            yield i, j, run
            i, j = i + run, j + run
            continue
        blocks = _match_exactly(old_window, new_window)
        if i + WINDOW >= len(old) and j + WINDOW >= len(new):
            yield from ((i + a, j + b, size) for a, b, size in blocks)
            return
        if not anchored and sum(size for _, _, size in blocks) < WINDOW // 2:
            anchored = True
            cuts = _find_cuts(old[i:], new[j:])
            if cuts:
                yield from _match_pieces(old[i:], new[j:], cuts, (i, j))
                return
        kept = _settle(blocks)
        yield from ((i + a, j + b, size) for a, b, size in kept)
        if kept:
            a, b, size = kept[-1]
            i, j = i + a + size, j + b + size
        else:
            i, j = i + SETTLED[0], j + SETTLED[0]


def _settle(blocks: list[Block]) -> list[Block]:
    """Return the blocks up to the largest one that ends where a window is believed."""
    first, last = SETTLED
    ends = [max(a, b) + size for a, b, size in blocks]
    band = [at for at, end in enumerate(ends) if first <= end <= last]
    if not band:
        # Nothing ends there: all that ends before it, or else whatever comes first.
        before = sum(end < first for end in ends)
        return blocks[: before or 1]
    largest = max(band, key=lambda at: blocks[at][2])
    return blocks[: largest + 1]


def _find_cuts(old: Lines, new: Lines) -> list[tuple[int, int]]:
    """Return where both sides may be cut: at lines unique on both, in the same order on both."""
    places = _unique_lines(new)
    pairs = [(at, places[line]) for line, at in _unique_lines(old).items() if line in places]
    anchors = _longest_rising(pairs)
    if len(anchors) * ANCHOR_SHARE < min(len(old), len(new)):
        return []
    cuts = [(0, 0)]
    for i, j in anchors:
        if max(i - cuts[-1][0], j - cuts[-1][1]) >= PIECE:
            cuts.append((i, j))
    return [*cuts, (len(old), len(new))]


def _unique_lines(lines: Lines) -> dict[str, int]:
    counts = Counter(lines)
    return {line: at for at, line in enumerate(lines) if counts[line] == 1}


def _longest_rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest subsequence whose second numbers rise: patience sorting."""
    from bisect import bisect_left  # a library to load, for large pages only

    tops: list[int] = []
    top_pairs: list[int] = []
    before: list[int] = []
    for at, (_, j) in enumerate(pairs):
        pile = bisect_left(tops, j)
        before.append(top_pairs[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [j]
        top_pairs[pile : pile + 1] = [at]
    chain = []
    at = top_pairs[-1] if top_pairs else -1
    while at >= 0:
        chain.append(pairs[at])
        at = before[at]
    return chain[::-1]


def _match_pieces(
    old: Lines, new: Lines, cuts: list[tuple[int, int]], offset: tuple[int, int]
) -> Iterator[Block]:
    for (i, j), (i_end, j_end) in pairwise(cuts):
        small = (i_end - i) * (j_end - j) <= EXACT_CELLS
        piece = old[i:i_end], new[j:j_end]
        blocks = _match_exactly(*piece) if small else _match_windows(*piece, anchored=True)
        for a, b, size in blocks:
            yield offset[0] + i + a, offset[1] + j + b, size
