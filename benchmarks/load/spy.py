"""Where the time of a process goes that is running: py-spy (PyPI) looks at it for a while.

Only threads that hold the interpreter's lock count: of those, a process has one at a time. A moment
belongs to the innermost layer that has to do with it.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections import Counter
from pathlib import Path

__all__ = ["find_shares"]

# What a frame's file begins with, and the layer that it is.
_LAYERS = {
    "changetrack/monitor/records": "rows to JSON and back",
    "changetrack/_hashing": "rows to JSON and back",
    "changetrack_server/monitor/store/": "store",
    "changetrack/monitor/": "decisions",
    "changetrack_server/egress/": "fetching",
    "httpcore2/": "fetching",
    "changetrack_server/work/": "processes that read pages",
    "changetrack_server/": "engine",
    "anyio/to_thread": "handing over to threads",
    "benchmarks/": "event loop",
}
_REST = "the rest"


def find_shares(pid: int, seconds: int) -> dict[str, float] | None:
    """Return the share of each layer, the largest first; None where py-spy is not installed."""
    program = shutil.which("py-spy")
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "stacks"
        subprocess.run(
            [
                *(program, "record", "--gil", "--rate", "200", "--format", "raw"),
                *("--duration", str(seconds), "--output", str(target), "--pid", str(pid)),
            ],
            check=True,
            capture_output=True,
        )
        stacks = target.read_text(encoding="utf-8").splitlines()
    counts: Counter[str] = Counter()
    for line in stacks:
        stack, _, count = line.rpartition(" ")
        counts[_find_layer(stack)] += int(count)
    total = counts.total() or 1
    return {layer: count / total for layer, count in counts.most_common()}


def _find_layer(stack: str) -> str:
    for frame in reversed(stack.split(";")):
        file = frame.rpartition("(")[2]
        for start, layer in _LAYERS.items():
            if file.startswith(start):
                return layer
    return _REST
