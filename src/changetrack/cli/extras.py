"""What may be asked of a result by name, as it is printed: text, lines, a document, or JSON."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from changetrack._diffs import Diff
from changetrack._render import paint_diff
from changetrack._spelling import to_snake
from changetrack.cli.listings import list_links, list_sections, list_tables, paint_line
from changetrack.errors import InvalidOption
from changetrack.errors.base import quote
from changetrack.errors.likeness import find_nearest
from changetrack.wire import EXTRAS
from changetrack.wire.extras import write_diff_extras
from changetrack.wire.values import write_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from changetrack._models import Extra, JsonValue, Options
    from changetrack._results import Result
    from changetrack.cli.listings import Line

__all__ = ["FOR_JSON", "FOR_TEXT", "is_document", "print_extra", "read_extra", "read_extras"]

# What only one kind of page has; of the other kind it is empty.
FOR_TEXT = frozenset(("hunks", "sections", "links", "tables"))
FOR_JSON = frozenset(("fields", "json_patch", "merge_patch"))

_LETTERS = str.maketrans("", "", "-_")
_BY_LETTERS: dict[str, Extra] = {name.lower(): name for name in EXTRAS}


def read_extra(text: str, option: str) -> Extra:
    """Return the name that was meant, however it is spelled: jsonPatch, json_patch, json-patch.

    Raises:
        InvalidOption: there is no such name; the error lists those that there are.
    """
    found = _BY_LETTERS.get(text.strip().translate(_LETTERS).lower())
    if found is not None:
        return found
    nearest = find_nearest(text, EXTRAS)
    guess = f"did you mean {nearest}? There are" if nearest else "use one of"
    raise InvalidOption(f"there is no {quote(text)}", f"{guess} {', '.join(EXTRAS)}", option)


def read_extras(texts: Sequence[str], option: str) -> tuple[Extra, ...]:
    """Return the names in lists with commas, each once.

    Raises:
        InvalidOption: one of them is none.
    """
    words = (word for text in texts for word in text.split(",") if word.strip())
    return tuple(dict.fromkeys(read_extra(word, option) for word in words))


def is_document(name: Extra) -> bool:
    """Tell whether what is printed has a form that lines above it would break."""
    return to_snake(name) not in (*_TEXTS, *_LINES)


class _Request(NamedTuple):
    """A result that something of is to be printed; without a diff, that of nothing."""

    result: Result
    diff: Diff
    options: Options
    page: str


def print_extra(
    name: Extra, result: Result, options: Options, *, page: str, is_painted: bool
) -> str:
    """Return what is printed of a result under this name; `page` is what its file is called.

    Raises:
        PatchError: a merge patch cannot express the change.
        InvalidOption: of a rendering, the budget is too small or the cursor is of another diff.
    """
    request = _Request(result, result.diff or Diff(), options, page)
    key = to_snake(name)
    if key in _TEXTS:
        text = _TEXTS[key](request)
        return paint_diff(text) if is_painted and key in _SIGNED else text
    if key in _LINES:
        lines = _LINES[key](request.diff)
        return "".join(f"{paint_line(line, is_painted=is_painted)}\n" for line in lines)
    if key in _DOCUMENTS:
        return _DOCUMENTS[key](request)
    return f"{json.dumps(_find_json(name, request), ensure_ascii=False, indent=2)}\n"


def _find_json(name: Extra, request: _Request) -> JsonValue:
    if name == "stats":
        return write_value(request.diff.stats)
    if to_snake(name) == "merge_patch":
        # What it cannot express is trouble here, and no remark beside something else.
        return request.diff.merge_patch()
    return write_diff_extras(request.diff, request.options.with_given(include=(name,)))[0][name]


def _write_added(request: _Request) -> str:
    from changetrack._render import render_added

    return render_added(request.diff)


def _write_removed(request: _Request) -> str:
    from changetrack._render import render_removed

    return render_removed(request.diff)


def _write_rendering(request: _Request) -> str:
    options = request.options
    return request.result.render(budget=options.budget, cursor=options.cursor).text


def _write_split(request: _Request) -> str:
    from changetrack.cli.documents import write_document

    return write_document(request.diff, request.result.summary, request.page)


def _write_inline(request: _Request) -> str:
    from changetrack.cli.documents import write_document

    return write_document(request.diff, request.result.summary, request.page, layout="inline")


def _write_mail(request: _Request) -> str:
    from changetrack.cli.documents import write_document

    return write_document(request.diff, request.result.summary, request.page, mail=True)


_Text: TypeAlias = "Callable[[_Request], str]"

_TEXTS: dict[str, _Text] = {
    "added": _write_added,
    "removed": _write_removed,
    "summary": lambda request: f"{request.result.summary}\n",
}
# Their lines begin with the signs of a diff.
_SIGNED = frozenset(("added", "removed"))
_LINES: dict[str, Callable[[Diff], Iterator[Line]]] = {
    "sections": list_sections,
    "links": list_links,
    "tables": list_tables,
}
_DOCUMENTS: dict[str, _Text] = {
    "html": _write_split,
    "inline_html": _write_inline,
    "mail_html": _write_mail,
    "render": _write_rendering,
}
