"""One story, or two, looked at: its card, its days, its sources, what is open and what is disputed in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.answers import naming
from bot.answers.days import days, moment_words
from bot.answers.inquiry import Inquiry, cited, name_of, newest, sentence, title_of
from bot.answers.naming import listed
from bot.answers.reading import Articles, compared, documents, summed_up
from bot.answers.selecting import unheard
from bot.commands import (
    Changed,
    Disagreements,
    Follow,
    Latest,
    Open,
    ShowStory,
    ShowTimeline,
    Sources,
)
from bot.phrases import count, dated, joined, phrase
from bot.ports import StoredStory, Version
from bot.replies import Button, Item, Reply, Section
from summarizers import build_timeline, compose
from summarizers.digest import cut
from summarizers.types import Article, Delta, Digest, Label, Line, Story, Timeline, Update

LEAD = 3  # sentences of a card
FIGURES = 3
OPEN = 7
DAYS = 10
RETOLD = 30  # articles read again one after the other, the latest, where a whole story is looked through
CARD = 12  # … for the figures of a card, which should come at once
SUMMED = 60  # articles that are summed up, the latest
SECTIONS = 3  # stories looked at together
DISPUTED: tuple[Label, ...] = ("conflict", "differs")
LINES = 12  # lines of a story that is looked through
LISTED = 30  # articles of a list of sources

Read = Callable[[Articles], tuple[Line, ...]]  # what lines are read off the articles of a story


def latest(inquiry: Inquiry, command: Latest) -> Reply:
    """The stories with the newest articles."""
    found = inquiry.store.stories(inquiry.library, limit=command.count)
    if not found:
        return sentence("library.empty")
    items = [
        replace(item, note=phrase("story.note", counts=item.note, newest=moment_words(story.newest)))
        for story, item in zip(found, listed(found, Changed), strict=True)
    ]
    return Reply(title=phrase("latest.title"), sections=(Section(items=tuple(items)),))


# -- the card ----------------------------------------------------------------------------------------------------------


def show(inquiry: Inquiry, command: ShowStory) -> Reply:
    """What to know first of a story, its figures, what is open in it, and how many tell it."""
    found = naming.one(inquiry, command.story, ShowStory)
    if isinstance(found, Reply):
        return found
    versions = newest(inquiry.versions(found.id))
    articles, read = inquiry.articles(versions[-SUMMED:]), inquiry.reading
    lead = compose(read.of(summed_up, articles, LEAD), title=name_of(found), made_at=inquiry.now)
    figures = read.of(figure_lines, articles[-CARD:])[-FIGURES:]
    unsettled = read.of(open_lines, articles)[-OPEN:]
    sections = (
        Section(lines=lead.lines),
        Section(phrase("story.figures"), lines=figures),
        Section(phrase("story.open"), lines=unsettled),
    )
    return Reply(
        title=name_of(found),
        notes=(_told_by(found, versions), _span(found)),
        sections=tuple(section for section in sections if section.lines),
        sources=cited(versions, [lead], (*figures, *unsettled)),
        buttons=_ways_on(found),
        tellings=(inquiry.told(found.id, replace(lead, lines=(*lead.lines, *figures, *unsettled))),),
    )


def _told_by(story: StoredStory, versions: Sequence[Version]) -> str:
    """How many tell it: a copy is no source of its own."""
    copies = len(versions) - len(originals(versions))
    key = "story.one_source" if story.sources == 1 else "story.sources"
    told = phrase(key, articles=count("articles", story.articles), sources=count("sources", story.sources))
    return joined(", ", (told, count("copies", copies) if copies else ""))


def _span(story: StoredStory) -> str:
    return phrase("story.span", first=moment_words(story.first), newest=moment_words(story.newest))


def _ways_on(story: StoredStory) -> tuple[Button, ...]:
    ways = (
        ("changed", Changed(story.id)),
        ("timeline", ShowTimeline(story.id)),
        ("sources", Sources(story.id)),
        ("follow", Follow(story.id)),
    )
    return tuple(Button(phrase(f"button.{word}"), command) for word, command in ways)


# -- the whole story read again ----------------------------------------------------------------------------------------


def retold(articles: Articles) -> Iterator[Update]:
    """What each article changed against those before it, in their order."""
    for place, article in enumerate(articles):
        yield from compared(articles[:place], (article,)).updates


def _lines(updates: Iterable[Update], labels: Sequence[Label]) -> tuple[Line, ...]:
    """The lines of updates with one of the labels, each with all that must stand beside it."""
    digests = (compose(Delta((update,))) for update in updates if {update.label, update.also} & set(labels))
    return tuple(unheard([line for digest in digests for line in (*digest.lines, *digest.more)], frozenset()))


def figure_lines(articles: Articles) -> tuple[Line, ...]:
    """The figures that the articles change, oldest first."""
    return _lines(retold(articles), ("changed_figure",))


def open_lines(articles: Articles) -> tuple[Line, ...]:
    """What the articles announce and none of them settles, oldest first."""
    return tuple(Line(None, (cut(sentence),)) for sentence in compared(articles, ()).open)[-LINES:]


def open_in(inquiry: Inquiry, command: Open) -> Reply:
    """What was announced in stories and is not settled: silence settles nothing."""
    return _over(inquiry, command.story, Open, "open", open_lines)


def disagreements(inquiry: Inquiry, command: Disagreements) -> Reply:
    """Where the sources of stories can't both be right, then where they differ; no side is taken."""
    return _over(inquiry, command.story, Disagreements, "disagreements", disputed_lines)


