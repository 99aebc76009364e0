"""A monitor that breaks whoever looks at it breaks nothing for the others."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from changetrack.monitor.memory import MemoryStore
from changetrack.monitor.planning import realign
from tests.monitor.makers import NOON, find_monitor, make_config, make_monitor, put_monitor


def test_C38_a_zone_that_is_gone_keeps_no_other_monitor_from_its_new_slot() -> None:
    """Time zones change, and some go; the monitors behind such a one are planned anew as well."""
    store = MemoryStore()
    wrong = NOON + timedelta(minutes=7)
    config = make_config()
    gone = replace(config, schedule=replace(config.schedule, timezone="Atlantis/Capital"))
    put_monitor(store, make_monitor(gone, id="a", next_run_at=wrong))
    put_monitor(store, make_monitor(id="b", next_run_at=wrong))
    assert store.transact(lambda rows: realign(rows, now=NOON, limit=10)) is None
    slots = [find_monitor(store, each).next_run_at for each in ("a", "b")]
    assert slots == [wrong, NOON + timedelta(minutes=30)]
