"""HTML by construction: what is text is escaped, and only what was built here is not."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator

from changetrack import JsonValue

__all__ = [
    "Markup",
    "breakable",
    "code",
    "colour_json",
    "element",
    "join",
    "link",
    "spell_json",
    "write_inline",
    "write_markdown",
]


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def join(parts: Iterable[str], between: str = "") -> Markup:
    """Return parts as one piece of HTML."""
    return Markup(_escape(between).join(map(_escape, parts)))


def element(name: str, /, *children: str, **attributes: str | bool) -> Markup:
    """Return an element. An underscore in the name of an attribute is a dash, at its end nothing.

    >>> element("a", "R&D", href="/?a=1&b", class_="wide", download=True)
    '<a href="/?a=1&amp;b" class="wide" download>R&amp;D</a>'
    """
    given = "".join(map(_spell, attributes.items()))
    return Markup(f"<{name}{given}>{join(children)}</{name}>")


def code(text: str) -> Markup:
    """Return text as code."""
    return element("code", text)


def breakable(text: str, mark: str) -> Markup:
    """Return text that a line may end in after each `mark`, and nowhere else.

    >>> breakable("invalid_json", "_")
    'invalid_<wbr>json'
    """
    *steps, last = text.split(mark)
    return join([*(join([step, mark, Markup("<wbr>")]) for step in steps), last])


def link(target: str, *children: str) -> Markup:
    """Return a link."""
    return element("a", *children, href=target)


def write_markdown(text: str) -> Markup:
    """Return the little Markdown that descriptions use as HTML: paragraphs, lists and code.

    >>> write_markdown("Sends `previous`.")
    '<p>Sends <code>previous</code>.</p>'
    """
    return join(_write_block(block) for block in re.split(r"\n{2,}", text.strip()))


def write_inline(text: str) -> Markup:
    """Return one paragraph of such Markdown without its paragraph."""
    pieces = re.split(r"`([^`]+)`", text)
    return join(code(piece) if at % 2 else piece for at, piece in enumerate(pieces))


def spell_json(value: JsonValue, *, width: int = 58) -> str:
    """Return a value as JSON for people: what fits in `width` stands on one line.

    >>> spell_json({"modes": ["gitDiff"]})
    '{"modes": ["gitDiff"]}'
    """
    return "".join(_spell_value(value, "", width, width))


def colour_json(text: str) -> Markup:
    """Return JSON with its keys, strings, numbers and words told apart.

    >>> colour_json("[1]")
    '[<span class="number">1</span>]'
    """
    pieces: list[str] = []
    end = 0
    for token in _TOKEN.finditer(text):
        kind = str(token.lastgroup)
        pieces += [text[end : token.start()], element("span", token[0], class_=kind)]
        end = token.end()
    return join([*pieces, text[end:]])


# A string before a colon is a key.
_STRING = r'"(?:[^"\\]|\\.)*"'
_TOKEN = re.compile(
    rf"(?P<key>{_STRING}(?=:))|(?P<string>{_STRING})|(?P<number>-?\d[\d.eE+-]*)|(?P<word>[a-z]+)"
)


def _escape(text: str) -> str:
    return text if isinstance(text, Markup) else html.escape(text)


def _spell(attribute: tuple[str, str | bool]) -> str:
    key, value = attribute
    name = key.rstrip("_").replace("_", "-")
    if isinstance(value, bool):
        return f" {name}" if value else ""
    return f' {name}="{html.escape(value)}"'


def _write_block(block: str) -> Markup:
    if block.startswith("- "):
        items = re.split(r"^- ", block, flags=re.MULTILINE)[1:]
        return element("ul", *(element("li", write_inline(item.strip())) for item in items))
    return element("p", write_inline(block))


def _spell_value(value: JsonValue, indent: str, width: int, left: int) -> Iterator[str]:
    """Yield a value in pieces; `left` is how much of its line is left."""
    flat = json.dumps(value, ensure_ascii=False)
    if not isinstance(value, dict | list) or len(flat) <= left:
        yield flat
        return
    deeper = f"{indent}  "
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    yield opening
    for at, (name, each) in enumerate(_name_entries(value)):
        yield f"{',' if at else ''}\n{deeper}{name}"
        yield from _spell_value(each, deeper, width, width - len(deeper) - len(name))
    yield f"\n{indent}{closing}"


def _name_entries(value: dict[str, JsonValue] | list[JsonValue]) -> Iterator[tuple[str, JsonValue]]:
    if isinstance(value, list):
        yield from (("", each) for each in value)
    else:
        for key, each in value.items():
            yield f"{json.dumps(key, ensure_ascii=False)}: ", each
