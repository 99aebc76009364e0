"""The page at /docs: it needs nobody else, shows everything, and lets nothing else run."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import re
import shlex
from collections.abc import Iterator
from dataclasses import replace
from typing import cast
from urllib.parse import urlsplit

import httpx2
import pytest
from lxml import etree
from starlette.applications import Starlette
from starlette.responses import HTMLResponse
from starlette.routing import Route

from changetrack import JsonObject, wire
from changetrack.errors import InvalidSchema
from changetrack_server.app import create_app
from changetrack_server.docs_page import render_docs
from changetrack_server.docs_page.markup import (
    Markup,
    colour_json,
    element,
    spell_json,
    write_markdown,
)
from changetrack_server.egress.dialling import Network
from changetrack_server.extracting.selectors import compile_selector
from changetrack_server.openapi import describe_openapi
from changetrack_server.openapi.refusals import list_reasons
from changetrack_server.routes import list_routes
from changetrack_server.settings import Settings
from tests.server.serving import serve

SETTINGS = Settings(work_processes=1)
PAGE = render_docs(SETTINGS)
KEYED = render_docs(replace(SETTINGS, api_keys=("k",)))


def _parse(html: str) -> etree._Element:
    return etree.fromstring(html, etree.HTMLParser())


ROOT = _parse(PAGE.html)


def _attributes(root: etree._Element) -> Iterator[tuple[str, str]]:
    for node in root.iter():
        yield from ((str(name), str(value)) for name, value in node.attrib.items())


def _text(node: etree._Element, *tags: str) -> str:
    return "".join(map(str, node.itertext(*tags)))


def test_the_page_loads_nothing_from_elsewhere() -> None:
    """Neither by an attribute nor by its style or its script; it works on a machine by itself."""
    links = {value for name, value in _attributes(ROOT) if name in {"href", "src", "action"}}
    outside = {link for link in links if not link.startswith(("#", "data:"))}
    assert outside == {"openapi.json"}
    code = _text(ROOT, "style", "script")
    assert re.findall(r"url\(|@import|https?:|//\w", code) == []
    loading = ("img", "iframe", "object", "embed", "link", "base", "video", "audio", "source")
    assert [node.tag for node in ROOT.iter(*loading)] == ["link"]


def test_nothing_runs_but_what_the_policy_knows() -> None:
    """One style and one script, known by their hashes; no handler and no style in an attribute."""
    hashes = {
        kind: base64.b64encode(hashlib.sha256(str(node.text).encode()).digest()).decode()
        for kind, node in (("style", ROOT.find(".//style")), ("script", ROOT.find(".//script")))
        if node is not None
    }
    assert PAGE.policy.split("; ") == [
        "default-src 'none'",
        f"style-src 'sha256-{hashes['style']}'",
        f"script-src 'sha256-{hashes['script']}'",
        "connect-src 'self'",
        "img-src data:",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
    assert len([*ROOT.iter("script", "style")]) == 2
    assert {name for name, _ in _attributes(ROOT) if name.startswith("on")} == set()
    assert {name for name, _ in _attributes(ROOT)} & {"style", "srcdoc"} == set()


def test_every_route_and_every_reason_is_shown() -> None:
    """With a place that a link can lead to."""
    ids = [node.get("id") for node in ROOT.iter() if node.get("id")]
    headings = {_text(node) for node in ROOT.iterfind(".//section[@class='route']/h3")}
    assert headings == {
        f"{method}{route.path}"
        for route in list_routes(SETTINGS)
        for method in cast("set[str]", route.methods) - {"HEAD"}
    }
    assert {f"reason-{name}" for name in list_reasons(has_monitors=False)} <= {*ids}
    components = cast("JsonObject", describe_openapi(SETTINGS)["components"])
    assert {*cast("JsonObject", components["schemas"])} <= {*ids}
    assert len(ids) == len({*ids})


def test_every_link_within_the_page_leads_somewhere() -> None:
    """And every part of a form that the script asks for is there."""
    ids = {node.get("id") for node in ROOT.iter() if node.get("id")}
    links = {value for name, value in _attributes(ROOT) if name == "href" and value[0] == "#"}
    assert {link.removeprefix("#") for link in links} <= ids
    forms = [*ROOT.iter("form")]
    assert len(forms) == len(cast("JsonObject", describe_openapi(SETTINGS)["paths"]))
    assert [form for form in forms if form.find("output") is None] == []


def test_every_field_of_a_request_is_shown_where_it_is_sent() -> None:
    """Those within `current` and `previous` too, each with the way to it."""
    route = ROOT.find(".//section[@id='route-diff']")
    assert route is not None
    names = {_text(node) for node in route.iterfind(".//th/code")}
    assert {
        *("modes", "previous", "previous.markdown", "previous.hashes.json", "current"),
        *("current.capturedAt", "schema", "tag", "batch", "partial", "judgeEnabled"),
    } <= names


def test_a_form_is_hidden_until_the_script_can_send_it() -> None:
    """A page without its script shows no button that does nothing."""
    hidden = [form.getparent() for form in ROOT.iter("form")]
    assert all(parent is not None and parent.get("hidden") is not None for parent in hidden)
    assert [*ROOT.iter("button")] == [*ROOT.iterfind(".//form//button")]


def test_a_key_is_asked_for_where_there_are_keys() -> None:
    """In the commands and in the forms, apart from routes that want none."""
    keyed = _parse(KEYED.html)
    assert [*ROOT.iterfind(".//input[@name='key']")] == []
    assert "Bearer $KEY" not in PAGE.html
    paths = {
        form.get("data-path")
        for form in keyed.iter("form")
        if form.find(".//input[@name='key']") is not None
    }
    assert paths == {
        *("/v1/change-tracking/diff", "/v1/scrape", "/v2/scrape", "/v1/capabilities", "/metrics"),
        *(f"/v1/change-tracking/{name}" for name in wire.OPERATIONS),
    }
    assert KEYED.html.count("Bearer $KEY") == 3


@pytest.mark.parametrize("settings", [SETTINGS, replace(SETTINGS, api_keys=("k",))])
def test_the_commands_work_as_they_are(settings: Settings) -> None:
    """What a reader copies is answered by the server that shows it."""
    with serve(create_app(settings)) as url:
        page = httpx2.get(f"{url}/docs")
        assert page.headers["content-security-policy"] == render_docs(settings).policy
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        diff, _, stream = _list_commands(page.text)
        answers = [_run(command, url) for command in (diff, stream)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json()["data"]["status"] == "changed"
    assert len(answers[1].text.splitlines()) == 3


def _list_commands(html: str) -> list[list[str]]:
    blocks = (_text(node) for node in _parse(html).iterfind(".//pre"))
    return [shlex.split(block) for block in blocks if block.startswith("curl ")]


def _run(command: list[str], url: str) -> httpx2.Response:
    """Do what curl would do: a POST of the data, with the headers that are given."""
    target = next(word for word in command if word.startswith("http"))
    values = dict(itertools.pairwise(command))
    headers = [command[at + 1] for at, word in enumerate(command) if word == "-H"]
    pairs = dict(header.replace("$KEY", "k").split(": ", 1) for header in headers)
    path = target.removeprefix("http://127.0.0.1:3000")
    return httpx2.post(f"{url}{path}", content=values["--data-binary"].encode(), headers=pairs)


def test_the_fields_of_the_example_are_those_that_a_server_finds() -> None:
    """Of the page that is shown, by the schema that is shown; it is where errors send readers."""
    section = ROOT.find(".//section[@id='fields-of-a-page']")
    assert section is not None
    html, request, answer = (_text(node) for node in section.iter("pre"))
    site = Starlette(routes=[Route("/{path:path}", lambda _request: HTMLResponse(html))])
    network = Network(resolve=lambda *_: ["93.184.215.14"], dial_as=lambda *_: ("127.0.0.1", port))
    with serve(site) as pages:
        port = urlsplit(pages).port or 0
        with serve(create_app(SETTINGS, network=network)) as url:
            body = {**json.loads(request), "url": "http://example.com/pricing"}
            answers = [httpx2.post(f"{url}/{each}/scrape", json=body) for each in ("v1", "v2")]
    for each in answers:
        data = json.loads(each.text.replace("http://", "https://"))["data"]
        shown = {name: data[name] for name in ("json", "extractor")}
        assert {"data": shown} == json.loads(answer)


def test_an_error_of_a_selector_leads_to_the_part_about_selectors() -> None:
    """A client has this page, and not the folder of documentation."""
    with pytest.raises(InvalidSchema) as caught:
        compile_selector("a:foo")
    path, _, name = str(caught.value.remedy).removeprefix("see ").partition("#")
    assert path in {route.path for route in list_routes(SETTINGS)}
    section = ROOT.find(f".//section[@id='{name}']")
    assert section is not None
    assert "x-selector" in _text(section)


def test_no_cell_is_so_wide_that_it_hides_the_next() -> None:
    """A way to a field may be broken before each of its steps."""
    paths = [node for node in ROOT.iterfind(".//th/code[b]") if "." in _text(node)]
    assert len(paths) > 10
    for node in paths:
        assert len([*node.iter("wbr")]) == _text(node).count(".")


def test_the_limits_are_the_server_s() -> None:
    """Numbers that anybody may know, and nothing that an operator keeps to himself."""
    canary = "canary5150"
    settings = replace(
        SETTINGS,
        max_body_bytes=2048,
        batch_items=7,
        robots="ignore",
        llm_base_url=f"http://{canary}/v1",
        llm_model=canary,
        llm_api_key=canary,
        user_agent=canary,
        host=canary,
        api_keys=(canary,),
    )
    html = render_docs(settings).html
    rows = [
        [_text(cell) for cell in row]
        for row in _parse(html).iterfind(".//section[@id='limits']//tr")
    ]
    assert [row for row in rows if row[0] in {"A body", "Items of a batch", "robots.txt"}] == [
        ["A body", "2 KiB"],
        ["Items of a batch", "7"],
        ["robots.txt", "ignored"],
    ]
    assert canary not in html
    assert settings.api_keys[0].removeprefix("sha256:") not in html


def test_text_is_escaped_by_construction() -> None:
    """Only what was built as HTML is taken for it, in contents and in attributes."""
    hostile = "</script><b onclick=\"x\" id='y'>&"
    escaped = "&lt;/script&gt;&lt;b onclick=&quot;x&quot; id=&#x27;y&#x27;&gt;&amp;"
    assert element("p", hostile, title=hostile) == f'<p title="{escaped}">{escaped}</p>'
    assert write_markdown(f"`{hostile}` {hostile}") == (f"<p><code>{escaped}</code> {escaped}</p>")
    assert colour_json(json.dumps(hostile)).count("<") == colour_json('"x"').count("<")
    assert element("p", Markup("<br>")) == "<p><br></p>"


def test_markdown_of_descriptions_becomes_html() -> None:
    """Paragraphs, lists and code are all that there is."""
    assert write_markdown("A `b`\nc.\n\n- d\n- `e`: f\n  g") == (
        "<p>A <code>b</code>\nc.</p><ul><li>d</li><li><code>e</code>: f\n  g</li></ul>"
    )


def test_json_that_fits_stands_on_one_line() -> None:
    """However deep it stands: only its own line counts, and not the names above it."""
    value: JsonObject = {"a long name above": {"b": [1, 2], "c": {"d": "0123456789"}}}
    assert spell_json(value, width=28) == (
        '{\n  "a long name above": {\n    "b": [1, 2],\n    "c": {"d": "0123456789"}\n  }\n}'
    )
    assert json.loads(spell_json(value, width=27)) == value
    assert '"c": {\n      "d": "0123456789"' in spell_json(value, width=27)


def test_json_is_coloured_and_still_json() -> None:
    """Keys, strings with quotes in them, numbers and words are told apart."""
    text = '{"a": ["b: \\"c\\"", -1.5e+3, true, null]}'
    coloured = colour_json(text)
    found = re.findall(r'<span class="(\w+)">(.*?)</span>', coloured)
    assert found == [
        ("key", "&quot;a&quot;"),
        ("string", "&quot;b: \\&quot;c\\&quot;&quot;"),
        ("number", "-1.5e+3"),
        ("word", "true"),
        ("word", "null"),
    ]
    assert _text(_parse(f"<p>{coloured}</p>")) == text
