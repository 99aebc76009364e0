"""`python -m benchmarks [name …] [--quick] [--json FILE]`: ask, print and keep the answers."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import record
from benchmarks.runner import Settings, progress

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.runner import Report

# In the order in which the answers make sense to a reader.
QUESTIONS = (
    "track",
    "versus_difflib",
    "same_page",
    "adversarial",
    "quality",
    "fields",
    "alignment",
    "meaning",
    "html",
    "import_time",
    "memory",
    "endpoint",
    "isolation",
    "monitors",
)


def main(arguments: list[str] | None = None) -> int:
    """Run what was asked for; the exit code is 1 when a goal is missed in a full run."""
    options = _parse(arguments)
    settings = Settings(quick=options.quick, cell_seconds=options.seconds)
    missed = 0
    for name in options.names or QUESTIONS:
        progress(f"{name}{' (quick)' if options.quick else ''}")
        run = record.describe_run(quick=options.quick)
        answer: Callable[[Settings], Report] = import_module(f"benchmarks.{name}").answer
        report = answer(settings)
        record.show(report)
        missed += sum(not goal.met for goal in report.goals)
        if options.json or not options.quick:
            record.save(report, run, options.json or record.RESULTS / f"{name}.json")
    return 1 if missed and not options.quick else 0


def _parse(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=__doc__,
        epilog="The search for slow inputs has its own command: python -m benchmarks.hunt -h",
    )
    parser.add_argument("names", nargs="*", metavar="name", help=f"any of {', '.join(QUESTIONS)}")
    parser.add_argument(
        "--quick", action="store_true", help="few rounds, small cells, nothing kept"
    )
    parser.add_argument("--seconds", type=float, default=2.0, help="time for one cell (default: 2)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="keep the record here instead")
    options = parser.parse_args(arguments)
    unknown = [name for name in options.names if name not in QUESTIONS]
    if unknown:
        parser.error(f"unknown question {unknown[0]!r}; choose from {', '.join(QUESTIONS)}")
    if options.json and len(options.names) != 1:
        parser.error("--json keeps one answer: name one question")
    return options


if __name__ == "__main__":
    sys.exit(main())
