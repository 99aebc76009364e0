"""The image and the compose file: linted, since no engine may be at hand to build them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from changetrack_server.settings import Settings, write_settings
from tests.architecture.sources import ROOT

BIN = Path(sys.executable).parent
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "command",
    [
        ["hadolint", "Dockerfile"],
        ["check-jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml"],
        ["check-jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.monitors.yaml"],
    ],
    ids=lambda command: str(command[-1]),
)
def test_the_linters_have_nothing_to_say(command: list[str]) -> None:
    """Hadolint reads the Dockerfile, and the Compose specification is the compose file's."""
    done = subprocess.run(
        [BIN / command[0], *command[1:]], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert (done.stdout if done.returncode else "") + done.stderr == ""


@pytest.mark.parametrize(
    "name", ["compose.yaml", "compose.monitors.yaml", "docs/examples/monitors.env"]
)
def test_what_an_installation_is_given_are_settings(name: str) -> None:
    """A variable that no setting has would end the server at its start."""
    text = (ROOT / name).read_text(encoding="utf-8")
    given = set(re.findall(r"^ *(CHANGETRACK_\w+)[:=]", text, re.MULTILINE))
    assert given
    assert given <= write_settings(Settings()).keys()


def test_the_image_runs_without_root_and_says_how_it_is() -> None:
    """The last stage ends as a user without a shell, with a health check that needs none."""
    last_stage = DOCKERFILE.rpartition("\nFROM ")[2]
    assert re.search(r"^USER \d+:\d+$", last_stage, re.MULTILINE)
    assert re.search(r"^HEALTHCHECK .*CMD \[", last_stage, re.MULTILINE)
    assert "nologin" in last_stage


def test_every_file_that_the_image_needs_is_sent_to_the_builder() -> None:
    """The context holds nothing but what is copied: no history, no secrets, no caches."""
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    allowed = {line.removeprefix("!") for line in ignored if line.startswith("!")}
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
    assert ignored[0] == "*"
    assert {name for names in copied for name in names.split()} == allowed
