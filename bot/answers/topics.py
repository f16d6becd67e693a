"""What a person or a channel wants to hear of, and what not: stories, feeds and words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.answers import naming
from bot.answers.days import moment_words
from bot.answers.feeds import called, named
from bot.answers.inquiry import Inquiry, clipped, name_of, sentence
from bot.answers.texts import is_address
from bot.commands import (
    Changed,
    Command,
    Feeds,
    Follow,
    MuteTopic,
    Read,
    Unfollow,
    Unmute,
)
from bot.phrases import phrase
from bot.ports import Mute, Target, Topic
from bot.replies import Button, Item, Reply, Section
from summarizers.words import content_stems, fold

MOST = 200  # topics that a target follows or mutes
LONGEST = 80  # characters of words that are followed or muted


# -- wishes, and their end ---------------------------------------------------------------------------------------------


def follow(inquiry: Inquiry, command: Follow) -> Reply:
    """What is followed from now on. In a channel only who manages it decides."""
    if not inquiry.conversation.manages:
        return sentence("manages.topics")
    topic = meant(inquiry, command.topic, Follow)
    if isinstance(topic, Reply):
        return topic
    if len(inquiry.store.follows(inquiry.target)) >= MOST:
        return sentence("follow.full", most=MOST)
    fresh = inquiry.store.follow(inquiry.target, topic, inquiry.now)
    key = f"follow.{topic.kind}" if fresh else "follow.already"
    return _done(
        phrase(key, topic=say(inquiry, topic)),
        Unfollow(key_of(topic)),
        Button(phrase("button.changed"), Changed()),
    )


def mute(inquiry: Inquiry, command: MuteTopic) -> Reply:
    """What is not told from now on; words are muted as words, whatever a story is called."""
    if not inquiry.conversation.manages:
        return sentence("manages.topics")
    topic = meant(inquiry, command.topic, lambda story: replace(command, topic=story), exactly=True)
    if isinstance(topic, Reply):
        return topic
    if len(inquiry.store.mutes(inquiry.target, inquiry.now)) >= MOST:
        return sentence("mute.full", most=MOST)
    until = inquiry.now + command.span if command.span else None
    inquiry.store.mute(inquiry.target, Mute(topic, until), inquiry.now)
    shown = say(inquiry, topic)
    done = (
        phrase("mute.until", topic=shown, until=moment_words(until)) if until else phrase("mute", topic=shown)
    )
    return _done(done, Unmute(key_of(topic)))


def unfollow(inquiry: Inquiry, command: Unfollow) -> Reply:
    """What is followed no longer."""
    held = inquiry.store.follows(inquiry.target)
    return _undone(
        inquiry, command.topic, held, _Undoing("unfollow", inquiry.store.unfollow, Unfollow, Follow)
    )


def unmute(inquiry: Inquiry, command: Unmute) -> Reply:
    """What is told again."""
    held = [mute.topic for mute in inquiry.store.mutes(inquiry.target, inquiry.now)]
    return _undone(inquiry, command.topic, held, _Undoing("unmute", inquiry.store.unmute, Unmute, MuteTopic))


@dataclass(frozen=True, slots=True)
class _Undoing:
    """What ends a wish: the key of its phrases, the act, its command, and the command that makes the wish again."""

    key: str
    act: Callable[[Target, Topic], bool]
    command: Callable[[str], Command]
    undo: Callable[[str], Command]


def _undone(inquiry: Inquiry, words: str, held: Sequence[Topic], undoing: _Undoing) -> Reply:
    if not inquiry.conversation.manages:
        return sentence("manages.topics")
    found = _matching(inquiry, words, held)
    if len(found) == 1:
        undoing.act(inquiry.target, found[0])
        return _done(phrase(undoing.key, topic=say(inquiry, found[0])), undoing.undo(key_of(found[0])))
    offered = found or held
    note = phrase(f"{undoing.key}.several" if found else f"{undoing.key}.none", topic=clipped(words))
    items = tuple(_choice(inquiry, topic, undoing.command) for topic in offered)
    return Reply(notes=(note,), sections=(Section(items=items),) if items else ())


def _choice(inquiry: Inquiry, topic: Topic, command: Callable[[str], Command]) -> Item:
    words = say(inquiry, topic)
    return Item(words, button=Button(words, command(key_of(topic))))


# -- what is meant -----------------------------------------------------------------------------------------------------


def _matching(inquiry: Inquiry, words: str, held: Sequence[Topic]) -> Sequence[Topic]:
    """Of the topics held those that words name: exactly, or else by a part of what they are called."""
    if fold(words) in naming.THIS:
        named = {story.id for story in naming.last(inquiry)}
        return [topic for topic in held if topic.kind == "story" and topic.value in named]
    asked = typed(words)
    if asked:
        words, held = asked.value, [topic for topic in held if topic.kind == asked.kind]
    exact = [topic for topic in held if fold(words) in _names(inquiry, topic)]
    wanted = set(content_stems(words))
    return exact or [t for t in held if wanted and wanted <= set(content_stems(say(inquiry, t)))]


def _names(inquiry: Inquiry, topic: Topic) -> set[str]:
    names = {topic.value, say(inquiry, topic)}
    if topic.kind == "feed":
        names |= {
            part
            for feed in inquiry.store.feeds(inquiry.library)
            if feed.id == topic.value
            for part in (feed.url, feed.added)
        }
    return set(map(fold, names))


def meant(inquiry: Inquiry, words: str, again: naming.Asking, *, exactly: bool = False) -> Topic | Reply:
    """The feed, story or word that is meant; words are a story only by its title, and `exactly` by the whole of it."""
    asked = typed(words)
    if asked and asked.kind == "word":
        return _word(asked.value)
    feed = named(inquiry, asked.value if asked else words)
    if feed:
        return Topic("feed", feed.id)
    if asked:
        found = naming.one(inquiry, asked.value, again) if asked.kind == "story" else _no_feed(asked.value)
        return found if isinstance(found, Reply) else Topic("story", found.id)
    stories = naming.titled(inquiry, words, exactly=exactly)
    if len(stories) > 1:
        return naming.which(words, stories, again)
    if stories:
        return Topic("story", stories[0].id)
    return _unknown_address(words) if is_address(words) else _word(words)


def _word(words: str) -> Topic | Reply:
    """The words as they stand; texts are found by words that say something."""
    if len(words) > LONGEST or not content_stems(words):
        return sentence("topic.no_word", words=clipped(words))
    return Topic("word", words)


def typed(words: str) -> Topic | None:
    """What "word harbour", "story harbour" and "feed harbour" say to be meant."""
    kind, _, value = words.strip().partition(" ")
    match kind.casefold():
        case "word" | "story" | "feed" as named_kind if value.strip():
            return Topic(named_kind, value.strip())
        case _:
            return None


def _no_feed(words: str) -> Reply:
    return Reply(
        notes=(phrase("feeds.unknown", feed=clipped(words)),),
        buttons=(Button(phrase("button.feeds"), Feeds("list")),),
    )


def _unknown_address(address: str) -> Reply:
    return Reply(
        notes=(phrase("follow.address"),),
        buttons=(
            Button(phrase("button.add"), Feeds("add", address)),
            Button(phrase("button.read"), Read(address)),
        ),
    )


def say(inquiry: Inquiry, topic: Topic) -> str:
    """What a topic is called."""
    if topic.kind == "story":
        return next((name_of(story) for story in naming.stored(inquiry, [topic.value])), topic.value)
    if topic.kind == "feed":
        held = inquiry.store.feeds(inquiry.library)
        return next((called(feed) for feed in held if feed.id == topic.value), topic.value)
    return phrase("topic.word", word=topic.value)


def key_of(topic: Topic) -> str:
    """The words that name a topic and no other."""
    return f"word {topic.value}" if topic.kind == "word" else topic.value


def _done(note: str, undo: Command, *further: Button) -> Reply:
    return Reply(notes=(note,), buttons=(Button(phrase("button.undo"), undo), *further))


def stop(inquiry: Inquiry) -> Reply:
    """Nothing is followed any more; each topic can be taken back."""
    if not inquiry.conversation.manages:
        return sentence("manages.topics")
    held = inquiry.store.follows(inquiry.target)
    if not held:
        return sentence("stop.nothing")
    items = tuple(
        Item(say(inquiry, topic), button=Button(phrase("button.undo"), Follow(key_of(topic))))
        for topic in held
    )
    for topic in held:
        inquiry.store.unfollow(inquiry.target, topic)
    return Reply(notes=(phrase("stop"),), sections=(Section(items=items),))
