"""Programs of node that are run as a user runs them, where node is present."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from tests.oracles.cases import require

__all__ = ["Done", "read", "run_node"]

_HERE = Path(__file__).parent
_MODULES = _HERE / "node_modules"

Done = subprocess.CompletedProcess[str]


def run_node(
    package: str, script: str, *arguments: str, home: Path | None = None, said: str = ""
) -> Done:
    """Return what a script did, with a package that it needs; `said` is what is piped into it.

    It has nothing of the environment of the tests: no key, no home, no proxy that somebody set.
    """
    require(node := shutil.which("node"), "node")
    installed = _MODULES / package
    require(str(installed) if installed.exists() else None, package)
    quiet = {"FIRECRAWL_NO_UPDATE_CHECK": "1", "FIRECRAWL_NO_TELEMETRY": "1"}
    return subprocess.run(
        [str(node), str(_HERE / script), *arguments],
        input=said,
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=120,
        env={"HOME": str(home or "/nonexistent"), **quiet},
    )


def read(done: Done) -> Any:  # noqa: ANN401 - any JSON
    """Return what a script that did well printed."""
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
