"""What an element wears: a class that a sheet knows, or the whole of its style."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from changetrack._render.html.styles import MAIL, ROOT
from changetrack._render.markup import Markup, element, join

if TYPE_CHECKING:
    from collections.abc import Iterable

    from changetrack._render.lines import Piece

# Where the class of a look is not its name.
_CLASSES = {
    "caption": "",
    "label": "",
    "words": "",
    "hunk": "",
    "note": "",
    "rest": "",
    "word-del": "",
    "word-add": "",
} | {
    f"{part}-{kind}": f"{part}{classes}"
    for part in ("num", "sign", "text")
    for kind, classes in (("same", ""), ("deleted", " del"), ("added", " add"))
}

# Mail programs fold blanks; those that do not break stay as they are.
_HARD_BLANK = "\N{NO-BREAK SPACE}"
_TAB = _HARD_BLANK * 4


@dataclass(frozen=True, slots=True)
class Dress:
    """How looks are worn; `is_mail` puts each style on its element, and never a class or an id."""

    is_mail: bool

    def wear(self, look: str, *, is_moved: bool = False, also: str = "") -> dict[str, str]:
        """Return the attributes of a look; `also` are classes that say something of the layout."""
        if self.is_mail:
            part, _, kind = look.partition("-")
            return {"style": MAIL[f"{part}-moved" if is_moved and kind else look]}
        classes = f"{_CLASSES.get(look, look)}{' moved' * is_moved} {also}".strip()
        return {"class_": classes} if classes else {}

    def name(self, hunk: str | None) -> dict[str, str]:
        """Return the attribute that makes a row the target of links."""
        return {} if self.is_mail or hunk is None else {"id": f"{ROOT}-{hunk}"}

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
