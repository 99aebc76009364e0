"""Schemathesis, with all its checks, sends a live endpoint whatever our own document lets it.

Nothing may fail but what `schemathesis_hooks` gives a reason for. The examples are the same ones in
each run; what the tool finds is in the failure, with a command that shows it again.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from changetrack_server.egress.dialling import Network
from changetrack_server.openapi import write_openapi
from changetrack_server.settings import Settings
from tests.architecture.sources import ROOT

PUBLIC = "93.184.215.14"
EXAMPLES = 60
# Everything that the tool can do; none of our routes makes anything that another could ask for.
PHASES = "examples,coverage,fuzzing,stateful"


def _lead_to(pages: str) -> Network:
    """Return a network in which every site is the one on loopback."""
    port = urlsplit(pages).port or 0
    return Network(resolve=lambda _host, _port: [PUBLIC], dial_as=lambda *_: ("127.0.0.1", port))


def _test(folder: Path, url: str, settings: Settings, *options: str) -> tuple[str, dict[str, Any]]:
    """Return what the tool prints, and its report."""
    document, report = folder / "openapi.json", folder / "report.json"
    document.write_bytes(write_openapi(settings))
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", str(document), "--url", url),
        *("--checks", "all", "--phases", PHASES, "--max-examples", str(EXAMPLES)),
        *("--generation-deterministic", "--continue-on-failure", "--no-color"),
        *("--report", "json", "--report-json-path", str(report), *options),
    ]
    environment = {
        **os.environ,  # noqa: TID251 - to hand it on
        "PYTHONPATH": str(ROOT),
        "SCHEMATHESIS_HOOKS": "tests.server.schemathesis_hooks",
    }
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return done.stdout + done.stderr, json.loads(report.read_text(encoding="utf-8"))