def disputed_lines(articles: Articles) -> tuple[Line, ...]:
    """Where the articles can't all be right, then where they differ; the latest first."""
    lines = _lines(retold(articles), DISPUTED)[::-1]
    return tuple(sorted(lines, key=lambda line: "conflict" not in {line.label, line.also}))[:LINES]


def _over(
    inquiry: Inquiry,
    words: str,
    again: naming.Asking,
    key: str,
    read: Read,
) -> Reply:
    """A section for each of the stories that are meant, with the lines that are read off its latest articles."""
    found = naming.some(inquiry, words, again)
    if isinstance(found, Reply):
        return found
    looked = [_Looked.at(inquiry, story, read) for story in found[:SECTIONS]]
    held = [one for one in looked if one.lines]
    if not held:
        return sentence(f"{key}.none", articles=count("articles", sum(one.articles for one in looked)))
    return Reply(
        title=phrase(f"{key}.title"),
        notes=tuple(note for one in looked for note in one.notes),
        sections=tuple(Section(name_of(one.story), lines=one.lines) for one in held),
        sources=tuple(article for one in held for article in one.sources),
        buttons=(Button(phrase("button.sources"), Sources(held[0].story.id)),),
        tellings=tuple(
            inquiry.told(one.story.id, Digest(name_of(one.story), one.lines, inquiry.now))
            for one in reversed(held)
        ),
    )


@dataclass(frozen=True, slots=True)
class _Looked:
    """A story with the lines that were found in it."""

    story: StoredStory
    lines: tuple[Line, ...]
    sources: tuple[Article, ...]
    articles: int
    notes: tuple[str, ...]

    @classmethod
    def at(cls, inquiry: Inquiry, story: StoredStory, read: Read) -> _Looked:
        every = newest(inquiry.versions(story.id))
        versions = every[-RETOLD:]
        lines = inquiry.reading.of(read, inquiry.articles(versions))
        older = len(every) - len(versions)
        note = (phrase("looked.latest", latest=len(versions), story=name_of(story)),) if older else ()
        return cls(story, lines, cited(versions, [], lines), len(versions), note)


def days_told(articles: Articles, title: str) -> Timeline:
    """The days that the articles tell of, the most important ones."""
    return build_timeline(Story("", title, documents(articles)), dates=DAYS)


def timeline(inquiry: Inquiry, command: ShowTimeline) -> Reply:
    """The days of a story, the most important ones, each with how it is known."""
    found = naming.one(inquiry, command.story, ShowTimeline)
    if isinstance(found, Reply):
        return found
    versions = newest(inquiry.versions(found.id))[-SUMMED:]
    events = inquiry.reading.of(days_told, inquiry.articles(versions), found.title)
    digest = compose(events, title=name_of(found), made_at=inquiry.now)
    told = [event for event in events.events if event.sentences]
    return Reply(
        title=phrase("timeline.of", story=name_of(found)),
        sections=tuple(
            Section(dated(event.date, event.weekday, event.provenance), lines=(line,))
            for event, line in zip(told, digest.lines, strict=True)
        ),
        sources=cited(versions, [digest]),
        buttons=(Button(phrase("button.changed"), Changed(found.id)),),
        tellings=(inquiry.told(found.id, digest),),
    )


# -- its sources -------------------------------------------------------------------------------------------------------


def sources(inquiry: Inquiry, command: Sources) -> Reply:
    """The articles of a story, each with its day and its copies; without a name those that the last digest quotes."""
    shown = naming.last_shown(inquiry)
    if not command.story and shown:
        versions = inquiry.versions(shown.story)
        quoted = cited(versions, [shown.digest])
        if quoted:
            named = {article.id for article in quoted}
            chosen = tuple(version for version in versions if version.article.id in named)
            return _listing(inquiry, shown.digest.title, versions, chosen)
    found = naming.one(inquiry, command.story, Sources)
    if isinstance(found, Reply):
        return found
    versions = newest(inquiry.versions(found.id))
    reply = _listing(inquiry, name_of(found), versions, versions)
    return replace(reply, notes=(_told_by(found, versions), *reply.notes))


def originals(versions: Sequence[Version]) -> Mapping[str, Sequence[Version]]:
    """The versions by the key of the text that they have: of what each is a copy, if that is among them."""
    keys = {version.key for version in versions}
    groups: defaultdict[str, list[Version]] = defaultdict(list)
    for version in versions:
        groups[version.copy_of if version.copy_of in keys and version.copy_of else version.key].append(
            version
        )
    return groups


def _listing(inquiry: Inquiry, title: str, every: Sequence[Version], chosen: Sequence[Version]) -> Reply:
    """An entry for each independent article, with its copies."""
    when = days(inquiry, every)
    entries = [
        _entry(next((version for version in group if version.key == key), group[0]), group, when)
        for key, group in originals(chosen).items()
    ]
    left = len(entries) - LISTED
    return Reply(
        title=phrase("sources.title", story=title),
        notes=(phrase("sources.more", count=left),) if left > 0 else (),
        sections=(Section(items=tuple(entries[-LISTED:])),),
        sources=tuple(version.article for version in chosen),
    )


def _entry(version: Version, group: Sequence[Version], when: Mapping[str, str]) -> Item:
    article = version.article
    others = [other for other in group if other is not version]
    parts = [when[article.id]]
    if others:
        names = ", ".join(dict.fromkeys(other.article.source or other.key for other in others))
        parts.append(phrase("sources.copies", copies=count("copies", len(others)), names=names))
    if article.excerpt:
        parts.append(phrase("sources.excerpt"))
    if version.number > 1:
        parts.append(phrase("sources.version", number=version.number))
    named = ": ".join(filter(None, (article.source, article.title))) or title_of(article)
    return Item(named, joined(" · ", parts), link=article.url or "")
