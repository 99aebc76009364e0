"""What an OpenAI-compatible endpoint sends back → the JSON object that the model wrote.

Endpoints differ: some wrap the object in a fence or in prose, some think aloud before it, some say
with status 200 that they failed. What is no object in the end is `llm_failed`. Its detail is what
was said, whole: whoever lets it out cleans and cuts it.
"""

from __future__ import annotations

from changetrack import JsonObject, JsonValue, wire
from changetrack.errors import ChangeTrackError
from changetrack_server.errors import EndpointError

__all__ = ["find_error_text", "read_answer", "read_content"]

# How models that think aloud end it, where their server does not take it out.
_THINKING_ENDS = "</think>"
# Any other ending is one: "stop", and whatever else local servers call it.
_ENDINGS = {
    "length": "was cut off before the end of its answer",
    "content_filter": "was stopped by its content filter",
}


def read_content(body: bytes) -> str:
    """Return what the model wrote, as text.

    Raises:
        EndpointError: there is no such text: an error, a refusal, an answer that was cut off.
    """
    reply = _load(body)
    if reply is None:
        raise _fail("did not answer in JSON", find_error_text(body))
    choices = _get(reply, "choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = _get(choice, "message")
    if not isinstance(message, dict):
        raise _fail("gave no answer", find_error_text(body))
    refusal = message.get("refusal")
    if isinstance(refusal, str) and refusal:
        raise _fail("refused to answer", refusal)
    ending = str(_get(choice, "finish_reason"))
    if ending in _ENDINGS:
        raise _fail(_ENDINGS[ending])
    content = _join_parts(message.get("content"))
    if not content.strip():
        raise _fail("gave an empty answer")
    return content


def read_answer(content: str) -> JsonObject:
    r"""Return the JSON object in what a model wrote, out of its fence or its prose.

    Raises:
        EndpointError: there is none.

    >>> read_answer('Of course!\n```json\n{"price": 19}\n```')
    {'price': 19}
    """
    spoken = content.rpartition(_THINKING_ENDS)[2]
    # As it stands first: what looks like a fence or a thought may be within a string.
    for text in (content, spoken[spoken.find("{") : spoken.rfind("}") + 1]):
        answer = _load(text)
        if isinstance(answer, dict):
            return answer
    raise _fail("did not answer with a JSON object", content)


def find_error_text(body: bytes) -> str:
    """Return what an endpoint says of its failure: the words themselves if it speaks JSON."""
    reply = _load(body)
    if reply is None:
        return body.decode(errors="replace")
    error = _get(reply, "error")
    candidates = (_get(error, "message"), error, _get(reply, "message"), _get(reply, "detail"))
    words = (each for each in candidates if isinstance(each, str) and each)
    return next(words, wire.encode(reply).decode())


def _load(text: bytes | str) -> JsonValue:
    """Return the JSON of a text, None where it is none.

    Nothing is raised from here: a parser's error holds the whole text, and an endpoint may have put
    the key into it.
    """
    try:
        return wire.load(text)
    except ChangeTrackError:
        return None


def _get(value: JsonValue, key: str) -> JsonValue:
    return value.get(key) if isinstance(value, dict) else None


def _join_parts(content: JsonValue) -> str:
    """Return the text of a message, which some endpoints give in parts."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    texts = (_get(part, "text") for part in parts)
    return "".join(text for text in texts if isinstance(text, str))


def _fail(problem: str, said: str = "") -> EndpointError:
    return EndpointError("llm_failed", problem=f"the language model {problem}", detail=said)
