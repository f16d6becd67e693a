"""What is answered can be said in another language: all of it but names, quotations and the words of commands."""

from collections.abc import Iterator

import pytest

from bot.commands import HELP, Unknown, parse
from bot.errors import WrongSchedule
from bot.phrases import ENGLISH, GERMAN, Said, Voice, retold
from bot.replies import Reply, Section
from tests.bot.answers.world import ANNA

DE = Voice("de")
NAMES = {"Ostwick lock", "Velm pears", "monday post", "friday post", "sunday post", "what fell?"}
SPOKEN = [
    "changed", "changed lock", "changed lock since 1d", "more", "shorter", "why 1", "why 9", "latest", "story lock",
    "timeline lock", "sources lock", "open", "disagreements", "compare lock with orchard", "summarize lock",
    "ask what fell?", "follow lock", "follow lock", "follow word pears", "mute orchard 7d", "mute lock", "unmute orchard",
    "unfollow lock", "unfollow lock", "me", "schedule", "schedule add weekdays 8:00 Europe/Berlin", "schedule add monday 9:00",
    "schedule list", "schedule pause 1", "schedule resume 1", "schedule run 1", "schedule remove 2", "quiet", "quiet 22-7",
    "quiet off", "feeds", "feeds remove https://x.example", "status", "help", "help follow", "xyzzy", "quiet 7",
    "story nothing", "export", "stop", "forget me",
]  # fmt: skip


def ours(reply: Reply) -> Iterator[str]:
    """What a reply says beside its quotations."""
    yield from (reply.title, *reply.notes, *(button.words for button in reply.buttons))
    yield from said(reply.sections)


def said(sections: tuple[Section, ...]) -> Iterator[str]:
    for section in sections:
        yield from (section.heading, *section.notes)
        for item in section.items:
            yield from (item.text, item.note, item.button.words if item.button else "")


def is_a_name(words: str) -> bool:
    """A name, or words that somebody can say."""
    usages = {usage.usage for usage in HELP}
    return not words or words in NAMES | usages or not isinstance(parse(words), Unknown)


def test_every_answer_remembers_what_it_says(two):
    for words in SPOKEN:
        reply = two.say(words)
        assert [text for text in ours(reply) if not isinstance(text, Said) and not is_a_name(text)] == [], (
            words
        )
        for text in ours(reply):
            assert isinstance(retold(text, DE), str)


@pytest.mark.parametrize(
    "words", ["status", "me", "latest", "schedule add weekdays 8:00 Europe/Berlin", "story lock"]
)
def test_an_answer_in_german_has_no_sentence_of_the_english_table(two, words):
    two.say("follow lock")
    english = {text for key, text in ENGLISH.items() if "{" not in text and text != GERMAN[key]}
    german = [retold(text, DE) for text in ours(two.say(words))]
    assert english & set(german) == set()


def test_a_page_of_somebodys_own_can_be_said_in_german(two):
    two.say("follow lock")
    two.say("schedule add weekdays 8:00 Europe/Berlin")
    page = two.answers.home(ANNA, two.now)
    texts = [text for text in (*said(page.sections), *page.notes) if not isinstance(text, Said)]
    assert [text for text in texts if not is_a_name(text)] == []


def test_what_is_wrong_with_a_schedule_can_be_said_in_german():
    assert (
        retold(str(WrongSchedule("no_time")), DE)
        == WrongSchedule("no_time").said("de")
        == GERMAN["wrong.no_time"]
    )
