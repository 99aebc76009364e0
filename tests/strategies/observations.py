"""What a page is twice: two observations of it, and how they are to be compared."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from changetrack import Observation, Options, Result, Snapshot, track_many
from changetrack._models import JsonValue
from tests.strategies.json_values import json_pairs, keys
from tests.strategies.pages import text_pairs

MODES = (["gitDiff"], ["json"], ["gitDiff", "json"])


@dataclass(frozen=True)
class Visit:
    """A page as it was and as it is."""

    markdowns: tuple[str | None, str | None]
    jsons: tuple[JsonValue, JsonValue]
    options: Options

    def observe(self, at: int, previous: Snapshot | dict[str, JsonValue] | None = None) -> Result:
        """Track the page as it was (0) or is (1)."""
        markdown = self.markdowns[at]
        if markdown is None and self.jsons[at] is None:
            markdown = ""  # track() wants something to look at
        page = Observation(
            markdown=markdown, json=self.jsons[at], previous=previous, options=self.options
        )
        return track_many([page])[0]


# Any options; the schemas name some of the keys that `json_values` draws.
_schemas: st.SearchStrategy[JsonValue] = st.one_of(
    st.none(),
    st.dictionaries(keys, st.just({}), max_size=3).map(lambda names: {"properties": names}),
)
options = st.builds(
    Options,
    modes=st.sampled_from(MODES),
    schema=_schemas,
    content_type=st.sampled_from((None, None, None, "text/html", "application/pdf")),
    context=st.sampled_from((3, 0, 1)),
    track_only_schema=st.booleans(),
)


def _pair_up(
    texts: tuple[str, str],
    jsons: tuple[JsonValue, JsonValue],
    kept: tuple[bool, bool],
    chosen: Options,
) -> Visit:
    old, new = (text if keep else None for text, keep in zip(texts, kept, strict=True))
    return Visit((old, new), jsons, chosen)


visits = st.builds(
    _pair_up,
    text_pairs,
    json_pairs,
    st.sampled_from(((True, True), (True, True), (True, False), (False, True), (False, False))),
    options,
)
