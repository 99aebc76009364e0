"""What does `import changetrack` add to the start of the interpreter?

Fresh processes, taking turns: a bare one and one that imports the library. The difference counts,
because command-line tools and serverless functions pay it on every start. Bytecode is cached
first, as it is after an installation.
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
        "first track()": (
            "import changetrack; changetrack.track('a', previous={'markdown': 'b'}).diff.text"
        ),
    }
    rounds: dict[str, list[float]] = {name: [] for name in programs}
    for program in programs.values():
        # This machine may be told not to write bytecode; an installation has it.
        _run(f"import sys; sys.dont_write_bytecode = False; {program}")
    for _ in range(7 if settings.quick else _ROUNDS):
        for name, program in programs.items():
            start = perf_counter()
            _run(program)
            rounds[name].append((perf_counter() - start) * 1000)
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


def _run(program: str, *flags: str) -> str:
    command = [sys.executable, *flags, "-c", program]
    root = Path(__file__).parent.parent
    return subprocess.run(command, check=True, capture_output=True, text=True, cwd=root).stderr


def _slowest_modules() -> str:
    known = {module for _, module in _import_times("pass")}
    added = [row for row in _import_times("import changetrack") if row[1] not in known]
    return ", ".join(f"{module} {own}" for own, module in sorted(added, reverse=True)[:_SHOWN])


def _import_times(program: str) -> list[tuple[int, str]]:
    """Return the µs that each module takes by itself."""
    lines = _run(program, "-X", "importtime").splitlines()[1:]
    parts = [line.removeprefix("import time:").split("|") for line in lines]
    return [(int(own), module.strip()) for own, _, module in parts]
