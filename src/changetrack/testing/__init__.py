"""What whoever implements a port of changetrack proves it with, in any test framework.

    @pytest.mark.parametrize("law", STORE_LAWS, ids=lambda law: law.__name__)
    def test_my_store(law, tmp_path):
        law(lambda: MyStore(tmp_path / "rows"))

A law that is broken raises an AssertionError that says how.
"""

from __future__ import annotations

from changetrack.testing.clocks import FakeClock
from changetrack.testing.races import STORE_RACES, RunTogether, StoreRace
from changetrack.testing.stores import STORE_LAWS, MakeStore, StoreLaw

__all__ = [  # noqa: RUF022 - by code point, as every public module has it
    "FakeClock",
    "MakeStore",
    "RunTogether",
    "STORE_LAWS",
    "STORE_RACES",
    "StoreLaw",
    "StoreRace",
]
