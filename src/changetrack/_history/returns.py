"""Whether a page was like this before, and whether it keeps going to and fro."""

from __future__ import annotations

from typing import TYPE_CHECKING

from changetrack._history.likeness import find_closest
from changetrack._history.models import History
from changetrack._history.states import StateReader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from changetrack._history.states import Narrow, State
    from changetrack._snapshots import Snapshot

# One return is a correction; after two, the page goes to and fro.
_RETURNS = 2


def find_history(
    current: Snapshot,
    previous: Snapshot | None,
    history: Sequence[Snapshot],
    *,
    changed: bool | None = None,
    narrow: Narrow | None = None,
    closest: bool = True,
) -> History:
    """Return where the current page stands among `history`, oldest first, and then `previous`.

    Pages are the same by their content where it was kept, else by their hash; only the sides that
    the current page has are held against each other, and what a hash does not cover is never seen
    before. A page *returns* when it changes into what it was at some time before its last snapshot;
    it is `flapping` when the current page came about by a return that is at least the second one.
    `closest` is a page that is the same, the newest, if there is one. Otherwise it is the newest of
    those that share most with the current page: lines that are not blank, or leaves of JSON at
    equal places whatever their position in a list, each as often as both have it, over the larger
    number of both. The newest hundred different ones are compared; `closest=False` spares that.

    `changed` says whether the current page differs from `previous`, where options let some
    differences pass; `narrow` returns what of a snapshot's JSON is tracked.

    >>> from changetrack._tracking import track
    >>> sale, usual = track("Starter $19").snapshot, track("Starter $24").snapshot
    >>> find_history(sale, usual, [sale])
    History(seen_before=(0,), reverted_to=0, flapping=False, closest=0, similarity=1.0)
    """
    earlier = [*history] if previous is None else [*history, previous]
    reader = StateReader(current, narrow)
    states = [reader.read(snapshot) for snapshot in earlier]
    now = reader.read(current)
    if previous is not None and changed is not None:
        states[-1] = _correct(states[-1], now, changed=changed)
    seen = tuple(at for at, state in enumerate(states) if state == now and state is not None)
    likest, similarity = (seen[-1], 1.0) if seen else (None, 0.0)
    if closest and not seen:
        likest, similarity = find_closest(current, earlier, states, reader)
    return History(
        seen_before=seen,
        reverted_to=seen[-1] if seen and seen[-1] != len(states) - 1 else None,
        flapping=_is_flapping([*states, now]),
        closest=likest,
        similarity=similarity,
    )


def _correct(last: State, now: State, *, changed: bool) -> State:
    """Return the state of the last page, by what the caller knows better."""
    if not changed:
        return now
    return None if last == now else last


def _is_flapping(states: Sequence[State]) -> bool:
    """Tell whether the last state is one that was left and came back, not for the first time.

    A state that is not known says neither that the page changed nor that it did not.
    """
    met: set[State] = set()
    before: State = None
    returns = 0
    is_return = False
    for state in states:
        if state is None or state == before:
            continue
        is_return = state in met
        returns += is_return
        met.add(state)
        before = state
    return is_return and states[-1] is not None and returns >= _RETURNS
