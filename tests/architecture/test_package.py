"""What `pip install changetrack` puts on a machine."""

from __future__ import annotations

import subprocess
import sys
from email import message_from_string
from pathlib import Path
from zipfile import ZipFile

from tests.architecture.sources import PRODUCT, ROOT, SRC

_BUILD = "import sys, uv_build; uv_build.build_wheel(sys.argv[1])"


def test_the_wheel_holds_the_library_its_types_its_licence_and_its_command(tmp_path: Path) -> None:
    """Nothing is missing for users, and nothing of the checkout comes along."""
    command = [sys.executable, "-c", _BUILD, str(tmp_path)]
    # The build back end looks for its program on PATH, where an active environment would have it.
    environment = {"PATH": str(Path(sys.executable).parent)}
    subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
    (path,) = tmp_path.glob("*.whl")
    with ZipFile(path) as wheel:
        names = {name for name in wheel.namelist() if not name.endswith("/")}
        info = next(name for name in names if name.endswith("/METADATA")).removesuffix("METADATA")
        commands = wheel.read(f"{info}entry_points.txt").decode()
        metadata = message_from_string(wheel.read(f"{info}METADATA").decode())
    product = {module.path.relative_to(SRC).as_posix() for module in PRODUCT}
    assert names == {
        *product,
        "changetrack/py.typed",
        "changetrack_server/py.typed",
        "changetrack_server/docs_page/page.css",
        "changetrack_server/docs_page/page.js",
        *(f"{info}{each}" for each in ("METADATA", "RECORD", "WHEEL", "entry_points.txt")),
        f"{info}licenses/LICENSE",
    }
    assert commands.split() == ["[console_scripts]", "changetrack", "=", "changetrack.cli:main"]
    assert metadata["License-Expression"] == "Apache-2.0"
