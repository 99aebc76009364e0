"""Readers of unified diffs that are not ours: unidiff, and the npm package parse-diff."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import unidiff

from changetrack._models import DiffAst
from tests.oracles.cases import list_cases, require

_HERE = Path(__file__).parent
_CASES = list_cases(hostile=600)


def test_unidiff_counts_what_we_count() -> None:
    """The same hunks at the same places, with as many added and deleted lines."""
    for case in _CASES:
        read = [
            (hunk.source_start, hunk.source_length, hunk.target_start, hunk.target_length)
            for file in unidiff.PatchSet(case.diff.text)
            for hunk in file
        ]
        ours = [
            (chunk["oldStart"], chunk["oldLines"], chunk["newStart"], chunk["newLines"])
            for chunk in case.diff.ast["files"][0]["chunks"]
        ]
        assert read == ours, case
        counted = unidiff.PatchSet(case.diff.text)
        assert (counted.added, counted.removed) == (case.diff.additions, case.diff.deletions), case


def test_parse_diff_reads_our_tree() -> None:
    """The tree that clients of parse-diff know, but for what the contract says is different."""
    require(shutil.which("node"), "node")
    package = _HERE / "node_modules" / "parse-diff"
    require(
        "found" if package.is_dir() else None, "parse-diff (npm --prefix tests/oracles install)"
    )
    cases = [case for case in _CASES if case.diff]
    answer = subprocess.run(
        ("node", str(_HERE / "parse_diff.cjs")),
        input=json.dumps([case.diff.text for case in cases]).encode(),
        capture_output=True,
        check=True,
    )
    for case, files in zip(cases, json.loads(answer.stdout), strict=True):
        assert files == [_as_parse_diff(case.diff.ast, case.diff.text)], case


def test_parse_diff_sees_nothing_in_nothing() -> None:
    """An empty text has no file for it; our tree names the one file all the same."""
    same = next(case for case in _CASES if not case.diff)
    assert same.diff.text == ""
    assert same.diff.ast["files"] == [
        {"from": "previous", "to": "current", "additions": 0, "deletions": 0, "chunks": []}
    ]


def _as_parse_diff(ast: DiffAst, text: str) -> dict[str, object]:
    """Return our tree as parse-diff has it.

    Three things differ, all on purpose: it keeps the sign in `content`, sets a flag named as the
    type beside it, and repeats the header as it stands in the text, where counts of 1 are left out.
    """
    (file,) = ast["files"]
    headers = iter([line for line in text.split("\n") if line.startswith("@@ ")])
    signs = {"add": "+", "del": "-", "normal": " "}
    chunks = [
        {
            **chunk,
            "content": next(headers),
            "changes": [
                {
                    **change,
                    change["type"]: True,
                    "content": signs[change["type"]] + change["content"],
                }
                for change in chunk["changes"]
            ],
        }
        for chunk in file["chunks"]
    ]
    return {**file, "chunks": chunks}
