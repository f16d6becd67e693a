"""Replies as Slack messages: what Slack takes, with all that was to be said, and nothing that Slack would read itself."""

import html

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands import Changed, Follow, More, Sources, parse
from bot.ports import Target, Telling
from bot.render.fit import address_of, safe
from bot.render.slack import SlackRenderer
from bot.replies import Button, Item, Reply, Section
from summarizers import Article, Digest, Line, Quotation
from summarizers.types import LABELS
from tests.slack_rules import buttons, leaves, strings, wrong_message

SLACK = SlackRenderer()
ANNA = Target("slack", "T1", "person", "U1")
POST = Article("a", "", url="https://post.example/a", source="Norby Post")
HOSTILE = "<!channel> & <@U1> <https://evil.example|bank.example> *bold* _i_ `c` :x: \u202e\u200bhidden @here"


def quoted(text, document="a", paragraph=3, start=0, **more):
    return Quotation(text, document, start, start + len(text), "", paragraph, **more)


def line(text, label="new", **more):
    return Line(label, (quoted(text),), **more)


def digest(*lines, **more):
    return Digest("The bridge", tuple(lines), **more)


def reply(*lines, **more):
    return Reply("What changed", sections=(Section(digest=digest(*lines)),), sources=(POST,), **more)


def rendered(reply, place="answer"):
    messages = SLACK.render(reply, place)
    for message in messages:
        sent = {key: value for key, value in message.items() if key not in {"plain", "reply_broadcast"}}
        assert wrong_message(sent) == []
        assert wrong_message(message["plain"]) == []
        assert len(message["blocks"]) <= 45
    return messages


def words(message):
    """What the blocks of a message say, one after the other."""
    return [
        part["text"]
        for block in message["blocks"]
        for part in (leaves(block) if block["type"] == "rich_text" else [])
    ]


def test_a_digest_is_a_title_its_lead_and_its_groups():
    [message] = rendered(
        reply(
            line("The bridge fell."),
            line(
                "It did not reopen.",
                "announced_not_happened",
                prior=(quoted("It will reopen.", paragraph=1),),
                speaker="the mayor",
            ),
        )
    )
    assert message["text"].splitlines() == [
        "What changed",
        "“The bridge fell.” [Norby Post ¶3]",
        "DID NOT HAPPEN · announced before",
        "• “It did not reopen.” (the mayor) [Norby Post ¶3]",
        "   • announced as “It will reopen.” [Norby Post ¶1]",
    ]
    assert [block["type"] for block in message["blocks"]] == ["header", "rich_text", "rich_text"]


def test_a_citation_leads_to_its_sentence():
    [message] = rendered(reply(line("The old bridge - all of it - fell, they say.")))
    [link] = [part for part in leaves(message["blocks"][1]) if part["type"] == "link"]
    assert link["url"] == (
        "https://post.example/a#:~:text=The%20old%20bridge%20%2D%20all,it%20%2D%20fell%2C%20they%20say."
    )


@pytest.mark.parametrize("address", [None, "javascript:alert(1)", "https://post.example/" + "a" * 2_000])
def test_a_source_without_a_short_address_of_the_web_is_cited_without_a_link(address):
    given = reply(line("The bridge fell."))
    [message] = rendered(Reply("x", sections=given.sections, sources=(Article("a", "", url=address),)))
    assert {part["type"] for part in leaves(message["blocks"][1])} == {"text"}


def test_the_sentence_is_sought_after_the_place_that_an_address_names_already():
    article = Article("a", "", url="https://post.example/a#part")
    assert address_of(article, quoted("It fell.")) == "https://post.example/a#part:~:text=It%20fell."


def test_hostile_words_are_shown_and_nothing_is_read_in_them():
    [message] = rendered(
        Reply(
            HOSTILE,
            notes=(HOSTILE,),
            sections=(
                Section(HOSTILE, lines=(line(HOSTILE, None, speaker=HOSTILE),)),
                Section(
                    items=(Item(HOSTILE, HOSTILE, Button(HOSTILE, Follow(HOSTILE)), "https://x.example"),)
                ),
                Section(items=(Item(HOSTILE, HOSTILE, link="https://x.example/<|>"),)),
            ),
            sources=(Article("a", "", title=HOSTILE, url="https://x.example/", source=HOSTILE),),
        )
    )
    assert safe(HOSTILE) in html.unescape(message["text"])
    assert f"“{safe(HOSTILE)}”" in words(message)


def test_what_is_pressed_says_the_words_that_a_person_would_write():
    given = (
        Button("More", More()),
        Button("Sources", Sources("s1")),
        Button("All", Changed("s1", length="full")),
    )
    [message] = rendered(reply(line("The bridge fell."), buttons=given))
    pressed = [button for block in message["blocks"] for button in buttons(block)]
    assert [parse(button["value"]) for button in pressed] == [button.command for button in given]
    assert message["text"].splitlines()[-1] == "[More]  [Sources]  [All]"


