"""What is wrong with a monitor is said where it stands, with what to do about it."""

from __future__ import annotations

import pytest

from changetrack import ChangeTrackError, JsonObject
from changetrack.errors import InvalidMonitor
from changetrack.monitor.wire import DIALECTS, Rules, read_patch
from changetrack.monitor.wire.dialects import Version
from tests.monitor.dialects.bodies import RULES, SMALL, order, with_target
from tests.monitor.dialects.refusals import REFUSALS, with_hook


@pytest.mark.parametrize("version", ["v1", "v2"])
@pytest.mark.parametrize("name", REFUSALS)
def test_an_error_names_the_field_and_the_remedy(version: Version, name: str) -> None:
    """On both dialects alike; a text that ends in a semicolon or a blank goes on."""
    body, text = REFUSALS[name]
    with pytest.raises(ChangeTrackError) as caught:
        order(version, body)
    said = str(caught.value)
    assert (said if not text.endswith((" ", ";")) else said[: len(text)]) == text
    assert caught.value.code == "invalid_request"


@pytest.mark.parametrize("name", ["Host", "Content-Length", "X-CRW-Signature", "X-A\r\nB"])
def test_C32_a_header_that_is_the_sender_s_own_is_refused(name: str) -> None:
    """And one in which another is hidden."""
    with pytest.raises(ChangeTrackError) as caught:
        order("v2", with_hook(headers={name: "x"}))
    assert caught.value.reason == "invalid_header"


CRONS = [
    *("30 2 30 2 *", "* * */20 * 1L", "0 " * 20_000, f"{'9' * 5_000} * * * *", "0 0 * * * *"),
    *("@reboot", "٠ ٩ * * *", "0\u00a09\u00a0*\u00a0*\u00a0*", "", "\x00"),
]


@pytest.mark.parametrize("cron", CRONS, ids=lambda cron: ascii(cron[:20]))
@pytest.mark.parametrize("key", ["cron", "text"])
def test_C39_a_schedule_that_cannot_be_is_refused_at_its_place(cron: str, key: str) -> None:
    """Whatever it is made of, it is the caller's error, and named so."""
    with pytest.raises(ChangeTrackError) as caught:
        order("v1", {**SMALL, "schedule": {key: cron}})
    assert (caught.value.code, caught.value.path.split(".")[0]) == ("invalid_request", "schedule")


def test_an_unknown_key_is_refused_where_the_dialect_is_strict() -> None:
    """With the nearest one, which is nearly always what was meant."""
    with pytest.raises(InvalidMonitor) as caught:
        order("v2", {**SMALL, "webhooks": "https://example.com/"})
    assert str(caught.value) == (
        "webhooks: Unrecognized key in body -- 'webhooks'; did you mean webhook?"
    )
    with pytest.raises(InvalidMonitor) as caught:
        order("v2", {**SMALL, "colour": "red"})
    assert caught.value.remedy.startswith("use checkOnCreate, goal, ")


