"""What a schema has to say against a value that a language model gave.

The library's own validation is asked, through its front door: it is bounded in steps, runs patterns
in linear time and never fetches a reference. A schema comes with the request and the value from a
model that read a page, so neither may decide how long this takes.
"""

from __future__ import annotations

from changetrack import JsonValue, Options, track

__all__ = ["list_complaints"]


def list_complaints(value: JsonValue, schema: JsonValue) -> tuple[str, ...]:
    """Return what of a value is not as its schema wants it, one line each; null is no value.

    A value that is too large to be compared has a line that says so.

    Raises:
        InvalidSchema: the schema cannot be used.

    >>> list_complaints({"price": "$19"}, {"properties": {"price": {"type": "number"}}})
    ('price: must be a number, is a string',)
    """
    # Told not to narrow, tracking adds no warning of its own to those of validation.
    options = Options(modes=("json",), schema=schema, track_only_schema=False)
    return track(json=value, options=options).warnings
