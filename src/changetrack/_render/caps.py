"""How much of a diff is shown, by who shows it; everything beyond it is counted."""

from __future__ import annotations

from typing import NamedTuple


class Caps(NamedTuple):
    """What is shown at most.

    `run` is how many lines of one kind follow each other before the next kind has its turn, so that
    a page that was rewritten shows both its sides; None: as many as there are.
    """

    rows: int
    chars: int
    line_chars: int
    fields: int
    value_chars: int
    run: int | None = None


# As many rows as the tree of a diff has entries: a browser lays them out in a second, and nobody
# reads more.
PAGE_CAPS = Caps(rows=5_000, chars=2_000_000, line_chars=4_000, fields=1_000, value_chars=600)
# Mail programs cut a mail off at about 100 KB, and a row with all its styles has some 700 bytes.
MAIL_CAPS = Caps(rows=100, chars=16_000, line_chars=600, fields=30, value_chars=200)
