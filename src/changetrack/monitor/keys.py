"""Keys that are handed out: whose they are, what they may do, and that they can be taken back.

A key is shown once, to whoever made it; what is kept is its hash.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import get_args

from changetrack.errors import InvalidOption
from changetrack.monitor.ids import hash_text
from changetrack.monitor.models import ApiKey, Scope
from changetrack.monitor.ports import Transaction
from changetrack.monitor.tables import API_KEYS

__all__ = [
    "KEY_PREFIX",
    "SCOPES",
    "create_key",
    "find_key",
    "has_keys",
    "list_keys",
    "revoke_key",
    "spell_key",
]

# By which scanners of public repositories know one of ours.
KEY_PREFIX = "ct_live_"
SCOPES: tuple[Scope, ...] = get_args(Scope)

# Beside the prefix; enough to tell one's keys apart, and nothing to guess the others by.
_SHOWN = 6
_MOST_NAME = 100


def spell_key(token: str) -> str:
    """Return the key that is made of 32 random bytes in base64url."""
    return f"{KEY_PREFIX}{token}"


def create_key(
    transaction: Transaction,
    key: str,
    *,
    key_id: str,
    name: str,
    owner: str,
    now: datetime,
    scopes: Sequence[str] = SCOPES,
    requests_per_minute: int | None = None,
) -> ApiKey:
    """Write a key and return what is kept of it.

    Raises:
        InvalidOption: the name is empty or too long, or a scope is none.
    """
    if not 1 <= len(name.strip()) <= _MOST_NAME:
        problem = f"a name has from 1 to {_MOST_NAME} characters"
        raise InvalidOption(problem, "say what the key is for", "name")
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown or not scopes:
        problem = f"there is no scope {unknown[0]!r}" if unknown else "there is no scope"
        raise InvalidOption(problem, f"use some of {', '.join(SCOPES)}", "scopes")
    if requests_per_minute is not None and requests_per_minute < 0:
        raise InvalidOption("there are no fewer requests than none", "use 0 for any", "requests")
    made = ApiKey(
        id=key_id,
        name=name.strip(),
        owner=owner,
        hash=hash_text(key),
        prefix=key[: len(KEY_PREFIX) + _SHOWN],
        scopes=tuple(scope for scope in SCOPES if scope in scopes),
        requests_per_minute=requests_per_minute,
        created_at=now,
    )
    transaction.put(API_KEYS, made)
    return made


def find_key(transaction: Transaction, key_hash: str) -> ApiKey | None:
    """Return the key with a hash, unless it was revoked."""
    found = transaction.select(API_KEYS, {"hash": key_hash}, limit=1)
    return found[0] if found and found[0].revoked_at is None else None


def has_keys(transaction: Transaction) -> bool:
    """Tell whether any key was ever handed out: revoking the last one must open nothing."""
    return transaction.count(API_KEYS, {}) > 0


def list_keys(transaction: Transaction, owner: str | None = None) -> list[ApiKey]:
    """Return the keys of an owner, or all, the oldest first; revoked ones too."""
    where = {} if owner is None else {"owner": owner}
    return transaction.select(API_KEYS, where, order=("created_at", "id"))


def revoke_key(transaction: Transaction, key_id: str, *, now: datetime) -> ApiKey | None:
    """Take a key back for good; None if there is none of this id."""
    key = transaction.find(API_KEYS, key_id)
    if key is None or key.revoked_at is not None:
        return key
    revoked = replace(key, revoked_at=now)
    transaction.put(API_KEYS, revoked)
    return revoked
