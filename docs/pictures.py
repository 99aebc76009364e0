"""Takes the pictures of docs/meaning with headless Chromium: `python -m docs.pictures [--all]`.

A picture is of a page of HTML that a scene makes of real output. `sources.json` holds the SHA-256
of the page of each, so that `python -m docs.build --check`, which needs no Chromium, tells when a
picture shows what is no longer so. Only those are taken anew, unless all are asked for.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from docs.scenes import SCENES, Scene

__all__ = ["NoBrowser", "find_browser", "find_faults", "list_files", "take_picture"]

PICTURES = Path(__file__).resolve().parent / "pictures"
SOURCES = "sources.json"

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Sharp on the screens of today.
_SCALE = 1.5
# A page of ours is there at once; a machine that is busy may need a while for the browser.
_SECONDS = 60
# What a reader waits for, and a clone carries.
MOST_BYTES, MOST_BYTES_IN_ALL = 60_000, 500_000
# A terminal has six, and each some shades where letters end.
_COLORS = "20"
# As Blink counts them.
_SCHEMES = {"dark": 0, "light": 1}


class NoBrowser(RuntimeError):
    """There is nothing to take a picture with."""


def find_browser() -> str:
    """Return the path of Chromium.

    Raises:
        NoBrowser: there is none.
    """
    for name in _BROWSERS:
        found = shutil.which(name)
        if found is not None:
            return found
    message = f"none of {', '.join(_BROWSERS)} is on the path (Debian: apt-get install chromium)"
    raise NoBrowser(message)


def list_files(name: str, scene: Scene) -> dict[str, str]:
    """Return the theme of each file of a scene: `fields.png`, `fields-dark.png`."""
    return {f"{name}{'' if theme == 'light' else f'-{theme}'}.png": theme for theme in scene.themes}


def find_faults() -> list[str]:
    """Return what is wrong with the committed pictures: stale, missing, too large, of no scene."""
    return [*_list_stale(), *_list_strangers(), *_list_heavy()]


def _list_stale() -> Iterator[str]:
    remedy = "run `python -m docs.pictures`, and look at it"
    kept = _read_sources()
    for name, digest in _hash_scenes().items():
        for file in list_files(name, SCENES[name]):
            if not (PICTURES / file).exists():
                yield f"docs/pictures/{file} is missing: {remedy}"
            elif kept.get(name) != digest:
                yield f"docs/pictures/{file} shows what is no longer so: {remedy}"


def _list_strangers() -> Iterator[str]:
    known = {file for name, scene in SCENES.items() for file in list_files(name, scene)}
    for path in sorted(PICTURES.glob("*.png")):
        if path.name not in known:
            yield f"docs/pictures/{path.name} is of no scene: remove it"


def _list_heavy() -> Iterator[str]:
    remedy = "show less, or install pngquant and take it again"
    sizes = {path.name: path.stat().st_size for path in sorted(PICTURES.glob("*.png"))}
    for name, size in sizes.items():
        if size > MOST_BYTES:
            yield f"docs/pictures/{name} has {size:,} bytes, more than {MOST_BYTES:,}: {remedy}"
    if sum(sizes.values()) > MOST_BYTES_IN_ALL:
        yield f"docs/pictures has {sum(sizes.values()):,} bytes of pictures: {remedy}"


def _hash_scenes() -> dict[str, str]:
    """Return the SHA-256 of the page of each scene, and of the size that it is taken in."""
    return {
        name: hashlib.sha256(f"{scene.width}x{scene.height}\n{scene.write()}".encode()).hexdigest()
        for name, scene in SCENES.items()
    }


def _read_sources() -> dict[str, str]:
    path = PICTURES / SOURCES
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def take_picture(scene: Scene, file: Path, theme: str = "light") -> None:
    """Write a PNG of a scene; of few colours, and so of few bytes, where there is pngquant.

    Raises:
        NoBrowser: there is nothing to take it with.
    """
    browser = find_browser()
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "page.html")
        source.write_text(scene.write(), encoding="utf-8")
        _run(
            browser,
            "--headless",
            # Nothing is loaded that is not ours, and root may not have the sandbox.
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--disable-lcd-text",
            f"--user-data-dir={folder}/profile",
            f"--force-device-scale-factor={_SCALE}",
            f"--window-size={scene.width},{scene.height}",
            f"--blink-settings=preferredColorScheme={_SCHEMES[theme]}",
            f"--screenshot={file}",
            source.as_uri(),
        )
    if not file.exists():
        message = f"{browser} wrote no picture"
        raise NoBrowser(message)
    quantize = shutil.which("pngquant")
    if quantize is not None:
        _run(quantize, "--force", "--strip", "--speed=1", f"--output={file}", _COLORS, str(file))


def _run(*command: str) -> None:
    subprocess.run(  # noqa: S603 - programs of this machine, on files of ours
        command, check=True, timeout=_SECONDS, stdin=subprocess.DEVNULL, capture_output=True
    )


def main() -> int:
    """Take the pictures that are stale, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--all", action="store_true", help="those that show what is so, too")
    takes_all = parser.parse_args().all
    hashes, kept = _hash_scenes(), _read_sources()
    for name, scene in SCENES.items():
        files = list_files(name, scene)
        is_there = all((PICTURES / file).exists() for file in files)
        if is_there and kept.get(name) == hashes[name] and not takes_all:
            continue
        for file, theme in files.items():
            try:
                take_picture(scene, PICTURES / file, theme)
            except NoBrowser as error:
                print(f"docs/pictures/{file} cannot be taken: {error}", file=sys.stderr)
                return 1
            print(f"docs/pictures/{file}")
        kept[name] = hashes[name]
        _write_sources({each: kept[each] for each in SCENES if each in kept})
    return 0


def _write_sources(hashes: dict[str, str]) -> None:
    # After each picture: what is taken stays taken when the next one fails.
    text = f"{json.dumps(hashes, indent=2)}\n"
    (PICTURES / SOURCES).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
