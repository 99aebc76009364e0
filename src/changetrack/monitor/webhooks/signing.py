"""Signatures of webhooks, and how a receiver checks them.

Two schemes go with each try, each with one signature for every secret that is live:

    X-CRW-Signature     t=<seconds>,v1=<hex>,v1=<hex>      over <seconds>.<body>
    webhook-signature   v1,<base64> v1,<base64>            over <id>.<seconds>.<body>

The first is keyed with the secret as it is spelled, the second with the bytes that stand in base64
behind `whsec_` (Standard Webhooks). A third, for receivers that were written for Firecrawl, is sent
on request; it knows no time, so it is never enough to believe a webhook.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from changetrack.errors import InvalidOption, InvalidSignature

__all__ = ["TOLERANCE", "new_secret", "sign", "verify"]

# As Stripe and Standard Webhooks have it: clocks differ, and nothing travels for longer.
TOLERANCE = timedelta(minutes=5)

_PREFIX = "whsec_"
# What HMAC-SHA256 is as strong with as it can be.
_SECRET_BYTES = 32
# A dot in an id could be moved from it into the time or the body, and all of it be signed alike.
_MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{1,200}")
_SECONDS = re.compile(r"[0-9]{1,12}")
# Ours have about 250 characters while two secrets are live.
_MOST_CHARS = 4_096

_CRW = "x-crw-signature"
_STANDARD = ("webhook-id", "webhook-timestamp", "webhook-signature")


class _Claim(NamedTuple):
    """What a webhook says of itself: when it was signed, and with which result."""

    seconds: str
    signatures: tuple[str, ...]
    # Of Standard Webhooks; None: the other scheme, which does not sign it.
    message_id: str | None = None


def new_secret(random: bytes) -> str:
    """Return a secret made of 32 random bytes.

    Raises:
        InvalidOption: they are more, or fewer.

    >>> new_secret(bytes(32))
    'whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='
    """
    if len(random) != _SECRET_BYTES:
        problem = f"a secret is made of {_SECRET_BYTES} random bytes, not of {len(random)}"
        raise InvalidOption(problem, "pass secrets.token_bytes(32)", "random")
    return _PREFIX + base64.b64encode(random).decode()


def sign(
    body: bytes,
    *,
    message_id: str,
    timestamp: int,
    secrets: Sequence[str],
    firecrawl: bool = False,
) -> dict[str, str]:
    """Return the headers that sign a body, with every secret that is live, the newest first.

    Raises:
        InvalidOption: the id holds a character that could be mistaken, or there is no secret, or
            one that `new_secret` did not make.
    """
    if not _MESSAGE_ID.fullmatch(message_id):
        problem = "the id of a message is made of A-Z, a-z, 0-9, _ and -"
        raise InvalidOption(problem, "use another id", "message_id")
    keys = [(secret, _read_key(secret)) for secret in _check_secrets(secrets)]
    if any(key is None for _, key in keys):
        raise InvalidOption("a secret is not whsec_ and base64", "use new_secret()", "secrets")
    seconds = str(timestamp)
    standard = _Claim(seconds, (), message_id)
    crw = (f"v1={_sign_crw(secret, seconds, body)}" for secret, _ in keys)
    headers = {
        "X-CRW-Signature": ",".join((f"t={seconds}", *crw)),
        "webhook-id": message_id,
        "webhook-timestamp": seconds,
        "webhook-signature": " ".join(
            f"v1,{_sign_standard(key, standard, body)}" for _, key in keys if key is not None
        ),
    }
    if firecrawl:
        # It has room for one: the newest, as it is the one that will stay.
        digest = hmac.new(keys[0][0].encode(), body, hashlib.sha256).hexdigest()
        headers["X-Firecrawl-Signature"] = f"sha256={digest}"
    return headers


def verify(
    body: bytes,
    headers: Mapping[str, str],
    secrets: str | Sequence[str],
    *,
    now: datetime,
    tolerance: timedelta = TOLERANCE,
) -> None:
    """Return if a webhook was signed with one of the secrets, and within `tolerance` of `now`.

    `body` is what came over the wire, byte by byte: JSON that was read and written again is another
    text. Names of headers may come in any case. Where the headers of Standard Webhooks are there,
    they alone count, otherwise `X-CRW-Signature` does.

    Nothing is remembered here. A webhook comes again when the answer to it was lost, and anybody
    who has seen one can send it again for five minutes: keep the `webhookId` of the body, which
    every scheme signs, for at least twice the tolerance, and answer one that you know with 200.

    Raises:
        InvalidSignature: it is not to be believed, and `reason` says why.
        InvalidOption: there is no secret, or `now` has no time zone.
    """
    known = _check_secrets((secrets,) if isinstance(secrets, str) else secrets)
    if now.tzinfo is None:
        raise InvalidOption("the time has no zone", "pass datetime.now(UTC)", "now")
    claim = _read_claim(_pick_headers(headers))
    if not _is_signed(body, claim, known):
        raise InvalidSignature(
            "wrong", "no signature fits the body", "check the secret, and pass the bytes as sent"
        )
    age = now.timestamp() - int(claim.seconds)
    if age > tolerance.total_seconds():
        raise InvalidSignature("stale", f"it was signed {age:.0f} s ago", "refuse it")
    if -age > tolerance.total_seconds():
        raise InvalidSignature("future", f"it is signed {-age:.0f} s ahead", "set the clock")


def _check_secrets(secrets: Sequence[str]) -> Sequence[str]:
    # HMAC takes an empty key, and anybody could sign with it.
    if not secrets or not all(secret.removeprefix(_PREFIX) for secret in secrets):
        raise InvalidOption("there is no secret", "pass the one that was shown once", "secrets")
    return secrets


def _pick_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers that matter, by their names in lower case."""
    picked: dict[str, str] = {}
    for name, value in headers.items():
        lower = name.lower()
        if lower != _CRW and lower not in _STANDARD:
            continue
        if lower in picked or len(value) > _MOST_CHARS:
            raise _malformed(lower)
        picked[lower] = value
    return picked


