"""Errors as values: what they say, when they are equal, how they travel."""

from __future__ import annotations

import copy
import pickle

import pytest

from changetrack import errors
from changetrack.errors import (
    BatchTooLarge,
    ChangeDoesNotApply,
    ChangeTrackError,
    ContentTooLarge,
    DiffSyntaxError,
    EmptyBatch,
    FieldTooLong,
    HistoryTooLong,
    HunkDoesNotApply,
    InvalidJson,
    InvalidOption,
    InvalidPath,
    InvalidRequest,
    InvalidSchedule,
    InvalidSchema,
    InvalidSnapshot,
    InvalidText,
    JsonTooDeep,
    MissingContent,
    NumberTooLong,
    SetTooLarge,
    UnknownMode,
)

SURROGATE = "the text holds a lone surrogate at character 7"
# One of each, with what it says.
EXAMPLES = (
    (InvalidJson("NaN is not JSON", "use null", "a.b"), "a.b: NaN is not JSON; use null"),
    (JsonTooDeep(128), "the JSON is nested deeper than 128 levels; flatten it or raise the limit"),
    (
        NumberTooLong(4_300, "x"),
        "x: an integer has more than 4,300 digits; send it as a string",
    ),
    (InvalidText(7, "page"), f"page: {SURROGATE}; decode the page with errors='replace'"),
    (EmptyBatch(), "batch: the list is empty; send at least one item"),
    (UnknownMode("xml"), "modes: unknown mode 'xml'; use 'gitDiff', 'json' or both"),
    (MissingContent("nothing", "send something"), "nothing; send something"),
    (InvalidSnapshot("no object", "send one", "previous"), "previous: no object; send one"),
    (InvalidSchema("bad type", "correct it", "schema.type"), "schema.type: bad type; correct it"),
    (
        InvalidPath("a..b", 2, "expected a key"),
        "'a..b' at character 2: expected a key; write paths like plans[0].price or [\"odd.key\"].x",
    ),
    (InvalidOption("too large", "leave it out", "context"), "context: too large; leave it out"),
    (
        InvalidSchedule("not_a_schedule", "'soon' is no schedule", "say 'hourly'", "text"),
        "text: 'soon' is no schedule; say 'hourly'",
    ),
    (FieldTooLong(256, 1_000, "tag"), "tag: 1,000 characters, at most 256 are allowed; shorten it"),
    (
        BatchTooLarge(500, 501, "batch"),
        "batch: the batch has 501 items, at most 500 are allowed; split it or raise the limit",
    ),
    (
        SetTooLarge(100_000, 100_001, "current"),
        (
            "current: the set has 100,001 items, at most 100,000 are allowed;"
            " split it or raise the limit"
        ),
    ),
    (
        HistoryTooLong(100, 101, "history"),
        (
            "history: the history has 101 snapshots, at most 100 are allowed;"
            " split it or raise the limit"
        ),
    ),
    (
        ContentTooLarge(10, 11),
        "the page has 11 characters, at most 10 are allowed; split it or raise the limit",
    ),
    (DiffSyntaxError("no diff", "pass one"), "no diff; pass one"),
    (
        HunkDoesNotApply(2, 14),
        (
            "hunk 2 does not match the text at line 14; apply it to the previous text,"
            " or revert it on the current one, as it was then"
        ),
    ),
    (
        ChangeDoesNotApply("a[0]", "it is not there"),
        "a[0]: it is not there; use the snapshot that the diff was made from",
    ),
    (
        errors.DiffsDoNotMeet(),
        (
            "the second diff does not start from what the first one leads to;"
            " compose diffs of one page in the order in which they were made"
        ),
    ),
    (
        errors.MergePatchRefused("a.b"),
        "a.b: a merge patch cannot set null, which removes there; ask for a JSON Patch",
    ),
    (
        errors.InvalidMonitor("there is no name", "send one", "name"),
        "name: there is no name; send one",
    ),
    (
        errors.InvalidHeader("Host is ours", "leave it out", "webhook.headers"),
        "webhook.headers: Host is ours; leave it out",
    ),
    (errors.InvalidSignature("stale", "it is old", "send it anew"), "it is old; send it anew"),
    (
        errors.InvalidCursor(),
        ("cursor: this is no cursor of this list; begin without one, and send back what is next"),
    ),
    (errors.InvalidRecipient("no address", "send one", "to"), "to: no address; send one"),
    (errors.InvalidChannel("no service", "see the list", "to"), "to: no service; see the list"),
    (
        errors.InvalidToken("this is no token"),
        "token: this is no token; use the link of the newest mail",
    ),
    # What clients of the compatible APIs know, word by word.
    (errors.MonitorNotFound(), "Monitor not found"),
    (errors.CheckNotFound(), "Check not found"),
    (errors.DeliveryNotFound(), "Delivery not found"),
    (errors.CheckInFlight("id"), "Monitor check is already running."),
    (errors.MonitorPaused(), "Monitor is paused. Resume it before running a check."),
    (errors.NoWebhook(), "Monitor has no webhook. Set one with PATCH first."),
    (errors.WebhookDisabled("gone"), "Webhook is disabled (gone). Enable it first."),
    (errors.NothingToConfirm("Nobody is to be asked."), "Nobody is to be asked."),
    (errors.TokenNotFound(), "The link leads nowhere any more."),
    (
        errors.CreditsSpent(500, 3, 1_000),
        (
            "A check may cost 500 credits, 3 of 1,000 are left."
            " Raise monthlyCredits or lower maxPages."
        ),
    ),
    (errors.MailDelivered(), "The mail was delivered, and is not sent twice."),
    (errors.TooManyMonitors(3), "You have 3 monitors, which is the most. Delete one first."),
    (
        errors.IdempotencyKeyReused(),
        "This Idempotency-Key came with another request before. Send a new one.",
    ),
)


