"""Pages on which servers run do what they say, too."""

from __future__ import annotations

import json
import socket
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.docs.pages import ROOT, Page, find_blocks
from tests.docs.running import Ran, matches
from tests.docs.terminals import mask, run_session

# Of the server, a page's site, and its receiver, as the tutorial has them.
PORTS = ("3000", "8000", "9000")


def _find_ports() -> dict[str, int]:
    """Return ports that nobody listens at; all are held until the last one is found."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in PORTS]
        return dict(zip(PORTS, [each.getsockname()[1] for each in sockets], strict=True))


def _lies(ran: list[Ran]) -> list[Ran]:
    return [each for each in ran if not matches(each.promised, each.printed)]


def test_the_tutorial_of_monitors_does_what_it_says(tmp_path: Path) -> None:
    """Every command against a real server; ids, times and secrets are the reader's own."""
    page = Page(ROOT / "docs/tutorial/a-monitor-in-five-minutes.md")
    ran = run_session(repr(page), page.blocks, tmp_path, _find_ports())
    lies = _lies(ran)
    assert not lies, "\n".join(
        f"{lie.where}\n--- the page says\n{lie.promised}--- it prints\n{lie.printed}"
        for lie in lies
    )
    assert len(ran) > 30


def test_the_receiver_of_the_tutorial_knows_fields(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The page shows text; whoever tracks fields, or has a change too large, keeps the receiver."""
    page = Page(ROOT / "docs/tutorial/a-monitor-in-five-minutes.md")
    block = next(block for block in page.blocks if block.language == "python")
    (tmp_path / "secret.txt").write_text("whsec_")
    monkeypatch.chdir(tmp_path)
    receiver: dict[str, Any] = {}
    exec(block.text.partition("\nHTTPServer((")[0], receiver)  # noqa: S102 - our own page
    fields = {"plans[0].price": {"previous": 19, "current": 24}}
    for diff in ({"text": "+ a\n"}, {"json": fields}, {"text": "+ a\n", "json": fields}, None):
        told = {"status": "changed", "url": "https://example.com/", "diff": diff}
        receiver["tell"]({"type": "monitor.page", "data": [told]})
    head, shown = "changed https://example.com/\n", json.dumps(fields, indent=2) + "\n"
    assert capsys.readouterr().out == (f"{head}+ a\n{head}{shown}{head}+ a\n{shown}{head}")


WRONG_PAGE = """
```sh
echo 'ready at 2026-05-30 16:00 UTC'; sleep 600
```

```text
ready at 1999-01-01 00:00 UTC
```

```console
$ name=somebody
```

```console
$ echo "$name"; false
nobody
$ echo $?
1
```
"""


@pytest.mark.timeout(60)
def test_a_wrong_session_is_noticed(tmp_path: Path) -> None:
    """What is set in one block is known in the next one, and a wrong promise is found."""
    ran = run_session("page.md", find_blocks(WRONG_PAGE), tmp_path, _find_ports())
    assert len(ran) == 4
    assert _lies(ran) == [Ran('page.md:15: $ echo "$name"; false', "nobody\n", "somebody\n")]


def test_what_no_two_runs_have_in_common_is_masked() -> None:
    """And nothing else."""
    assert mask("at 2026-05-30 16:00 UTC, Starter $24, 404") == "at <time>, Starter $24, 404"
