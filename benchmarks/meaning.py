"""What does it cost to ask what a change means, on top of the diff itself?

`plain` is `track()` with its text and its tree, the other columns read more from the same result.
Whoever asks for nothing extra pays nothing, so that column is `plain` with `Options` spelled out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks import corpus, ours
from benchmarks.runner import (
    Goal,
    Race,
    Report,
    Row,
    Settings,
    fresh,
    microseconds,
    own_time,
    progress,
    python_contender,
    race,
    rounded,
)
from changetrack import Options, track

if TYPE_CHECKING:
    from collections.abc import Callable

    from changetrack import Diff, Snapshot

QUESTION = "what does it cost to ask what a change means, on top of the diff itself?"
_PLAIN, _NOTHING, _ALL = "plain", "nothing asked", "hunks and sections"
_EDITS = ("line", "1%", "10%", "rewrite")
# What is promised is promised for an ordinary page on an ordinary day.
_PROMISED = "20KB/1%"
_NOTHING_ASKED = Options(modes=("gitDiff",), include=())


def _read_hunks(diff: Diff) -> object:
    return diff.hunks


def _read_sections(diff: Diff) -> object:
    # Sections name the hunks in them; what they cost by themselves is measured without.
    from changetrack._structure import describe_sections

    return describe_sections(diff.text_diff, ()) if diff.text_diff else ()


def _read_both(diff: Diff) -> object:
    return diff.hunks, diff.sections


def _read_everything(diff: Diff) -> object:
    return diff.hunks, diff.sections, diff.links, diff.tables, diff.stats


_EXTRAS: dict[str, Callable[[Diff], object]] = {
    "hunks": _read_hunks,
    "sections": _read_sections,
    _ALL: _read_both,
    "everything": _read_everything,
}


def answer(settings: Settings) -> Report:
    """Measure the pages; the promise is made for 1 % of 20 KB."""
    report = Report("meaning", QUESTION)
    for pair in corpus.pairs(("20KB",) if settings.quick else ("2KB", "20KB", "200KB")):
        if pair.name.split("/")[1] in _EDITS:
            progress(pair.name)
            _measure(pair, report, settings)
    report.notes.append(
        "hunks: ids, places, word spans, pairs, moves; sections: all of the page, unchanged ones"
        " too; everything: also links, tables and stats"
    )
    over = [f"{row['case']} {row[f'{_ALL} ÷ plain']}" for row in report.rows if _is_over(row)]
    report.notes.append(f"cells in which {_ALL} cost more than the diff: {', '.join(over)}")
    return report


def _is_over(row: Row) -> bool:
    return float(row[f"{_ALL} ÷ plain"] or 0) > 2


def _measure(pair: corpus.Pair, report: Report, settings: Settings) -> None:
    kept = ours.snapshot(pair)

    def prepare() -> tuple[object, ...]:
        return fresh(pair.current), kept

    contenders = [
        python_contender(_PLAIN, prepare, _track, clock=own_time),
        python_contender(_NOTHING, prepare, _track_spelled_out, clock=own_time),
        *(
            python_contender(name, prepare, _extend(read), clock=own_time)
            for name, read in _EXTRAS.items()
        ),
    ]
    measured = race(contenders, settings)
    report.rows.append(_row(pair.name, measured))
    if pair.name == _PROMISED:
        _promise(measured, report)


def _row(name: str, measured: Race) -> Row:
    row: Row = {"case": name, "plain µs": microseconds(measured.median(_PLAIN))}
    for extra in (_NOTHING, *_EXTRAS):
        row[f"{extra} ÷ plain"] = rounded(measured.ratio(extra, _PLAIN).median)
    ratio = measured.ratio(_ALL, _PLAIN)
    row[f"({_ALL} spread)"] = f"{ratio.low:.2f}–{ratio.high:.2f}"
    return row


def _promise(measured: Race, report: Report) -> None:
    nothing = measured.ratio(_NOTHING, _PLAIN).median
    both = measured.ratio(_ALL, _PLAIN).median
    report.goals.append(Goal(f"{_PROMISED}, {_NOTHING} ÷ plain", nothing, 1.02, least=False))
    report.goals.append(Goal(f"{_PROMISED}, {_ALL} ÷ plain", both, 2.0, least=False))


def _track(current: str, previous: Snapshot) -> Diff | None:
    diff = track(current, previous=previous).diff
    return _read_plain(diff)


def _track_spelled_out(current: str, previous: Snapshot) -> Diff | None:
    diff = track(current, previous=previous, options=_NOTHING_ASKED).diff
    return _read_plain(diff)


def _read_plain(diff: Diff | None) -> Diff | None:
    if diff is not None:
        assert diff.text
        assert diff.json
    return diff


def _extend(read: Callable[[Diff], object]) -> Callable[..., object]:
    def work(current: str, previous: Snapshot) -> object:
        diff = _track(current, previous)
        return read(diff) if diff else None

    return work
