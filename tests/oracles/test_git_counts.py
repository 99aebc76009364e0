"""How small our diffs are, next to the smallest that git finds on pages as sites have them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from benchmarks import corpus
from changetrack import diff_text
from tests.oracles.cases import require

_MOST = 1.10


@pytest.mark.parametrize("kind", corpus.EDITS)
@pytest.mark.parametrize("size", ["2KB", "20KB", "200KB"])
def test_few_more_lines_than_git(size: str, kind: str, tmp_path: Path) -> None:
    """Changed lines within 1.10 of `git diff --minimal`, and none where git sees none."""
    require(shutil.which("git"), "git")
    pair = corpus.pair(size, kind)
    diff = diff_text(pair.previous, pair.current)
    smallest = _count_with_git(tmp_path, diff.old, diff.new)
    assert diff.additions + diff.deletions <= _MOST * smallest
    assert bool(diff) is bool(smallest)


def _count_with_git(folder: Path, old: list[str], new: list[str]) -> int:
    for name, lines in (("old", old), ("new", new)):
        (folder / name).write_bytes("".join(f"{line}\n" for line in lines).encode())
    command = ("git", "diff", "--no-index", "--minimal", "--no-renames", "--numstat", "old", "new")
    answer = subprocess.run(command, cwd=folder, capture_output=True, check=False, text=True)
    assert answer.returncode in {0, 1}, answer.stderr
    added, deleted, *_ = [*answer.stdout.split(), "0", "0"]
    return int(added) + int(deleted)
