"""What a schedule loads, and when."""

from __future__ import annotations

import subprocess
import sys

REPORT = """
import sys
from datetime import UTC, datetime
from changetrack.monitor.schedule import next_run, parse_schedule

def loaded():
    return sorted({"cronsim", "zoneinfo"} & set(sys.modules))

print(loaded())
parse_schedule("every 90 minutes", anchor=datetime(2026, 1, 1, tzinfo=UTC))
print(loaded())
next_run(parse_schedule("hourly"), datetime(2026, 1, 1, tzinfo=UTC))
print(loaded())
parse_schedule("hourly", timezone="Europe/Berlin")
print(loaded())
"""


def test_cronsim_and_the_zones_wait_for_their_first_use() -> None:
    """Whoever imports the orchestration needs neither; UTC needs no zones at all."""
    done = subprocess.run(
        [sys.executable, "-c", REPORT], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines() == [
        "[]",
        "[]",
        "['cronsim']",
        "['cronsim', 'zoneinfo']",
    ]
