"""Which story is meant: the one that words name, the one just shown, those that are followed. Never a guess."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from bot.answers.inquiry import Inquiry, clipped, name_of, sentence
from bot.commands import Command
from bot.phrases import count, joined, phrase
from bot.ports import Shown, StoredStory, Topic
from bot.replies import Button, Item, Reply, Section
from summarizers.words import content_stems, fold

LISTED = 5  # stories offered where several are meant
NEAREST = 3
TITLES = 100  # stories, the latest, whose titles are looked through beside those followed and found
HITS = 50  # articles that a search for a story looks at
LATEST = 30  # stories, the latest, in which the articles of a followed feed are looked for
THIS = frozenset(("this", "it", "this story", "that", "that story", "the story"))

Asking = Callable[[str], Command]  # the command again, with the id of a story


def one(inquiry: Inquiry, words: str, again: Asking) -> StoredStory | Reply:
    """The story that is meant; or a reply that asks which, by buttons that give the command again.

    Without words it is the one last shown, or else the only one that is followed.
    """
    found = named(inquiry, words) if words else (last(inquiry) or followed(inquiry))
    if len(found) == 1:
        return found[0]
    if found:
        return which(words, found, again)
    return nothing_named(inquiry, words, again) if words else choose(inquiry, again)


def some(inquiry: Inquiry, words: str, again: Asking) -> Sequence[StoredStory] | Reply:
    """The stories that are meant: the one that words name; without words the one last shown, else all followed."""
    if words:
        found = one(inquiry, words, again)
        return found if isinstance(found, Reply) else (found,)
    return last(inquiry) or followed(inquiry) or choose(inquiry, again)


# -- by words ----------------------------------------------------------------------------------------------------------


def named(inquiry: Inquiry, words: str) -> Sequence[StoredStory]:
    """The stories that words may name: by id, address or key, by title, or else by what their articles say."""
    if fold(words) in THIS:
        return last(inquiry)
    found = _by_id(inquiry, words)
    if found:
        return found
    held = _by_text(inquiry, words)
    return _by_title(inquiry, words, held) or held


def _by_id(inquiry: Inquiry, words: str) -> Sequence[StoredStory]:
    version = inquiry.store.version(words, inquiry.library)
    return stored(inquiry, (words, version.story) if version and version.story else (words,))


def titled(inquiry: Inquiry, words: str, *, exactly: bool) -> Sequence[StoredStory]:
    """The stories that words name by id, as "this", or by their titles: by all of it, or by some of its words too."""
    if fold(words) in THIS:
        return last(inquiry)
    found = _by_id(inquiry, words) or _by_title(inquiry, words, _by_text(inquiry, words))
    return [story for story in found if not exactly or fold(words) in {fold(story.title), story.id}]


def _by_title(inquiry: Inquiry, words: str, held: Sequence[StoredStory]) -> Sequence[StoredStory]:
    """Of the latest stories, those followed and those that hold the words the ones that have them in their titles."""
    wanted = set(content_stems(words))
    latest = inquiry.store.stories(inquiry.library, limit=TITLES)
    at_hand = {story.id: story for story in (*latest, *followed_by_id(inquiry), *held)}.values()
    titled = [story for story in at_hand if wanted and wanted <= set(content_stems(story.title))]
    exact = [story for story in titled if fold(story.title) == fold(words)]
    return exact if len(exact) == 1 else titled


def _by_text(inquiry: Inquiry, words: str) -> Sequence[StoredStory]:
    hits = inquiry.store.search(words, inquiry.library, limit=HITS)
    held = Counter(version.story for version in hits if version.story)
    return stored(inquiry, [story for story, _ in held.most_common()])


def stored(inquiry: Inquiry, names: Sequence[str]) -> Sequence[StoredStory]:
    """The stories of the library with these ids or aliases, the latest first."""
    if not names:
        return ()
    return inquiry.store.stories(inquiry.library, limit=len(names), ids=names)


# -- without words -----------------------------------------------------------------------------------------------------


def last(inquiry: Inquiry) -> Sequence[StoredStory]:
    """The story last shown to who asks, here or in this channel: none or one."""
    shown = last_shown(inquiry)
    return stored(inquiry, (shown.story,)) if shown else ()


def last_shown(inquiry: Inquiry) -> Shown | None:
    """The last digest that who asks has seen, alone or with the channel."""
    targets = {inquiry.conversation.person, inquiry.target}
    seen = [shown for target in targets if (shown := inquiry.store.shown(target))]
    return max(seen, key=lambda shown: shown.at, default=None)


def followed(inquiry: Inquiry) -> Sequence[StoredStory]:
    """The stories that are followed, the latest first."""
    return about(inquiry, inquiry.store.follows(inquiry.target))


def about(inquiry: Inquiry, topics: Sequence[Topic]) -> Sequence[StoredStory]:
    """The stories of topics: by id, by a word in their articles, by a feed that brought one; latest first."""
    names = [topic.value for topic in topics if topic.kind == "story"]
    names += [story for topic in topics for story in _brought(inquiry, topic)]
    return stored(inquiry, tuple(dict.fromkeys(names)))


def followed_by_id(inquiry: Inquiry) -> Sequence[StoredStory]:
    """The stories that are followed as such, not by a word or a feed; no article is looked at."""
    follows = inquiry.store.follows(inquiry.target)
    return stored(inquiry, [topic.value for topic in follows if topic.kind == "story"])


def _brought(inquiry: Inquiry, topic: Topic) -> Iterator[str]:
    if topic.kind == "word":
        hits = inquiry.store.search(topic.value, inquiry.library, limit=HITS)
        yield from (version.story for version in hits if version.story)
    elif topic.kind == "feed":
        for story in inquiry.store.stories(inquiry.library, limit=LATEST):
            if any(of_feed(version.key, topic.value) for version in inquiry.versions(story.id)):
                yield story.id


def of_feed(key: str, feed: str) -> bool:
    """Whether an article came by a feed: its key is made of the feed's id."""
    return key.startswith(f"{feed}#")


