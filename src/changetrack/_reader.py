"""Typed fields out of a JSON object that somebody sent, with errors that name the place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from changetrack._kinds import name_kind
from changetrack._spelling import to_snake
from changetrack.errors import FieldTooLong, InvalidRequest

if TYPE_CHECKING:
    from changetrack._models import JsonValue


class Reader:
    """One object of a request. A field that is absent or null reads as None.

    Every name is understood in snake_case too; unknown names are left alone, as newer clients send
    them.
    """

    __slots__ = ("_error", "_fields", "path")

    def __init__(
        self, value: object, path: str = "", *, error: type[InvalidRequest] = InvalidRequest
    ) -> None:
        """Take the object at `path`; what is wrong with it or in it is raised as `error`.

        Raises:
            InvalidRequest: the value is not an object.
        """
        if not isinstance(value, Mapping):
            problem = f"expected an object, got {name_kind(value)}"
            raise error(problem, "send a JSON object", path)
        self._fields: Mapping[str, JsonValue] = value
        self._error = error
        self.path = path

    @property
    def names(self) -> list[str]:
        """The names of all fields that are there, in the caller's spelling and order."""
        return list(self._fields)

    def place(self, name: str) -> str:
        """Return the path of a field."""
        return f"{self.path}.{name}" if self.path else name

    def raw(self, name: str) -> JsonValue:
        """Return the field as it is.

        Raises:
            InvalidRequest: both its spellings are there.
        """
        fields = self._fields
        snake = to_snake(name)
        if snake != name and snake in fields:
            if name in fields:
                problem = f"both {name} and {snake} are given"
                raise self._error(problem, f"send {name} only", self.place(name))
            return fields[snake]
        return fields.get(name)

    def text(self, name: str, *, at_most: int | None = None) -> str | None:
        """Return a string field.

        Raises:
            InvalidRequest: it is something else.
            FieldTooLong: it has more than `at_most` characters.
        """
        value = self.raw(name)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self._wrong(name, "a string", value)
        if at_most is not None and len(value) > at_most:
            raise FieldTooLong(at_most, len(value), self.place(name))
        return value

    def flag(self, name: str) -> bool | None:
        """Return a boolean field.

        Raises:
            InvalidRequest: it is something else.
        """
        value = self.raw(name)
        if value is None or isinstance(value, bool):
            return value
        raise self._wrong(name, "true or false", value)

    def items(self, name: str) -> list[JsonValue] | None:
        """Return an array field.

        Raises:
            InvalidRequest: it is something else.
        """
        value = self.raw(name)
        if value is None or isinstance(value, list):
            return value
        raise self._wrong(name, "an array", value)

    def within(self, name: str) -> Reader | None:
        """Return a reader of an object field.

        Raises:
            InvalidRequest: it is something else.
        """
        value = self.raw(name)
        return None if value is None else Reader(value, self.place(name), error=self._error)

    def _wrong(self, name: str, wanted: str, value: object) -> InvalidRequest:
        problem = f"expected {wanted}, got {name_kind(value)}"
        return self._error(problem, "correct or leave out the field", self.place(name))
