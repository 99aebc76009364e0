"""A question as the endpoint gets it, and how it changes with what the endpoint says of it."""

from __future__ import annotations

from changetrack import JsonObject, JsonValue, wire

__all__ = ["Question"]

# A wrong answer is shown again so far; who cannot see the mistake in it would not in more of it.
_SHOWN_CHARS = 8_000
# How endpoints name what they lack or dislike, in the errors that we have seen.
_FORMAT_WORDS = ("response_format", "response format", "json_object", "schema")
_ANY_OBJECT: JsonObject = {"type": "json_object"}


class Question:
    """One question: its messages, and the options that the endpoint is not known to refuse."""

    def __init__(
        self, model: str, system: str, user: str, schema: JsonObject | None, name: str
    ) -> None:
        self._schema = schema
        self._messages = [_say("system", system), _say("user", user)]
        self._options: JsonObject = {"model": model, "stream": False, "temperature": 0}
        # The best format first. There is no third: what takes neither of two is not compatible.
        self._formats: list[JsonObject | None] = [_ANY_OBJECT, None]
        if schema is not None:
            wanted: JsonObject = {"name": name, "strict": True, "schema": schema}
            self._formats = [{"type": "json_schema", "json_schema": wanted}, _ANY_OBJECT]

    def write(self) -> JsonObject:
        """Return the body of the request."""
        messages: list[JsonValue] = [*self._messages]
        body: JsonObject = {**self._options, "messages": messages}
        return body if self._formats[0] is None else {**body, "response_format": self._formats[0]}

    def concede(self, error: str) -> bool:
        """Do without the option that an error names, and say whether there was one to give up.

        Models that reason take no temperature. A schema gives way to any object, with the schema
        told in words; any object gives way to text.
        """
        words = error.lower()
        if "temperature" in words and "temperature" in self._options:
            del self._options["temperature"]
            return True
        if len(self._formats) == 1 or not any(word in words for word in _FORMAT_WORDS):
            return False
        del self._formats[0]
        self._messages[0] = _say("system", f"{self._messages[0]['content']}\n\n{self._tell()}")
        return True

    def object_to(self, content: str, complaints: tuple[str, ...]) -> None:
        """Show the model its answer again, and what is wrong with it."""
        found = "\n".join(f"- {complaint}" for complaint in complaints)
        self._messages += [
            _say("assistant", content[:_SHOWN_CHARS]),
            _say("user", f"This answer is wrong:\n{found}\n\n{self._tell()}"),
        ]

    def _tell(self) -> str:
        words = "Answer with one JSON object and nothing else."
        if self._schema is None:
            return words
        return f"{words} It must fit this JSON Schema:\n{wire.encode(self._schema).decode()}"


def _say(role: str, text: str) -> JsonObject:
    return {"role": role, "content": text}
