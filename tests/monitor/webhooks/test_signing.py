"""Signatures: the same as OpenSSL's, believed by the receivers' libraries, and by nobody else."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import standardwebhooks
import svix.webhooks
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.exceptions import WebhookVerificationError
from starlette.datastructures import Headers

from changetrack.errors import InvalidOption, InvalidSignature
from changetrack.monitor.webhooks import new_secret, sign, verify

SECRET = new_secret(bytes(range(32)))
OTHER = new_secret(bytes(range(1, 33)))
BODY = b'{"success":true,"type":"monitor.test"}'
AT = 1764158400
NOW = datetime.fromtimestamp(AT, UTC)

CRW = "X-CRW-Signature"
RECEIVERS = (
    pytest.param(standardwebhooks.Webhook, id="standardwebhooks"),
    pytest.param(svix.webhooks.Webhook, id="svix"),
)
SCHEMES = ("both", "crw", "standard")


def make_headers(scheme: str = "both", *, secrets: tuple[str, ...] = (SECRET,)) -> dict[str, str]:
    """Return what is sent with the body, or what belongs to one scheme of it."""
    headers = sign(BODY, message_id="evt_1-a", timestamp=AT, secrets=secrets)
    if scheme == "crw":
        return {CRW: headers[CRW]}
    return {name: value for name, value in headers.items() if scheme == "both" or name != CRW}


def find_reason(
    headers: dict[str, str],
    body: bytes = BODY,
    secrets: str | tuple[str, ...] = SECRET,
    after: float = 0,
) -> str:
    """Return why a webhook is not believed so many seconds later; nothing if it is."""
    try:
        verify(body, headers, secrets, now=NOW + timedelta(seconds=after))
    except InvalidSignature as error:
        return error.reason
    return ""


def test_the_signatures_are_those_of_openssl() -> None:
    """Made by `openssl dgst` with the same key, over the text that each scheme defines."""
    signed = sign(BODY, message_id="evt_1-a", timestamp=AT, secrets=[SECRET], firecrawl=True)
    assert SECRET == "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="  # noqa: S105 - a known one
    assert signed == {
        "X-CRW-Signature": "t=1764158400,"
        "v1=ada39ada345f3f93f2e19752cea823711e8e2a4906fcbb9eee55baa74554f15c",
        "webhook-id": "evt_1-a",
        "webhook-timestamp": "1764158400",
        "webhook-signature": "v1,NYP8Iby9oc8LY7aKO7iZntBOtLuRgwt9XP82EMD3BWc=",
        "X-Firecrawl-Signature": "sha256="
        "0d5fc0b8ea71a2693dd92c4085ac82655a3e564afe7a14e7b88713a5b3eefde6",
    }


def test_the_third_scheme_is_sent_on_request_only() -> None:
    """Its receivers know no time, so nobody gets it who does not ask."""
    assert set(make_headers()) == {CRW, "webhook-id", "webhook-timestamp", "webhook-signature"}


@pytest.mark.parametrize("receiver", RECEIVERS)
@pytest.mark.parametrize("secret", [SECRET, OTHER])
def test_C30_both_secrets_are_believed_by_the_reference_libraries(
    receiver: Callable[[str], standardwebhooks.Webhook | svix.webhooks.Webhook], secret: str
) -> None:
    """While two secrets are live, a receiver that knows either is content."""
    headers = sign(BODY, message_id="evt", timestamp=int(time.time()), secrets=[OTHER, SECRET])
    receiver(secret).verify(BODY, headers)


@pytest.mark.parametrize("receiver", RECEIVERS)
def test_C29_the_reference_libraries_refuse_what_we_refuse(
    receiver: Callable[[str], standardwebhooks.Webhook | svix.webhooks.Webhook],
) -> None:
    """Tampered, stale, future, under another id, or signed with a secret that was revoked."""
    now = int(time.time())
    good = sign(BODY, message_id="evt", timestamp=now, secrets=[SECRET])
    stale = sign(BODY, message_id="evt", timestamp=now - 310, secrets=[SECRET])
    future = sign(BODY, message_id="evt", timestamp=now + 310, secrets=[SECRET])
    revoked = sign(BODY, message_id="evt", timestamp=now, secrets=[OTHER])
    swapped = {**good, "webhook-id": "evt2"}
    cases = [(BODY + b" ", good), *((BODY, each) for each in (stale, future, revoked, swapped))]
    for body, headers in cases:
        with pytest.raises(WebhookVerificationError):
            receiver(SECRET).verify(body, headers)
        with pytest.raises(InvalidSignature):
            verify(body, headers, SECRET, now=datetime.fromtimestamp(now, UTC))


@pytest.mark.parametrize("scheme", SCHEMES)
def test_either_scheme_is_enough(scheme: str) -> None:
    """A proxy may have taken the other one away."""
    assert find_reason(make_headers(scheme)) == ""


@pytest.mark.parametrize("change", [str.upper, str.title, str.lower])
@pytest.mark.parametrize("scheme", SCHEMES)
def test_names_of_headers_come_in_any_case(scheme: str, change: Callable[[str], str]) -> None:
    """HTTP says so, and frameworks make use of it."""
    headers = {change(name): value for name, value in make_headers(scheme).items()}
    assert find_reason(headers) == ""


@pytest.mark.parametrize("scheme", SCHEMES)
def test_C29_a_tampered_body_is_refused(scheme: str) -> None:
    """Every single byte counts."""
    for at in range(len(BODY)):
        changed = BODY[:at] + bytes([BODY[at] ^ 1]) + BODY[at + 1 :]
        assert find_reason(make_headers(scheme), changed) == "wrong"


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    ("after", "reason"),
    [(300, ""), (-300, ""), (301, "stale"), (-301, "future"), (1e9, "stale"), (-1e9, "future")],
)
def test_C29_an_old_or_early_one_is_refused(scheme: str, after: float, reason: str) -> None:
    """Five minutes to either side, to the second."""
    assert find_reason(make_headers(scheme), after=after) == reason


def test_C29_the_time_cannot_be_renewed() -> None:
    """It is signed: whoever puts a newer one has no signature for it."""
    late = str(AT + 3600)
    standard = {**make_headers("standard"), "webhook-timestamp": late}
    crw = {CRW: make_headers("crw")[CRW].replace(str(AT), late)}
    assert [find_reason(each, after=3600) for each in (standard, crw)] == ["wrong", "wrong"]


def test_C31_an_id_cannot_be_swapped() -> None:
    """Also where the other scheme, which does not sign it, stands beside it."""
    for scheme in ("both", "standard"):
        assert find_reason({**make_headers(scheme), "webhook-id": "evt_2"}) == "wrong"


@pytest.mark.parametrize("message_id", ["", "a.b", "a b", "ä", "a\n", "a/b", "x" * 201])
def test_C31_an_id_that_could_be_mistaken_is_not_signed(message_id: str) -> None:
    """A dot would let a part of the id pass for the time."""
    with pytest.raises(InvalidOption, match="message_id"):
        sign(BODY, message_id=message_id, timestamp=AT, secrets=[SECRET])


def test_C31_nor_is_it_believed() -> None:
    """Whoever moves the dot has the same text signed, under another id and time."""
    headers = {**make_headers("standard"), "webhook-id": f"evt_1-a.{AT}"}
    assert find_reason(headers) == "malformed"


@pytest.mark.parametrize("scheme", SCHEMES)
def test_C30_a_revoked_secret_is_refused(scheme: str) -> None:
    """Two are live during a rotation; afterwards, what the old one signed is worth nothing."""
    during = make_headers(scheme, secrets=(OTHER, SECRET))
    after = make_headers(scheme, secrets=(OTHER,))
    known: list[str | tuple[str, ...]] = [SECRET, OTHER, (OTHER, SECRET)]
    assert [find_reason(during, secrets=each) for each in known] == ["", "", ""]
    assert [find_reason(after, secrets=each) for each in known] == ["wrong", "", ""]


MALFORMED = {
    "no headers": ({}, "missing"),
    "only an id": ({"webhook-id": "evt"}, "missing"),
    "only Firecrawl's": ({"X-Firecrawl-Signature": "sha256=00"}, "missing"),
    "empty": ({CRW: ""}, "malformed"),
    "no time": ({CRW: "v1=00"}, "malformed"),
    "two times": ({CRW: f"t={AT},t={AT},v1=00"}, "malformed"),
    "no signature": ({CRW: f"t={AT}"}, "malformed"),
    "a later version": ({CRW: f"t={AT},v2=00"}, "malformed"),
    "words": ({CRW: "t=now,v1=00"}, "malformed"),
    "digits of another script": ({CRW: "t=١٧٦٤,v1=00"}, "malformed"),
    "a year of five digits": ({CRW: "t=9999999999999,v1=00"}, "malformed"),
    "a negative time": ({CRW: "t=-5,v1=00"}, "malformed"),
    "not ASCII": ({CRW: f"t={AT},v1=\udcff"}, "wrong"),
    "endless": ({CRW: f"t={AT}," + "v1=00," * 1000}, "malformed"),
    "twice": ({CRW: f"t={AT},v1=00", CRW.lower(): f"t={AT},v1=11"}, "malformed"),
    "no id": ({**make_headers("standard"), "webhook-id": ""}, "malformed"),
    "no timestamp": ({**make_headers("both"), "webhook-timestamp": "x"}, "malformed"),
    "no version": ({**make_headers("both"), "webhook-signature": "AAAA"}, "malformed"),
    "asymmetric": ({**make_headers("both"), "webhook-signature": "v1a,AAAA"}, "malformed"),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_what_is_not_signed_properly_is_refused_with_a_reason(name: str) -> None:
    """Never with an exception of the interpreter, and never believed."""
    headers, reason = MALFORMED[name]
    assert find_reason(headers) == reason


def test_a_header_that_came_twice_is_seen_in_a_framework_too() -> None:
    """Starlette's headers are a mapping that has such names twice."""
    twice = [(CRW.lower().encode(), b"t=1,v1=00"), (CRW.lower().encode(), b"t=1,v1=11")]
    with pytest.raises(InvalidSignature, match="not as it should be"):
        verify(BODY, Headers(raw=twice), SECRET, now=NOW)