def test_a_digest_can_be_doubted_where_it_is_the_last_one_shown():
    told = [Telling(ANNA, story, digest(*lines)) for story, lines in (("s1", [line("It fell.")]), ("s2", []))]
    [message] = rendered(reply(line("It fell."), buttons=(Button("More", More()),), tellings=tuple(told)))
    more, wrong = buttons(message["blocks"][-1])
    assert (more["action_id"], wrong["action_id"], wrong["value"]) == ("say-1", "wrong-line", "s1")
    assert message["text"].splitlines()[-1] == "[More]  [Wrong line?]"
    [nothing] = rendered(reply(line("It fell."), tellings=tuple(told[1:])))
    assert not buttons(nothing["blocks"][-1])


def test_sixty_articles_are_several_messages_and_nothing_is_lost():
    texts = [f"Sentence {number} of the story: {'word ' * 60}end." for number in range(60)]
    given = reply(*map(line, texts), buttons=(Button("More", More()),), notes=("60 new articles",))
    messages = rendered(given, "root")
    said = "".join(part for message in messages for part in words(message))
    assert [text for text in texts if f"“{safe(text)}”" not in said] == []
    assert [bool(buttons(message["blocks"][-1])) for message in messages] == [True] + [False] * (
        len(messages) - 1
    )


@pytest.mark.parametrize("text", ["a" * 3_001, "😀" * 3_001, "&" * 3_001, "ب" * 3_001, "word " * 900])
def test_a_sentence_that_no_message_holds_goes_on_in_the_next(text):
    messages = rendered(reply(line(text)))
    assert len(messages) > 1
    said = "".join(part for message in messages for part in words(message))
    assert f"“{safe(text)}”" in said


def test_in_a_thread_the_lead_is_what_the_channel_sees_first_and_the_title_is_left_to_the_root():
    texts = [f"Sentence {number} of the story: {'word ' * 60}end." for number in range(20)]
    first, *rest = rendered(reply(*map(line, texts), notes=("20 new articles",)), "thread")
    assert first["text"].startswith("“Sentence 0")
    assert [message.get("reply_broadcast", False) for message in (first, *rest)] == [True] + [False] * len(
        rest
    )


def test_the_lead_of_several_stories_has_no_buttons_and_is_seen_nowhere_else():
    [message] = rendered(reply(line("The bridge fell."), buttons=(Button("More", More()),)), "lead")
    assert "reply_broadcast" not in message
    assert not any(buttons(block) for block in message["blocks"])


def test_a_message_has_an_address_that_any_client_opens():
    target = Target("slack", "T1", "channel", "C1")
    assert SLACK.link(target, "17.5") == "https://slack.com/app_redirect?team=T1&channel=C1&message_ts=17.5"


LINES = st.builds(
    lambda label, text, prior, speaker, also: line(
        text, label, prior=(quoted(prior, "b"),) if prior else (), speaker=speaker, also=also
    ),
    st.sampled_from(LABELS),
    st.text(min_size=1, max_size=4_000),
    st.text(max_size=500),
    st.one_of(st.none(), st.text(min_size=1, max_size=200)),
    st.one_of(st.none(), st.sampled_from(LABELS)),
)
REPLIES = st.builds(
    lambda title, notes, lines, plain, items, address: Reply(
        title,
        notes,
        (Section(title, notes, digest(*lines)), Section(title, lines=plain), Section(items=items)),
        (Article("a", "", title=title, url=address), Article("b", "", source=title)),
        (Button(title or "x", More()),) * 7,
    ),
    st.text(max_size=400),
    st.lists(st.text(max_size=3_000), max_size=3).map(tuple),
    st.lists(LINES, max_size=15),
    st.lists(LINES, max_size=3).map(tuple),
    st.lists(
        st.builds(
            lambda text, note, words, link: Item(
                text, note, Button(words, Follow(words)) if words else None, link
            ),
            st.text(max_size=2_500),
            st.text(max_size=2_500),
            st.text(max_size=2_100),
            st.sampled_from(["", "https://x.example/a", "ftp://x.example"]),
        ),
        max_size=60,
    ).map(tuple),
    st.sampled_from([None, "https://x.example/a", "https://x.example/" + "a" * 970]),
)


@settings(max_examples=80, deadline=None)
@given(REPLIES, st.sampled_from(["answer", "lead", "root", "thread"]))
def test_whatever_is_answered_slack_takes_it_and_every_word_of_a_source_is_there(given, place):
    messages = rendered(given, place)
    said = "".join(part for message in messages for part in words(message))
    for section in given.sections:
        for each in (*(section.digest.lines if section.digest else ()), *section.lines):
            for quotation in (*each.quotations, *each.prior):
                assert safe(quotation.text) in said
    texts = "".join(message["text"] for message in messages)
    assert not {"<", ">"} & set(texts)
    assert all(isinstance(part, str) for message in messages for part in strings(message["blocks"]))
