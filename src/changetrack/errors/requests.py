"""What is wrong with what a caller sent."""

from __future__ import annotations

from changetrack.errors.base import ChangeTrackError, quote

__all__ = [
    "EmptyBatch",
    "FieldTooLong",
    "InvalidJson",
    "InvalidOption",
    "InvalidPath",
    "InvalidRequest",
    "InvalidSchema",
    "InvalidSnapshot",
    "InvalidText",
    "JsonTooDeep",
    "MissingContent",
    "NumberTooLong",
    "UnknownMode",
]


class InvalidRequest(ChangeTrackError, ValueError):
    """The caller's input is wrong; sending it again changes nothing."""


class InvalidJson(InvalidRequest):
    """The value is not JSON."""

    reason = "invalid_json"


class JsonTooDeep(InvalidJson):
    """The JSON is nested deeper than `Limits.json_depth`."""

    reason = "json_too_deep"

    def __init__(self, allowed: int, path: str = "") -> None:
        super().__init__(
            f"the JSON is nested deeper than {allowed} levels",
            "flatten it or raise the limit",
            path,
        )
        self.allowed = allowed


class NumberTooLong(InvalidJson):
    """An integer has more digits than Python converts."""

    reason = "number_too_long"

    def __init__(self, allowed: int, path: str = "") -> None:
        super().__init__(
            f"an integer has more than {allowed:,} digits", "send it as a string", path
        )
        self.allowed = allowed


class InvalidText(InvalidRequest):
    """The text holds a lone surrogate, which no UTF-8 can carry."""

    reason = "invalid_text"

    def __init__(self, position: int, path: str = "") -> None:
        super().__init__(
            f"the text holds a lone surrogate at character {position}",
            "decode the page with errors='replace'",
            path,
        )
        self.position = position


class EmptyBatch(InvalidRequest):
    """A batch must hold at least one item."""

    reason = "empty_batch"

    def __init__(self, path: str = "batch") -> None:
        super().__init__("the list is empty", "send at least one item", path)


class UnknownMode(InvalidRequest):
    """A mode is neither `gitDiff` (or `git-diff`) nor `json`."""

    reason = "unknown_mode"

    def __init__(self, mode: str, path: str = "modes") -> None:
        super().__init__(f"unknown mode {quote(mode)}", "use 'gitDiff', 'json' or both", path)
        self.mode = mode


class MissingContent(InvalidRequest):
    """There is nothing to compare."""

    reason = "missing_content"


class InvalidSnapshot(InvalidRequest):
    """The stored baseline cannot be read as a snapshot."""

    reason = "invalid_snapshot"


class InvalidSchema(InvalidRequest):
    """The JSON Schema is malformed, unsafe or too complex."""

    reason = "invalid_schema"


class InvalidPath(InvalidRequest):
    """A field path does not parse."""

    reason = "invalid_path"

    def __init__(self, text: str, position: int, problem: str) -> None:
        super().__init__(
            f"{quote(text)} at character {position}: {problem}",
            'write paths like plans[0].price or ["odd.key"].x',
        )
        self.text = text
        self.position = position


class InvalidOption(InvalidRequest):
    """An option is outside its range."""

    reason = "invalid_option"


class FieldTooLong(InvalidRequest):
    """A label such as `tag` is longer than its limit."""

    reason = "field_too_long"

    def __init__(self, allowed: int, actual: int, path: str = "") -> None:
        super().__init__(
            f"{actual:,} characters, at most {allowed:,} are allowed", "shorten it", path
        )
        self.allowed = allowed
        self.actual = actual