def test_later_versions_may_stand_beside_ours() -> None:
    """A scheme that comes later is for who knows it."""
    headers = make_headers("standard")
    headers["webhook-signature"] = f"v1a,AAAA {headers['webhook-signature']} v2,BBBB"
    crw = {CRW: make_headers("crw")[CRW] + ", v2=00, ext"}
    assert [find_reason(headers), find_reason(crw)] == ["", ""]


@pytest.mark.parametrize("secrets", ["", "whsec_", [], [""], [SECRET, ""]])
def test_no_secret_is_no_key(secrets: str | list[str]) -> None:
    """HMAC would take an empty one, and so would whoever forges."""
    with pytest.raises(InvalidOption, match="secrets"):
        verify(BODY, make_headers(), secrets, now=NOW)
    with pytest.raises(InvalidOption, match="secrets"):
        sign(BODY, message_id="a", timestamp=AT, secrets=[secrets] if secrets == "" else secrets)


def test_a_secret_of_another_kind_is_not_signed_with() -> None:
    """Standard Webhooks could not be keyed with it."""
    with pytest.raises(InvalidOption, match="secrets"):
        sign(BODY, message_id="a", timestamp=AT, secrets=["whsec_päss"])


def test_a_receiver_may_know_a_secret_of_another_kind() -> None:
    """It fits nothing in the scheme that needs base64, and is no error."""
    assert find_reason(make_headers(), secrets=("hunter2!", SECRET)) == ""
    assert find_reason(make_headers(), secrets="hunter2!") == "wrong"


