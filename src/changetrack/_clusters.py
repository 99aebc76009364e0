"""The same change on several pages, told once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from changetrack._results import Result
    from changetrack._significance import Cluster


def cluster(results: Iterable[Result]) -> tuple[Cluster, ...]:
    r"""Return which results are the same change, the commonest change first.

    `members` are positions among the results. Those without a diff are in no cluster; a change that
    no other page has is a cluster of one. Of clusters of one size, the one that begins first stands
    first.

    >>> from changetrack._tracking import Observation, track_many
    >>> pages = [("A\n© 2025", "A\n© 2026"), ("x", "y"), ("B\n\nC\n© 2025", "B\n\nC\n© 2026")]
    >>> results = track_many(
    ...     Observation(markdown=new, previous={"markdown": old}) for old, new in pages
    ... )
    >>> [each.members for each in cluster(results)]
    [(0, 2), (1,)]
    """
    from changetrack._significance import Cluster, fingerprint_change

    members: dict[str, list[int]] = {}
    firsts: dict[str, Result] = {}
    for at, result in enumerate(results):
        if result.diff is None:
            continue
        fingerprint = fingerprint_change(result.diff.text_diff, result.diff.field_diff)
        members.setdefault(fingerprint, []).append(at)
        firsts.setdefault(fingerprint, result)
    # Sorting is stable, and the fingerprints stand in the order of their first members.
    ordered = sorted(members, key=lambda fingerprint: -len(members[fingerprint]))
    return tuple(
        Cluster(
            fingerprint=fingerprint,
            members=tuple(members[fingerprint]),
            summary=firsts[fingerprint].summary,
        )
        for fingerprint in ordered
    )
