"""Firecrawl's own JavaScript client, unmodified, where node is present."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.clients.conftest import World
from tests.oracles.cases import require

pytestmark = pytest.mark.usefixtures("monday")

_HERE = Path(__file__).parent


def test_scrape_twice(world: World) -> None:
    """The snapshot goes through the client's formats, and its errors are the client's own."""
    require(shutil.which("node"), "node")
    installed = _HERE / "node_modules" / "@mendable" / "firecrawl-js"
    require(str(installed) if installed.exists() else None, "@mendable/firecrawl-js")
    command = ["node", str(_HERE / "firecrawl.mjs"), world.endpoint, f"{world.pages}/pricing"]
    done = subprocess.run(
        [*command, f"{world.pages}/set-price/24"],
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=60,
    )
    seen = json.loads(done.stdout)
    assert seen["first"]["changeTracking"]["changeStatus"] == "new"
    assert seen["second"]["changeTracking"]["changeStatus"] == "changed"
    assert "-$19\n+$24" in seen["second"]["changeTracking"]["diff"]["text"]
    assert "address" in seen["refused"]["message"]
