"""Schemathesis, with all its checks, sends a live endpoint whatever our own document lets it.

Nothing may fail but what `schemathesis_hooks` gives a reason for. The examples are the same ones in
each run; a failure prints what the tool found, with a command that shows it again.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from changetrack_server.app import create_app
from changetrack_server.egress.dialling import Network
from changetrack_server.openapi import write_openapi
from changetrack_server.settings import Settings
from tests.architecture.sources import ROOT
from tests.server.serving import serve
from tests.server.sites import Site

PUBLIC = "93.184.215.14"
# Which phases, and how many examples of each operation in a phase that makes some up: twenty
# seconds in all. With a key, it is the key that is tried.
PHASES = {
    (): ("examples,fuzzing,stateful", 8),
    ("k",): ("examples,fuzzing", 2),
}


def _lead_to(pages: str) -> Network:
    """Return a network in which every site is the one on loopback."""
    port = urlsplit(pages).port or 0
    return Network(resolve=lambda _host, _port: [PUBLIC], dial_as=lambda *_: ("127.0.0.1", port))


def _test(folder: Path, url: str, settings: Settings) -> subprocess.CompletedProcess[str]:
    """Return what the tool has to say."""
    document = folder / "openapi.json"
    document.write_bytes(write_openapi(settings))
    phases, examples = PHASES[("k",) if settings.api_keys else ()]
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", str(document), "--url", url),
        *("--checks", "all", "--phases", phases, "--max-examples", str(examples)),
        *("--generation-deterministic", "--continue-on-failure", "--workers", "1", "--no-color"),
        *(["--header", "Authorization: Bearer k"] if settings.api_keys else []),
    ]
    hooks = {"PYTHONPATH": str(ROOT), "SCHEMATHESIS_HOOKS": "tests.server.schemathesis_hooks"}
    environment = {**os.environ, **hooks}  # noqa: TID251 - to hand it on
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("keys", PHASES, ids=["open", "with a key"])
def test_nothing_that_the_document_allows_or_forbids_is_answered_otherwise(
    tmp_path: Path, keys: tuple[str, ...]
) -> None:
    """No 5xx, nothing undescribed, nothing right refused, nothing wrong taken, no key ignored."""
    settings = Settings(work_processes=1, fetch_seconds=2, api_keys=keys)
    with serve(Site().app) as pages:
        app = create_app(settings, network=_lead_to(pages))
        with serve(app) as url:
            done = _test(tmp_path, url, settings)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert re.findall(r"^  (?:Selected|Tested): (.+)", said, re.MULTILINE) == ["14/14", "14"]
