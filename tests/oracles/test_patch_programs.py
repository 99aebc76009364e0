"""Programs that people have take our diffs: GNU patch and git, there and back (A14, A30, A31)."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tests.oracles.cases import Case, list_cases, require

_CASES = [case for case in list_cases(hostile=400) if case.diff]
_PATCH = ("patch", "--binary", "--silent", "--fuzz=0", "--force", "-p1")
_GIT_APPLY = (
    *("git", "-c", "core.autocrlf=false", "apply", "--whitespace=nowarn", "--unidiff-zero"),
)


def test_gnu_patch_goes_there(tmp_path: Path) -> None:
    """`patch` makes the current pages of the previous ones."""
    assert _run_all(tmp_path, _PATCH, back=False) == []


def test_gnu_patch_goes_back(tmp_path: Path) -> None:
    """`patch -R` makes the previous pages of the current ones."""
    assert _run_all(tmp_path, (*_PATCH, "--reverse"), back=True) == []


def test_git_apply_goes_there(tmp_path: Path) -> None:
    """`git apply` makes the current pages of the previous ones."""
    assert _run_all(tmp_path, _GIT_APPLY, back=False) == []


def test_git_apply_goes_back(tmp_path: Path) -> None:
    """`git apply -R` makes the previous pages of the current ones."""
    assert _run_all(tmp_path, (*_GIT_APPLY, "--reverse"), back=True) == []


def _run_all(folder: Path, command: tuple[str, ...], *, back: bool) -> list[Case]:
    """Put all pages into files, all diffs into one, and return the cases that came out wrong."""
    require(shutil.which(command[0]), command[0])
    for number, case in enumerate(_CASES):
        (folder / f"{number}.md").write_bytes(case.files[back])
    diffs = "".join(_rename(case.diff.text, number) for number, case in enumerate(_CASES))
    subprocess.run(
        command,
        input=diffs.encode(),
        cwd=folder,
        check=True,
        # git must not take the folder for a part of whatever repository is around it.
        env={**os.environ, "GIT_CEILING_DIRECTORIES": str(folder.parent), "LC_ALL": "C"},  # noqa: TID251
    )
    return [
        case
        for number, case in enumerate(_CASES)
        if (folder / f"{number}.md").read_bytes() != case.files[not back]
    ]


def _rename(text: str, number: int) -> str:
    """Name the file in a diff, as somebody does who applies it to one of many."""
    body = text.removeprefix("--- previous\n+++ current\n")
    return f"--- a/{number}.md\n+++ b/{number}.md\n{body}"
