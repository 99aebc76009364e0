"""What an element wears: a class that a sheet knows, or the whole of its style."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from changetrack._render.html.styles import DARK_LOOKS, MAIL, ROOT
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
    """How looks are worn.

    With `is_mail`, nothing is an id or can be clicked, and there is no sheet: with `is_styled` each
    element carries its whole style, with `has_dark` also a class, for the sheet of whoever writes
    the rest of the mail. With `has_ids`, headers name their hunks.
    """

    is_mail: bool = True
    is_styled: bool = True
    has_dark: bool = False
    has_ids: bool = True

    def wear(self, look: str, also: str = "") -> dict[str, str]:
        """Return the attributes of a look; `also` are classes, which a mail has none of."""
        if self.is_mail:
            worn = {"style": MAIL[look]} if self.is_styled else {}
            has_class = self.has_dark and look in DARK_LOOKS
            return {"class_": f"{ROOT}-{look}", **worn} if has_class else worn
        classes = f"{_CLASSES.get(look, look)} {also}".strip()
        return {"class_": classes} if classes else {}

    def wear_page(self, classes: str) -> dict[str, str]:
        """Return classes of a page, which a mail has none of."""
        return {} if self.is_mail else {"class_": classes}

    def wear_frame(self, name: str) -> dict[str, str]:
        """Return the attributes of a table."""
        if not self.is_mail:
            return {"class_": name}
        bare = {"border": "0", "cellpadding": "0", "cellspacing": "0", "width": "100%"}
        return {**bare, **self.wear("frame")} if self.is_styled else {}

    def wear_row(self, cell: Cell | None, hunk: str | None) -> dict[str, str]:
        """Return the attributes of a row of lines: in a mail its looks, on a page its name."""
        if self.is_mail:
            kind = "same" if cell is None else "moved" if cell.is_moved else cell.kind
            return self.wear(f"row-{kind}")
        return {} if hunk is None else {"id": f"{ROOT}-{hunk}"}

    def wear_field(self) -> dict[str, str]:
        """Return the attributes of a row of fields."""
        return self.wear("row-field") if self.is_mail else {}

    def wear_text(self, also: str) -> dict[str, str]:
        """Return the attributes of the text of a line; what is written from the right stays so."""
        return {**self.wear("text", also), **({"dir": "auto"} if self.is_mail else {})}

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


PAGE = Dress(is_mail=False)
MAIL_DRESS = Dress()
# A mail that has a sheet in its head, for the dark: `MAIL_DARK`. Here and in a feed are stored
# diffs, whose hunks nobody knows by these ids.
LETTER = Dress(has_dark=True, has_ids=False)
# Readers of feeds have looks of their own, and take those of others away.
FEED = Dress(is_styled=False, has_ids=False)
