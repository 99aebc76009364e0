"""The compiled peer: starts `similar/` as a child process and times it there, round by round.

Two builds: `locked` is the version of the crate that the compatible engine locks, `newest` the
last one. Without cargo there is no such peer, and the report says so.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Self

from benchmarks.runner import Contender, progress

if TYPE_CHECKING:
    from types import TracebackType

    from benchmarks.values import Json

HERE = Path(__file__).parent / "similar"
VERSIONS = {"locked": "similar 3.1.2", "newest": "similar 3.2.1"}


class PeerUnavailableError(Exception):
    """The peer cannot be built here; the text says why."""


@dataclass(slots=True)
class Peer:
    """One build of the Rust program, running."""

    build: str
    _process: subprocess.Popen[str] = field(init=False)
    _folder: tempfile.TemporaryDirectory[str] = field(init=False)

    def __post_init__(self) -> None:
        program = _built(self.build)
        self._folder = tempfile.TemporaryDirectory(prefix="changetrack-peer-")
        self._process = subprocess.Popen(
            [str(program)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._process.stdin:
            self._process.stdin.close()
        self._process.wait(timeout=120)
        if self._process.stdout:
            self._process.stdout.close()
        self._folder.cleanup()

    @property
    def name(self) -> str:
        """Return what the tables call it."""
        return VERSIONS[self.build]

    def load_markdown(self, name: str, previous: str, current: str) -> Contender:
        """Give it a pair of pages and return the contender that works on them."""
        return self._load(name, "markdown", previous, current)

    def load_json(self, name: str, previous: Json, current: Json) -> Contender:
        """Give it a pair of JSON values and return the contender that works on them."""
        return self._load(name, "json", json.dumps(previous), json.dumps(current))

    def emit(self, name: str) -> dict[str, object]:
        """Return its result for a loaded pair, to be compared with ours."""
        return self._ask(cmd="emit", name=name)

    def _load(self, name: str, kind: str, previous: str, current: str) -> Contender:
        files = {"previous": previous, "current": current}
        paths = {}
        for side, content in files.items():
            file = Path(self._folder.name, side)
            file.write_bytes(content.encode())
            paths[side] = str(file)
        self._ask(cmd="load", name=name, kind=kind, **paths)

        def time(calls: int) -> list[int]:
            taken = self._ask(cmd="time", name=name, calls=calls)["ns"]
            return [int(ns) for ns in taken] if isinstance(taken, list) else []

        return Contender(self.name, time)

    def _ask(self, **command: object) -> dict[str, object]:
        if self._process.stdin is None or self._process.stdout is None:
            message = "the peer has no pipes"
            raise PeerUnavailableError(message)
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            message = f"{self.name} ended with code {self._process.wait()}"
            raise PeerUnavailableError(message)
        answer: dict[str, object] = json.loads(line)
        return answer


def start_all(notes: list[str]) -> list[Peer]:
    """Start every build that can be had; say in `notes` which cannot, and why."""
    peers = []
    for build, name in VERSIONS.items():
        try:
            peers.append(Peer(build))
        except PeerUnavailableError as error:
            notes.append(f"without {name}: {error}")
            progress(notes[-1])
    return peers


def _built(build: str) -> Path:
    cargo = shutil.which("cargo")
    if cargo is None:
        message = "there is no cargo here"
        raise PeerUnavailableError(message)
    progress(f"cargo build {VERSIONS[build]}")
    answer = subprocess.run(
        [cargo, "build", "--release", "--quiet"],
        cwd=HERE / build,
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        message = (answer.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise PeerUnavailableError(f"cargo build failed: {message}")
    return HERE / build / "target" / "release" / f"similar-peer-{build}"