# -- asking back -------------------------------------------------------------------------------------------------------


def which(words: str, found: Sequence[StoredStory], again: Asking) -> Reply:
    """Asks which of several stories is meant."""
    note = phrase("which.several", words=clipped(words)) if words else phrase("which.followed")
    left = len(found) - LISTED
    notes = (note, phrase("which.more", count=left)) if left > 0 else (note,)
    return Reply(notes=notes, sections=(Section(items=listed(found[:LISTED], again)),))


def nothing_named(inquiry: Inquiry, words: str, again: Asking) -> Reply:
    """Says that no story is called so, with those that come nearest."""
    near = _nearest(inquiry, words)
    if near:
        return Reply(
            notes=(phrase("which.none", words=clipped(words)), phrase("which.nearest")),
            sections=(Section(items=listed(near, again)),),
        )
    asked = choose(inquiry, again)
    return replace(asked, notes=(phrase("which.none", words=clipped(words)), *asked.notes))


def _nearest(inquiry: Inquiry, words: str) -> Sequence[StoredStory]:
    """The stories that hold most of the words, rare words counting more."""
    weights: Counter[str] = Counter()
    for stem in dict.fromkeys(fold(words).split()):
        hits = inquiry.store.search(stem, inquiry.library, limit=HITS)
        for story in {version.story for version in hits if version.story}:
            weights[story] += 1000 // len(hits)
    return stored(inquiry, [story for story, _ in weights.most_common(NEAREST)])


def choose(inquiry: Inquiry, again: Asking) -> Reply:
    """Asks which story is meant, offering the latest."""
    latest = inquiry.store.stories(inquiry.library, limit=LISTED)
    if not latest:
        return sentence("library.empty")
    return Reply(notes=(phrase("which.latest"),), sections=(Section(items=listed(latest, again)),))


def listed(stories: Sequence[StoredStory], again: Asking) -> tuple[Item, ...]:
    """Stories to choose from, each with the button that chooses it."""
    return tuple(
        Item(name_of(story), counted(story), Button(name_of(story), again(story.id))) for story in stories
    )


def counted(story: StoredStory) -> str:
    """How many articles and independent sources a story has: "5 articles, 2 sources"."""
    return joined(", ", (count("articles", story.articles), count("sources", story.sources)))
