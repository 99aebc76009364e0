"""The public types, held by mypy; another checker may read the same file."""

from __future__ import annotations

from pathlib import Path

from mypy import api

ROOT = Path(__file__).resolve().parents[2]


def test_the_public_api_is_typed_as_it_says(tmp_path: Path) -> None:
    """Every assertion of public_api.py holds, and every mistake in it is found."""
    output, errors, status = api.run(
        [
            *("--config-file", str(ROOT / "pyproject.toml")),
            *("--cache-dir", str(tmp_path), "--no-error-summary"),
            str(ROOT / "tests" / "typing" / "public_api.py"),
        ]
    )
    assert (output, errors, status) == ("", "", 0)
