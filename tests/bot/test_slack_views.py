"""Views of Slack: the home tab and modals, which Slack takes whatever stands in them, and in which it reads nothing."""

import html

import pytest
from hypothesis import given, settings

from bot.commands import Changed, ForgetMe, parse
from bot.phrases import phrase
from bot.ports import Target
from bot.render import slack_views as views
from bot.replies import Home, Passage, line_keys
from summarizers import Digest
from tests.bot.viewed import (
    LOCK,
    STORIES,
    WORDS,
    crowded,
    full_digest,
    full_page,
    full_passage,
    line,
    lines,
    long_passage,
    page,
    page_of,
)
from tests.slack_rules import buttons, leaves, wrong_view

HOSTILE = "<!channel> & <@U1> <https://evil.example|bank.example> *bold* _i_ `c` :x: \u202e\u200bhidden @here"
QUAY = Target("slack", "T1", "channel", "C0QUAY")


def taken(view):
    assert wrong_view(view) == []
    return view


def texts(block):
    return [leaf.get("text", "") for leaf in leaves(block)]


# -- the home tab ------------------------------------------------------------------------------------------------------


def test_a_home_tab_has_a_heading_for_each_part_and_a_button_beside_what_it_is_for():
    view = taken(views.home(page(QUAY)))
    assert [block["type"] for block in view["blocks"]] == [
        "header", "section", "header", "rich_text", "context", "header", "section", "context",
    ]  # fmt: skip
    assert view["blocks"][1]["text"]["text"] == "Ostwick lock\n3 new articles"
    pressed = [button for block in view["blocks"] for button in buttons(block)]
    assert [parse(button["value"]) for button in pressed] == [Changed("s1"), ForgetMe()]
    assert [button["action_id"] for button in pressed] == ["say-1", "say-2"]


def test_what_can_not_be_undone_is_asked_about_once_more():
    look, delete = [button for block in views.home(page(QUAY))["blocks"] for button in buttons(block)]
    assert "confirm" not in look
    assert delete["confirm"]["text"]["text"] == phrase("view.sure.why")


def test_a_channel_is_named_by_slack():
    block = views.home(page(QUAY))["blocks"][3]
    assert [leaf.get("channel_id", leaf.get("text")) for leaf in leaves(block)] == [
        "C0QUAY",
        " · ",
        "daily 09:00 UTC",
        "\nnext",
    ]


@pytest.mark.parametrize("name", ["", "U1", "C1> <!channel", "c0quay", "C0QUAY|x"])
def test_nothing_but_a_channel_is_named(name):
    place = Target("slack", "T1", "channel", name)
    assert texts(taken(views.home(page_of(place)))["blocks"][0]) == ["daily"]


def test_an_empty_page_is_a_view_all_the_same():
    assert taken(views.home(Home(())))["blocks"]


def test_what_a_view_does_not_hold_is_said_to_be_left_out():
    view = taken(views.home(STORIES))
    assert len(view["blocks"]) == 100
    assert view["blocks"][-1]["elements"][0]["text"] == phrase("view.cut")


# -- modals ------------------------------------------------------------------------------------------------------------


def test_a_quotation_stands_in_bold_in_its_paragraph():
    [block] = taken(views.sources([LOCK]))["blocks"]
    head, paragraph = block["elements"]
    assert [leaf["text"] for leaf in head["elements"]] == ["The Post: A lock", " ¶4"]
    assert head["elements"][0]["url"] == "https://p.example/1#:~:text=The%20lock%20fell."
    assert [(leaf["text"], "style" in leaf) for leaf in paragraph["elements"]] == [
        ("It rained. ", False),
        ("The lock fell.", True),
        (" He wept.", False),
    ]


def test_a_long_sentence_is_shown_whole_and_of_a_long_paragraph_what_surrounds_it():
    words = " ".join(f"word{number}" for number in range(600))
    view = taken(views.sources([long_passage(words)]))
    runs = [leaf for block in view["blocks"] for leaf in leaves(block)]
    assert "".join(leaf["text"] for leaf in runs if "style" in leaf) == words
    said = "".join(leaf["text"] for leaf in runs)
    assert said.startswith("a…far")
    assert said.endswith("away…")


def test_twelve_long_passages_are_one_view():
    long = [Passage("a", "https://a.example", "ö" * 3_000, "😀" * 3_000, "ä" * 3_000, 1)] * 12
    view = taken(views.sources(long))
    assert view["blocks"][-1]["elements"][0]["text"] == phrase("view.cut")


