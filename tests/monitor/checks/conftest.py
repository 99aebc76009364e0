"""What the tests of this folder share."""

from __future__ import annotations

import pytest

from changetrack.monitor.memory import MemoryStore


@pytest.fixture
def store() -> MemoryStore:
    """Return an empty store."""
    return MemoryStore()
