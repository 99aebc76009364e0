"""Every test of the command line stands in a folder with a few pages."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.cli.pages import write_pages


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Be in the folder, and with a terminal that says nothing."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    write_pages(tmp_path)
    return tmp_path
