"""Runs a page on which programs go on running: each in a terminal of its own, until the page ends.

    console    commands in the reader's one terminal, and what each of them prints
    sh         a program that is started in a terminal of its own, and stays
    text       what the program that was started last prints next
    python     with a first line such as `# receiver.py`: a file, in the folder where all of it runs

Ports that the page names are others here, and what no two runs have in common (ids, times, secrets)
is masked on both sides.
"""

from __future__ import annotations

import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TypeVar

from tests.docs.pages import Block
from tests.docs.running import Ran, make_environment, matches, read_commands

__all__ = ["mask", "run_session"]

T = TypeVar("T")

# Ends what a command prints; no page contains it.
_MARK = "\x1e"
# Of anything that is waited for here. It is there within a second, but for a busy machine.
_PATIENCE_SECONDS = 60.0
_LOOK_SECONDS = 0.05

# A reader who looks too early looks again. These change nothing, so they may be repeated.
_LOOKS = re.compile(r"cat |changetrack monitor (?:deliveries|checks|list|show) ")
# Nothing is installed by a test.
_INSTALLS = re.compile(r"pip |make |python3 -m venv ")

_VOLATILE = (
    (r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", "<id>"),
    (r"whsec_[A-Za-z0-9+/=]+", "<secret>"),
    (r"\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z| UTC| Europe/Berlin)", "<time>"),
    (r"(?m)^\w+day, \d{4}-\d\d-\d\d ", "<day> "),
    (r"(?m)^\d\d:\d\d  ", "<clock>  "),
    (r"are kept in \S+", "are kept in <file>"),
    # A column is as wide as what stands in it, such as a port.
    (r"(?<=\S) {2,}", "  "),
)


def mask(text: str) -> str:
    """Return a text without what is different each time."""
    for pattern, name in _VOLATILE:
        text = re.sub(pattern, name, text)
    return text


def run_session(
    name: str, blocks: Iterable[Block], folder: Path, ports: Mapping[str, int]
) -> list[Ran]:
    """Run a page in a folder, with other ports, and return what it promises beside what happens.

    The first port is that of the server of the page, which it need not name.
    """
    with ExitStack() as ends:
        session = _Session(folder, ports, ends)
        return [
            ran
            for block in blocks
            for ran in session.run(
                f"{name}:{block.line}", block._replace(text=_move_ports(block.text, ports))
            )
        ]


def _move_ports(text: str, ports: Mapping[str, int]) -> str:
    pattern = rf"\b(?:{'|'.join(ports)})\b"
    return re.sub(pattern, lambda found: str(ports[found[0]]), text)


class _Program:
    """A program that goes on, and what it printed so far."""

    def __init__(self, commands: str, folder: Path, environment: Mapping[str, str]) -> None:
        self._printed = folder / f"printed-{time.monotonic_ns()}"
        self._read = 0
        with self._printed.open("wb") as file:
            self._process = subprocess.Popen(
                ["bash", "-c", commands],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def news(self) -> str:
        """What it printed since somebody read it."""
        return self._printed.read_text(encoding="utf-8")[self._read :]

    def read_lines(self, promised: str) -> str:
        """Return as many lines as are promised, once they are those, or after a while."""
        count = len(promised.splitlines())

        def look() -> str:
            return "".join(self.news.splitlines(keepends=True)[:count])

        found = _look_again(look, lambda text: matches(mask(promised), mask(text)))
        self._read += len(found)
        return found

    def end(self) -> None:
        """Stop it, and whatever it has started."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()


class _Shell:
    """The terminal of the reader."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            ["bash"],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            bufsize=0,
        )

    def enter(self, command: str) -> str:
        """Type a command, and return what it prints."""
        keyboard, screen = self._process.stdin, self._process.stdout
        assert keyboard is not None
        assert screen is not None
        # `$?` survives from one command to the next, as it does in a terminal.
        line = f"{command}\n__status=$?; printf '{_MARK}'; (exit $__status)\n"
        keyboard.write(line.encode())
        printed = b""
        while not printed.endswith(_MARK.encode()):
            part = screen.read(65_536)
            if not part:
                return f"{printed.decode()}(the shell has ended)"
            printed += part
        return printed.decode().removesuffix(_MARK)

    def end(self) -> None:
        """Leave it."""
        self._process.communicate()


class _Session:
    """A reader with a folder, a terminal, and programs that run in others."""

    def __init__(self, folder: Path, ports: Mapping[str, int], ends: ExitStack) -> None:
        self._folder = folder
        self._ports = tuple(ports.values())
        self._ends = ends
        self._environment = _make_environment(folder, self._ports[0])
        self._shell = _Shell(folder, self._environment)
        self._program: _Program | None = None
        ends.callback(self._shell.end)

    def run(self, where: str, block: Block) -> Iterator[Ran]:
        """Do what a block says, and yield what it promises beside what happens."""
        if block.language == "console":
            for command, promised in read_commands(block.text):
                yield Ran(f"{where}: $ {command}", mask(promised), self._try(command, promised))
        elif block.language == "sh" and not _INSTALLS.match(block.text):
            self._start(block.text)
        elif block.language == "text" and self._program is not None:
            printed = self._program.read_lines(block.text)
            yield Ran(where, mask(block.text), mask(printed))
        elif block.language == "python":
            first = block.text.partition("\n")[0]
            (self._folder / first.removeprefix("# ")).write_text(block.text, encoding="utf-8")

    def _try(self, command: str, promised: str) -> str:
        return _look_again(
            lambda: mask(self._shell.enter(command)),
            lambda printed: not _LOOKS.match(command) or matches(mask(promised), printed),
        )

    def _start(self, commands: str) -> None:
        """Start a program, and return when it listens, or has something to say."""
        before = self._count_open()
        program = _Program(commands, self._folder, self._environment)
        self._ends.callback(program.end)
        self._program = program
        _look_again(lambda: bool(program.news) or self._count_open() > before, bool)

    def _count_open(self) -> int:
        return sum(map(_is_open, self._ports))


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _make_environment(folder: Path, port: int) -> dict[str, str]:
    """Return what commands see: `python3` is this interpreter, the server is on this port."""
    environment = make_environment(folder)
    python = folder / ".bin" / "python3"
    python.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    server = {"CHANGETRACK_PORT": str(port), "CHANGETRACK_SERVER": f"http://127.0.0.1:{port}"}
    return {**environment, **server}


def _look_again(look: Callable[[], T], is_enough: Callable[[T], bool]) -> T:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not is_enough(seen := look()) and time.monotonic() < deadline:
        time.sleep(_LOOK_SECONDS)
    return seen
