"""JSON bodies of the diff API ↔ values; no HTTP here (DESIGN §4, seed 002).

    body ──load──▶ JSON ──read_request──▶ DiffRequest ──answer_request──▶ envelope ──encode──▶ bytes

`answer` is the whole way but the last step, and never raises for anything that a body can hold. The
seed's shape never changes: what we add stands under keys of its own, asked for by keys of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack._hashing import copy_json, dump_plain_json, load_json
from changetrack._models import EXTRAS, Limits
from changetrack._reader import Reader
from changetrack._spelling import to_snake
from changetrack.errors import ChangeTrackError
from changetrack.wire.answers import answer_request, write_error, write_result
from changetrack.wire.options import OPTION_NAMES, check_options
from changetrack.wire.requests import DiffItem, DiffRequest, read_request

if TYPE_CHECKING:
    from changetrack._models import JsonObject, JsonValue

__all__ = [
    "EXTRAS",
    "OPERATIONS",
    "OPTION_NAMES",
    "DiffItem",
    "DiffRequest",
    "Reader",
    "answer",
    "answer_request",
    "check_options",
    "describe_wire",
    "encode",
    "load",
    "operate",
    "read_request",
    "to_snake",
    "write_error",
    "write_result",
]

# What may be asked beside a diff, as routes, commands and functions are named.
OPERATIONS = ("apply", "revert", "compose", "blame", "pages")

_DEFAULT_LIMITS = Limits()


def answer(body: bytes | str | JsonValue, *, limits: Limits = _DEFAULT_LIMITS) -> JsonObject:
    """Return the envelope that answers a body: the result, the results of a batch, or the error.

    Bytes and strings are read as JSON text; anything else is a body that is parsed already, by
    whatever parser: what is no JSON in it, such as NaN, is refused.

    >>> envelope = answer({"previous": {"markdown": "a"}, "current": {"markdown": "a"}})
    >>> envelope["success"], envelope["data"]["status"]
    (True, 'same')
    >>> answer({"batch": []})["errorCode"]
    'invalid_request'
    """
    try:
        value = load(body, limits=limits) if isinstance(body, (bytes, str)) else copy_json(body)
        return answer_request(read_request(value, limits=limits), limits=limits)
    except ChangeTrackError as error:
        return write_error(error)


def load(body: bytes | str, *, limits: Limits = _DEFAULT_LIMITS) -> JsonValue:
    """Return the JSON of a body; integers are exact, and of two equal keys the last one counts.

    Raises:
        InvalidJson: it is not JSON, or nested deeper or with longer integers than `limits` allows.
    """
    return load_json(body, depth=limits.json_depth, digits=limits.integer_digits)


def operate(name: str, body: JsonValue, *, limits: Limits = _DEFAULT_LIMITS) -> JsonObject:
    r"""Return the envelope that answers a parsed body of one of `OPERATIONS`.

    Raises:
        ChangeTrackError: something in it is wrong, or a diff does not apply.

    >>> text = "--- previous\n+++ current\n@@ -1 +1 @@\n-a\n+b\n"
    >>> body = {"diff": {"text": text}, "previous": {"markdown": "a"}}
    >>> operate("apply", body)["data"]["snapshot"]["markdown"]
    'b'
    """
    from changetrack.wire.operations import find_data  # only for whoever asks

    return {"success": True, "data": find_data(name, body, limits)}


def encode(value: JsonValue) -> bytes:
    """Return the JSON text of what this module wrote; integers of any size are exact."""
    return dump_plain_json(value)


def describe_wire(limits: Limits = _DEFAULT_LIMITS, *, root: str = "#/$defs/") -> JsonObject:
    """Return the JSON Schema of each part of a request and of its answer, by name.

    They refer to each other under `root`: as they come, they are the `$defs` of a document, and
    with "#/components/schemas/" the components of an OpenAPI one. Objects may hold more than is
    described: unknown keys are ignored, and each known one may be spelled in snake_case.

    >>> definitions = describe_wire()
    >>> definitions["FieldPair"]["required"]
    ['previous', 'current']
    >>> schema_of_a_body = {"$ref": "#/$defs/DiffRequest", "$defs": definitions}
    """
    from changetrack._definitions import define_wire  # 3 ms; only documents ask

    return define_wire(limits, root)
