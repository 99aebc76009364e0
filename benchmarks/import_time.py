"""What does `import changetrack` add to the start of the interpreter?

Fresh processes, taking turns: a bare one and one that imports the library. The difference counts, because
command-line tools and serverless functions pay it on every start.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
from pathlib import Path
from time import perf_counter

from benchmarks.runner import Goal, Report, Row, Settings, progress

QUESTION = "what does `import changetrack` add to the start of the interpreter?"
_LIMIT_MS = 30
_ROUNDS = 31
_SHOWN = 12


def answer(settings: Settings) -> Report:
    """Start processes in turns."""
    report = Report("import_time", QUESTION)
    programs = {
        "bare": "pass",
        "import changetrack": "import changetrack",
        "first track()": "import changetrack; changetrack.track('a', previous={'markdown': 'b'}).diff.text",
    }
    rounds: dict[str, list[float]] = {name: [] for name in programs}
    for _ in range(7 if settings.quick else _ROUNDS):
        for name, program in programs.items():
            rounds[name].append(_start(program))
    progress("which modules")
    bare = statistics.median(rounds["bare"])
    for name, times in rounds.items():
        middle = statistics.median(times)
        low, _, high = statistics.quantiles(times, n=4)
        row: Row = {"case": name, "ms": round(middle, 1), "above bare ms": round(middle - bare, 1)}
        report.rows.append(row | {"spread ms": f"{low:.1f}–{high:.1f}"})
    added = statistics.median(
        one - other for one, other in zip(rounds["import changetrack"], rounds["bare"], strict=True)
    )
    report.goals.append(Goal("import above a bare interpreter, ms", added, _LIMIT_MS, least=False))
    report.notes.append(f"slowest modules (own µs): {_slowest_modules()}")
    return report


def _start(program: str) -> float:
    start = perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True, cwd=_root())
    return (perf_counter() - start) * 1000


def _slowest_modules() -> str:
    command = [sys.executable, "-X", "importtime", "-c", "import changetrack"]
    answer = subprocess.run(command, check=True, capture_output=True, text=True, cwd=_root())
    bare = subprocess.run(
        [*command[:-1], "pass"], check=True, capture_output=True, text=True, cwd=_root()
    )
    known = {line.rpartition("|")[2].strip() for line in bare.stderr.splitlines()}
    found: list[tuple[int, str]] = []
    for line in answer.stderr.splitlines()[1:]:
        own, _, module = line.removeprefix("import time:").split("|")
        if module.strip() not in known:
            found.append((int(own), module.strip()))
    found.sort(reverse=True)
    return ", ".join(f"{module} {own}" for own, module in found[:_SHOWN])


def _root() -> Path:
    return Path(__file__).parent.parent
