"""Views of Discord: a person's own page, passages and windows, which Discord takes whatever stands in them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands import ForgetMe, parse
from bot.phrases import phrase
from bot.ports import Target
from bot.render import discord_views as views
from bot.render.embeds import pressed
from bot.replies import Home, line_keys
from summarizers import Digest
from tests.bot.viewed import (
    LOCK,
    STORIES,
    WORDS,
    crowded,
    full_digest,
    full_page,
    full_passage,
    lines,
    long_passage,
    page,
    page_of,
)
from tests.discord_rules import TEXT, buttons, parts, shown, wrong_message, wrong_window

HOSTILE = "@everyone <@1> </cmd:1> <t:0:R> <id:guide> https://evil.example [a](https://evil.example) ***x \u202e\u200bh"
QUAY = Target("discord", "100", "channel", "200000000000000000")
ANSWERS = ("IncomingWebhookUpdateRequestPartial", "IncomingWebhookRequestPartial")


def taken(messages):
    for message in messages:
        assert [wrong for schema in ANSWERS for wrong in wrong_message(message, schema)] == []
    return messages


def texts(message):
    return [part["content"] for part in parts(message["components"]) if part["type"] == TEXT]


def seen(messages):
    return "\n".join(shown(text) for message in messages for text in texts(message))


# -- a person's own page -----------------------------------------------------------------------------------------------


def test_a_page_has_a_heading_for_each_part_and_a_button_beside_what_it_is_for():
    [message] = taken(views.home(page(QUAY)))
    [container] = message["components"]
    assert [part["type"] for part in container["components"]] == [10, 9, 10, 9, 10]
    assert texts(message)[2] == (
        "**Channels I manage**\n- <#200000000000000000> · daily 09\\:00 UTC\n-# next\n-# 2 more are not listed\\.\n**My data**"
    )
    see, delete = buttons(message)
    assert [pressed(see["custom_id"]), pressed(delete["custom_id"])] == [
        ("say", "changed s1", ""),
        ("sure", "forget me", ""),
    ]


def test_what_can_not_be_undone_is_asked_about_once_more():
    _, delete = buttons(views.home(page(QUAY))[0])
    what, words, _ = pressed(delete["custom_id"])
    [message] = taken([views.sure(words, "de")])
    [yes] = buttons(message)
    assert (what, message["embeds"][0]["title"]) == ("sure", phrase("view.sure", "de"))
    assert parse(pressed(yes["custom_id"])[1]) == ForgetMe()
    assert pressed(yes["custom_id"])[0] == "say"


@pytest.mark.parametrize("name", ["", "1", "1> <@2", "２" * 18, "0" * 18, "9" * 21])
def test_nothing_but_a_channel_is_named(name):
    place = Target("discord", "1", "channel", name)
    assert texts(taken(views.home(page_of(place)))[0]) == ["- daily"]


def test_an_empty_page_is_a_message_all_the_same():
    assert len(taken(views.home(Home(())))) == 1


def test_what_five_messages_do_not_hold_is_said_to_be_left_out():
    messages = taken(views.home(STORIES))
    assert len(messages) == 5
    assert phrase("view.cut") in seen(messages[-1:])
    assert phrase("view.cut") not in seen(messages[:-1])


# -- passages ----------------------------------------------------------------------------------------------------------


def test_a_quotation_stands_in_bold_in_its_paragraph():
    [message] = taken(views.sources([LOCK]))
    assert texts(message) == [
        "[The Post\\: A lock](https://p.example/1#:~:text=The%20lock%20fell.) ¶4\n"
        "> It rained\\. **The lock fell\\.** He wept\\."
    ]


def test_a_long_sentence_is_shown_whole_and_of_a_long_paragraph_what_surrounds_it():
    words = " ".join(f"word{number}" for number in range(1_200))
    messages = taken(views.sources([long_passage(words)]))
    said = seen(messages).replace("\n", "")
    assert words in said
    assert said.startswith("a…far")
    assert said.endswith("away…")


def test_without_a_passage_it_is_said_so():
    assert seen(taken(views.sources([], "de"))) == phrase("view.sources.none", "de")


# -- windows -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [1, 12, 25, 40])
def test_a_line_is_chosen_from_those_that_were_shown(number):
    digest = lines(number)
    window = views.wrong_line(digest)
    assert wrong_window(window) == []
    options = window["components"][0]["component"]["options"]
    assert [option["value"] for option in options] == list(line_keys(digest))[:25]
    assert (options[0]["label"], options[0]["description"]) == ("1 · “Sentence 0.”", "NEW")


def test_what_was_chosen_comes_back():
    line_, note = {"custom_id": "line", "values": ["1:ab"]}, {"custom_id": "note", "value": "So?"}
    sent = {"components": [{"type": 18, "component": line_}, {"type": 18, "component": note}]}
    assert views.chosen(sent) == ("1:ab", "So?")
    typed = {
        "components": [{"type": 18, "component": {"custom_id": "address", "value": " https://a.example "}}]
    }
    assert views.address(typed) == "https://a.example"


def test_without_a_line_there_is_nothing_to_choose():
    assert views.wrong_line(Digest("", ())) is None


@pytest.mark.parametrize("language", ["en", "de"])
def test_an_address_is_asked_for(language):
    window = views.read_url(language)
    assert wrong_window(window) == []
    assert window["title"] == phrase("view.read", language)


# -- whatever stands in them -------------------------------------------------------------------------------------------


def everything(text, language="en"):
    """Every view with the same words in every place."""
    return [
        *views.home(full_page(text, QUAY), language),
        *views.sources([full_passage(text)], language),
        views.sure(text[:50] or "x", language),
    ]


def window(text, language="en"):
    return views.wrong_line(full_digest(text), language)


def test_hostile_words_are_shown_and_nothing_is_read_in_them():
    assert seen(taken(everything(HOSTILE))).count("@everyone <@1> </cmd:1>") == 14
    assert wrong_window(window(HOSTILE)) == []


@settings(max_examples=30, deadline=None)
@given(WORDS, st.sampled_from(["en", "de"]))
def test_whatever_stands_in_a_view_discord_takes_it(text, language):
    taken(everything(text, language))
    assert wrong_window(window(text, language)) == []


@settings(max_examples=15, deadline=None)
@given(crowded(6, 40, "ß" * 90))
def test_however_much_is_on_a_page_discord_takes_it(crowd):
    taken(views.home(crowd))
