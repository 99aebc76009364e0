"""Runs a page as its reader would: Python in one session, shell lines in one shell."""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import sys
from contextlib import redirect_stdout
from pathlib import Path
from typing import NamedTuple

from tests.docs.pages import ROOT, Block

# Separates what one command prints from what the next one does; no page contains it.
_MARK = "\x1e"

# `changetrack` in a page is the code of this checkout, run by this interpreter.
_COMMAND = """#!/bin/sh
exec {python} -c 'import sys; from changetrack.cli import main; sys.exit(main())' "$@"
"""


class Ran(NamedTuple):
    """What a page promises, and what happened instead when it is not the same."""

    where: str
    promised: str
    printed: str


def run_page(name: str, blocks: list[Block], folder: Path) -> list[Ran]:
    """Run the python and console blocks of a page in a folder; return promises and truths."""
    namespace: dict[str, object] = {"__name__": "__main__"}
    ran: list[Ran] = []
    printed = ""
    for block in blocks:
        if block.language == "python":
            printed = _run_python(name, block, namespace)
        elif block.language == "output":
            ran.append(Ran(f"{name}:{block.line}", block.text, printed))
        elif block.language == "console":
            ran += _run_console(name, block, folder)
    return ran


def _run_python(name: str, block: Block, namespace: dict[str, object]) -> str:
    # The empty lines make a traceback point at the line of the page.
    source = "\n" * (block.line - 1) + block.text
    with redirect_stdout(io.StringIO()) as stdout:
        exec(compile(source, name, "exec", dont_inherit=True), namespace)  # noqa: S102 - our own pages
    return stdout.getvalue()


def _run_console(name: str, block: Block, folder: Path) -> list[Ran]:
    commands = read_commands(block.text)
    # `$?` survives from one command to the next, as it does in a terminal.
    script = "".join(
        f"{command}\n__status=$?; printf '{_MARK}'; (exit $__status)\n" for command, _ in commands
    )
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env=make_environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    outputs = done.stdout.split(_MARK)
    outputs += ["(did not run)"] * len(commands)  # a syntax error ends the shell
    return [
        Ran(f"{name}:{block.line}: $ {command}", promised, printed)
        for (command, promised), printed in zip(commands, outputs, strict=False)
    ]


def read_commands(text: str) -> list[tuple[str, str]]:
    """Return each command (with its `> ` continuation lines) and what the page says it prints."""
    pieces = re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]
    commands = []
    for piece in pieces:
        lines = piece.splitlines(keepends=True)
        size = 1
        while size < len(lines) and lines[size].startswith("> "):
            size += 1
        command = lines[0] + "".join(line[2:] for line in lines[1:size])
        commands.append((command.rstrip("\n"), "".join(lines[size:])))
    return commands


def make_environment(folder: Path) -> dict[str, str]:
    """Return what the commands of a page see around them."""
    binaries = folder / ".bin"
    binaries.mkdir(exist_ok=True)
    command = binaries / "changetrack"
    command.write_text(_COMMAND.format(python=shlex.quote(sys.executable)), encoding="utf-8")
    command.chmod(0o755)
    given = os.environ  # noqa: TID251 - to hand on what finds the tools
    return {
        "PATH": os.pathsep.join([str(binaries), given["PATH"]]),
        "PYTHONPATH": str(ROOT / "src"),
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
        "COLUMNS": "100",
    }


def matches(promised: str, printed: str) -> bool:
    """Tell whether a page is right; a line of three dots stands for any lines."""
    pattern = "".join(
        r"(?:.*\n)*?" if line == "...\n" else re.escape(line)
        for line in _lines_of(promised).splitlines(keepends=True)
    )
    return re.fullmatch(pattern, _lines_of(printed)) is not None


def _lines_of(text: str) -> str:
    """Return text without trailing blanks, which nobody sees on a page, ending in a newline."""
    lines = [line.rstrip() for line in text.rstrip().split("\n")]
    return "\n".join(lines) + "\n"
