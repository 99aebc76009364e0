"""Whom the server lets in while its database cannot be asked."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

import anyio
import pytest

from changetrack.monitor.keys import create_key, spell_key
from changetrack.monitor.memory import MemoryStore
from changetrack_server.monitor.keys import Keyring
from changetrack_server.monitor.store import StoreBusy
from changetrack_server.monitor.transacting import Transactor
from tests.monitor.engine.orchestras import MoodyStore
from tests.monitor.makers import NOON


@dataclass
class Door:
    """A keyring on a store with moods, and its clock."""

    store: MoodyStore = field(default_factory=lambda: MoodyStore(MemoryStore(threading.RLock())))
    seconds: float = 0.0

    def __post_init__(self) -> None:
        self.keyring = Keyring(Transactor(self.store), clock=lambda: self.seconds)

    def has_keys(self, after: float = 2.0) -> bool:
        """Ask, so much later."""
        self.seconds += after
        return anyio.run(self.keyring.has_keys)

    def hand_out(self) -> None:
        """Write a key."""
        given: dict[str, Any] = {"key_id": "k", "name": "k", "owner": "o", "now": NOON}
        self.store.transact(lambda each: create_key(each, spell_key("t" * 43), **given))


def test_C13_a_door_that_was_open_stays_so_while_the_database_is_away() -> None:
    """What needs no database goes on, such as the numbers that tell of its trouble."""
    door = Door()
    assert door.has_keys() is False
    door.store.mood = StoreBusy()
    assert [door.has_keys() for _ in range(3)] == [False] * 3
    # It is asked once a second, however many want to come in.
    assert [door.has_keys(after=0.1) for _ in range(5)] == [False] * 5
    assert door.store.failures == 3
    door.store.mood = None
    door.hand_out()
    assert door.has_keys() is True


def test_C13_a_door_that_nobody_has_seen_open_is_shut() -> None:
    """Where it is not known whether there are keys, nobody comes in without one."""
    door = Door()
    door.store.mood = StoreBusy()
    for _ in range(2):
        with pytest.raises(StoreBusy):
            door.has_keys()
    door.store.mood = None
    door.hand_out()
    assert door.has_keys() is True
    # And once there are keys, there are.
    door.store.mood = StoreBusy()
    assert door.has_keys() is True
