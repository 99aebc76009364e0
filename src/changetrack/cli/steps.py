"""`changetrack log`: what changed from version to version of a page, the newest step first."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, cast

from changetrack._history import find_history
from changetrack._models import Options
from changetrack._render import paint_diff
from changetrack._render.fields import list_diff_fields
from changetrack._results import Result
from changetrack._tracking import track
from changetrack.cli.comparison import read_keys
from changetrack.cli.files import print_json, print_text, warn
from changetrack.cli.showing import SAME, wants_color
from changetrack.cli.versions import read_versions
from changetrack.wire.values import write_value

if TYPE_CHECKING:
    import argparse

    from changetrack._diffs import Diff
    from changetrack._history import History
    from changetrack._models import JsonValue, Mode
    from changetrack._snapshots import Snapshot
    from changetrack.cli.versions import Version

__all__ = ["run_log"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much changed: lines and fields that were added and removed, fields with other values."""

    added: int
    removed: int
    replaced: int | None = None

    def __str__(self) -> str:
        told = f"+{self.added:,} -{self.removed:,}"
        return told if self.replaced is None else f"{told} ~{self.replaced:,}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What became of a page in one version, as programs are told it; others go by their files."""

    file: str
    status: str
    content_hash: str
    summary: str
    seen_before: tuple[str, ...]
    flapping: bool
    reverted_to: str | None = None
    captured_at: str | None = None
    counts: Counts | None = None
    diff: JsonValue = None


def run_log(given: argparse.Namespace) -> int:
    """Show the steps between versions, the newest first, and return the exit status."""
    list_keys = read_keys(given)
    versions = read_versions(given)
    options = Options(context=given.context, list_keys=list_keys)
    told = _follow(versions, options)
    if list_keys is not None:
        _warn_of_keys(versions, told)
    if given.json:
        names = [version.name for version in versions]
        for at in range(len(told) - 1, -1, -1):
            step = _describe(at, *told[at], names)
            diff = _write_diff(told[at][0].diff) if given.patch else None
            print_json(write_value(replace(step, diff=diff)))
    else:
        _print_steps(told, [version.label for version in versions], given)
    return SAME


def _warn_of_keys(versions: list[Version], told: list[tuple[Result, History]]) -> None:
    """Tell what nothing came of, once however many steps say so."""
    if versions[-1].is_markdown:
        warn("the page is text, so nothing comes of --list-key")
    diffs = (result.diff and result.diff.field_diff for result, _ in told)
    for warning in dict.fromkeys(each for diff in diffs if diff for each in diff.warnings):
        warn(warning)


def _print_steps(
    told: list[tuple[Result, History]], labels: list[str], given: argparse.Namespace
) -> None:
    steps = [_describe(at, result, history, labels) for at, (result, history) in enumerate(told)]
    width = max(map(len, labels))
    room = max(len(str(step.counts or "")) for step in steps)
    is_painted = wants_color(given.color)
    for at in range(len(steps) - 1, -1, -1):
        print_text(f"{labels[at]:<{width}}  {_spell(steps[at], room)}\n")
        diff = told[at][0].diff
        if given.patch and diff is not None:
            patch = _spell_diff(diff)
            print_text(paint_diff(patch) if is_painted else patch, is_painted=is_painted)
            print_text("\n")


def _follow(versions: list[Version], options: Options) -> list[tuple[Result, History]]:
    told: list[tuple[Result, History]] = []
    kept: list[Snapshot] = []
    for version in versions:
        previous = kept[-1] if kept else None
        result = _compare(version.snapshot, previous, options)
        history = find_history(
            result.snapshot, previous, kept[:-1], changed=result.changed, closest=False
        )
        told.append((result, history))
        kept.append(result.snapshot)
    return told


def _compare(current: Snapshot, previous: Snapshot | None, options: Options) -> Result:
    modes: tuple[Mode, ...] = ("gitDiff",) if current.markdown is not None else ()
    if current.json is not None:
        modes = (*modes, "json")
    if modes:
        return track(
            current.markdown,
            json=current.json,
            previous=previous,
            captured_at=current.captured_at,
            options=options.with_given(modes=modes),
        )
    # Nothing but a hash was kept of it.
    is_same = previous is not None and find_history(current, previous, []).seen_before
    return Result(
        status="same" if is_same else "changed",
        first_observation=previous is None,
        content_hash=current.content_hash,
        snapshot=current,
    )


def _describe(at: int, result: Result, history: History, names: list[str]) -> Step:
    reverted = history.reverted_to
    return Step(
        file=names[at],
        status="first" if result.first_observation else result.status,
        content_hash=result.content_hash,
        summary=result.summary,
        seen_before=tuple(names[seen] for seen in history.seen_before),
        flapping=history.flapping,
        reverted_to=None if reverted is None else names[reverted],
        captured_at=result.snapshot.captured_at,
        counts=None if result.diff is None else _count(result.diff),
    )


def _write_diff(diff: Diff | None) -> JsonValue:
    # The leaves are TypedDicts, which are JSON objects in all but the type checker's eyes.
    return None if diff is None else {"text": diff.text, "json": cast("JsonValue", diff.json)}


def _count(diff: Diff) -> Counts:
    added = removed = 0
    if diff.text_diff is not None:
        added, removed = diff.text_diff.additions, diff.text_diff.deletions
    if diff.field_diff is None:
        return Counts(added=added, removed=removed)
    ops = [change.op for change in diff.field_diff]
    added, removed = added + ops.count("add"), removed + ops.count("remove")
    return Counts(added=added, removed=removed, replaced=ops.count("replace"))


def _spell(step: Step, room: int) -> str:
    counts = f"{step.counts or ''!s:<{room}}  " if room else ""
    marks = []
    if step.reverted_to is not None:
        marks.append(f"reverted to {step.reverted_to}")
    if step.seen_before and step.seen_before[0] != step.reverted_to:
        marks.append(f"= seen before in {step.seen_before[0]}")
    if step.flapping:
        marks.append("flapping")
    told = f"{step.status:<7}  {counts}{step.summary}"
    return f"{told}  {', '.join(marks)}" if marks else told


def _spell_diff(diff: Diff) -> str:
    fields = "" if diff.field_diff is None else list_diff_fields(diff)
    return f"{diff.text or ''}{fields}"