def test_without_a_passage_it_is_said_so():
    assert phrase("view.sources.none") in str(taken(views.sources([])))


@pytest.mark.parametrize(
    ("number", "element"),
    [(1, "radio_buttons"), (10, "radio_buttons"), (11, "static_select"), (12, "static_select")],
)
def test_a_line_is_chosen_from_all_that_were_shown(number, element):
    digest = lines(number)
    choice, note = taken(views.wrong_line(digest, "C1"))["blocks"]
    assert choice["element"]["type"] == element
    assert [option["value"] for option in choice["element"]["options"]] == list(line_keys(digest))
    assert choice["element"]["options"][0]["text"]["text"] == "1 · “Sentence 0.”"
    assert choice["element"]["options"][0]["description"]["text"] == "NEW"
    assert note["optional"]


def test_what_was_chosen_comes_back():
    view = views.wrong_line(Digest("", (line("It fell."),)), "C1")
    option = view["blocks"][0]["element"]["options"][0]
    values = {"line": {"line": {"selected_option": option}}, "note": {"note": {"value": None}}}
    sent = {**view, "state": {"values": values}}
    assert views.chosen(sent) == (option["value"], "", "C1")
    assert views.address(
        {"state": {"values": {"address": {"address": {"value": " https://a.example "}}}}}
    ) == ("https://a.example")


def test_without_a_line_there_is_nothing_to_choose():
    assert phrase("shown.nothing") in str(taken(views.wrong_line(Digest("", ()))))


def test_an_address_is_asked_for():
    view = taken(views.read_url())
    assert view["callback_id"] == "read_url"
    assert [block["element"]["type"] for block in view["blocks"]] == ["url_text_input"]


def everything(text):
    """Every view with the same words in every place."""
    yield views.home(full_page(text, QUAY))
    yield views.looking(text)
    yield views.told(text)
    yield views.sources([full_passage(text)])
    yield views.wrong_line(full_digest(text))


def test_hostile_words_are_shown_and_nothing_is_read_in_them():
    for view in everything(HOSTILE):
        assert "<!channel>" in html.unescape(str(taken(view)))


@settings(max_examples=60, deadline=None)
@given(WORDS)
def test_whatever_stands_in_a_view_slack_takes_it(text):
    for view in everything(text):
        taken(view)


PLAIN = {"type": "plain_text", "text": "x", "emoji": False}
OPTION = {"text": PLAIN, "value": "v"}


def asking(**element):
    return {"type": "input", "block_id": "b", "label": PLAIN, "element": {"action_id": "a", **element}}


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": {**PLAIN, "text": "x" * 25}},
        {"private_metadata": "x" * 3_001},
        {"blocks": []},
        {"blocks": [{"type": "divider"}] * 101},
        {"blocks": [{"type": "section", "text": {**PLAIN, "text": "ß" * 2_900}}] * 20},
        {"blocks": [asking(type="radio_buttons", options=[{**OPTION, "value": str(n)} for n in range(11)])]},
        {"blocks": [asking(type="static_select", options=[OPTION, OPTION])]},
        {"blocks": [asking(type="static_select", options=[{**OPTION, "text": {**PLAIN, "text": "x" * 76}}])]},
        {"blocks": [asking(type="static_select", options=[{**OPTION, "description": {**PLAIN, "text": "<!here>"}}])]},
        {"blocks": [asking(type="static_select", options=[])]},
        {"blocks": [asking(type="url_text_input")], "submit": None},
        {"blocks": [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
            {"type": "channel", "channel_id": "<!here>"}]}]}]},
    ],
)  # fmt: skip
def test_a_view_that_slack_would_not_take_is_found(wrong):
    view = {"type": "modal", "title": PLAIN, "submit": PLAIN, "blocks": [{"type": "divider"}], **wrong}
    assert wrong_view({key: value for key, value in view.items() if value is not None}) != []


def test_a_view_that_slack_takes_is_taken():
    taken(
        {
            "type": "modal",
            "title": PLAIN,
            "submit": PLAIN,
            "blocks": [asking(type="static_select", options=[OPTION])],
        }
    )


@settings(max_examples=40, deadline=None)
@given(crowded(12, 40, "ß" * 2_100))
def test_however_much_is_on_a_page_slack_takes_it(crowd):
    taken(views.home(crowd))