def test_an_unknown_key_is_passed_over_with_a_word_where_it_is_not() -> None:
    """And what stands deeper is so on both, as clients send options that no server has."""
    target: JsonObject = {
        "urls": ["https://example.com/"],
        "colour": "red",
        "changeMode": "markdown",
        "jsonSchema": {},
        "crawlOptions": {},
        "scrapeOptions": {
            "formats": ["markdown", "links", {"type": "changeTracking", "previous": {}}],
            "waitFor": 500,
            "glow": True,
            "mobile": False,
            "blockAds": True,
        },
    }
    crawl: JsonObject = {
        "type": "crawl",
        "url": "https://example.com/",
        "crawlOptions": {"delay": 5},
    }
    body: JsonObject = {
        **SMALL,
        "colour": "red",
        "schedule": {"cron": "0 9 * * *", "jitter": 5},
        "targets": [target, crawl],
        "webhook": {"url": "https://example.com/", "retries": 5},
        "notification": {
            "email": {"enabled": True, "cc": []},
            "slack": {"enabled": True},
            "fax": "1",
        },
        "judgeEnabled": True,
    }
    assert order("v1", body, Rules(has_mail=False, has_model=False)).warnings == (
        "colour was ignored: it is no field of a monitor",
        "schedule.jitter was ignored: it is no part of a schedule",
        "targets[0].colour was ignored: it is no option of a target",
        "targets[0].crawlOptions was ignored: this is a scrape",
        (
            "targets[0].scrapeOptions.formats[1]: 'links' was ignored: a monitor keeps what it"
            " compares"
        ),
        "targets[0].jsonSchema was ignored: only text is compared",
        "targets[0].scrapeOptions.formats[2].previous was ignored: a monitor keeps its own",
        "targets[0].scrapeOptions.waitFor is not supported here and was ignored",
        "targets[0].scrapeOptions.glow was ignored: it is no option",
        "targets[1].crawlOptions.delay was ignored: it is no option of a crawl",
        "webhook.retries was ignored: it is no option of a webhook",
        "notification.fax was ignored: it is no way to tell anybody",
        "notification.slack was ignored: send its webhook as one of channels",
        "notification.email.cc was ignored: it is no option of mail",
        "this server has no way for mail to go out, so nobody gets any",
        "notification.email.recipients is empty, so nobody gets mail",
        "judgeEnabled does nothing without a goal",
    )


DOUBTS: dict[str, tuple[JsonObject, tuple[str, ...]]] = {
    "a budget that pays no check": (
        {
            **SMALL,
            "targets": [{"type": "crawl", "url": "https://example.com/", "maxPages": 500}],
            "monthlyCredits": 3,
        },
        (
            (
                "a check may cost 500 credits, more than the 3 of a month, so none ever begins;"
                " raise monthlyCredits or lower maxPages"
            ),
        ),
    ),
    "a budget that pays one": ({**SMALL, "monthlyCredits": 1}, ()),
    "fields that nothing says where to find": (
        with_target(changeMode="json", jsonSchema={"properties": {"price": {"type": "number"}}}),
        (
            (
                "targets[0]: no property of the schema has an x-selector, and this server has no"
                " language model, so fields are found only where a page states them as data"
            ),
        ),
    ),
    "fields with a selector": (
        with_target(
            changeMode="json", jsonSchema={"properties": {"price": {"x-selector": ".price"}}}
        ),
        (),
    ),
}


@pytest.mark.parametrize("name", DOUBTS)
def test_what_would_come_to_nothing_is_said_when_it_is_ordered(name: str) -> None:
    """It may be meant so, and it is no error."""
    body, warnings = DOUBTS[name]
    assert order("v1", body, Rules(has_model=False)).warnings == warnings


def test_what_a_server_does_not_allow_is_refused_at_its_place() -> None:
    """Its own gates for pages, receivers and schemas stand behind ours."""

    def refuse(value: object) -> None:
        raise InvalidMonitor(f"not {value}", "no")

    body = {
        **with_target(changeMode="json", jsonSchema={"type": "object"}),
        "webhook": "https://x/",
    }
    rules = {
        "targets[0].urls[0]: not https://example.com/; no": Rules(check_page=refuse),
        "webhook.url: not https://x/; no": Rules(check_receiver=refuse),
        "targets[0]: not {'type': 'object'}; no": Rules(check_fields=refuse),
    }
    said = {}
    for text, each in rules.items():
        with pytest.raises(InvalidMonitor) as caught:
            order("v2", body, each)
        said[text] = str(caught.value)
    assert said == {text: text for text in rules}


def test_a_change_of_nothing_is_refused_and_one_by_an_sdk_is_not() -> None:
    """Python's client adds its name to every body, and drops what is None."""
    with pytest.raises(InvalidMonitor, match="there is nothing to change"):
        read_patch({}, DIALECTS["v2"], RULES)
    assert read_patch({"origin": "python-sdk"}, DIALECTS["v2"], RULES).given == frozenset()
