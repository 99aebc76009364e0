"""The example programs run, and print what their first lines promise."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import ROOT

EXAMPLES = sorted((ROOT / "docs/examples").glob("*.py"))


def _promises(example: Path) -> list[str]:
    docstring = ast.get_docstring(ast.parse(example.read_text(encoding="utf-8"))) or ""
    promised = docstring.partition("You should see:")[2].split("\n\n")[0]
    return [line.strip() for line in promised.splitlines() if line.strip()]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.name)
def test_an_example_prints_what_it_promises(example: Path, tmp_path: Path) -> None:
    """Each line after "You should see:" begins a line that is printed, in that order."""
    done = subprocess.run(
        [sys.executable, "-W", "error", str(example)],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT / "src")},  # noqa: TID251 - to hand it on
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    # What goes through a pipe has no colours.
    printed = done.stdout
    promised = _promises(example)
    assert promised
    found = re.search(".*\n.*".join(re.escape(line) for line in promised), printed, re.DOTALL)
    assert found, printed
