"""One shot of wrk, a public load generator (Debian: apt-get install wrk)."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

_SCRIPT = Path(__file__).parent / "post.lua"


@dataclass(frozen=True, slots=True)
class Shot:
    """What wrk saw; times in µs."""

    requests: int
    duration: float
    p50: float
    p99: float
    bad: int

    @property
    def per_second(self) -> float:
        """Requests answered in a second."""
        return self.requests / self.duration * 1e6

    @property
    def each(self) -> float:
        """The µs of the server that one request took, when it had no pause."""
        return self.duration / self.requests


def is_installed() -> bool:
    """Tell whether there is a load generator."""
    return shutil.which("wrk") is not None


def shoot(url: str, body: Path, *, connections: int, seconds: float) -> Shot:
    """Post a body as fast as the answers come, for so many seconds."""
    time = f"-d{max(1, round(seconds))}s"
    command = ["wrk", "-t1", f"-c{connections}", time, "-s", str(_SCRIPT), url]
    done = subprocess.run(
        command,
        env={**os.environ, "BODY": str(body)},
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"requests=(\d+) us=(\d+) p50=(\d+) p99=(\d+) bad=(\d+)", done.stdout)
    if found is None:
        raise RuntimeError(done.stdout)
    requests, duration, p50, p99, bad = map(int, found.groups())
    return Shot(requests, duration, p50, p99, bad)
