"""The page about the states of a check, drawn from the table that the code obeys."""

from __future__ import annotations

from typing import get_args

from changetrack.monitor.checks import TRANSITIONS, CheckEvent
from changetrack.monitor.models import CheckStatus
from docs.prose import fence

__all__ = ["describe_states"]

_INTRO = """\
# States of a check

Every slot of a schedule becomes one check, or is counted in the `missedSlots` of one. A check is in
one of these states, and nothing leads from one to another that is not drawn here. This page is made
of `changetrack.monitor.checks.TRANSITIONS`, in which the code looks up what becomes of a check.
"""

_STATES: dict[CheckStatus, str] = {
    "queued": "It waits for a worker.",
    "running": "A worker has it, until its lease is over.",
    "completed": "All of its pages could be had.",
    "partial": "It ended, but a page is in `error`, a site seems down, or its time was over.",
    "failed": "It came to nothing: `errorCode` says why.",
    "skipped_overlap": "The check before it was still open at its slot. Nothing was fetched.",
    "skipped_no_credits": "What it may cost was not left of the month's credits.",
}
_EVENTS: dict[CheckEvent, str] = {
    "due": "A slot is due, or somebody asked for a check.",
    "overlap": "A slot is due while another check of the monitor is queued or running.",
    "no_credits": "A slot is due, and the budget of the month does not allow for it.",
    "unreadable": "A slot is due, and its schedule cannot be understood any more.",
    "claim": "A worker takes it, for the length of a lease.",
    "lease_over": "Its worker is gone, or gave it back; another one takes it over.",
    "clean": "All pages are done.",
    "errors": "All pages are done, or the time of the check is over; something could not be had.",
    "fail": "Three workers died of it, or its time was over before a single page was had.",
}

_OUTRO = """\
`/v1` and `/v2` call all of them so, but for one: `skipped_no_credits` is a `failed` with the
`errorCode` `no_credits` on `/v1`, whose clients know no such word.

What a check does to the pages it sees, and why a state can be trusted after a crash:
[monitors, explained](../explanation/monitors.md).
"""


def describe_states() -> str:
    """Return the page: the diagram, what each state is, and what leads to it."""
    events = {event for _, event in TRANSITIONS}
    lines = [_INTRO, fence("mermaid", _draw()), "## States\n"]
    lines += ["| status | what it is |", "| --- | --- |"]
    lines += [f"| `{state}` | {_STATES[state]} |" for state in get_args(CheckStatus)]
    lines += ["\n## Transitions\n", "| from | event | to |", "| --- | --- | --- |"]
    lines += [
        f"| {f'`{before}`' if before else 'nothing'} | `{event}` | `{after}` |"
        for (before, event), after in TRANSITIONS.items()
    ]
    lines += ["\n| event | what happens |", "| --- | --- |"]
    lines += [f"| `{each}` | {_EVENTS[each]} |" for each in _EVENTS if each in events]
    return "\n".join([*lines, "", _OUTRO])


def _draw() -> str:
    arrows = [
        f"    {before or '[*]'} --> {after}: {event}"
        for (before, event), after in TRANSITIONS.items()
    ]
    left = {before for before, _ in TRANSITIONS}
    ends = [each for each in dict.fromkeys(TRANSITIONS.values()) if each not in left]
    return "\n".join(["stateDiagram-v2", *arrows, *(f"    {each} --> [*]" for each in ends)])