@pytest.mark.parametrize(("error", "text"), EXAMPLES, ids=lambda value: type(value).__name__)
def test_an_error_says_where_what_and_what_to_do(error: ChangeTrackError, text: str) -> None:
    """The text is built from the fields, and ends in the remedy."""
    assert str(error) == text


@pytest.mark.parametrize("error", [error for error, _ in EXAMPLES], ids=repr)
def test_an_error_travels_whole(error: ChangeTrackError) -> None:
    """Pickled, copied or unpickled in another process, it is the same value."""
    for twin in (
        pickle.loads(pickle.dumps(error)),  # noqa: S301 - our own bytes
        copy.copy(error),
        copy.deepcopy(error),
        error.under(""),
    ):
        assert twin == error
        assert twin is not error
        assert hash(twin) == hash(error)
        assert str(twin) == str(error)
        assert vars(twin) == vars(error)


def test_every_class_has_an_example() -> None:
    """A class that is added shows here what it says."""
    bases = {"ChangeTrackError", "InvalidRequest", "LimitExceeded", "PatchError", "MonitorError"}
    assert {type(error).__name__ for error, _ in EXAMPLES} == set(errors.__all__) - bases


def test_errors_differ_by_type_and_by_fields() -> None:
    """Equal words under another class, or another number, are another error."""
    assert InvalidRequest("a", "b") != InvalidSnapshot("a", "b")
    assert HunkDoesNotApply(1, 2) != HunkDoesNotApply(1, 3)
    assert InvalidRequest("a", "b") != "a; b"


@pytest.mark.parametrize(
    ("path", "prefix", "expected"),
    [
        ("current", "batch[3]", "batch[3].current"),
        ("[0].a", "current.json", "current.json[0].a"),
        ("", "batch[3]", "batch[3]"),
        ("current", "", "current"),
        ("", "", ""),
    ],
)
def test_an_error_is_seen_from_outside(path: str, prefix: str, expected: str) -> None:
    """Paths are joined as field paths are; the error that was raised stays as it was."""
    error = FieldTooLong(1, 2, path)
    assert error.under(prefix) == FieldTooLong(1, 2, expected)
    assert error == FieldTooLong(1, 2, path)


@pytest.mark.parametrize(
    ("mode", "shown"),
    [
        ("é", "'é'"),
        ("x" * 60, f"'{'x' * 60}'"),
        ("x" * 61, f"'{'x' * 60}…'"),
        ("a\x1b[2J", "'a\\x1b[2J'"),
        ("\u202e", "'\\u202e'"),
        ("a\n", "'a\\n'"),
    ],
)
def test_what_is_quoted_cannot_do_harm(mode: str, shown: str) -> None:
    """A message quotes a page's text cut and with its control characters spelled out."""
    assert str(UnknownMode(mode)).startswith(f"modes: unknown mode {shown}")


def test_wrong_input_is_a_value_error_and_the_rest_is_not() -> None:
    """Code that never heard of us catches what Python's own functions raise for bad values."""
    assert isinstance(InvalidRequest("a", "b"), ValueError)
    assert not isinstance(ContentTooLarge(1, 2), ValueError)
    assert not isinstance(HunkDoesNotApply(1, 2), ValueError)
