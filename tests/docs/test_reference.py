"""The generated pages are what the code says today."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from changetrack_server.settings import PREFIX, Settings, SettingsError, read_settings
from docs import build
from docs.api import write_signature
from docs.prose import prose_of

LONG_SIGNATURE = """
@cache
def long_enough_to_wrap(first: int, /, second: str = "x", *, third: bool = _SET) -> dict[str, int]:
    return {}
"""

DOCSTRING = """Return the text.

Raises:
    ValueError: when the text
        is too long.
    OSError: never.

>>> f("a")
'a'
"""


def test_the_committed_reference_is_what_the_code_says() -> None:
    """A page that lags behind would teach what is no longer true; `make docs` renews it."""
    assert build.stale_pages() == []


def test_a_page_that_lags_behind_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One page is missing, others were edited by hand, and all are named."""
    for name in build.PAGES:
        (tmp_path / name).write_bytes(build.write_page(name).encode())
    (tmp_path / "api.md").unlink()
    (tmp_path / "errors.md").write_text("Nothing ever fails.\n", encoding="utf-8")
    (tmp_path / "openapi.json").write_bytes(build.write_page("openapi.json").encode() + b"\n")
    monkeypatch.setattr(build, "REFERENCE", tmp_path)
    assert build.stale_pages() == ["api.md", "errors.md", "openapi.json"]


SETTINGS = dict(
    re.findall(
        rf"^\| `({PREFIX}\w+)` \| (.+?) \|",
        (build.REFERENCE / "settings.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
)


def test_the_page_of_settings_says_what_to_write() -> None:
    """In the words of a shell and not in Python's, for every setting."""
    assert {*SETTINGS} == {f"{PREFIX}{each.name.upper()}" for each in fields(Settings)}
    kinds = {re.sub(r",( each)? (from|at least) .*", "", said) for said in SETTINGS.values()}
    assert kinds == {
        *("text", "a number", "a whole number", "true or false", "a list, separated by commas"),
        "a list of numbers such as 80,443",
        "a list of networks such as 10.1.0.0/16,fd00::/8",
        *("respect or ignore", "debug, info, warning or error"),
        *("open or closed", "starttls, tls or none"),
    }


def _list_bounds() -> Iterator[tuple[str, str, str]]:
    """Yield each setting that has a range, a bound of it, and a number beyond that."""
    for variable, said in SETTINGS.items():
        found = re.search(r"(?:from|at least) ([\d.]+)(?: to (\d+))?$", said)
        least, most = found.groups() if found else (None, None)
        if least is not None:
            yield variable, least, str(float(least) - 0.0001 if "." in least else int(least) - 1)
        if most is not None:
            yield variable, most, str(int(most) + 1)


@pytest.mark.parametrize(("variable", "bound", "beyond"), [*_list_bounds()])
def test_the_range_of_a_setting_is_the_one_that_is_checked(
    variable: str, bound: str, beyond: str
) -> None:
    """The bound can be set, what is beyond it cannot, and the error has the same words."""
    read_settings({variable: bound})
    with pytest.raises(SettingsError) as caught:
        read_settings({variable: beyond})
    said = str(caught.value)
    assert said.startswith(f"{variable}: {beyond}")
    assert SETTINGS[variable].endswith(said.rpartition("(")[2].removesuffix(")"))


def test_every_number_has_a_range() -> None:
    """At least zero or one, if nothing else."""
    bounded = {variable for variable, _, _ in _list_bounds()}
    assert bounded == {name for name, said in SETTINGS.items() if "number" in said}
    assert len(bounded) > 30


def test_a_long_signature_has_one_parameter_a_line() -> None:
    """Defaults that users could not write are shown as `...`, decorators of no use to them not."""
    function = ast.parse(LONG_SIGNATURE).body[0]
    assert isinstance(function, ast.FunctionDef)
    assert write_signature(function) == (
        "def long_enough_to_wrap(\n"
        "    first: int,\n"
        "    /,\n"
        "    second: str = 'x',\n"
        "    *,\n"
        "    third: bool = ...,\n"
        ") -> dict[str, int]"
    )


def test_a_docstring_becomes_markdown() -> None:
    """Sections become lists, examples become fences."""
    assert prose_of(DOCSTRING) == (
        "Return the text.\n\n"
        "**Raises:**\n\n"
        "- `ValueError`: when the text is too long.\n"
        "- `OSError`: never.\n\n"
        "```pycon\n>>> f(\"a\")\n'a'\n```\n"
    )
