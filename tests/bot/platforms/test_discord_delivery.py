"""What Discord's answers say of a message, and by what a message is known that is read again."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from discord.errors import HTTPException

from bot.delivery.policy import GONE
from bot.delivery.values import Outgoing
from bot.errors import Ambiguous, Closed, Limited, Refused
from bot.platforms.discord.delivery import BANNED, outcome
from bot.platforms.discord.marks import is_of, said, unmarked
from bot.ports import Target

NONCE, OTHER = "a" * 24, "b" * 24


PROXIED = {"Via": "1.1 google", "Content-Type": "application/json"}


def no(status, code=0, headers=PROXIED):
    answer = SimpleNamespace(status=status, reason="", headers=headers)
    return HTTPException(answer, {"code": code, "message": "no"})


def pressed(*ids):
    return [{"type": 1, "components": [{"type": 2, "label": "More", "custom_id": id_} for id_ in ids]}]


def message(payload=None, kind="channel", **more):
    return Outgoing(Target("discord", "1", kind, "2"), "key", NONCE, payload or {}, **more)


@pytest.mark.parametrize(
    ("status", "code", "kind", "reach"),
    [
        (401, 0, Closed, "platform"),
        (403, 50001, Closed, "lane"),
        (403, 50013, Closed, "lane"),
        (403, 50007, Closed, "lane"),
        (403, 50278, Closed, "lane"),
        (400, 50033, Closed, "lane"),
        (404, 10003, Closed, "lane"),
        (403, 40003, Limited, "lane"),
        (429, 20028, Limited, "lane"),
        (429, 0, Limited, "lane"),
        (400, 200000, Refused, None),
        (403, 200000, Refused, None),
        (403, 240000, Refused, None),
        (503, 0, Ambiguous, None),
    ],
)
def test_an_answer_says_what_is_known_and_how_far_it_reaches(status, code, kind, reach):
    found = outcome(no(status, code), message())
    assert type(found) is kind
    assert getattr(found, "reach", None) == reach


@pytest.mark.parametrize(
    "headers", [{**PROXIED, "Content-Type": "text/html"}, {"Content-Type": "application/json"}]
)
def test_who_is_turned_away_by_a_guard_before_discord_waits_with_all_that_goes_there(headers):
    found = outcome(no(429, headers=headers), message())
    assert (found.reach, found.code, found.after) == ("platform", "banned", BANNED)


@pytest.mark.parametrize(("code", "plain"), [(50035, True), (50006, True), (200000, False)])
def test_only_what_is_wrong_with_the_form_may_do_better_as_plain_text(code, plain):
    assert outcome(no(400, code), message()).plain is plain


@pytest.mark.parametrize(
    ("code", "given"),
    [
        (10008, message()),
        (10003, message(thread="3")),
        (50083, message(edits="3")),  # merely archived, and what is said anew opens it
        (10003, message(kind="forum", edits="3")),
        (10003, message(kind="forum", thread="3")),
        (50083, message(kind="forum", thread="3")),
        (160005, message(kind="forum", thread="3")),
    ],
)
def test_what_is_gone_or_takes_no_more_closes_no_channel(code, given):
    assert outcome(no(404, code), given).code == GONE


@pytest.mark.parametrize(
    ("code", "given"),
    [(10003, message(kind="forum")), (50083, message(thread="3")), (160005, message(thread="3"))],
)
def test_a_forum_that_is_gone_and_a_thread_that_is_locked_are_closed(code, given):
    assert outcome(no(404, code), given).reach == "lane"


@pytest.mark.parametrize("status", [400, 429])
def test_a_message_that_was_changed_too_often_is_said_anew(status):
    assert outcome(no(status, 30046), message(edits="3")).code == GONE


def test_a_digest_without_the_tag_that_a_forum_asks_for_closes_it_and_another_message_alone_is_refused():
    closed = outcome(no(400, 40067), message({"thread": {"name": "The lock"}}, "forum"))
    assert (closed.reach, "tag" in str(closed)) == ("lane", True)
    assert isinstance(outcome(no(400, 40067), message(kind="forum")), Refused)


def test_the_nonce_stands_in_the_first_button_with_room_for_it_and_comes_off_again():
    long = "nd1:say:1:" + "x" * 80
    payload = {"components": pressed(long, "nd1:say:2:more", "nd1:say:3:me"), "thread": {"name": "x"}}
    given = said(message(payload))
    ids = [button["custom_id"] for button in given["components"][0]["components"]]
    assert ids == [long, f"nd1:say:2:more~{NONCE}", "nd1:say:3:me"]
    assert [unmarked(id_) for id_ in ids] == [long, "nd1:say:2:more", "nd1:say:3:me"]
    assert "thread" not in given


def test_only_what_somebody_is_told_directly_of_a_server_says_of_which():
    payload = {"components": pressed("nd1:say:1:more")}
    direct = replace(message(payload), target=Target("discord", "dm:2", "person", "2"))
    said_of = {kind: said(message(payload, kind))["components"] for kind in ("channel", "forum", "person")}
    assert said_of["person"] == pressed(f"nd1@1:say:1:more~{NONCE}")
    assert said_of["channel"] == said_of["forum"] == said(direct)["components"]


def test_words_that_hold_the_mark_stay_whole():
    assert unmarked("nd1:say:1:follow ~harbour") == "nd1:say:1:follow ~harbour"


def test_a_message_with_buttons_is_known_by_its_nonce_and_not_by_its_words():
    payload = {"embeds": [{"description": "The quay is open."}], "components": pressed("nd1:say:1:more")}
    assert is_of(said(message(payload)), message(payload))
    assert not is_of(said(replace(message(payload), nonce=OTHER)), message(payload))


def test_words_in_a_button_that_look_like_a_nonce_hide_no_message_from_who_looks_for_it():
    long = "nd1:say:1:" + "x" * 60 + "~" + OTHER
    payload = {"embeds": [{"description": "The quay is open."}], "components": pressed(long, "nd1:say:2:me")}
    assert is_of(said(message(payload)), message(payload))


def test_a_message_without_buttons_is_known_by_its_words_as_discord_trims_them():
    payload = {"embeds": [{"description": " The quay is open.\n"}], "plain": {"content": "The quay is open."}}
    assert is_of(
        {"content": "", "embeds": [{"type": "rich", "description": "The quay is open."}]}, message(payload)
    )
    assert is_of({"content": "The quay is open.", "embeds": []}, message(payload))
    assert not is_of({"content": "", "embeds": [{"description": "The quay is shut."}]}, message(payload))
