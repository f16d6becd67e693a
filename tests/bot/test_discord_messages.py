"""Replies as Discord messages: what Discord takes, with all that was to be said, and nothing that it would read itself."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.commands import Changed, Follow, More, Sources, parse
from bot.phrases import moment, phrase
from bot.ports import Target, Telling
from bot.render.discord import DiscordRenderer
from bot.render.embeds import CUSTOM_ID, can_be_said, escaped, of_server, pressed
from bot.render.fit import safe
from bot.replies import Button, Item, Reply, Section
from summarizers import Article, Digest, Line, Quotation
from summarizers.types import LABELS
from tests.discord_rules import OURS, buttons, by_openapi, quotes, shown, wrong_message

DISCORD = DiscordRenderer()
ANNA = Target("discord", "100", "person", "7")
POST = Article("a", "", url="https://post.example/a", source="Norby Post")
HOSTILE = (
    "@everyone <@1> <#2> </cmd:1> <t:0:R> <id:guide> <https://evil.example> https://evil.example "
    "[https://bank.example](https://evil.example) ***x **b** _i_ ~~s~~ ||s|| `c` :x: \\ \u202e\u200bhidden"
)
STARTS = [
    "# a",
    "## a",
    "1. a",
    "- a",
    "* a",
    "+ a",
    "-# a",
    "> a",
    ">>> a",
    "```a",
    "](https://evil.example)",
]


def quoted(text, document="a", paragraph=3, start=0, **more):
    return Quotation(text, document, start, start + len(text), "", paragraph, **more)


def line(text, label="new", **more):
    return Line(label, (quoted(text),), **more)


def digest(*lines, **more):
    return Digest("The bridge", tuple(lines), **more)


def reply(*lines, **more):
    return Reply("What changed", sections=(Section(digest=digest(*lines)),), sources=(POST,), **more)


def rendered(reply, place="answer", language="en"):
    messages = DISCORD.render(reply, place, language)
    for message in messages:
        sent = {key: value for key, value in message.items() if key not in OURS}
        for schema in ("MessageCreateRequest", "MessageEditRequestPartial", "IncomingWebhookRequestPartial"):
            assert wrong_message(sent, schema) == []
            plain = {key: value for key, value in message["plain"].items() if key not in OURS}
            assert wrong_message(plain, schema) == []
        opened(message)
        opened(message["plain"])
    return messages


def opened(message):
    """What a message opens: a thread from it, or the post that it begins, as Discord takes them."""
    if thread := message.get("thread"):
        sent = {key: value for key, value in message.items() if key not in OURS}
        assert by_openapi("CreateForumThreadRequest", {**thread, "message": sent}) == []
        assert by_openapi("CreateTextThreadWithMessageRequest", {"name": thread["name"]}) == []
        assert 1 <= len(thread["name"].strip()) <= 100


def embed(message):
    [only] = message["embeds"]
    return only.get("title", ""), only.get("description", "")


def said(messages):
    """The quoted words of messages, as they are seen one after the other."""
    return "".join(words for message in messages for words in quotes(embed(message)[1]))


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
    title, text = embed(message)
    assert title == "What changed"
    assert shown(text).splitlines() == [
        "“The bridge fell.” Norby Post ¶3",
        "",
        "DID NOT HAPPEN · announced before",
        "“It did not reopen.” (the mayor) Norby Post ¶3",
        "announced as",
        "“It will reopen.” Norby Post ¶1",
    ]

    assert shown(message["plain"]["content"]).startswith("What changed\n“The bridge fell.” [Norby Post ¶3]")


def test_a_citation_leads_to_its_sentence():
    [message] = rendered(reply(line("The old bridge - all of it - fell, they say.")))
    link = "https://post.example/a#:~:text=The%20old%20bridge%20%2D%20all,it%20%2D%20fell%2C%20they%20say."
    assert f"[Norby Post ¶3]({link})" in embed(message)[1]


@pytest.mark.parametrize("address", [None, "javascript:alert(1)", "https://post.example/" + "a" * 2_000])
def test_a_source_without_a_short_address_of_the_web_is_cited_without_a_link(address):
    given = reply(line("The bridge fell."))
    [message] = rendered(Reply("x", sections=given.sections, sources=(Article("a", "", url=address),)))
    assert shown(embed(message)[1]) == "“The bridge fell.” [a ¶3]"


def test_an_address_ends_no_link_around_it():
    article = Article(
        "a", "", url="https://post.example/a_(b)) [x](https://evil.example) <y>", source="[Po]st](x"
    )
    [message] = rendered(Reply("x", sections=(Section(lines=(line("It fell."),)),), sources=(article,)))
    assert embed(message)[1].count("](") == 1


@pytest.mark.parametrize("words", [HOSTILE, *STARTS])
def test_hostile_words_are_shown_and_nothing_is_read_in_them(words):
    messages = rendered(
        Reply(
            words,
            notes=(words,),
            sections=(
                Section(words, lines=(line(words, None, speaker=words),)),
                Section(items=(Item(words, words, Button(words, Follow("x")), "https://x.example"),)),
                Section(items=(Item(words, words, link="https://x.example/<|>)"),)),
            ),
            sources=(Article("a", "", title=words, url="https://x.example/", source=words),),
        ),
        "root",
    )
    assert safe(words).startswith(shown(embed(messages[0])[0]).removesuffix("…"))
    assert f"“{safe(words)}”" in said(messages)
    assert shown(escaped(words)) == words


def test_a_megabyte_of_brackets_is_escaped_in_one_pass():
    [message] = rendered(Reply("[" * 1_000_000))
    assert embed(message)[0] == "\\[" * 119 + "…"
    assert escaped("[" * 1_000_000) == "\\[" * 1_000_000


def test_what_is_pressed_says_the_words_that_a_person_would_write():
    given = (
        Button("More", More()),
        Button("Sources", Sources("s1")),
        Button("All", Changed("s1", length="full")),
    )
    [message] = rendered(reply(line("The bridge fell."), buttons=given))
    said = [pressed(button["custom_id"]) for button in buttons(message)]
    assert [one.action for one in said] == ["say"] * 3
    assert [parse(one.words) for one in said] == [button.command for button in given]


def test_a_button_whose_words_are_too_long_is_left_out():
    [message] = rendered(
        reply(line("It fell."), buttons=(Button("Follow", Follow("x" * 70)), Button("More", More())))
    )
    assert [button["label"] for button in buttons(message)] == ["More"]


def test_a_digest_can_be_doubted_where_it_is_the_last_one_shown():
    told = [Telling(ANNA, story, digest(*lines)) for story, lines in (("s1", [line("It fell.")]), ("s2", []))]
    [message] = rendered(reply(line("It fell."), buttons=(Button("More", More()),), tellings=tuple(told)))
    assert [pressed(button["custom_id"]) for button in buttons(message)] == [
        ("say", "more", ""),
        ("doubt", "s1", ""),
    ]
    [nothing] = rendered(reply(line("It fell."), tellings=tuple(told[1:])))
    assert not buttons(nothing)


@pytest.mark.parametrize(
    "strange",
    [
        "",
        "nd1:",
        "nd1@:say:1:more",
        "nd1@x:say:1:more",
        "nd1:say:more",
        "nd1:say:1:",
        "nd1:do:1:more",
        "x:say:1:more",
        "nd1:doubt:",
    ],
)
def test_what_we_did_not_draw_was_not_pressed(strange):
    assert pressed(strange) == ("", "", "")


def test_what_is_of_a_server_that_is_not_here_says_which_and_all_of_it_fits_even_where_it_is_as_long_as_can_be():
    words = Follow("x" * (CUSTOM_ID - len("nd1:say:9999:follow ")))
    assert can_be_said(Button("Follow", words))
    given = (Button("Follow", words), Button("More", More()))
    told = [Telling(ANNA, "s1", digest(line("It fell.")))]
    [message] = rendered(reply(line("It fell."), buttons=given, tellings=tuple(told)))
    elsewhere = of_server(message, "9" * 19)
    assert [pressed(each["custom_id"])[:2] for each in buttons(elsewhere)] == [
        pressed(each["custom_id"])[:2] for each in buttons(message)
    ]
    assert {pressed(each["custom_id"]).server for each in buttons(elsewhere)} == {"9" * 19}
    assert max(len(each["custom_id"]) for each in buttons(of_server(message, "9" * 20))) <= 100
    assert of_server(elsewhere, "9" * 19) == elsewhere


def test_entries_that_can_be_pressed_bear_the_numbers_of_their_buttons():
    items = tuple(Item(f"Story {n}", button=Button("Show", Changed(f"s{n}"))) for n in range(60))
    messages = rendered(
        Reply("Which one?", sections=(Section(items=items),), buttons=(Button("More", More()),) * 3)
    )
    found = [button for message in messages for button in buttons(message)]
    assert [b["label"] for b in found if b["label"] != "More"] == [f"{n} · Show" for n in range(1, 61)]
    for message in messages:
        named = [b["label"].partition(" ")[0] for b in buttons(message) if b["label"] != "More"]
        assert [words.partition(" ")[0] for words in shown(embed(message)[1]).splitlines()] == named
    assert [b["label"] for b in buttons(messages[0])][-3:] == ["More"] * 3
    [one] = rendered(Reply(sections=(Section(items=items[:1]),)))
    assert (embed(one)[1], buttons(one)[0]["label"]) == ("- Story 0", "Show")


def test_sixty_articles_are_several_messages_and_nothing_is_lost():
    texts = [f"Sentence {number} of the story: {'word ' * 60}end." for number in range(60)]
    given = reply(*map(line, texts), buttons=(Button("More", More()),), notes=("60 new articles",))
    messages = rendered(given, "root")
    assert [text for text in texts if f"“{safe(text)}”" not in said(messages)] == []
    assert [bool(buttons(message)) for message in messages] == [True] + [False] * (len(messages) - 1)
    assert [message.get("thread") for message in messages] == [{"name": "What changed"}] + [None] * (
        len(messages) - 1
    )


@pytest.mark.parametrize("text", ["a" * 5_001, "😀" * 5_001, "*" * 5_001, "ب" * 5_001, "word " * 1_500 + "."])
def test_a_sentence_that_no_message_holds_goes_on_in_the_next(text):
    messages = rendered(reply(line(text)))
    assert len(messages) > 1
    assert f"“{safe(text)}”" in said(messages)


def test_in_a_thread_the_lead_comes_first_and_the_title_is_left_to_the_root():
    first, *rest = rendered(reply(line("It fell."), notes=("20 new articles",)), "thread")
    assert (rest, embed(first)[0]) == ([], "")
    assert shown(embed(first)[1]).splitlines() == ["“It fell.” Norby Post ¶3", "20 new articles"]


def test_a_thread_has_an_address_of_its_own_and_a_conversation_has_none():
    assert (
        DISCORD.link(Target("discord", "100", "channel", "200"), "300")
        == "https://discord.com/channels/100/300"
    )
    assert (
        DISCORD.link(Target("discord", "100", "forum", "200"), "300")
        == "https://discord.com/channels/100/300"
    )
    assert DISCORD.link(ANNA, "300") == ""


@pytest.mark.parametrize("place", ["root", "thread"])
def test_what_begins_a_post_names_it_and_has_its_tags_as_mere_text_too(place):
    [message] = rendered(reply(line("It fell."), tags=tuple(f"70{number}" for number in range(6))), place)
    thread = {"name": "What changed", "applied_tags": ["700", "701", "702", "703", "704"]}
    assert (message["thread"], message["plain"]["thread"]) == (thread, thread)


def test_a_post_of_notes_alone_is_called_after_the_first():
    [message] = rendered(Reply(notes=("Nothing new since Monday.", "It still watches.")), "root")
    assert message["thread"] == {"name": "Nothing new since Monday."}


def test_words_of_ours_are_german_and_a_quotation_stays_as_it_is():
    lines = (line("It fell."), line("It did not reopen.", "announced_not_happened"))
    given = Reply(sections=(Section(digest=digest(*lines, more=(line("x"),))),), sources=(POST,))
    [message] = rendered(given, language="de")
    assert shown(embed(message)[1]).splitlines() == [
        "„It fell.“ Norby Post ¶3",
        "",
        "NICHT EINGETRETEN · vorher angekündigt",
        "„It did not reopen.“ Norby Post ¶3",
        "",
        "… und 1 mehr.",
    ]


def test_a_moment_of_ours_is_shown_in_the_time_of_whoever_reads_and_others_words_make_none():
    at = moment(datetime(2025, 3, 18, 14, 5, tzinfo=UTC))
    note = phrase("me.told", at=at)
    told = phrase("feeds.held", feed="<t:0:R>")
    items = (Item("The bridge", note), Item(at, "x"), Item(note, link="https://post.example/a"))
    [message] = rendered(Reply(note, (note, told), (Section(note, items=items),)), language="de")
    assert embed(message)[0] == "zuletzt gemeldet am 18\\. März 2025, 14\\:05 UTC"
    assert embed(message)[1].splitlines() == [
        "-# zuletzt gemeldet am <t:1742306700:f>",
        "-# \\<t\\:0\\:R\\> ist schon unter den Feeds\\.",
        "",
        "**zuletzt gemeldet am <t:1742306700:f>**",
        "- The bridge · zuletzt gemeldet am <t:1742306700:f>",
        "- <t:1742306700:f> · x",
        "- [zuletzt gemeldet am 18\\. März 2025, 14\\:05 UTC](https://post.example/a)",
    ]


def test_buttons_and_threads_are_named_in_the_language_of_whoever_draws():
    given = reply(line("It fell."), buttons=(Button(phrase("button.more"), More()),))
    [message] = DISCORD.render(replace(given, title=phrase("changed.title")), "root", "de")
    assert (message["thread"]["name"], buttons(message)[0]["label"]) == ("Was sich geändert hat", "Mehr")


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
            st.text(max_size=200),
            st.sampled_from(["", "https://x.example/a", "ftp://x.example"]),
        ),
        max_size=60,
    ).map(tuple),
    st.sampled_from([None, "https://x.example/a", "https://x.example/" + "a" * 970]),
)


@settings(max_examples=60, deadline=None)
@given(REPLIES, st.sampled_from(["answer", "lead", "root", "thread"]), st.sampled_from(["en", "de"]))
def test_whatever_is_answered_discord_takes_it_and_every_word_of_a_source_is_there(given, place, language):
    messages = rendered(given, place, language)
    seen = said(messages)
    for section in given.sections:
        for each in (*(section.digest.lines if section.digest else ()), *section.lines):
            for quotation in (*each.quotations, *each.prior):
                assert safe(quotation.text) in seen
