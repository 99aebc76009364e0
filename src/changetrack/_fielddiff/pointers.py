"""The other text form of a field path: JSON Pointer (RFC 6901), for JSON Patch."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from changetrack._models import PathSegment


def format_pointer(path: Iterable[PathSegment]) -> str:
    """Return the JSON Pointer of a field path; the empty one is the whole value.

    >>> format_pointer(("plans", 0, "a/b~c")), format_pointer(())
    ('/plans/0/a~1b~0c', '')
    """
    return "".join(f"/{escape_segment(segment)}" for segment in path)


def escape_segment(segment: PathSegment) -> str:
    """Return one step of a JSON Pointer.

    >>> escape_segment("a/b~c")
    'a~1b~0c'
    """
    return str(segment).replace("~", "~0").replace("/", "~1")
