"""Keys of a server's clients, as their operator sees them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from changetrack.cli.files import print_text
from changetrack.cli.showing import wants_color
from changetrack.cli.tables import Sheet, lay_out, spell_time
from changetrack.errors import InvalidRequest
from changetrack.monitor.keys import create_key, has_keys, list_keys, revoke_key

if TYPE_CHECKING:
    import argparse
    from datetime import datetime

    from changetrack.monitor.models import ApiKey
    from changetrack.monitor.ports import Store, Transaction

__all__ = ["Made", "make_key", "print_keys", "take_key"]


class Made(NamedTuple):
    """A key that was made, and whether it is the first one."""

    key: ApiKey
    is_first: bool


def make_key(
    store: Store, given: argparse.Namespace, key: str, *, key_id: str, now: datetime
) -> Made:
    """Keep a key that was drawn, and return what is kept of it.

    Raises:
        InvalidRequest: another one that is good is called so.
        InvalidOption: the name or a scope is none.
    """
    scopes = [word.strip() for word in given.scope.split(",") if word.strip()]

    def make(transaction: Transaction) -> Made:
        is_first = not has_keys(transaction)
        alive = [each for each in list_keys(transaction) if each.revoked_at is None]
        if any(each.name == given.name.strip() for each in alive):
            remedy = "take that one back first with `changetrack key revoke`, or use another name"
            raise InvalidRequest("there is a key of this name", remedy, "--name")
        made = create_key(
            transaction,
            key,
            key_id=key_id,
            name=given.name,
            owner=given.owner,
            now=now,
            scopes=scopes,
            requests_per_minute=given.per_minute,
        )
        return Made(made, is_first)

    return store.transact(make)


def print_keys(store: Store, given: argparse.Namespace) -> None:
    """Print a table of all keys, those that were taken back included."""
    sheet = Sheet(is_painted=wants_color(given.color))
    lay_out(
        sheet,
        ("ID", "NAME", "KEY", "OWNER", "MAY", "STATUS", "MADE"),
        [
            (
                key.id,
                key.name,
                f"{key.prefix}…",
                key.owner,
                ",".join(key.scopes),
                "active" if key.revoked_at is None else "revoked",
                spell_time(key.created_at.isoformat()),
            )
            for key in store.transact(list_keys)
        ],
    )
    print_text(sheet.text, is_painted=sheet.is_painted)


def take_key(store: Store, given: str, *, now: datetime) -> ApiKey:
    """Take back the key of an id, a name or first letters, and return it.

    Raises:
        InvalidRequest: there is none, or there are several.
    """

    def take(transaction: Transaction) -> ApiKey:
        key = _find(list_keys(transaction), given)
        revoke_key(transaction, key.id, now=now)
        return replace(key, revoked_at=now)

    return store.transact(take)


def _find(keys: list[ApiKey], given: str) -> ApiKey:
    alive = [key for key in keys if key.revoked_at is None]
    # Whoever holds the whole key may name it so, too.
    found = [
        key
        for key in alive
        if given in {key.id, key.name, key.prefix} or given.startswith(key.prefix)
    ]
    if not found:
        # It may be a key, so it is not shown.
        raise InvalidRequest("no key that is good is called so", "see `changetrack key list`")
    if len(found) > 1:
        ids = ", ".join(key.id for key in found)
        raise InvalidRequest(f"{len(found)} keys are called so", f"name one of {ids}")
    return found[0]
