"""One call of `track()` in a process of its own: how long, and how much memory above its inputs.

`python -m benchmarks.probe PREVIOUS CURRENT` prints one JSON line. A fresh process is the only
honest scale: in a process that has run before, freed memory hides what a call needs.
"""

from __future__ import annotations

import gc
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import tracemalloc
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from benchmarks import ours
from benchmarks.runner import fresh

if TYPE_CHECKING:
    from benchmarks.corpus import Pair
    from benchmarks.values import Json

MIB = 2**20


def probe(pair: Pair, *, patience: float = 120) -> dict[str, float]:
    """Return what one call costs: `seconds` (median of three), `rss_mib`, `traced_mib`.

    Raises:
        subprocess.TimeoutExpired: it takes longer than `patience` seconds.
    """
    with tempfile.TemporaryDirectory(prefix="changetrack-probe-") as folder:
        files = [Path(folder, side) for side in ("previous", "current")]
        for file, text in zip(files, (pair.previous, pair.current), strict=True):
            file.write_bytes(text.encode())
        command = [sys.executable, "-m", "benchmarks.probe", *map(str, files)]
        answer = subprocess.run(
            command,
            capture_output=True,
            text=True,
            check=True,
            timeout=patience,
            cwd=Path(__file__).parent.parent,
        )
    measured: dict[str, float] = json.loads(answer.stdout)
    return measured


def main(files: list[str]) -> int:
    """Measure in this process."""
    previous, current = (Path(file).read_bytes().decode() for file in files)
    # The first call imports what calls need, which belongs to the process and not to the call.
    ours.track_bytes("a\nc", {"markdown": "a\nb"})
    stored: dict[str, Json] = {"markdown": previous, "contentHash": "unknown"}
    gc.collect()
    base = _reset_peak()
    times = [_time(current, stored)]
    rss = _peak() - base
    times += [_time(fresh(current), stored | {"markdown": fresh(previous)}) for _ in range(2)]
    tracemalloc.start()
    ours.track_bytes(fresh(current), stored)
    traced = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    measured = {
        "seconds": statistics.median(times),
        "rss_mib": max(0, rss) / MIB,
        "traced_mib": traced / MIB,
    }
    sys.stdout.write(json.dumps(measured) + "\n")
    return 0


def _time(current: str, stored: dict[str, Json]) -> float:
    start = perf_counter()
    ours.track_bytes(current, dict(stored))
    return perf_counter() - start


def _reset_peak() -> int:
    """Return the resident bytes; where the system can, peaks are counted from here on."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return _peak()
    return _status("VmRSS")


def _peak() -> int:
    try:
        return _status("VmHWM")
    except OSError:
        # Kibibytes on Linux, bytes on macOS.
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _status(name: str) -> int:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name + ":"))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
