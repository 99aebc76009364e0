"""The pages that the command line is tried on, and what stands in for a terminal and a pipe."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

SAME, CHANGED, TROUBLE = 0, 1, 2
OLD = "# Pricing\r\n\r\n\r\nStarter $19  \n"
NEW = "# Pricing\n\nStarter $24\n"
TEXT = "--- previous\n+++ current\n@@ -1,3 +1,3 @@\n # Pricing\n \n-Starter $19\n+Starter $24\n"
SCHEMA = {"type": "object", "properties": {"price": {"type": "string"}}}
Output = pytest.CaptureFixture[str]


def write_pages(folder: Path) -> None:
    """Put the pages into a folder."""
    for name, text in {
        "old.md": OLD,
        "new.md": NEW,
        "old.html": "<h1>Pricing</h1><p>Starter $19</p>",
        "new.html": "<h1>Pricing</h1><p>Starter $24</p>",
        "old.json": '{"price": "$19", "seen": 1}',
        "new.json": '{"price": "$24", "seen": 2, "extra": [1.0]}',
        "schema.json": json.dumps(SCHEMA),
        "page.diff": TEXT,
        "apart.md": "One and more\n\nsame\n\nTwo and more",
        "apart2.md": "One or more\n\nsame\n\nTwo or more",
    }.items():
        (folder / name).write_bytes(text.encode())


class Terminal(io.TextIOWrapper):
    """A terminal that keeps what it is shown."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", newline="")

    def isatty(self) -> bool:
        """Say yes."""
        return True

    @property
    def shown(self) -> str:
        """What was written."""
        self.flush()
        assert isinstance(self.buffer, io.BytesIO)
        return self.buffer.getvalue().decode()


class Stdin:
    """Standard input that holds some bytes."""

    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)
