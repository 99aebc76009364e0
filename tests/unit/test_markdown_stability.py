"""A change to one thing on a page changes one line of its Markdown."""

from __future__ import annotations

import pytest

from changetrack._markdown import html_to_markdown

PAGE = """
<h1>Pricing</h1>
<p>Prices <b>may</b> change. See <a href="/terms" title="Terms of use">our terms</a>.</p>
<ul><li>Monthly billing</li><li>Yearly billing<ul><li>two months free</li></ul></li></ul>
<table>
  <thead><tr><th>Plan</th><th>Price</th></tr></thead>
  <tbody>
    <tr><td>Starter</td><td>$19</td></tr>
    <tr><td>Pro</td><td>$49</td></tr>
  </tbody>
</table>
<pre><code class="language-sh">curl https://example.com/v1</code></pre>
"""


def _changed_lines(old: str, new: str) -> list[tuple[str, str]]:
    before = html_to_markdown(old, base_url="https://example.com").split("\n")
    after = html_to_markdown(new, base_url="https://example.com").split("\n")
    return [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("$49", "$49 or whatever your sales person says", ("| Pro | $49 |", "| Pro | {} |")),
        ("/terms", "/a/b?c=d", None),
        ("our terms", "the very long terms of our services", None),
        ("two months free", "three months free", ("  - two months free", "  - {}")),
        ("may", "will", None),
        ("/v1", "/v2", ("curl https://example.com/v1", "curl https://example.com{}")),
        ("Pricing", "Plans", ("# Pricing", "# {}")),
    ],
)
def test_one_change_is_one_line(old: str, new: str, line: tuple[str, str] | None) -> None:
    """Neither columns nor links nor items depend on each other."""
    changed = _changed_lines(PAGE, PAGE.replace(old, new))
    assert len(changed) == 1
    assert line is None or changed == [(line[0], line[1].format(new))]


def test_white_space_of_the_source_is_not_content() -> None:
    """A template that is indented anew is the same page."""
    indented = PAGE.replace("\n", "\n\t  ").replace("><", ">\n<").replace(" may ", "\n may\r\n")
    assert _changed_lines(PAGE, indented) == []


def test_wrappers_are_not_content() -> None:
    """Neither are the boxes that a new design puts around it."""
    wrapped = PAGE.replace("<p>", "<section><div class=x><p>").replace(
        "</p>", "</p></div></section>"
    )
    assert _changed_lines(PAGE, f"<div><main>{wrapped}</main></div>") == []


def test_escaping_what_is_escaped_changes_nothing() -> None:
    """A text that came out of this function once does not gain backslashes the second time."""
    first = html_to_markdown("<p>*a* _b_ `c` [d](e) &lt;f&gt; \\* \\")
    assert html_to_markdown(f"<p>{first.replace('<', '&lt;')}") == first