def test_a_time_without_a_zone_is_refused() -> None:
    """It would be read in the zone of the machine."""
    with pytest.raises(InvalidOption, match="no zone"):
        verify(BODY, make_headers(), SECRET, now=NOW.replace(tzinfo=None))


@pytest.mark.parametrize("size", [0, 16, 31, 33])
def test_a_secret_has_32_bytes(size: int) -> None:
    """Fewer are weaker, and more are no stronger."""
    with pytest.raises(InvalidOption, match="32 random bytes"):
        new_secret(bytes(size))


SECRETS = st.binary(min_size=32, max_size=32).map(new_secret)
IDS = st.text("abcXYZ019_-", min_size=1, max_size=60)


@given(
    body=st.binary(max_size=200),
    message_id=IDS,
    timestamp=st.integers(0, 10**10),
    secrets=st.lists(SECRETS, min_size=1, max_size=3, unique=True),
    skew=st.floats(-300, 300),
    data=st.data(),
)
def test_what_we_sign_we_believe(  # noqa: PLR0917 - hypothesis passes them by name
    body: bytes,
    message_id: str,
    timestamp: int,
    secrets: list[str],
    skew: float,
    data: st.DataObject,
) -> None:
    """Whatever the body, the id and the time, with any one of the secrets."""
    headers = sign(body, message_id=message_id, timestamp=timestamp, secrets=secrets)
    now = datetime.fromtimestamp(timestamp, UTC) + timedelta(seconds=skew)
    verify(body, headers, data.draw(st.sampled_from(secrets)), now=now)
    verify(body, {CRW: headers[CRW]}, secrets, now=now)


@given(
    headers=st.dictionaries(
        st.sampled_from([CRW, "webhook-id", "webhook-timestamp", "Webhook-Signature", "Host"]),
        st.one_of(
            st.text(),
            st.from_regex(r"t=[0-9]*,v1=[0-9a-f]*", fullmatch=True),
            st.from_regex(r"v1,[A-Za-z0-9+/]*=*", fullmatch=True),
            st.just(str(AT)),
        ),
    ),
    body=st.binary(max_size=50),
)
def test_no_headers_break_it(headers: dict[str, str], body: bytes) -> None:
    """Whatever a stranger sends is refused with a reason."""
    reasons = {"missing", "malformed", "wrong"}
    assert find_reason(headers, body) in reasons


@given(secret=SECRETS, other=SECRETS)
def test_no_other_secret_fits(secret: str, other: str) -> None:
    """A secret believes what it signed, and nothing else."""
    headers = make_headers(secrets=(secret,))
    assert (find_reason(headers, secrets=other) == "") == (secret == other)
