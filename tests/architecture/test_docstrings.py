"""What a package says of its modules is what it has."""

from __future__ import annotations

import re
from pathlib import Path

import changetrack.monitor


def test_the_pure_half_of_the_orchestration_names_its_modules() -> None:
    """All of them, and none that is not there."""
    listed = re.findall(r"^    [a-z ]+?  +(.+)$", changetrack.monitor.__doc__ or "", re.MULTILINE)
    named = [name for line in listed if ", " in line for name in line.split(", ")]
    folder = Path(changetrack.monitor.__path__[0])
    there = {each.stem for each in folder.iterdir() if not each.name.startswith("_")}
    assert set(named) == there
