"""What does the worst page cost, in time and memory?

Each case is a known enemy of some line differ, 50,000 lines a side, in a process of its own. The
compiled peers take the same pairs, one call each: a differ without a work budget spends minutes
here.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from benchmarks import hostile
from benchmarks.peers import compiled
from benchmarks.probe import probe
from benchmarks.runner import Goal, Report, Row, Settings, progress, rounded

if TYPE_CHECKING:
    from benchmarks.peers.compiled import Peer

QUESTION = "what does the worst page cost, in time and memory?"
_SECONDS, _MIB = 0.5, 64


def answer(settings: Settings) -> Report:
    """Probe every case."""
    report = Report("adversarial", QUESTION)
    with ExitStack() as stack:
        peers = [] if settings.quick else compiled.start_all(report.notes)
        for peer in peers:
            stack.enter_context(peer)
        for name in hostile.CASES:
            progress(name)
            report.rows.append(_measure(name, peers))
    for column, limit in (("seconds", _SECONDS), ("RSS MiB", _MIB), ("traced MiB", _MIB)):
        worst = max(float(row[column] or 0) for row in report.rows)
        report.goals.append(Goal(f"worst {column}", worst, limit, least=False))
    report.notes.append("memory is what one call adds above its two pages; peers are one call each")
    return report


def _measure(name: str, peers: list[Peer]) -> Row:
    pair = hostile.pair(name)
    cost = probe(pair)
    row: Row = {
        "case": name,
        "seconds": rounded(cost["seconds"]),
        "RSS MiB": rounded(cost["rss_mib"]),
        "traced MiB": rounded(cost["traced_mib"]),
    }
    for peer in peers:
        contender = peer.load_markdown(name, pair.previous, pair.current)
        seconds = contender.time(1)[0] / 1e9
        row[f"{peer.name} s"] = rounded(seconds)
        row[f"{peer.name} ÷ track"] = rounded(seconds / cost["seconds"])
    return row