def _read_claim(headers: Mapping[str, str]) -> _Claim:
    if _STANDARD[-1] in headers:
        return _read_standard(headers)
    if _CRW in headers:
        return _read_crw(headers[_CRW])
    raise InvalidSignature("missing", "the webhook is not signed", "refuse it")


def _read_standard(headers: Mapping[str, str]) -> _Claim:
    message_id, seconds, signatures = (headers.get(name, "") for name in _STANDARD)
    if not _MESSAGE_ID.fullmatch(message_id):
        raise _malformed("webhook-id")
    if not _SECONDS.fullmatch(seconds):
        raise _malformed("webhook-timestamp")
    # Versions that come later are for who knows them.
    found = _strip_each(signatures.split(" "), "v1,")
    if not found:
        raise _malformed("webhook-signature")
    return _Claim(seconds, found, message_id)


def _read_crw(header: str) -> _Claim:
    parts = [part.strip() for part in header.split(",")]
    times = _strip_each(parts, "t=")
    found = _strip_each(parts, "v1=")
    if len(times) != 1 or not _SECONDS.fullmatch(times[0]) or not found:
        raise _malformed(_CRW)
    return _Claim(times[0], found)


def _strip_each(parts: Iterable[str], prefix: str) -> tuple[str, ...]:
    return tuple(part.removeprefix(prefix) for part in parts if part.startswith(prefix))


def _malformed(name: str) -> InvalidSignature:
    return InvalidSignature("malformed", f"the header {name} is not as it should be", "refuse it")


def _is_signed(body: bytes, claim: _Claim, secrets: Sequence[str]) -> bool:
    """Tell whether any secret made any of the signatures, in the same time whichever it is."""
    made = [made for secret in secrets if (made := _sign_claim(secret, claim, body)) is not None]
    given = [each.encode("utf-8", "surrogatepass") for each in claim.signatures]
    fits = [hmac.compare_digest(one.encode(), other) for one in made for other in given]
    return True in fits


def _sign_claim(secret: str, claim: _Claim, body: bytes) -> str | None:
    if claim.message_id is None:
        return _sign_crw(secret, claim.seconds, body)
    key = _read_key(secret)
    return None if key is None else _sign_standard(key, claim, body)


def _sign_crw(secret: str, seconds: str, body: bytes) -> str:
    signed = b".".join((seconds.encode(), body))
    return hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def _sign_standard(key: bytes, claim: _Claim, body: bytes) -> str:
    signed = b".".join((str(claim.message_id).encode(), claim.seconds.encode(), body))
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def _read_key(secret: str) -> bytes | None:
    """Return the bytes that a secret spells, or None where it spells none."""
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True) or None
    except (binascii.Error, ValueError):
        return None
