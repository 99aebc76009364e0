"""What an element wears: a class that a sheet knows, or the whole of its style."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from changetrack._render.html.styles import MAIL, ROOT
from changetrack._render.markup import Markup, element, join

if TYPE_CHECKING:
    from collections.abc import Iterable

    from changetrack._render.lines import Piece
    from changetrack._render.rows import Cell

# Looks that the element itself tells the sheet; all others are their own class.
_CLASSES = dict.fromkeys(
    ("caption", "label", "words", "hunk", "note", "rest", "word-del", "word-add"), ""
)

# Mail programs fold blanks; those that do not break stay as they are.
_HARD_BLANK = "\N{NO-BREAK SPACE}"
_TAB = _HARD_BLANK * 4


@dataclass(frozen=True, slots=True)
class Dress:
    """How looks are worn; `is_mail` puts each style on its element, and never a class or an id."""

    is_mail: bool

    def wear(self, look: str, also: str = "") -> dict[str, str]:
        """Return the attributes of a look; `also` are classes, which a mail has none of."""
        if self.is_mail:
            return {"style": MAIL[look]}
        classes = f"{_CLASSES.get(look, look)} {also}".strip()
        return {"class_": classes} if classes else {}

    def wear_row(self, cell: Cell | None, hunk: str | None) -> dict[str, str]:
        """Return the attributes of a row of lines: in a mail its looks, on a page its name."""
        if self.is_mail:
            kind = "same" if cell is None else "moved" if cell.is_moved else cell.kind
            return {"style": MAIL[f"row-{kind}"]}
        return {} if hunk is None else {"id": f"{ROOT}-{hunk}"}

    def write_line(self, pieces: Iterable[Piece], *, is_added: bool) -> Markup:
        """Return a line with what differs in it marked."""
        tag, look = ("ins", "word-add") if is_added else ("del", "word-del")
        written: list[str] = []
        for kind, text in pieces:
            if kind == "plain":
                written.append(self._space(text))
            elif kind == "gap":
                written.append(element("span", text, **self.wear("gap")))
            else:
                written.append(element(tag, self._space(text), **self.wear(look)))
        return join(written)

    def _space(self, text: str) -> str:
        if not self.is_mail:
            return text
        # A blank behind a letter may break; each further one is hard, and so is one at the start.
        hard = text.replace("\t", _TAB).replace("  ", f" {_HARD_BLANK}")
        return f"{_HARD_BLANK}{hard[1:]}" if hard.startswith(" ") else hard
