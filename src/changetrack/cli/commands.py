"""The commands: each gathers its pages, calls the pure library, and shows what it says."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from changetrack._hashing import canonical_json, hash_json, hash_markdown
from changetrack._normalize import normalize_markdown
from changetrack._snapshots import Snapshot
from changetrack.cli.arguments import build_parser
from changetrack.cli.comparison import read_comparison
from changetrack.cli.door import back_up, manage_keys, serve, work
from changetrack.cli.files import (
    Page,
    print_page,
    print_text,
    read_page,
    write_line,
    write_whole,
)
from changetrack.cli.parser import Command
from changetrack.cli.showing import SAME, TROUBLE, check_shown, show_result
from changetrack.cli.trouble import Trouble
from changetrack.errors import ChangeTrackError, InvalidRequest, InvalidSnapshot

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status."""
    given = build_parser(_COMMANDS).parse_args(arguments)
    run: Command = given.run
    try:
        _check_stdin(given)
        status = run(given)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read us has seen enough.
        _drop_output()
        return TROUBLE
    except KeyboardInterrupt:
        return _complain("interrupted")
    except (ChangeTrackError, Trouble) as error:
        return _complain(str(error))
    except OSError as error:
        if error.filename is None:
            _drop_output()
        return _complain(f"{error.filename or 'standard output'}: {error.strerror}")
    return status


def _drop_output() -> None:
    """Send what is still buffered nowhere, because it must not fail again at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _complain(problem: str) -> int:
    write_line(f"changetrack: {problem}")
    return TROUBLE


def _check_stdin(given: argparse.Namespace) -> None:
    names = [getattr(given, name, None) for name in _FILES]
    names += (name for several in _LISTS for name in getattr(given, several, []))
    names += (text.removeprefix("@") for text in getattr(given, "condition", []))
    if names.count("-") > 1:
        raise InvalidRequest("standard input can only be read once", "name a file for the others")


# What may be standard input, which is there once.
_FILES = ("old", "new", "page", "diff", "schema", "baseline", "body", "file")
_LISTS = ("pages", "diffs", "history")


def _diff(given: argparse.Namespace) -> int:
    check_shown(given)
    _refuse_folders(given.old, given.new)
    comparison = read_comparison(given)
    old, new = read_page(given.old, given), read_page(given.new, given)
    if old.is_json != new.is_json:
        problem = f"{old.name} and {new.name} cannot be compared: one of them is JSON"
        raise InvalidRequest(problem, "say what both are with --as")
    previous = comparison.keep(old)
    return show_result(comparison.compare(new, previous), given, comparison)


def _refuse_folders(*names: str) -> None:
    for name in names:
        if name != "-" and Path(name).is_dir():
            problem = "it is a folder, and diff compares two pages"
            remedy = (
                "`changetrack pages OLD NEW` compares folders page by page,"
                " `changetrack cluster OLD NEW` shows what changed alike in them"
            )
            raise InvalidRequest(problem, remedy, name)


def _track(given: argparse.Namespace) -> int:
    check_shown(given)
    comparison = read_comparison(given)
    state = Path(given.state)
    if given.page != "-" and state.exists() and state.samefile(given.page):
        problem = "the state and the page are one file"
        raise InvalidRequest(problem, "keep the state in a file of its own", str(state))
    previous = _read_state(state) if state.exists() else None
    page = read_page(given.page, given)
    _check_page(page, previous, state)
    result = comparison.compare(page, previous)
    status = show_result(result, given, comparison)
    # Only what was shown is done with: a change that nobody saw is shown again the next time.
    sys.stdout.flush()
    if result.snapshot != previous and not given.dry_run:
        write_whole(state, result.snapshot.to_json())
    return status


def _check_page(page: Page, previous: Snapshot | None, state: Path) -> None:
    """Check that a page may take the place of the one that is kept."""
    if previous is None or (previous.markdown is None and previous.json is None):
        return
    if page.is_json != (previous.markdown is None):
        problem = "it holds a page of another kind"
        raise InvalidRequest(problem, "name another file for this page", str(state))
    if not page.is_json and not (page.markdown or "").strip() and previous.markdown:
        problem = "the page is empty, so the one that is kept stays"
        raise InvalidRequest(problem, f"remove {state} if it is really empty now", page.name)


def _read_state(state: Path) -> Snapshot:
    try:
        snapshot = Snapshot.from_json(state.read_bytes())
        if not snapshot.content_hash:
            raise InvalidSnapshot("it has no contentHash", "")
    except ChangeTrackError as error:
        problem = f"this is not a snapshot: {error.problem}"
        raise InvalidSnapshot(
            problem, "restore it, or remove it to start again", str(state)
        ) from None
    return snapshot


def _hash(given: argparse.Namespace) -> int:
    for name in given.pages:
        page = read_page(name, given)
        digest = hash_json(page.json) if page.is_json else hash_markdown(page.markdown or "")
        print_text(f"{digest}  {name}\n")
    return SAME


def _normalize(given: argparse.Namespace) -> int:
    page = read_page(given.page, given)
    if page.is_json:
        print_page(canonical_json(page.json).decode())
    else:
        print_page(normalize_markdown(page.markdown or ""))
    return SAME


# Whoever compares two files does not pay for what follows.


def _monitor(given: argparse.Namespace) -> int:
    if given.action == "backup":
        return back_up(given)
    from changetrack.cli.monitors import run_monitor

    return run_monitor(given)


def _apply(given: argparse.Namespace) -> int:
    from changetrack.cli.reversal import run_apply

    return run_apply(given)


def _revert(given: argparse.Namespace) -> int:
    from changetrack.cli.reversal import run_revert

    return run_revert(given)


def _compose(given: argparse.Namespace) -> int:
    from changetrack.cli.reversal import run_compose

    return run_compose(given)


def _cluster(given: argparse.Namespace) -> int:
    from changetrack.cli.clusters import run_cluster

    return run_cluster(given)


def _log(given: argparse.Namespace) -> int:
    from changetrack.cli.steps import run_log

    return run_log(given)


def _blame(given: argparse.Namespace) -> int:
    from changetrack.cli.blaming import run_blame

    return run_blame(given)


def _pages(given: argparse.Namespace) -> int:
    from changetrack.cli.page_sets import run_pages

    return run_pages(given)


def _watch(given: argparse.Namespace) -> int:
    from changetrack.cli.watch_command import run_watch

    return run_watch(given)


_COMMANDS = {
    "diff": _diff,
    "track": _track,
    "apply": _apply,
    "revert": _revert,
    "compose": _compose,
    "log": _log,
    "blame": _blame,
    "pages": _pages,
    "cluster": _cluster,
    "hash": _hash,
    "normalize": _normalize,
    "watch": _watch,
    "serve": serve,
    "monitor": _monitor,
    "key": manage_keys,
    "worker": work,
}
