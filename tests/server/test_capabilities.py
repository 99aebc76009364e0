"""What a server says it can do, it can do."""

from __future__ import annotations

from typing import cast, get_args

import httpx2
import pytest

from changetrack import JsonObject, Limits, __version__, wire
from changetrack_server.app import create_app
from changetrack_server.capabilities import describe_capabilities
from changetrack_server.extracting import Extractor
from changetrack_server.formats import read_scrape
from changetrack_server.settings import Settings
from tests.server.serving import serve
from tests.spec.rows import find

WITH_MODEL = Settings(llm_base_url="http://127.0.0.1:1/v1", llm_model="m")

# The protocol's own groups and keys; clients in TypeScript take each of them for granted.
GROUPS = {
    "llm": {"providers", "supportsBaseUrl", "serverKeyConfigured", "maxConcurrency"},
    "formats": {
        *("supported", "llmRequired", "changeTrackingModes", "changeTrackingModesLlmRequired"),
    },
    "search": {"supported", "answer", "summarizeResults"},
    "screenshot": {"supported", "fullPage"},
    "renderers": {"available", "mode"},
    "extract": {"supported", "maxUrls", "perFieldAttribution", "maxOutputTokens"},
    "documents": {"parsers", "fileUpload"},
    "documents.fileUpload": {"supported", "endpoint", "maxBytes", "types", "ocr"},
    "limits": {
        *("maxBatchUrls", "maxExtractUrls", "searchDefaultLimit", "searchMaxLimit"),
        "maxUploadBytes",
    },
}


@pytest.mark.parametrize("settings", [Settings(), WITH_MODEL])
def test_every_group_of_the_protocol_is_there(settings: Settings) -> None:
    """Whatever a server has, a client finds each key that it reads."""
    capabilities = describe_capabilities(settings)
    groups = {name: find(capabilities, name) for name in GROUPS}
    missing = {name: keys - {*cast("JsonObject", groups[name])} for name, keys in GROUPS.items()}
    assert missing == {name: set() for name in GROUPS}
    assert capabilities["version"] == __version__


def test_what_needs_a_model_is_there_with_a_model_only() -> None:
    """And needs no key of the caller's then."""
    keys = ("llm.providers", "llm.serverKeyConfigured", "changeTracking.judge")
    without, with_model = (
        [find(describe_capabilities(each), key) for key in (*keys, "changeTracking.extractors")]
        for each in (Settings(), WITH_MODEL)
    )
    own = [name for name in get_args(Extractor) if "+" not in name]
    assert without == [[], False, False, own]
    assert with_model == [["openai-compatible"], True, True, [*own, "llm"]]


def test_every_format_and_mode_is_understood() -> None:
    """In both dialects, by the word that stands here."""
    capabilities = describe_capabilities(Settings())
    formats = cast("list[str]", find(capabilities, "formats.supported"))
    modes = cast("list[str]", find(capabilities, "formats.changeTrackingModes"))
    body: JsonObject = {
        "url": "http://a.example/",
        "formats": [*formats],
        "changeTracking": {"modes": [*modes], "schema": {}},
    }
    for version in ("v1", "v2"):
        request = read_scrape(body, version, Limits())
        assert request.formats == (*formats,)
        assert request.item is not None
        assert request.item.options.modes == (*modes,)


def test_what_is_said_of_change_tracking_is_so() -> None:
    """Each of these words, tried on the wire; that of lines is tried with the routes."""
    said = cast("JsonObject", describe_capabilities(Settings())["changeTracking"])
    page: JsonObject = {"current": {"markdown": "a"}}
    first = cast("JsonObject", wire.answer(page)["data"])
    known = wire.answer({**page, "previous": {"contentHash": first["contentHash"]}})
    narrowed = wire.answer(
        {
            "modes": ["json"],
            "schema": {"properties": {"a": {}}},
            "previous": {"json": {"a": 1}},
            "current": {"json": {"a": 1, "b": 2}},
        }
    )
    partial = wire.answer({"batch": [page, {}], "partial": True})
    found = {
        "batch": wire.answer({"batch": [page]})["success"],
        "partial": partial["success"],
        "hashOnlyBaselines": find(known, "data.status") == "same",
        "schemaProjection": find(narrowed, "data.status") == "same",
    }
    assert found == {name: said[name] for name in found}


def test_the_limits_are_the_settings() -> None:
    """So that a client can cut its batches to size."""
    settings = Settings(max_body_bytes=2048, batch_items=7, json_depth=9, fetch_seconds=1.5)
    limits = cast("JsonObject", describe_capabilities(settings)["limits"])
    names = ("maxBodyBytes", "maxBatchItems", "maxJsonDepth", "defaultTimeoutMs", "maxTimeoutMs")
    assert [limits[name] for name in names] == [2048, 7, 9, 1500, 120_000]


def test_a_server_answers_them_as_they_are() -> None:
    """A raw object, as the protocol has it, for who has a key."""
    settings = Settings(api_keys=("k",), work_processes=1)
    with serve(create_app(settings)) as url:
        refused = httpx2.get(f"{url}/v1/capabilities")
        answer = httpx2.get(f"{url}/v1/capabilities", headers={"Authorization": "Bearer k"})
    assert (refused.status_code, answer.status_code) == (401, 200)
    assert answer.json() == describe_capabilities(settings)
