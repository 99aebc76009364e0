"""Part A of the catalogue of attacks and faults is here, case by case."""

from __future__ import annotations

import re
from pathlib import Path

CASES = 50


def test_every_case_has_its_test() -> None:
    """Each of A1 to A50 stands in the name of a test at least."""
    names = re.findall(
        r"^def test_(\w+)",
        "\n".join(map(Path.read_text, Path(__file__).parent.glob("*.py"))),
        re.MULTILINE,
    )
    found = {case for name in names for case in re.findall(r"(?:^|_)A(\d+)(?=_)", name)}
    assert found == {str(number) for number in range(1, CASES + 1)}
