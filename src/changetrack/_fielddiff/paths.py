"""The text form of a field path: `plans[0].price`, `["odd.key"].x`, `$` (DESIGN §4.8).

One path has one printed text and no two paths share one, so the path map cannot lose a change. The
parser takes a little more than the printer writes: any key may be quoted.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from changetrack._models import ItemKey
from changetrack.errors import InvalidPath

if TYPE_CHECKING:
    from changetrack._models import FieldPath, JsonValue, KeyPath, PathSegment

ROOT = "$"

_SYNTAX = re.compile(r'[.\[\]"]')
# Of a name in brackets: what could end it, or what it could be taken for; nothing at all as well.
_ODD_NAME = re.compile(r'[.\[\]"=,\\]|^$')
_INDEX = re.compile(r"0|[1-9][0-9]*")
# As long as the largest list position on a 64-bit machine; int() of more could be slow.
_MAX_INDEX_DIGITS = 19
# An item by its keys, one pair at a time, and one that is gone and had none. Numbers that are
# longer Python would not read; nobody has such keys.
_STRING = r'"(?:[^"\\]|\\.)*"'
_NUMBER = r"-?\d{1,4300}(?:\.\d{1,400})?(?:[eE][-+]?\d{1,4})?"
_PAIR = re.compile(
    rf'([\[,])({_STRING}|[^.\[\]"=,\\]+)=({_STRING}|{_NUMBER}|true|false|null)', re.DOTALL
)
_GONE = re.compile(r"\[was (0|[1-9][0-9]{0,18})\]")


def format_path(path: FieldPath) -> str:
    """Return the text of a field path.

    Keys stand bare and joined by dots, list positions in brackets. A key that is empty or holds
    ``.``, ``[``, ``]`` or ``"`` is a JSON string in brackets, and so is a first key ``$``, because
    a lone ``$`` is the whole value. Different paths have different texts.

    >>> format_path(("plans", 0, "price")), format_path(("a.b", "")), format_path(())
    ('plans[0].price', '["a.b"][""]', '$')
    """
    if not path:
        return ROOT
    text = "".join(map(_format_segment, path))
    if path[0] == ROOT:
        return f'["{ROOT}"]{text[2:]}'
    return text.removeprefix(".")


def parse_path(text: str) -> FieldPath:
    """Return the field path that a text stands for; the inverse of `format_path`.

    A key may be quoted without need: ``["a"]`` is ``a``.

    Raises:
        InvalidPath: the text is no path; the error names the character.

    >>> parse_path('plans[0]["odd.key"]')
    ('plans', 0, 'odd.key')
    """
    if text == ROOT:
        return ()
    segments: list[PathSegment] = []
    position = 0
    while position < len(text) or not segments:
        segment, position = parse_segment(text, position)
        segments.append(segment)
    if text.startswith(ROOT) and segments[0] == ROOT:
        raise InvalidPath(
            text, 0, f'leave out the leading $, or write ["{ROOT}"] for a key named $'
        )
    return tuple(segments)


def format_key_path(path: KeyPath) -> str:
    """Return the text of a path in which list items stand by their keys.

    What identifies an item is written as JSON: ``[name="Pro"]``. An item that is gone and had no
    key is ``[was 2]``, by its previous position. Different paths have different texts, and no text
    is that of a path with another meaning.

    >>> from changetrack._models import ItemKey
    >>> format_key_path(("plans", ItemKey(("name", "region"), ("Pro", 1)), "price"))
    'plans[name="Pro",region=1].price'
    """
    if not path:
        return ROOT
    text = "".join(
        _format_item(segment) if isinstance(segment, tuple) else _format_segment(segment)
        for segment in path
    )
    if path[0] == ROOT:
        return f'["{ROOT}"]{text[2:]}'
    return text.removeprefix(".")


def parse_key_path(text: str) -> KeyPath:
    """Return the path by keys that a text stands for; the inverse of `format_key_path`.

    Raises:
        InvalidPath: the text is no such path; the error names the character.

    >>> parse_key_path('plans[name="Pro"].price')
    ('plans', ItemKey(names=('name',), values=('Pro',)), 'price')
    """
    if text == ROOT:
        return ()
    segments: list[PathSegment | ItemKey] = []
    position = 0
    while position < len(text) or not segments:
        segment: PathSegment | ItemKey
        segment, position = _parse_item(text, position) or parse_segment(text, position)
        segments.append(segment)
    return tuple(segments)


def _parse_item(text: str, position: int) -> tuple[ItemKey, int] | None:
    """Return the key of an item that stands here, and the position behind it; None if none does."""
    gone = _GONE.match(text, position)
    if gone:
        return ItemKey((), (int(gone[1]),)), gone.end()
    names: list[str] = []
    values: list[JsonValue] = []
    end = position
    while pair := _PAIR.match(text, end):
        if pair[1] != ("," if names else "["):
            return None
        names.append(str(_load(pair[2])) if pair[2][0] == '"' else pair[2])
        values.append(_load(pair[3]))
        end = pair.end()
    if not names or not text.startswith("]", end):
        return None
    return ItemKey(tuple(names), tuple(values)), end + 1


def _load(spelled: str) -> JsonValue:
    import json

    try:
        value: JsonValue = json.loads(spelled)
    except ValueError:  # as of longer numbers than this process reads
        raise InvalidPath(spelled, 0, "this is no JSON") from None
    return value


def count_key_chars(path: KeyPath) -> int:
    """Return how long the text of a path is at least, without spelling it; each step counts one.

    >>> count_key_chars(("plans", 0)), len(format_key_path(("plans", 0)))
    (7, 8)
    """
    return len(path) + sum(map(_count_chars, path))


def _count_chars(segment: PathSegment | ItemKey) -> int:
    if isinstance(segment, str):
        return len(segment)
    if not isinstance(segment, tuple):
        return 0
    words = (*segment.names, *segment.values)
    return sum(len(word) for word in words if isinstance(word, str))


def _format_item(key: ItemKey) -> str:
    import json

    if not key.names:
        return f"[was {key.values[0]}]"
    pairs = (
        f"{_format_name(name)}={json.dumps(value, ensure_ascii=False)}"
        for name, value in zip(key.names, key.values, strict=True)
    )
    return f"[{','.join(pairs)}]"


def _format_name(name: str) -> str:
    import json

    return json.dumps(name, ensure_ascii=False) if _ODD_NAME.search(name) else name


def _format_segment(segment: PathSegment) -> str:
    if not isinstance(segment, str):
        return f"[{segment}]"
    if segment and not _SYNTAX.search(segment):
        return f".{segment}"
    import json

    return f"[{json.dumps(segment, ensure_ascii=False)}]"


def parse_segment(text: str, position: int) -> tuple[PathSegment, int]:
    """Return the segment that starts here, and the position behind it."""
    if text.startswith('["', position):
        return _parse_quoted(text, position)
    if text.startswith("[", position):
        return _parse_index(text, position)
    if position:
        if text[position] != ".":
            raise InvalidPath(text, position, "expected a dot or a bracket")
        position += 1
    found = _SYNTAX.search(text, position)
    end = found.start() if found else len(text)
    if end == position:
        raise InvalidPath(text, position, 'expected a key; an empty one is written [""]')
    return text[position:end], end


def _parse_index(text: str, position: int) -> tuple[int, int]:
    found = _INDEX.match(text, position + 1)
    if not found or text[found.end() : found.end() + 1] != "]":
        raise InvalidPath(text, position, 'expected a position like [0] or a key like ["a.b"]')
    if len(found[0]) > _MAX_INDEX_DIGITS:
        raise InvalidPath(text, position, "the list position is too large")
    return int(found[0]), found.end() + 1


def _parse_quoted(text: str, position: int) -> tuple[str, int]:
    import json

    try:
        key, end = json.JSONDecoder().raw_decode(text, position + 1)
    except json.JSONDecodeError as error:
        raise InvalidPath(text, error.pos, "the quoted key is not a JSON string") from None
    if text[end : end + 1] != "]":
        raise InvalidPath(text, end, "expected a closing bracket")
    return str(key), end + 1
