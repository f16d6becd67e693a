"""Schedules and deliveries from the command line, over a memory in a file."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest

from bot import cli, wiring
from bot.answers.schedules import spread_rule
from bot.delivery.values import Part, Verdict
from bot.platforms.console import person
from bot.ports import Doubt, Target
from summarizers.types import Line, Quotation

NOW = datetime(2031, 5, 5, 8, tzinfo=UTC)
HALL = Target("hall", "home", "channel", "c")


@pytest.fixture
def run(capsys, monkeypatch, sqlite):
    monkeypatch.setenv("NEWSDELTA_DATABASE_URL", sqlite)

    def call(*arguments):
        code = cli.main(arguments)
        return code, capsys.readouterr().out

    return call


def answered(verdict, to=HALL):
    """A message to a target, and what the platform answered."""
    with wiring.store() as store:
        now = wiring.now()
        store.outbox.post(to, [Part("n:1", {"text": "a"})], now)
        [claimed] = store.outbox.claim(now, 9, timedelta(minutes=1), [to.platform])
        store.outbox.finish(claimed, verdict, now)


def test_a_schedule_can_be_tried_without_keeping_it(run):
    code, out = run("schedules", "preview", "weekdays 9:00", "--zone", "Europe/Berlin")
    assert code == 0
    assert out.splitlines()[0] == "weekdays 09:00 Europe/Berlin"
    assert len(out.splitlines()) == 6  # the schedule, three runs, and when they are spread
    assert " ".join(out.split()).endswith(spread_rule())
    assert run("schedules", "preview", "weekdays 9:00 Europe/Berlin about the ferry, short") == (0, out)
    _, out = run("schedules", "preview", "every 4 hours", "--json")
    assert len(json.loads(out)["runs"]) == 3
    assert "No digest is scheduled" in run("schedules", "list")[1]


def test_words_that_are_no_schedule_end_in_one_sentence(run):
    assert run("schedules", "preview", "every second")[0] == 2
    assert run("schedules", "preview", "daily 9:00", "--zone", "Nowhere")[0] == 2


def test_what_was_made_in_the_conversation_is_listed(run, monkeypatch):
    monkeypatch.setattr("sys.stdin", StringIO("schedule add daily 9:00 UTC\n"))
    assert run("chat")[0] == 0
    assert "daily 09:00 UTC" in run("schedules", "list")[1]
    assert json.loads(run("schedules", "list", "--json")[1])["sections"]


def test_deliveries_are_listed_with_what_became_of_them_and_sent_after_all(run):
    assert "Nothing was sent yet." in run("deliveries", "list")[1]
    answered(Verdict("held", code="unknown", known=False))
    assert "may or may not have arrived · the answer was lost" in " ".join(
        run("deliveries", "list")[1].split()
    )
    [row] = json.loads(run("deliveries", "list", "--json")[1])["deliveries"]
    assert (row["key"], row["state"], len(row["tries"])) == ("n:1", "held", 1)
    assert run("deliveries", "retry", "n:1")[0] == 0
    [row] = json.loads(run("deliveries", "list", "--json")[1])["deliveries"]
    assert row["state"] == "pending"
    code, out = run("deliveries", "retry", "n:1", "--json")
    assert (code, json.loads(out)["done"]) == (1, False)


def test_lines_that_somebody_holds_for_wrong_are_listed_with_their_reasons(run):
    assert "No line is held for wrong." in run("doubts", "list")[1]
    with wiring.store() as store:
        said = Quotation("Ten boats sank.", "a", 0, 15, "5", 1)
        store.doubt(
            Doubt(replace(HALL, kind="person"), Line("new", (said,), why="no text has it"), "Nine.", NOW)
        )
    out = " ".join(run("doubts", "list")[1].split())
    assert "2031-05-05 08:00 UTC · hall home c · new · “Ten boats sank.” · why: no text has it · Nine." in out
    [doubt] = json.loads(run("doubts", "list", "--json")[1])["doubts"]
    assert (doubt["person"], doubt["note"], doubt["line"]["why"]) == ("c", "Nine.", "no text has it")


@pytest.mark.parametrize("names", [["hall"], ["hall", "home"]])
def test_what_is_closed_goes_on_when_its_operator_says_so(run, names):
    answered(Verdict("retry", closes="installation" if names[1:] else "platform", reason="no"))
    assert run("deliveries", "reopen", *names)[0] == 0
    assert run("deliveries", "reopen", *names)[0] == 1
    with wiring.store() as store:
        assert store.outbox.closed(HALL) == ""
        assert store.outbox.closed(person()) == ""
