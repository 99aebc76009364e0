"""The command line as a process of its own: pipes, bytes, and what the shell gets to see."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import changetrack

# The package under test, wherever the process stands.
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(changetrack.__file__).parents[1])}  # noqa: TID251
COMMAND = (sys.executable, "-c", "import sys; from changetrack.cli import main; sys.exit(main())")


def _run(
    *arguments: str | bytes, folder: Path, data: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        (*COMMAND, *arguments),
        cwd=folder,
        env=ENVIRONMENT,
        input=data,
        capture_output=True,
        check=False,
    )


def test_a_pipeline_of_two(tmp_path: Path) -> None:
    """What diff prints, apply reads; no byte is changed on the way."""
    old, new = "a\u2028\x00b\r\nc\n", "a\u2028\x00b\nd\x1b\n"
    (tmp_path / "old.md").write_bytes(old.encode())
    (tmp_path / "new.md").write_bytes(new.encode())
    diff = _run("diff", "old.md", "new.md", folder=tmp_path)
    assert (diff.returncode, diff.stderr) == (1, b"")
    applied = _run("apply", "-", "old.md", folder=tmp_path, data=diff.stdout)
    assert (applied.returncode, applied.stdout, applied.stderr) == (0, new.encode(), b"")


# Containers set PYTHONUNBUFFERED; then a write may be a short one, and fails later.
both_ways = pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])


@both_ways
@pytest.mark.skipif(os.name != "posix", reason="pipes break otherwise elsewhere")
def test_a_reader_that_has_seen_enough(unbuffered: str, tmp_path: Path) -> None:
    """`| head` ends it in silence."""
    (tmp_path / "big.md").write_text("".join(f"line {at}\n" for at in range(200_000)))
    reading, writing = os.pipe()
    with subprocess.Popen(
        (*COMMAND, "diff", os.devnull, "big.md"),
        cwd=tmp_path,
        env={**ENVIRONMENT, "PYTHONUNBUFFERED": unbuffered},
        stdout=writing,
        stderr=subprocess.PIPE,
    ) as process:
        os.close(writing)
        beginning = os.read(reading, 12)
        os.close(reading)
        _, errors = process.communicate(timeout=60)
    assert (beginning, process.returncode, errors) == (b"--- previous", 2, b"")


@both_ways
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_a_full_disk_is_trouble(unbuffered: str, tmp_path: Path) -> None:
    """What was not written was not shown, and the shell must know."""
    (tmp_path / "new.md").write_text("a\n")
    with Path("/dev/full").open("wb") as full:
        process = subprocess.run(
            (*COMMAND, "normalize", "new.md"),
            cwd=tmp_path,
            env={**ENVIRONMENT, "PYTHONUNBUFFERED": unbuffered},
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert process.returncode == 2
    assert process.stderr == b"changetrack: standard output: No space left on device\n"


@pytest.mark.skipif(sys.platform != "linux", reason="names must be UTF-8 elsewhere")
def test_a_name_that_is_not_utf8(tmp_path: Path) -> None:
    """It is shown as it came."""
    name = b"caf\xe9.md"
    Path(os.fsdecode(os.path.join(os.fsencode(tmp_path), name))).write_text("a")  # noqa: PTH118
    process = _run("hash", name, folder=tmp_path)
    assert (process.returncode, process.stdout.split(b"  ")[1]) == (0, name + b"\n")


def test_the_locale_does_not_matter(tmp_path: Path) -> None:
    """Output is UTF-8, as diffs are bytes."""
    (tmp_path / "new.md").write_bytes("東京 ".encode())
    process = subprocess.run(
        (*COMMAND, "normalize", "new.md"),
        cwd=tmp_path,
        env={**ENVIRONMENT, "LC_ALL": "C", "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
        capture_output=True,
        check=False,
    )
    assert (process.returncode, process.stdout) == (0, "東京\n".encode())
