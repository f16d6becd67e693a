"""What is remembered of who asks, and that it be forgotten; how the library is; what can be said at all."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.answers import schedules
from bot.answers.days import moment_words
from bot.answers.feeds import called, health
from bot.answers.inquiry import Inquiry, sentence
from bot.answers.topics import key_of, say
from bot.commands import (
    HELP,
    Export,
    Feeds,
    Follow,
    ForgetMe,
    Help,
    Latest,
    MuteTopic,
    Quiet,
    Read,
    Schedule,
    Stop,
    Unfollow,
    Unknown,
    Unmute,
    parse,
)
from bot.phrases import count, joined, phrase
from bot.ports import Conversation, Feed, Mute, Topic
from bot.replies import Button, Item, Reply, Section

CHANGING = (Feeds, Follow, ForgetMe, MuteTopic, Read, Schedule, Quiet, Stop, Unfollow, Unmute)

# -- what is remembered ------------------------------------------------------------------------------------------------


def me(inquiry: Inquiry) -> Reply:
    """What is remembered of who asks: follows and mutes of direct messages, and when each story was last told."""
    own = Inquiry(inquiry.doors, Conversation(inquiry.conversation.person), inquiry.now)
    here = inquiry.conversation.channel is None  # the buttons of a channel would change the channel
    follows = [remembered(own, topic, here) for topic in own.store.follows(own.target)]
    mutes = [silent(own, mute, here) for mute in own.store.mutes(own.target, own.now)]
    if not follows and not mutes:
        return Reply(notes=(phrase("me.nothing"),), buttons=(Button(phrase("button.latest"), Latest()),))
    parts = ((phrase("me.follows"), follows), (phrase("me.mutes"), mutes))
    return Reply(
        title=phrase("me.title"),
        sections=tuple(Section(heading, items=tuple(items)) for heading, items in parts if items),
        buttons=(Button(phrase("button.export"), Export()), Button(phrase("button.forget"), ForgetMe())),
    )


def remembered(own: Inquiry, topic: Topic, here: bool) -> Item:
    """A topic that is followed, with when it was last told."""
    at = own.store.mark(own.target, topic.value).at if topic.kind == "story" else None
    note = phrase("me.told", at=moment_words(at)) if at else ""
    button = Button(phrase("button.unfollow"), Unfollow(key_of(topic))) if here else None
    return Item(say(own, topic), note, button)


def silent(own: Inquiry, mute: Mute, here: bool) -> Item:
    """A topic that is muted, with how long it is."""
    until = phrase("me.until", until=moment_words(mute.until)) if mute.until else phrase("me.always")
    button = Button(phrase("button.unmute"), Unmute(key_of(mute.topic))) if here else None
    return Item(say(own, mute.topic), until, button)


def forget_me(inquiry: Inquiry) -> Reply:
    """Nothing is remembered of who asks but a hash, so that nothing makes it again unasked."""
    inquiry.store.forget(inquiry.conversation.person)
    return sentence("forgotten")


def export(inquiry: Inquiry) -> Reply:
    """Everything that is stored about who asks, as a document."""
    stored = inquiry.store.export(inquiry.conversation.person)
    text = json.dumps(stored, ensure_ascii=False, indent=1, sort_keys=True)
    return Reply(notes=(phrase("export"),), file=("newsdelta-export.json", text + "\n"))


def status(inquiry: Inquiry) -> Reply:
    """How much the library holds, what is followed here, and which feeds fail."""
    counts = inquiry.store.counts(inquiry.library)
    held = (
        count("articles", counts.articles),
        count("stories", counts.stories),
        count("feeds", counts.feeds),
    )
    notes = [phrase("status.held", held=joined(", ", held))]
    if counts.newest:
        notes.append(phrase("status.newest", at=moment_words(counts.newest)))
    topics = [say(inquiry, topic) for topic in inquiry.store.follows(inquiry.target)]
    notes.append(
        phrase("status.follows", topics=joined(", ", topics)) if topics else phrase("status.follows_none")
    )
    due, deliveries = schedules.status(inquiry)
    notes += due
    failing = [feed for feed in inquiry.store.feeds(inquiry.library) if feed.errors or feed.muted]
    notes.append(
        phrase("status.failing", feeds=count("feeds", len(failing))) if failing else phrase("status.well")
    )
    return Reply(
        title=phrase("status.title"),
        notes=tuple(notes),
        sections=(*_failing(failing), *deliveries),
        buttons=(Button(phrase("button.feeds"), Feeds("list")),),
    )


def _failing(feeds: Sequence[Feed]) -> tuple[Section, ...]:
    items = tuple(Item(called(feed), health(feed)) for feed in feeds)
    return (Section(items=items),) if items else ()


# -- what can be said --------------------------------------------------------------------------------------------------


def help_with(command: Help) -> Reply:
    """Every word of the grammar with what it does, or one with an example: to press only if pressing it changes nothing."""
    one = next((usage for usage in HELP if usage.word == command.word), None)
    if one:
        example = parse(one.example)
        harmless = not isinstance(example, CHANGING)
        return Reply(
            title=one.usage,
            notes=(
                phrase(f"help.{one.word}"),
                *(() if harmless else (phrase("help.example", words=one.example),)),
            ),
            buttons=(Button(one.example, example),) if harmless else (),
        )
    items = tuple(Item(usage.usage, phrase(f"help.{usage.word}")) for usage in HELP)
    return Reply(title=phrase("help.title"), sections=(Section(items=items),))


def unknown(command: Unknown) -> Reply:
    """What is wrong with the words, and three commands that are close: never a guess."""
    buttons = tuple(Button(words, parse(words)) for words in command.suggestions)
    offered = (phrase("unknown.suggestions"),) if buttons else ()
    return Reply(notes=(phrase(command.reason or "unknown"), *offered), buttons=buttons)
