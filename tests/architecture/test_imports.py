"""What the import contracts promise, and that they notice when it is broken."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.architecture.sources import LIBRARY, ROOT, Module

PYPROJECT = ROOT / "pyproject.toml"

# Modules of the standard library that cost more to load than most calls of ours take, or do I/O.
HEAVY = {
    "asyncio",
    "concurrent",
    "difflib",
    "email",
    "logging",
    "multiprocessing",
    "socket",
    "ssl",
    "subprocess",
    "tempfile",
    "threading",
    "unittest",
}

_LINT = (
    "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
)

VIOLATIONS = {
    "changetrack/errors/base.py": "from changetrack import _models",
    "changetrack/_normalize.py": "import os.path",
    "changetrack/_mediatype.py": (
        "import orjson, rapidfuzz, unidiff, jsonschema, lxml, bs4, deepdiff"
    ),
    "changetrack/_version.py": "import difflib",
    "changetrack/_hashing.py": "from changetrack import track",
    "changetrack/_reader.py": "import changetrack_server.errors",
    "changetrack/stray.py": '"""Nobody placed this."""',
    "changetrack_server/errors.py": "from changetrack_server import app",
    "changetrack_server/answers.py": "import cssselect, httpx2, uvicorn",
    "changetrack_server/logs.py": "from changetrack import _models",
    "changetrack/monitor/ids.py": "import cronsim, changetrack.monitor.checks",
    "changetrack_server/monitor/routes/rules.py": (
        "from changetrack_server.monitor.routes import table"
    ),
    "changetrack_server/monitor/dice.py": (
        "import aiosmtplib, procrastinate, sqlite3, changetrack_server.monitor.orchestra"
    ),
    "changetrack_server/stray.py": '"""Nor this."""',
}


def _loaded_by(statement: str) -> set[str]:
    """Return the top-level modules of a process that cannot even see installed packages (-S)."""
    report = f"import sys; {statement}; print(*sorted(sys.modules))"
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src")}  # noqa: TID251 - to hand it on
    command = [sys.executable, "-S", "-c", report]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in done.stdout.split()}


def test_every_contract_holds() -> None:
    """The layers, the purity and the homes of pyproject.toml are what the code does."""
    # In a process of its own: the linter switches off the loggers of the one that it runs in.
    done = subprocess.run(
        [sys.executable, "-c", _LINT],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_every_contract_notices_when_it_is_broken(tmp_path: Path) -> None:
    """One copy of the library with one sin per contract: none may pass, acyclicity included."""
    shutil.copytree(ROOT / "src", tmp_path, dirs_exist_ok=True)
    for name, sin in VIOLATIONS.items():
        with (tmp_path / name).open("a", encoding="utf-8") as file:
            file.write(f"\n{sin}\n")
    shutil.copy(PYPROJECT, tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports; lint_imports()"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path), "COLUMNS": "200"},  # noqa: TID251 - as above
        capture_output=True,
        text=True,
        check=True,
    )
    verdicts = re.findall(r"^(.+) (KEPT|BROKEN)", done.stdout, re.MULTILINE)
    contracts = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["tool"]["importlinter"]
    assert dict(verdicts) == {each["name"]: "BROKEN" for each in contracts["contracts"]}


@pytest.mark.parametrize("module", [each for each in LIBRARY if each.is_public], ids=repr)
def test_importing_a_public_module_loads_no_dependency(module: Module) -> None:
    """What the front door loads, everyone pays for; a dependency waits for its first use."""
    loaded = _loaded_by(f"import {module.name}") - _loaded_by("pass")
    assert loaded - set(sys.stdlib_module_names) == {"changetrack"}
    assert module.name == "changetrack.cli" or loaded.isdisjoint(HEAVY)
