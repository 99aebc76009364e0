"""How an answer is shown and kept: a table for people, a JSON record beside it.

The record says when, with which versions and on what kind of machine; it holds no path of any
machine.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import sysconfig
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.runner import Cell, Report

RESULTS = Path(__file__).parent / "results"
_PACKAGES = ("deepdiff", "jsonschema", "lxml", "markdownify", "orjson", "rapidfuzz", "unidiff")


def describe_run(*, quick: bool) -> dict[str, object]:
    """Return what one must know to read the numbers."""
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%dT%H:%MZ"),
        "commit": _commit(),
        "quick": quick,
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "optimized build": "--enable-optimizations"
        in (sysconfig.get_config_var("CONFIG_ARGS") or ""),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load": [round(value, 2) for value in os.getloadavg()]
        if hasattr(os, "getloadavg")
        else None,
        "versions": _versions(),
    }


def save(report: Report, run: dict[str, object], target: Path) -> None:
    """Write the record of one answer."""
    content = asdict(report)
    for kept, goal in zip(content["goals"], report.goals, strict=True):
        kept["met"] = goal.met
    target.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"run": run, **content}, indent=1, ensure_ascii=False)
    target.write_text(text + "\n", encoding="utf-8")


def show(report: Report) -> None:
    """Print one answer."""
    write = sys.stdout.write
    write(f"\n{report.name}: {report.question}\n\n{_table(report)}\n")
    for goal in report.goals:
        sign = "≥" if goal.least else "≤"
        verdict = "met   " if goal.met else "MISSED"
        write(f"  {verdict}  {goal.name}: {goal.measured:.4g} (goal {sign} {goal.limit:g})\n")
    for note in report.notes:
        write(f"  note: {note}\n")
    sys.stdout.flush()


def _table(report: Report) -> str:
    columns = list(dict.fromkeys(column for row in report.rows for column in row))
    body = [[_spell(row.get(column)) for column in columns] for row in report.rows]
    widths = [max(map(len, column)) for column in zip(columns, *body, strict=True)]
    lines = [
        "  ".join(
            text.ljust(width) if at == 0 else text.rjust(width)
            for at, (text, width) in enumerate(zip(line, widths, strict=True))
        )
        for line in [columns, *body]
    ]
    return "\n".join(f"  {line}".rstrip() for line in lines) + "\n"


def _spell(value: Cell) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else value


def _versions() -> dict[str, str]:
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _commit() -> str | None:
    command = ["git", "rev-parse", "--short", "HEAD"]
    try:
        answer = subprocess.run(
            command, cwd=Path(__file__).parent, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return answer.stdout.strip()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())
