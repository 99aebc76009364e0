"""The commands below `monitor`, on a real server that watches a real site."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from changetrack.testing import FakeClock
from tests.monitor.cli.house import CHANGED, SAME, TROUBLE, House, list_variables, make_house

Output = pytest.CaptureFixture[str]
_ID = r"[0-9a-f-]{36}"
# What differs in a line is reversed.
_PAINTED = "\x1b[31m-\x1b[7m$19\x1b[27m\x1b[m\n\x1b[32m+\x1b[7m$24\x1b[27m\x1b[m\n"
_TIME = r"\d{4}-\d\d-\d\d \d\d:\d\d UTC"


def _read(output: Output) -> Any:  # noqa: ANN401 - any JSON
    return json.loads(output.readouterr().out)


def test_a_monitor_is_made_and_shown(house: House, capsys: Output) -> None:
    """Everything that was asked for is there, and the secret is shown once."""
    status = house.ask(
        *("create", f"{house.pages}/pricing", "--every", "30 minutes"),
        *("--goal", "Prices only", "--retention", "7", "--budget", "5000", "--max-pages", "20"),
        *("--crawl", f"{house.pages}/", "--webhook", f"{house.pages}/hook"),
        *("--email", "me@example.com", "--include-diffs", "--timezone", "Europe/Berlin"),
    )
    made = capsys.readouterr()
    name = f"{house.pages}/pricing".partition("://")[2]
    assert status == SAME
    assert "keep this secret now" in made.err
    assert re.search(r"^webhooks are signed with whsec_\S+$", made.out, re.MULTILINE)
    assert house.ask("show", name) == SAME
    shown = capsys.readouterr().out
    # What was shown when it was made, but the secret.
    assert made.out.startswith(shown)
    assert re.sub(_TIME, "TIME", re.sub(_ID, "ID", shown)).splitlines() == [
        "id        ID",
        f"name      {name}",
        "status    active",
        "schedule  every 30 minutes (Europe/Berlin)",
        "next run  TIME",
        "goal      Prices only",
        f"scrape    {house.pages}/pricing (markdown)",
        f"crawl     {house.pages}/ (markdown, up to 20 pages)",
        f"webhook   {house.pages}/hook",
        "email     me@example.com (pending)",
        "history   7 days",
        "credits   up to 60,480 a month, 0 of 5,000 spent",
        "made      TIME",
    ]


def test_fields_are_tracked_where_a_schema_is_given(house: House, capsys: Output) -> None:
    """The mode follows from it, and a body in a file can say the rest."""
    schema = {"type": "object", "properties": {"plans": {"type": "array"}}}
    Path("schema.json").write_text(json.dumps(schema))
    Path("body.json").write_text(json.dumps({"name": "no", "retentionDays": 9}))
    status = house.ask(
        *("create", "--from", "body.json", "--name", "fields", "--schedule", "daily at 9:00"),
        *("--page", f"{house.pages}/data.json", "--schema", "schema.json", "--json"),
    )
    made = _read(capsys)["data"]
    assert (status, made["name"], made["retentionDays"]) == (SAME, "fields", 9)
    assert [(each["changeMode"], each["jsonSchema"]) for each in made["targets"]] == [
        ("json", schema)
    ]


def test_a_run_that_is_waited_for_says_what_changed(house: House, capsys: Output) -> None:
    """As `diff` does: 1 for what is new or changed, 0 for what stayed the same."""
    house.site.price = 19
    house.create("prices", "/pricing")
    capsys.readouterr()
    assert house.ask("run", "prices", "--wait") == CHANGED
    first = capsys.readouterr().out
    assert re.fullmatch(
        rf"check {_ID}: completed, 1 new \({_TIME}\)\nnew  {house.pages}/pricing\n", first
    )
    assert house.ask("run", "prices", "--wait") == SAME
    same = capsys.readouterr().out
    assert re.fullmatch(rf"check {_ID}: completed, 1 same \({_TIME}\)\n", same)
    house.site.price = 24
    assert house.ask("run", "prices", "--wait", "--color", "always") == CHANGED
    changed = capsys.readouterr().out
    assert "\x1b[33mchanged\x1b[m" in changed
    assert _PAINTED in changed
    assert house.ask("check", "prices") == SAME
    assert re.sub("\x1b\\[\\d*m", "", changed) == capsys.readouterr().out


def test_a_page_that_cannot_be_had_is_trouble(house: House, capsys: Output) -> None:
    """And says why."""
    house.create("broken", "/pricing", "/gone")
    capsys.readouterr()
    assert house.ask("run", "broken", "--wait") == TROUBLE
    shown = capsys.readouterr().out
    assert "partial, 1 new, 1 error" in shown
    assert f"error  {house.pages}/gone\n  the page answered with status 410" in shown
    assert house.ask("check", "broken", "--status", "new") == SAME
    assert f"\nnew  {house.pages}/pricing\n" in (only := capsys.readouterr().out)
    assert "/gone" not in only


def test_changed_fields_are_lines(house: House, capsys: Output) -> None:
    """Each with its path, its old and its new value."""
    house.site.price = 19
    Path("schema.json").write_text('{"type": "object", "properties": {"plans": {}}}')
    house.create("api", "/data.json", options=("--schema", "schema.json"))
    house.ask("run", "api", "--wait")
    house.site.price = 24
    capsys.readouterr()
    assert house.ask("run", "api", "--wait") == CHANGED
    assert "~ plans[0].price: 19 → 24 (+26.3 %)\n" in capsys.readouterr().out


def test_lists_are_tables_or_what_the_server_said(house: House, capsys: Output) -> None:
    """A table for people, and the answer as it is for programs."""
    house.create("listed", "/pricing")
    house.ask("run", "listed", "--wait")
    capsys.readouterr()
    assert house.ask("list") == SAME
    head, *rows = capsys.readouterr().out.splitlines()
    assert head.split() == ["ID", "NAME", "STATUS", "SCHEDULE", "NEXT", "RUN", "LAST", "CHECK"]
    row = next(row for row in rows if "listed" in row)
    assert re.fullmatch(rf"{_ID}  listed +active  0 0 1 1 \* +{_TIME}  1 new", row)
    assert house.ask("list", "--json", "--limit", "1") == SAME
    assert len(_read(capsys)["data"]) == 1
    assert house.ask("checks", "listed", "--status", "completed") == SAME
    shown = capsys.readouterr().out.splitlines()[1]
    assert re.fullmatch(rf"{_ID}  completed  {_TIME}  {_TIME}  1 new", shown)
    assert house.ask("checks", "listed", "--status", "failed") == SAME
    assert capsys.readouterr() == ("", "changetrack: there are none\n")


def test_a_list_goes_on_until_its_limit(house: House, capsys: Output) -> None:
    """A server gives a hundred at once; whoever wants more gets more."""
    house.create("often", "/plain")
    for _ in range(3):
        house.ask("run", "often", "--wait")
    capsys.readouterr()
    assert house.ask("checks", "often", "--limit", "2") == SAME
    shown = capsys.readouterr()
    assert len(shown.out.splitlines()) == 3
    assert shown.err == "changetrack: … 1 more; --limit 3 shows them\n"
    assert house.ask("checks", "often", "--limit", "3") == SAME
    assert capsys.readouterr().err == ""
    assert house.ask("checks", "often", "--limit", "250", "--json") == SAME
    assert len(_read(capsys)["data"]) == 3


def test_a_monitor_rests_and_goes_on(house: House, capsys: Output) -> None:
    """And says when it is due again."""
    house.create("tired", "/plain")
    capsys.readouterr()
    assert house.ask("pause", "tired") == SAME
    assert capsys.readouterr().out == "tired rests\n"
    assert house.ask("run", "tired") == TROUBLE
    assert "paused" in capsys.readouterr().err
    assert house.ask("resume", "tired") == SAME
    assert re.fullmatch(rf"tired goes on; it is due at {_TIME}\n", capsys.readouterr().out)


def test_a_monitor_is_changed(house: House, capsys: Output) -> None:
    """What no option speaks of stays."""
    house.create("old", "/plain", options=("--webhook", f"{house.pages}/hook"))
    capsys.readouterr()
    Path("no-webhook.json").write_text('{"webhook": null}')
    assert house.ask("update", "old", "--name", "fresh", "--from", "no-webhook.json") == SAME
    shown = capsys.readouterr().out
    assert "name      fresh\n" in shown
    assert "webhook" not in shown
    assert "0 0 1 1 *" in shown
    assert house.ask("update", "fresh") == TROUBLE
    assert capsys.readouterr().err.startswith("changetrack: there is nothing to change;")


def test_a_monitor_that_is_deleted_is_gone(house: House, capsys: Output) -> None:
    """Its name as well."""
    house.create("gone", "/plain")
    capsys.readouterr()
    assert house.ask("delete", "gone") == SAME
    assert capsys.readouterr().out == "gone is deleted\n"
    assert house.ask("show", "gone") == TROUBLE
    problem = "changetrack: no monitor is called 'gone'; see `changetrack monitor list`\n"
    assert capsys.readouterr().err == problem


def test_a_name_of_two_is_no_name(house: House, capsys: Output) -> None:
    """The ids tell them apart."""
    house.create("twin", "/plain")
    house.create("twin", "/extra")
    capsys.readouterr()
    assert house.ask("show", "twin") == TROUBLE
    said = re.fullmatch(
        rf"changetrack: 2 monitors are called 'twin'; name one of ({_ID}), {_ID}\n",
        capsys.readouterr().err,
    )
    assert said is not None
    assert house.ask("show", said[1]) == SAME


def test_a_webhook_is_tested_and_signed_anew(house: House, capsys: Output) -> None:
    """What was sent is listed, and can be sent again."""
    house.create("hooked", "/plain", options=("--webhook", f"{house.pages}/hook"))
    capsys.readouterr()
    assert house.ask("test-webhook", "hooked") == SAME
    assert capsys.readouterr().out.startswith("a test is on its way;")
    assert house.ask("deliveries", "hooked") == SAME
    row = capsys.readouterr().out.splitlines()[1]
    found = re.match(rf"({_ID})  monitor\.test +(pending|dead) ", row)
    assert found is not None
    assert house.ask("redeliver", "hooked", found[1]) == SAME
    assert capsys.readouterr().out.startswith("it is sent again;")
    since = ("--since", "2026-01-01T00:00Z", "--status", "delivered")
    assert house.ask("redeliver", "hooked", *since) == SAME
    assert capsys.readouterr().out.startswith("0 are sent again;")
    assert house.ask("redeliver", "hooked") == TROUBLE
    capsys.readouterr()
    assert house.ask("rotate-secret", "hooked", "--revoke-old") == SAME
    assert capsys.readouterr().out.startswith("webhooks are signed with whsec_")
    assert house.ask("enable-webhook", "hooked") == SAME
    assert capsys.readouterr().out == "the webhook is sent to again\n"


@pytest.mark.parametrize("command", ["show", "run", "checks", "export", "pause"])
def test_an_id_of_nobody_is_said(command: str, house: House, capsys: Output) -> None:
    """With where to look, whatever was asked of it."""
    nobody = "019df960-5f2a-75fb-a98b-bd2d32ca67d4"
    assert house.ask(command, nobody) == TROUBLE
    problem = f"changetrack: no monitor has the id {nobody}; see `changetrack monitor list`\n"
    assert capsys.readouterr().err == problem


def test_a_recipient_is_asked_once_more(capsys: Output) -> None:
    """Where mail goes out; the server says how often."""
    variables = {
        "CHANGETRACK_PUBLIC_URL": "https://changes.example.com",
        "CHANGETRACK_SMTP_HOST": "127.0.0.1",
        "CHANGETRACK_SMTP_TLS": "none",
        "CHANGETRACK_MAIL_FROM": "changes@example.com",
        # Nobody listens there, so the first letter waits.
        "CHANGETRACK_SMTP_PORT": "1",
    }
    clock, given = FakeClock(), ("resend-confirmation", "mailed", "me@example.com")
    with make_house(clock, **variables) as house:
        house.create("mailed", "/plain", options=("--email", "me@example.com"))
        capsys.readouterr()
        assert house.ask(*given) == TROUBLE
        assert "asked less than 15 minutes ago" in capsys.readouterr().err
        clock.advance(minutes=16)
        assert house.ask(*given) == SAME
        said = "me@example.com is asked once more; see `changetrack monitor deliveries`\n"
        assert capsys.readouterr().out == said


def test_a_preview_shows_the_time_of_its_zone(house: House, capsys: Output) -> None:
    """Beside UTC, which everything else is in."""
    given = ("--schedule", "daily at 9:00", "--timezone", "Asia/Kolkata", "--count", "1")
    assert house.ask("preview", *given) == SAME
    run = capsys.readouterr().out.splitlines()[1]
    day = r"\d{4}-\d\d-\d\d"
    assert re.fullmatch(rf"  {day} 03:30 UTC = {day} 09:00 Asia/Kolkata", run)


def test_a_preview_says_when(house: House, capsys: Output) -> None:
    """In words and in times, and makes nothing."""
    assert house.ask("preview", "--cron", "0 9 * * 1-5", "--count", "3") == SAME
    words, *runs = capsys.readouterr().out.splitlines()
    assert "9:00" in words or "09:00" in words
    assert len(runs) == 3
    assert all(re.fullmatch(r"  \d{4}-\d\d-\d\d 09:00 UTC", run) for run in runs)
    assert house.ask("preview", "--every", "fortnight and a bit") == TROUBLE
    assert capsys.readouterr().err.startswith("changetrack: schedule")


def test_a_history_is_written_down(house: House, capsys: Output) -> None:
    """To a file, or to whoever reads on."""
    house.create("kept", "/plain")
    house.ask("run", "kept", "--wait")
    capsys.readouterr()
    assert house.ask("export", "kept", "--format", "csv", "-o", "kept.csv") == SAME
    head, row = Path("kept.csv").read_text().splitlines()
    assert head.startswith("checkId,checkStatus,")
    assert f"{house.pages}/plain" in row
    assert house.ask("export", "kept") == SAME
    assert len(_read(capsys)) == 1


def test_monitors_move_to_another_server(house: House, capsys: Output) -> None:
    """With what they know, so that nothing is new there; and a second time changes nothing."""
    house.create("mover", "/plain", options=("--webhook", f"{house.pages}/hook"))
    house.ask("run", "mover", "--wait")
    assert house.ask("export", "-o", "all.ndjson") == SAME
    assert house.ask("export", "--format", "json", "-o", "all.json") == SAME
    with make_house(**list_variables(house.pages)) as other:
        capsys.readouterr()
        assert other.ask("import", "all.ndjson") == SAME
        first = capsys.readouterr()
        assert "are signed with whsec_" in first.out
        count = re.search(r"(\d+) records are new, 0 were known\n$", first.err)
        assert count is not None
        assert other.ask("import", "all.json") == SAME
        again = capsys.readouterr().err
        assert again.endswith(f"0 records are new, {count[1]} were known\n")
        assert other.ask("show", "mover") == SAME


def test_with_json_the_answer_is_as_it_is(house: House, capsys: Output) -> None:
    """Of every command that asks for something."""
    house.create("raw", "/plain", options=("--webhook", f"{house.pages}/hook"))
    capsys.readouterr()

    def ask(*arguments: str) -> Any:  # noqa: ANN401 - any JSON
        assert house.ask(*arguments, "--json") in {SAME, CHANGED}
        answer = _read(capsys)
        assert answer["success"] is True
        return answer.get("data")

    monitor = ask("show", "raw")
    assert monitor["name"] == "raw"
    assert ask("update", monitor["id"], "--retention", "3")["retentionDays"] == 3
    assert len(ask("preview", "--every", "hour", "--count", "2")["nextRuns"]) == 2
    assert ask("test-webhook", "raw")["event"] == "monitor.test"
    delivery = ask("deliveries", "raw")[0]
    assert ask("redeliver", "raw", delivery["id"])["id"] == delivery["id"]
    assert ask("rotate-secret", "raw")["webhookSecret"].startswith("whsec_")
    assert ask("enable-webhook", "raw")["id"] == monitor["id"]
    assert ask("run", "raw", "--wait")["pages"][0]["status"] == "new"
    assert ask("check", "raw")["summary"]["new"] == 1
    assert ask("pause", "raw")["status"] == "paused"
    assert ask("resume", "raw")["status"] == "active"
    assert house.ask("export", "-o", "all") == SAME
    assert ask("import", "all")["imported"] == 0
    assert ask("delete", "raw") is None


def test_a_run_can_be_left_to_itself(house: House, capsys: Output) -> None:
    """With the command that shows it later; until then, there is nothing to show."""
    house.create("alone", "/slow")
    capsys.readouterr()
    assert house.ask("run", "alone") == SAME
    begun = capsys.readouterr().out
    assert re.fullmatch(
        rf"check {_ID} has begun; see it with:\n  changetrack monitor check {_ID} {_ID}\n", begun
    )
    assert house.ask("check", "alone") == TROUBLE
    problem = "changetrack: no check of this monitor has ended yet;"
    assert capsys.readouterr().err.startswith(problem)
    assert house.ask("run", "alone") == TROUBLE
    assert "already running" in capsys.readouterr().err
    monitor, check = begun.split()[-2:]
    assert house.ask("check", monitor, check) == SAME
    assert house.ask("delete", "alone") == SAME
