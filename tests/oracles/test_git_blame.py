"""Who changed which line, next to what git says of the same versions."""

from __future__ import annotations

import random
import shutil
import subprocess
from itertools import count
from pathlib import Path

import pytest

from changetrack import Snapshot
from changetrack._history import blame
from tests.oracles.cases import require

_VERSIONS = 8


@pytest.mark.parametrize("seed", range(6))
def test_lines_are_blamed_as_git_does(seed: int, tmp_path: Path) -> None:
    """On pages whose lines are all different and keep their order there is no tie to break."""
    require(shutil.which("git"), "git")
    versions = _write_versions(random.Random(seed))  # noqa: S311 - pages, no secrets
    lines = blame([Snapshot(markdown="\n".join(lines)) for lines in versions])
    assert [line.text for line in lines] == versions[-1]
    assert [line.snapshot for line in lines] == _blame_with_git(tmp_path, versions)


def test_lines_that_move_are_blamed_as_git_does(tmp_path: Path) -> None:
    """With its option to follow what moved within a file."""
    require(shutil.which("git"), "git")
    first = [f"paragraph {number} says what nobody else says" for number in range(12)]
    second = [*first[4:], *first[:4]]
    third = [*second[:2], "a paragraph that is new", *second[2:]]
    versions = [first, second, third]
    lines = blame([Snapshot(markdown="\n".join(lines)) for lines in versions])
    assert [line.snapshot for line in lines] == _blame_with_git(tmp_path, versions, "-M")
    assert [line.snapshot for line in lines] == [0, 0, 2, *[0] * 10]


def _write_versions(dice: random.Random) -> list[list[str]]:
    """Return versions of a page: lines are replaced, added, deleted, and some come back."""
    fresh = (f"line {number}" for number in count())
    lines = [next(fresh) for _ in range(30)]
    versions = [lines]
    for _ in range(_VERSIONS - 1):
        lines = list(lines)
        for _ in range(dice.randint(1, 4)):
            at = dice.randrange(len(lines))
            size = dice.randint(0, 3)
            lines[at : at + size] = [next(fresh) for _ in range(dice.randint(0, 3))]
        versions.append(lines)
    # What was there at the beginning, and is not any more, is back at the end.
    return [*versions, [*versions[0][:5], "between", *versions[0][-5:]]]


def _blame_with_git(folder: Path, versions: list[list[str]], *options: str) -> list[int]:
    _run(folder, "init", "--quiet", "--bare", ".")
    stream = b"".join(_spell_commit(at, lines) for at, lines in enumerate(versions, start=1))
    _run(folder, "fast-import", "--quiet", "--export-marks=marks", data=stream)
    marks = (line.split() for line in (folder / "marks").read_text().splitlines())
    places = {commit: int(mark.removeprefix(":")) - 1 for mark, commit in marks}
    told = _run(folder, "blame", "-l", "-s", "--root", *options, "main", "--", "page")
    return [places[line.split()[0]] for line in told.splitlines()]


def _spell_commit(mark: int, lines: list[str]) -> bytes:
    page = "".join(f"{line}\n" for line in lines).encode()
    return (
        b"commit refs/heads/main\nmark :%d\ncommitter A <a@example.com> %d +0000\ndata 0\n"
        b"M 100644 inline page\ndata %d\n%s\n" % (mark, mark, len(page), page)
    )


def _run(folder: Path, *command: str, data: bytes = b"") -> str:
    ran = subprocess.run(
        ("git", *command), cwd=folder, capture_output=True, check=False, input=data
    )
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.decode()
