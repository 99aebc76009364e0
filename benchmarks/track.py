"""Is the whole of `track()` as fast as a compiled engine that does the same work?

From two strings to the JSON that goes out, against the Rust peers, in every cell of the corpus.
The stored dict is the same work as theirs; the Snapshot column is what a process that keeps its
snapshots pays.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import TYPE_CHECKING

from benchmarks import corpus, ours, profiles, values
from benchmarks.peers import compiled
from benchmarks.record import RESULTS
from benchmarks.runner import (
    Contender,
    Goal,
    Race,
    Report,
    Row,
    Settings,
    fresh,
    geometric_mean,
    microseconds,
    progress,
    python_contender,
    race,
    rounded,
)

if TYPE_CHECKING:
    from benchmarks.peers.compiled import Peer

QUESTION = "is the whole of track() as fast as a compiled engine that does the same work?"
_OURS, _SNAPSHOT = "track", "track, Snapshot"


def answer(settings: Settings) -> Report:
    """Measure every cell."""
    report = Report("track", QUESTION)
    with ExitStack() as stack:
        peers = [stack.enter_context(peer) for peer in compiled.start_all(report.notes)]
        for pair in corpus.pairs(
            ("2KB", "20KB", "200KB") if settings.quick else tuple(corpus.SIZES)
        ):
            progress(pair.name)
            _check_same_answer(pair, peers)
            report.rows.append(_measure(pair, peers, settings))
        for size in values.SIZES:
            for kind in values.EDITS:
                progress(f"{size}/{kind}")
                report.rows.append(_measure_json(values.pair(size, kind), peers, settings))
        _judge(report, peers)
    return report


def _measure(pair: corpus.Pair, peers: list[Peer], settings: Settings) -> Row:
    baseline, kept = ours.stored(pair), ours.snapshot(pair)

    def with_dict() -> tuple[object, ...]:
        return fresh(pair.current), baseline | {"markdown": fresh(pair.previous)}

    def with_snapshot() -> tuple[object, ...]:
        return fresh(pair.current), kept

    contenders = [
        python_contender(_OURS, with_dict, ours.track_bytes),
        python_contender(_SNAPSHOT, with_snapshot, ours.track_bytes),
        *(peer.load_markdown(pair.name, pair.previous, pair.current) for peer in peers),
    ]
    return _row(pair.name, contenders, settings)


def _measure_json(pair: values.JsonPair, peers: list[Peer], settings: Settings) -> Row:
    current, previous = json.dumps(pair.current), json.dumps(ours.stored_json(pair.previous))

    def decoded() -> tuple[object, ...]:
        return json.loads(current), json.loads(previous)

    contenders = [
        python_contender(_OURS, decoded, ours.track_json_bytes),
        *(peer.load_json(pair.name, pair.previous, pair.current) for peer in peers),
    ]
    return _row(pair.name, contenders, settings)


def _row(name: str, contenders: list[Contender], settings: Settings) -> Row:
    measured = race(contenders, settings)
    row: Row = {"case": name}
    row |= {f"{one.name} µs": microseconds(measured.median(one.name)) for one in contenders}
    for one in contenders:
        if one.name not in (_OURS, _SNAPSHOT):
            row |= _ratios(one.name, measured)
    return row


def _ratios(peer: str, measured: Race) -> Row:
    ratio = measured.ratio(peer, _OURS)
    return {
        f"{peer} ÷ track": rounded(ratio.median),
        f"({peer} spread)": f"{ratio.low:.2f}–{ratio.high:.2f}",
    }


def _judge(report: Report, peers: list[Peer]) -> None:
    """Compare with the goals, and say where the time of a lost cell goes."""
    lost: set[str] = set()
    for peer in peers:
        cells = {str(row["case"]): float(row[f"{peer.name} ÷ track"] or 0) for row in report.rows}
        pages = {name: ratio for name, ratio in cells.items() if name.split("/")[0] in corpus.SIZES}
        fields = {name: ratio for name, ratio in cells.items() if name not in pages}
        floor = 2.0 if peer.build == "locked" else 1.0
        mean = geometric_mean(list(pages.values()))
        report.goals.append(
            Goal(f"pages, geometric mean against {peer.name}", mean, floor, least=True)
        )
        report.notes.append(
            f"JSON mode, mean against {peer.name}: {geometric_mean(list(fields.values())):.3g}"
        )
        below = {name: ratio for name, ratio in cells.items() if ratio < 1}
        if peer.build == "locked":
            report.goals.append(Goal("pages, slowest cell", min(pages.values()), 1.0, least=True))
        lost |= below.keys()
        spelled = ", ".join(f"{name} {ratio:.2f}" for name, ratio in below.items()) or "none"
        report.notes.append(f"cells below 1.0 against {peer.name}: {spelled}")
    if lost:
        target = RESULTS / "track-profiles.json"
        profiles.save({name: profiles.of_cell(name) for name in sorted(lost)}, target)
        report.notes.append(f"profiles of the lost cells: {target.name}")


def _check_same_answer(pair: corpus.Pair, peers: list[Peer]) -> None:
    """Refuse to compare programs that do not do the same work."""
    mine = json.loads(ours.track_bytes(pair.current, ours.stored(pair)))
    for peer in peers:
        peer.load_markdown(pair.name, pair.previous, pair.current)
        theirs = peer.emit(pair.name)
        for key in ("status", "firstObservation", "contentHash", "snapshot"):
            if mine[key] != theirs[key]:
                message = f"{pair.name}: {peer.name} says another {key}"
                raise AssertionError(message)
