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

__all__ = ["NoBrowser", "find_browser", "list_files", "stale_pictures", "take_picture"]

PICTURES = Path(__file__).resolve().parent / "pictures"
SOURCES = "sources.json"

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
# Sharp on the screens of today.
_SCALE = 1.5
# A page of ours is there at once; a machine that is busy may need a while for the browser.
_SECONDS = 60
# What a reader waits for, and a clone carries.
MOST_BYTES, MOST_BYTES_IN_ALL = 60_000, 500_000
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


def hash_scenes() -> dict[str, str]:
    """Return the SHA-256 of the page of each scene, with the size that it is taken in."""
    hashes = {}
    for name, scene in SCENES.items():
        page = f"{scene.width}x{scene.height}\n{scene.write()}"
        hashes[name] = hashlib.sha256(page.encode()).hexdigest()
    return hashes


def stale_pictures() -> list[str]:
    """Return the scenes whose pictures are missing, or do not show what would be seen now."""
    kept = read_sources()
    return [
        name
        for name, digest in hash_scenes().items()
        if kept.get(name) != digest
        or not all((PICTURES / file).exists() for file in list_files(name, SCENES[name]))
    ]


def heavy_pictures() -> Iterator[str]:
    """Yield what is wrong with the sizes of the pictures."""
    sizes = {path.name: path.stat().st_size for path in sorted(PICTURES.glob("*.png"))}
    for name, size in sizes.items():
        if size > MOST_BYTES:
            yield f"{name} has {size:,} bytes, more than {MOST_BYTES:,}"
    if sum(sizes.values()) > MOST_BYTES_IN_ALL:
        yield f"all have {sum(sizes.values()):,} bytes, more than {MOST_BYTES_IN_ALL:,}"


def read_sources() -> dict[str, str]:
    """Return the hashes of the pages that the committed pictures were taken of."""
    path = PICTURES / SOURCES
    return dict(json.loads(path.read_text(encoding="utf-8"))) if path.exists() else {}


def take_picture(page: str, file: Path, *, width: int, height: int, theme: str = "light") -> None:
    """Write a PNG of a page of HTML, in the 256 colours that pngquant finds where there is one.

    Raises:
        NoBrowser: there is nothing to take it with.
    """
    browser = find_browser()
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "page.html")
        source.write_text(page, encoding="utf-8")
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
            f"--window-size={width},{height}",
            f"--blink-settings=preferredColorScheme={_SCHEMES[theme]}",
            f"--screenshot={file}",
            source.as_uri(),
        )
    if not file.exists():
        message = f"{browser} wrote no picture"
        raise NoBrowser(message)
    quantize = shutil.which("pngquant")
    if quantize is not None:
        _run(quantize, "--force", "--strip", "--speed=1", "--output", str(file), "20", str(file))


def _run(*command: str) -> None:
    subprocess.run(  # noqa: S603 - programs of this machine, on files of ours
        command, check=True, timeout=_SECONDS, stdin=subprocess.DEVNULL, capture_output=True
    )


def main() -> int:
    """Take the pictures that are stale, or all of them."""
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--all", action="store_true", help="those that show what is so, too")
    names = [*SCENES] if parser.parse_args().all else stale_pictures()
    hashes = hash_scenes()
    for name in names:
        scene = SCENES[name]
        for file, theme in list_files(name, scene).items():
            size = {"width": scene.width, "height": scene.height}
            try:
                take_picture(scene.write(), PICTURES / file, **size, theme=theme)
            except NoBrowser as error:
                print(f"docs/pictures/{file} cannot be taken: {error}", file=sys.stderr)
                return 1
            print(f"docs/pictures/{file}")
    text = json.dumps(hashes, indent=2)
    (PICTURES / SOURCES).write_text(f"{text}\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
