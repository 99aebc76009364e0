"""Addresses that mail goes to: one each, plain, and nothing that a header could end in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from changetrack._kinds import name_kind
from changetrack._models import JsonValue
from changetrack.errors import InvalidRecipient

__all__ = ["MAX_RECIPIENTS", "read_address", "read_recipients"]

# As the compatible APIs have it.
MAX_RECIPIENTS = 25
# Of a path in SMTP (RFC 5321), without the brackets around it; and of what stands before the @.
_MAX_CHARS = 254
_MAX_LOCAL = 64

# The words of RFC 5322 without quotes, comments and names: what anybody's address looks like.
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS = re.compile(rf"(?P<local>{_ATOM}(?:\.{_ATOM})*)@(?:{_LABEL}\.)+(?P<top>{_LABEL})")


def read_recipients(values: Sequence[JsonValue], path: str) -> tuple[str, ...]:
    """Return addresses in their one spelling, each of them once.

    Raises:
        InvalidRecipient: one is none, or there are more than 25; the error names its place.
    """
    found: dict[str, None] = {}
    for index, value in enumerate(values):
        place = f"{path}[{index}]"
        if not isinstance(value, str):
            problem = f"expected an address, got {name_kind(value)}"
            raise InvalidRecipient(problem, "send a string", place)
        found[read_address(value, place)] = None
        if len(found) > MAX_RECIPIENTS:
            problem = f"more than {MAX_RECIPIENTS} addresses"
            raise InvalidRecipient(problem, "send to a list of yours instead", path)
    return tuple(found)


def read_address(text: str, path: str = "") -> str:
    """Return an address in lower case.

    Raises:
        InvalidRecipient: it is no address, more than one, or one with a name beside it.
    """
    # ASCII first: some letters beyond it have a lower case within.
    if not text.isascii():
        remedy = "write it in ASCII, a domain as xn--…"
        raise InvalidRecipient("the address has letters beyond ASCII", remedy, path)
    if len(text) > _MAX_CHARS:
        raise InvalidRecipient(f"more than {_MAX_CHARS} characters", "send an address", path)
    address = text.strip(" ").lower()
    found = _ADDRESS.fullmatch(address)
    if found is None or len(found["local"]) > _MAX_LOCAL or found["top"].isdigit():
        problem = "this is not one plain address"
        raise InvalidRecipient(problem, "send it as in somebody@example.com, one each", path)
    return address
