"""A question as the endpoint gets it, and how it changes with what the endpoint says of it."""

from __future__ import annotations

from collections.abc import Iterator

from changetrack import JsonObject, JsonValue, wire

__all__ = ["Question"]

# A wrong answer is shown again so far; who cannot see the mistake in this will not find it at all.
_SHOWN_CHARS = 8_000
# What endpoints call what they lack, in errors that we have seen.
_FORMAT_WORDS = ("response_format", "response format", "json_schema", "json_object", "schema")


class Question:
    """One question: its messages, and the options that the endpoint is known to understand."""

    def __init__(
        self, model: str, system: str, user: str, schema: JsonObject | None, name: str
    ) -> None:
        self._model = model
        self._schema = schema
        self._messages: list[JsonValue] = [_say("system", system), _say("user", user)]
        self._options: JsonObject = {"temperature": 0, "response_format": _format(schema, name)}
        self._pauses: Iterator[float] | None = None

    def write(self) -> JsonObject:
        """Return the body of the request."""
        return {"model": self._model, "messages": [*self._messages], "stream": False} | self._options

    def pauses(self, pauses: tuple[float, ...]) -> Iterator[float]:
        """Return what is left of the pauses between the tries of this question."""
        if self._pauses is None:
            self._pauses = iter(pauses)
        return self._pauses

    def concede(self, error: str) -> bool:
        """Do without the option that an error names, if it may be done without; say whether.

        A schema gives way to any JSON object, with the schema told in words; any JSON object to
        text. Models that only think do not take a temperature. Each is given up once.
        """
        words = error.lower()
        if "temperature" in words and self._options.pop("temperature", None) is not None:
            return True
        if self._format_is_final or not any(word in words for word in _FORMAT_WORDS):
            return False
        ...
