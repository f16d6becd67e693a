"""The grammar as forms: what is filled in gives the command that was meant, whatever it says."""

from datetime import timedelta
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands import (
    FORMS,
    HELP,
    Ask,
    Changed,
    Compare,
    FeedAction,
    Feeds,
    Follow,
    ForgetMe,
    Form,
    Help,
    Latest,
    MuteTopic,
    Quiet,
    Read,
    Schedule,
    ScheduleAction,
    ShowStory,
    Since,
    Summarize,
    Unknown,
    fill,
)
from bot.commands.hearing import plain
from bot.commands.readers import EVERYTHING

BY_WORDS = {form.words: form for form in FORMS}
FRIDAY = "what changed since Friday short post"


@pytest.mark.parametrize(
    ("words", "filled", "command"),
    [
        ("changed", {}, Changed()),
        ("changed", {"story": "since Friday"}, Changed("since Friday")),
        ("changed", {"story": 'the "quay", again', "post": True}, Changed('the "quay", again', post=True)),
        ("changed", {"story": "“Quay” short", "length": "full"}, Changed('"Quay" short', length="full")),
        ("changed", {"since": "Since  friday"}, Changed(since=Since(weekday=4))),
        ("changed", {"since": "last seen", "post": False, "story": None}, Changed()),
        ("changed", {"since": "2 weeks ago", "story": "x"}, Changed("x", Since(ago=timedelta(days=14)))),
        ("latest", {"count": 3}, Latest(3)),
        ("story", {"story": "7"}, ShowStory("7")),
        ("compare", {"one": "a with b", "other": "c vs d"}, Compare("a with b", "c vs d")),
        ("ask", {"question": '"quay" who fell?', "story": "lock"}, Ask('"quay" who fell?', "lock")),
        ("read", {"url": "norby.example/a"}, Read("https://norby.example/a")),
        ("summarize", {"what": "chapter 5"}, Summarize("chapter 5")),
        ("summarize", {"what": "chapter 5", "count": 7}, Summarize("chapter 5", 7)),
        ("follow", {"topic": FRIDAY}, Follow(FRIDAY)),
        ("mute", {"topic": "rain for 7d", "for": "30d"}, MuteTopic("rain for 7d", timedelta(days=30))),
        ("mute", {"topic": "rain for 7d"}, MuteTopic("rain for 7d")),
        ("mute", {"topic": "rain", "for": "always"}, MuteTopic("rain")),
        ("schedule add", {"when": "weekdays 7:30"}, Schedule("add", "weekdays 7:30")),
        (
            "schedule add",
            {"when": "weekdays 7:30", "zone": "Europe/Berlin", "about": FRIDAY, "length": "full"},
            Schedule("add", "weekdays 7:30 Europe/Berlin", FRIDAY, "full"),
        ),
        ("schedule add", {"when": "7:30 about rain"}, Schedule("add", "7:30", "rain")),
        ("schedule add", {"when": "7:30", "about": "everything"}, Schedule("add", "7:30")),
        ("schedule pause", {"number": 2}, Schedule("pause", "2")),
        ("schedule list", {}, Schedule("list")),
        ("schedule retry", {"delivery": "s7:2031"}, Schedule("retry", "s7:2031")),
        ("quiet", {"hours": "22-7", "zone": "Europe/Berlin"}, Quiet("22:00-07:00 Europe/Berlin")),
        ("quiet", {"hours": "off"}, Quiet("off")),
        ("feeds remove", {"feed": "The Norby Post"}, Feeds("remove", "The Norby Post")),
        ("feeds add", {"url": "norby.example/rss"}, Feeds("add", "https://norby.example/rss")),
        ("forget me", {}, ForgetMe()),
        ("help", {"word": "forget me"}, Help("forget me")),
    ],
)
def test_what_is_filled_in_gives_the_command_that_is_meant(words, filled, command):
    assert fill(BY_WORDS[words], filled) == command


@pytest.mark.parametrize(
    ("words", "filled", "reason"),
    [
        ("changed", {"since": "Friday post"}, "unknown.since"),
        ("changed", {"since": "Friday in the lock"}, "unknown.since"),
        ("story", {"story": "\u200b"}, "unknown.missing"),
        ("ask", {"question": "??"}, "unknown.missing"),
        ("follow", {"topic": "Everything"}, "unknown.everything"),
        ("read", {"url": "what is new?"}, "unknown.url"),
        ("read", {"url": "https://a.example https://b.example"}, "unknown.leftover"),
        ("schedule add", {"when": "7:30 about rain", "about": "snow"}, "unknown.leftover"),
        ("schedule add", {"when": "7:30 short", "length": "full"}, "unknown.leftover"),
        ("quiet", {"hours": "at night"}, "unknown.quiet"),
        ("summarize", {"what": "x", "count": 40}, "unknown.number"),
        ("ask", {"question": "who?" * 600}, "unknown.long"),
    ],
)
def test_what_is_no_command_says_why_and_offers_others(words, filled, reason):
    found = fill(BY_WORDS[words], filled)
    assert isinstance(found, Unknown)
    assert found.reason == reason
    assert found.suggestions


def value(blank):
    if blank.choices:
        return st.sampled_from(blank.choices)
    if blank.kind == "flag":
        return st.booleans()
    if blank.kind == "number":
        return st.integers(1, blank.most)
    hard = st.lists(
        st.sampled_from((*FRIDAY.split(), "about", "for", "7d", '"', "\\", "with", "everything", "?"))
    )
    return st.one_of(st.text(max_size=40), hard.map(" ".join))


def filled_in(form: Form):
    return st.fixed_dictionaries({}, optional={blank.name: value(blank) for blank in form.blanks})


KEPT = {
    "story",
    "what",
    "topic",
    "one",
    "other",
    "about",
    "feed",
    "question",
    "length",
    "count",
    "line",
    "post",
}
NAMED = {"feed": "url"}  # where a command keeps what is filled in, if not under its own name


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.words)
@given(data=st.data())
def test_whatever_is_filled_in_is_kept_word_for_word_or_refused(form, data):
    filled = data.draw(filled_in(form))
    command = fill(form, filled)
    if isinstance(command, Unknown):
        return
    for name in KEPT & filled.keys():
        meant = plain(str(filled[name]))
        if meant not in {"", "False"} and not (name == "about" and meant.casefold() in EVERYTHING):
            assert str(getattr(command, NAMED.get(name, name))) == meant


@given(st.text(max_size=30))
def test_what_is_not_filled_in_is_not_read_out_of_what_is(text):
    changed = fill(BY_WORDS["changed"], {"story": text, "since": "7d"})
    assert changed == Changed(plain(text), Since(ago=timedelta(days=7)))
    when = fill(BY_WORDS["changed"], {"since": text})
    assert isinstance(when, Unknown) or (when.story, when.post, when.length) == ("", False, None)
    hidden = fill(BY_WORDS["mute"], {"topic": f"{text}x for 7d"})
    assert hidden == MuteTopic(plain(f"{text}x for 7d"))


def test_every_word_of_the_grammar_has_its_form():
    words = {form.words for form in FORMS}
    groups = {f"schedule {action}" for action in get_args(ScheduleAction)}
    groups |= {f"feeds {action}" for action in get_args(FeedAction)}
    alone = {usage.word for usage in HELP} - {"more", "shorter", "schedule", "feeds"}
    assert words == alone | groups
