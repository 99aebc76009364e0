"""Every test of these commands stands in an empty folder, with a terminal that says nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.monitor.cli.house import House, make_house


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Be in the folder, with no server and no key that somebody set."""
    monkeypatch.chdir(tmp_path)
    for variable in ("NO_COLOR", "CHANGETRACK_SERVER", "CHANGETRACK_API_KEY"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    return tmp_path


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """One house for the tests of a file; their monitors have names of their own."""
    with make_house() as made:
        yield made
