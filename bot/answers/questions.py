"""A question to the texts: the sentences that answer it, those of each event apart, or that none does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.answers import naming
from bot.answers.days import day_words
from bot.answers.inquiry import Inquiry, cited, in_time, newest, sentence
from bot.answers.reading import Articles, documents
from bot.commands import Ask, Changed, Feeds, Follow, Latest, Sources
from bot.phrases import count, phrase
from bot.ports import StoredStory, Version
from bot.replies import Button, Reply, Section
from summarizers import compose, find
from summarizers.dates import Dating, date_documents
from summarizers.digest import cut
from summarizers.references import leaning
from summarizers.types import Digest, Document, Line
from summarizers.words import content_stems

ALL = 60  # articles of a library up to which all are asked
STORIES = 5  # … else so many stories that hold the words of the question, and the newest one
HITS = 50  # articles that a search for one of its words looks at
ASKED = 120  # articles asked at once, the latest


@dataclass(frozen=True, slots=True)
class Answered:
    """What came of a question: lines that answer, or none and the closest ones; the day of each article by its id."""

    digest: Digest
    abstained: bool
    datings: Mapping[str, Dating]


@dataclass(frozen=True, slots=True)
class Found:
    """What was asked, and what came of it."""

    versions: tuple[Version, ...]
    answered: Answered

    @property
    def digest(self) -> Digest:
        return self.answered.digest


def ask(inquiry: Inquiry, command: Ask) -> Reply:
    """The sentences that answer: of the story that is named; else of those last shown and followed, or of the library."""
    if command.story:
        story = naming.one(inquiry, command.story, lambda named: replace(command, story=named))
        return story if isinstance(story, Reply) else _reply(inquiry, _find(inquiry, command, [story]))
    near = (*naming.last(inquiry), *naming.followed(inquiry))
    found = _find(inquiry, command, near)
    if found.answered.abstained:  # nothing near says so: something far may
        found = _find(inquiry, command, (*near, *_wide(inquiry, command.question)))
    return _reply(inquiry, found) if found.versions else sentence("library.empty")


def _wide(inquiry: Inquiry, question: str) -> Sequence[StoredStory]:
    """The stories of a small library; of a larger one those whose articles hold most of the question's words."""
    if inquiry.store.counts(inquiry.library).articles <= ALL:
        return inquiry.store.stories(inquiry.library, limit=ALL)
    held: Counter[str] = Counter()
    for word in dict.fromkeys(content_stems(question)):
        hits = inquiry.store.search(word, inquiry.library, limit=HITS)
        for story in {version.story for version in hits if version.story}:
            held[story] += 1000 // len(hits)  # a word that few articles hold says more
    latest = inquiry.store.stories(inquiry.library, limit=1)
    return (*naming.stored(inquiry, [story for story, _ in held.most_common(STORIES)]), *latest)


def _find(inquiry: Inquiry, command: Ask, stories: Sequence[StoredStory]) -> Found:
    every = {v.article.id: v for story in {s.id for s in stories} for v in newest(inquiry.versions(story))}
    versions = in_time(every.values())[-ASKED:]
    found = inquiry.reading.of(answered, command.question, inquiry.articles(versions))
    return Found(versions, replace(found, digest=replace(found.digest, made_at=inquiry.now)))


def answered(question: str, articles: Articles) -> Answered:
    """What the articles answer to a question."""
    texts = documents(articles)
    answer = find(question, texts)
    return Answered(_not_alone(compose(answer), texts), answer.abstained, date_documents(texts))


def _not_alone(digest: Digest, documents: Sequence[Document]) -> Digest:
    """The digest whose leaning lines stand beside what they lean on, or have the name in brackets."""
    by_id = {document.id: document for document in documents}
    lines, more = (
        [_beside(line, by_id[line.quotations[0].document]) for line in part]
        for part in (digest.lines, digest.more)
    )
    return replace(digest, lines=tuple(lines), more=tuple(more))


def _beside(line: Line, document: Document) -> Line:
    own = next(s for s in document.sentences if s.start == line.quotations[0].start)
    lean = leaning(document)[own.index]
    if not lean.leans:
        return line
    needs = [at for at in lean.needs if at > own.index or lean.refers_to is None]
    return replace(line, context=tuple(cut(document.sentences[at]) for at in needs), speaker=lean.refers_to)


# -- what is said ------------------------------------------------------------------------------------------------------


def _reply(inquiry: Inquiry, found: Found) -> Reply:
    return _abstained(found) if found.answered.abstained else _answered(inquiry, found)


def _answered(inquiry: Inquiry, found: Found) -> Reply:
    """A section for each event that the answer tells of, that of the best sentence first."""
    articles = {version.article.id: version.article for version in found.versions}
    events: dict[tuple[object, object], list[Line]] = {}
    words: dict[tuple[object, object], str] = {}
    for line in found.digest.lines:
        article = articles[line.quotations[0].document]
        dating = found.answered.datings[article.id]
        events.setdefault((dating.day, dating.weekday), []).append(line)
        words.setdefault((dating.day, dating.weekday), day_words(article, dating))
    notes = (phrase("ask.events", count=len(events)),) if len(events) > 1 else ()
    story = _story_of(found)
    return Reply(
        title=found.digest.title,
        notes=notes,
        sections=tuple(Section(words[event], lines=tuple(lines)) for event, lines in events.items()),
        sources=cited(found.versions, [found.digest]),
        buttons=(
            Button(phrase("button.sources"), Sources()),
            Button(phrase("button.changed"), Changed(story)),
            Button(phrase("button.follow"), Follow(story)),
        ),
        tellings=(inquiry.told(story, replace(found.digest, more=())),),
    )


def _story_of(found: Found) -> str:
    """The story of the best line."""
    best = found.digest.lines[0].quotations[0].document
    return next(v.story or "" for v in found.versions if v.article.id == best)


def _abstained(found: Found) -> Reply:
    closest = found.digest.more
    section = Section(phrase("ask.closest"), lines=closest)
    return Reply(
        title=found.digest.title,
        notes=(phrase("ask.abstained", articles=count("articles", len(found.versions))),),
        sections=(section,) if closest else (),
        sources=cited(found.versions, [found.digest]),
        buttons=(Button(phrase("button.latest"), Latest()), Button(phrase("button.feeds"), Feeds("list"))),
    )
