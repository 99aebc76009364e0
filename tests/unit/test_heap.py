"""The C code below us stays within its memory; what breaks is a process of its own."""

from __future__ import annotations

import subprocess
import sys

import pytest

# Lists nested in the first place of lists: a few kilobytes that anybody can send in `current.json`.
_WRITE = """
from changetrack import wire

value = 1
for _ in range({depth}):
    value = [value, *range({width})]
for _ in range(100):
    request = {{"modes": ["json"], "previous": {{"json": []}}, "current": {{"json": value}}}}
    wire.encode(wire.answer(wire.encode(request)))
"""


@pytest.mark.parametrize(("depth", "width"), [(64, 50), (100, 20), (120, 100)])
def test_a16_deep_lists_leave_the_heap_whole(depth: int, width: int) -> None:
    """A16: nested lists are written within their buffer, as orjson 3.12.0 and 3.13.0 did not."""
    program = _WRITE.format(depth=depth, width=width)
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert (run.returncode, run.stderr) == (0, b"")
