"""What each picture shows: real output, of the pages that the examples use.

A scene is a function without arguments that returns a page of HTML; the same one on every machine.
"""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from changetrack import (
    Diff,
    Options,
    Result,
    diff_fields,
    html_to_markdown,
    render_html,
    track,
    wire,
)
from changetrack.cli import main as run_changetrack
from docs.cards import Screen, draw_json, draw_terminal, write_page

__all__ = ["SCENES", "Scene"]

EXAMPLES = Path(__file__).resolve().parent / "examples" / "pages"

# As wide as a terminal is by default; and as wide as two columns of text want.
NARROW, WIDE = 100, 122

_GUIDE = "guide-monday.md guide-friday.md"
_PLANS = "plans-monday.json plans-friday.json"
_STATUS = "status-1.md status-2.md status-3.md status-4.md"
_PRICE = """--condition '{"number": {"path": "plans[*].price", "percent": {"gte": 10}}}'"""


class Scene(NamedTuple):
    """A page to be photographed, and its size in pixels of CSS; `themes` it is taken in."""

    title: str
    draw: Callable[[], str]
    height: int
    width: int = 880
    themes: tuple[str, ...] = ("light",)

    def write(self) -> str:
        """Return the page."""
        return write_page(self.title, self.draw())


@contextmanager
def _terminal(columns: int) -> Iterator[None]:
    """Give commands a terminal of so many columns."""
    environment = os.environ  # noqa: TID251 - where the command line looks for the width
    before = environment.get("COLUMNS")
    environment["COLUMNS"] = str(columns)
    try:
        yield
    finally:
        del environment["COLUMNS"]
        if before is not None:
            environment["COLUMNS"] = before


def _run(*commands: str, columns: int = NARROW, folder: Path = EXAMPLES) -> str:
    """Return a terminal in which these commands of changetrack ran, beside the examples."""
    screens = []
    for command in commands:
        with _terminal(columns), chdir(folder):
            printed = _print(*shlex.split(command))
        shown = command.replace(" --color=always", "")
        screens.append(Screen(f"changetrack {shown}", printed))
    return draw_terminal(screens)


def _print(*command: str) -> str:
    # What it says beside its output, a person at a terminal would see as well; here it is left out.
    with redirect_stdout(StringIO()) as printed, redirect_stderr(StringIO()):
        run_changetrack([*command])
    return printed.getvalue()


def _read(name: str) -> str:
    return (EXAMPLES / name).read_text(encoding="utf-8")


def _compare_prices() -> Result:
    monday, friday = (
        html_to_markdown(_read(f"pricing-{day}.html")) for day in ("monday", "friday")
    )
    return track(friday, previous={"markdown": monday})


def _draw_overview() -> str:
    result = _compare_prices()
    return render_html(result.diff or Diff(), title=result.summary)


def _draw_fields() -> str:
    monday, friday = (json.loads(_read(f"plans-{day}.json")) for day in ("monday", "friday"))
    diff = Diff(None, diff_fields(monday, friday, list_keys={"plans": "name"}))
    return render_html(diff, title="The plans, by their names")


def _draw_renderings() -> str:
    return render_html(_compare_prices().diff or Diff(), layout="inline")


def _draw_list_keys() -> str:
    return _run(
        f"diff --color=always {_PLANS}", f"diff --color=always --list-key plans=name {_PLANS}"
    )


def _draw_hunks() -> str:
    return _run(f"diff --color=always --side-by-side -U1 {_GUIDE}", columns=WIDE)


def _draw_sections() -> str:
    shown = ("sections", "links", "tables", "summary")
    return _run(*(f"diff --color=always --show {name} {_GUIDE}" for name in shown))


def _draw_undo() -> str:
    with TemporaryDirectory() as name:
        folder = Path(name)
        for day, (price, trial) in _DAYS.items():
            text = f"# Pricing\n\nStarter {price}\n\nTry it for {trial} days.\n"
            (folder / f"{day}.md").write_text(text, encoding="utf-8")
        with chdir(folder):
            for diff, days in (("first", ("monday", "tuesday")), ("second", ("tuesday", "friday"))):
                text = _print("diff", *(f"{day}.md" for day in days))
                Path(f"{diff}.diff").write_text(text, encoding="utf-8")
        return _run(
            "diff --color=always -U1 monday.md tuesday.md",
            "diff --color=always -U1 tuesday.md friday.md",
            "compose --color=always -U1 monday.md first.diff second.diff",
            folder=folder,
        )


# One price goes up twice; one offer comes, and goes again.
_DAYS = {"monday": ("$19", 30), "tuesday": ("$22", 60), "friday": ("$24", 30)}


def _draw_history() -> str:
    return _run(f"log --color=always {_STATUS}", f"blame {_STATUS}")


def _draw_sets() -> str:
    return _run("pages --color=always site-monday site-friday", "cluster site-monday site-friday")


def _draw_significance() -> str:
    options = Options(include=("stats",))
    stats = json.loads(wire.encode(wire.write_result(_compare_prices(), options)["stats"]))
    return "\n".join(
        (
            _run(f"diff --color=always --stat --list-key plans=name {_PRICE} {_PLANS}"),
            draw_json(
                '"significance" of what changed on the page of prices', stats["significance"]
            ),
        )
    )


_BOTH = ("light", "dark")

SCENES = {
    "overview": Scene("What changed on a page of prices", _draw_overview, 730, themes=_BOTH),
    "list-keys": Scene("A list by position, and by its keys", _draw_list_keys, 560),
    "fields": Scene("Fields that changed", _draw_fields, 546, themes=_BOTH),
    "hunks": Scene("A diff, side by side", _draw_hunks, 874, width=980),
    "sections": Scene("Sections, links and tables", _draw_sections, 396),
    "undo": Scene("Two diffs as one", _draw_undo, 576),
    "history": Scene("What changed when", _draw_history, 306, width=920),
    "sets": Scene("The pages of a site", _draw_sets, 360),
    "renderings": Scene("A diff as a page", _draw_renderings, 672, themes=_BOTH),
    "significance": Scene("How much it matters", _draw_significance, 408),
}
