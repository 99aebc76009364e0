"""Pictures show what is so, are on a page, and can be taken."""

from __future__ import annotations

import re
import struct
from pathlib import Path

import pytest

from docs import pictures
from docs.cards import Screen, draw_json, draw_terminal
from docs.scenes import SCENES, Scene
from tests.docs.pages import PAGES, Page

_IMAGE = re.compile(r"!\[([^\]\n]*)\]\(([^)\s]+)\)|(?:src|srcset)=\"([^\"]+)\"")


def _images(page: Page) -> list[str]:
    return [markdown or html for _, markdown, html in _IMAGE.findall(page.text)]


@pytest.mark.parametrize("page", [page for page in PAGES if _images(page)], ids=repr)
def test_an_image_is_a_file_and_says_what_it_shows(page: Page) -> None:
    """Also to whoever cannot see it."""
    missing = [each for each in _images(page) if not (page.path.parent / each).is_file()]
    assert missing == []
    assert all(
        words for words in re.findall(r"!\[([^\]\n]*)\]\(|<img [^>]*alt=\"([^\"]*)\"", page.text)
    )
    assert page.text.count("<img ") == len(re.findall(r"<img [^>]*alt=\"[^\"]{20,}\"", page.text))


def test_every_picture_is_on_a_page() -> None:
    """One that nobody sees is only weight."""
    shown = {Path(image).name for page in PAGES for image in _images(page)}
    taken = {file for name, scene in SCENES.items() for file in pictures.list_files(name, scene)}
    assert taken == {path.name for path in pictures.PICTURES.glob("*.png")} == shown & taken


def test_the_committed_pictures_show_what_is_so() -> None:
    """`python -m docs.pictures` takes those anew that do not."""
    assert pictures.find_faults() == []


def test_a_picture_that_lags_behind_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One was never taken, one is of another page, one is too large, and one is of nothing."""
    monkeypatch.setattr(pictures, "PICTURES", tmp_path)
    names = ("new", "old", "large")
    scenes = {name: Scene(name, lambda: "<p>so</p>", 100) for name in names}
    monkeypatch.setattr(pictures, "SCENES", scenes)
    hashes = {**pictures._hash_scenes(), "old": "0" * 64}
    (tmp_path / pictures.SOURCES).write_text(str(hashes).replace("'", '"'))
    for name, size in (("old", 1), ("large", pictures.MOST_BYTES + 1), ("stray", 1)):
        (tmp_path / f"{name}.png").write_bytes(b"x" * size)
    assert [fault.partition(":")[0] for fault in pictures.find_faults()] == [
        "docs/pictures/new.png is missing",
        "docs/pictures/old.png shows what is no longer so",
        "docs/pictures/stray.png is of no scene",
        "docs/pictures/large.png has 60,001 bytes, more than 60,000",
    ]


def test_a_picture_is_taken_in_its_size(tmp_path: Path) -> None:
    """By the browser of this machine, in the dark."""
    file = tmp_path / "small.png"
    pictures.take_picture(Scene("small", lambda: "<p>so</p>", 120, width=600), file, "dark")
    taken = file.read_bytes()
    assert taken.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", taken[16:24]) == (900, 180)


def test_a_machine_without_a_browser_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to install."""
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(pictures.NoBrowser, match="apt-get install chromium"):
        pictures.find_browser()


def test_a_terminal_is_drawn_in_its_colours() -> None:
    """Reversed, faint and plain; what a page wrote is text."""
    printed = "\x1b[31m-a \x1b[7m<b>\x1b[27m.\x1b[m\n\x1b[2m1\x1b[m plain\n"
    assert draw_terminal([Screen("show <x>", printed), Screen("again", "")]) == (
        '<div class="screen"><pre><span class="prompt">$ show &lt;x&gt;</span>\n'
        '<span class="red">-a </span><span class="red reversed">&lt;b&gt;</span>'
        '<span class="red">.</span>\n<span class="faint">1</span> plain\n\n'
        '<span class="prompt">$ again</span>\n</pre></div>'
    )


def test_json_is_drawn_with_its_kinds() -> None:
    """Keys, strings and the rest; small objects on a line."""
    drawn = draw_json("a & b", {"k": ["x", 1, None], "long": "y" * 120})
    text = re.sub(r"<[^>]+>", "", drawn)
    assert text == '''a &amp; b{\n  "k": ["x", 1, null],\n  "long": "''' + "y" * 120 + '"\n}'
    kinds = re.findall(r'<span class="(\w+)">("\w"|1|null)<', drawn)
    assert kinds == [("key", '"k"'), ("word", '"x"'), ("other", "1"), ("other", "null")]
