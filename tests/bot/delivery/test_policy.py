"""What is made of a row and of an answer, case by case."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.delivery.policy import (
    GONE,
    UNKNOWN_AFTER,
    Look,
    Send,
    Settle,
    answered,
    looked,
    opening,
)
from bot.delivery.values import Abilities, Claimed, Lease, Outgoing, Receipt, Verdict
from bot.errors import Ambiguous, CannotTell, Closed, Limited, Refused
from bot.ports import Target

NOW = datetime(2026, 5, 4, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)
NONCE = Abilities(nonce_for=120 * SECOND, can_look=True)
LOOKS = Abilities(can_look=True, look_after=5 * SECOND)
ROW = Claimed(
    Lease(1, 1, NOW),
    Outgoing(Target("p", "w", "channel", "c"), "k", "n", {}, first_attempt=NOW),
    "attempting",
    2,
)


HELD = Settle(Verdict("held", code="unknown", known=False))
HOLDS = Abilities(nonce_for=120 * SECOND, hold=True)


@pytest.mark.parametrize(
    ("before", "after", "abilities", "action"),
    [
        ("pending", 0, LOOKS, Send()),
        ("retry", 999, LOOKS, Send()),
        ("attempting", 0, NONCE, Look()),  # whatever the time: a clock may have been set
        ("attempting", 999, NONCE, Look()),
        ("attempting", 0, LOOKS, Look(5 * SECOND)),
        ("attempting", 5, Abilities(), Send(settled=False)),
        ("attempting", 119, HOLDS, Send(settled=False)),
        ("attempting", 120, HOLDS, HELD),
        ("attempting", -1, HOLDS, HELD),  # the clock was set back: the age of the nonce is not known
    ],
)
def test_the_first_step_follows_from_what_is_known_of_the_attempt_before(before, after, abilities, action):
    assert opening(replace(ROW, before=before), NOW + after * SECOND, abilities) == action


def test_a_look_settles_what_was_unknown():
    assert looked(Receipt("1"), ROW, NOW, LOOKS) == Settle(Verdict("sent", receipt=Receipt("1")))
    assert looked(None, ROW, NOW, LOOKS) == Send(settled=True)
    assert looked(CannotTell("No."), ROW, NOW, LOOKS) == Send(settled=False)
    assert looked(CannotTell("No."), ROW, NOW, replace(LOOKS, hold=True)) == HELD


@pytest.mark.parametrize("answer", [Limited("Slow.", SECOND), Closed("Gone.", "lane")])
def test_a_certain_no_does_not_settle_an_earlier_attempt_whose_outcome_is_unknown(answer):
    assert answered(ROW, answer, 0, settled=False).state == "attempting"
    assert not answered(ROW, answer, 0, settled=False).known
    assert answered(ROW, answer, 0).state == "retry"


def test_an_unknown_outcome_waits_longer_each_time_and_in_the_end_for_a_person():
    waits = [answered(replace(ROW, attempts=n), Ambiguous("?"), 1).again_in for n in (1, 2, 3)]
    assert waits == [2 * SECOND, 4 * SECOND, 8 * SECOND]
    assert answered(replace(ROW, attempts=UNKNOWN_AFTER), Ambiguous("?"), 1).state == "held"


def test_what_it_edits_being_gone_it_goes_without_next_time():
    row = replace(ROW, message=replace(ROW.message, edits="9"))
    assert answered(row, Refused("No message.", GONE), 0).gone
    assert answered(ROW, Refused("No message.", GONE), 0).state == "dead"
