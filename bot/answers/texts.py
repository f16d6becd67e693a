"""Texts that are named by a story or an address: read into the library, summed up, set side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from bot.answers import naming
from bot.answers.changes import KNOWN, muted_words
from bot.answers.inquiry import (
    Inquiry,
    cited,
    file_of,
    hashes,
    ids,
    name_of,
    newest,
    said,
    sentence,
    title_of,
)
from bot.answers.reading import compared, summed_up
from bot.answers.selecting import in_sight, select, told_by, unheard
from bot.answers.stories import DISPUTED, SUMMED
from bot.commands import Changed, Compare, Follow, More, Read, ShowStory, Summarize
from bot.phrases import count, phrase
from bot.ports import Added, StoredStory, Telling, Version
from bot.replies import Button, Reply, Section
from summarizers import compose
from summarizers.digest import quotations
from summarizers.types import Article, Delta, Digest
from summarizers.words import fold

LEAD = 3  # sentences of what was read
BESIDE = 7  # lines of what one side has and the other has not


@dataclass(frozen=True, slots=True)
class Named:
    """Texts under a name; `story` is the one that they are of, if the library holds them."""

    name: str
    articles: tuple[Article, ...]
    sources: tuple[Article, ...]
    story: str = ""


def texts(inquiry: Inquiry, words: str, again: naming.Asking) -> Named | Reply:
    """The texts that words name: an article of the library, what stands at an address, or a story.

    What is only looked at stays out of the library. UnreadableSource comes out for an address that can't be read.
    """
    if held := _held(inquiry, words):
        articles = tuple(version.article for version in held)
        name = title_of(articles[0]) if len(held) == 1 else words
        return Named(name, inquiry.articles(held), articles, held[0].story or "")
    if is_address(words):
        articles = tuple(inquiry.doors.pages.read(words))
        return Named(title_of(articles[0]) if articles else words, articles, articles)
    found = naming.one(inquiry, words, again)
    return found if isinstance(found, Reply) else _of_story(inquiry, found)


def _held(inquiry: Inquiry, words: str) -> Sequence[Version]:
    """The articles of the library that an address or a key names; or of the last story a publisher, title or file."""
    if not words:
        return ()
    version = inquiry.store.version(words, inquiry.library)
    if version:
        return (version,)
    near = [v for story in naming.last(inquiry) for v in newest(inquiry.versions(story.id))]
    return [version for version in near if fold(words) in _called(version.article)]


def _called(article: Article) -> set[str]:
    """All that an article may be called by; a file also by its name up to the first "_", as it is cited."""
    file = file_of(article)
    names = (article.source or "", article.title, file, file.rpartition(".")[0], file.partition("_")[0])
    return {fold(name) for name in names if name}


def is_address(words: str) -> bool:
    """Whether words are an address of the web."""
    try:
        return urlsplit(words).scheme in {"http", "https"}
    except ValueError:
        return False


def _of_story(inquiry: Inquiry, story: StoredStory) -> Named:
    versions = newest(inquiry.versions(story.id))[-SUMMED:]
    articles = tuple(version.article for version in versions)
    return Named(name_of(story), inquiry.articles(versions), articles, story.id)


def sum_up(inquiry: Inquiry, command: Summarize) -> Reply:
    """The sentences to know first of a story or of what stands at an address."""
    found = texts(inquiry, command.what, lambda story: replace(command, what=story))
    if isinstance(found, Reply):
        return found
    summary = inquiry.reading.of(summed_up, found.articles, max(1, command.count))
    if not summary.sentences:
        return sentence("summary.none", name=found.name)
    digest = compose(summary, title=found.name, made_at=inquiry.now)
    excerpt = any(article.excerpt for article in found.sources)
    return Reply(
        title=phrase("summary.of", name=found.name),
        notes=(count("articles", len(found.articles)), *((phrase("read.excerpt"),) if excerpt else ())),
        sections=(Section(lines=digest.lines),),
        sources=_quoted(found.sources, digest),
        buttons=_ways_on(found),
        tellings=(inquiry.told(found.story, digest),) if found.story else (),
    )


def _ways_on(found: Named) -> tuple[Button, ...]:
    if found.story:
        return (
            Button(phrase("button.changed"), Changed(found.story)),
            Button(phrase("button.story"), ShowStory(found.story)),
        )
    address = next((article.url for article in found.sources if article.url), None)
    return (Button(phrase("button.read"), Read(address)),) if address else ()


def _quoted(articles: Collection[Article], *digests: Digest) -> tuple[Article, ...]:
    named = {article.id for article in articles}
    quoted = {q.document for digest in digests for q in quotations(digest)} & named
    return tuple(article for article in articles if article.id in quoted)


# -- side by side ------------------------------------------------------------------------------------------------------


def side_by_side(inquiry: Inquiry, command: Compare) -> Reply:
    """Two stories, articles or addresses: where they can't both be right, where they differ, what else the second has."""
    one = texts(inquiry, command.one, lambda story: replace(command, one=story))
    if isinstance(one, Reply):
        return one
    other = texts(inquiry, command.other, lambda story: replace(command, other=story))
    if isinstance(other, Reply):
        return other
    if {article.id for article in one.articles} == {article.id for article in other.articles}:
        return sentence("compare.same", name=one.name)
    return _compared(inquiry, one, other)


def _compared(inquiry: Inquiry, one: Named, other: Named) -> Reply:
    held = {article.id for article in one.articles}
    fresh = tuple(article for article in other.articles if article.id not in held)
    delta = inquiry.reading.of(compared, one.articles, fresh)
    disputed, rest = _parted(delta)
    against = compose(disputed, title=one.name, made_at=inquiry.now)
    beside = compose(rest, title=other.name, made_at=inquiry.now, budget=BESIDE)
    sections = (
        Section(phrase("compare.disputed"), digest=against),
        Section(phrase("compare.beside", name=other.name), digest=beside),
    )
    articles = {article.id: article for article in (*one.sources, *other.sources)}.values()
    notes = () if against.lines else (phrase("compare.undisputed"),)
    return Reply(
        title=phrase("compare.title", one=one.name, other=other.name),
        notes=notes if beside.lines else (*notes, phrase("compare.nothing")),
        sections=tuple(section for section in sections if section.digest and section.digest.lines),
        sources=_quoted(articles, against, beside),
    )


def _parted(delta: Delta) -> tuple[Delta, Delta]:
    """What is disputed, and the rest."""
    disputed = [u for u in delta.updates if {u.label, u.also} & set(DISPUTED)]
    rest = [u for u in delta.updates if u not in disputed]
    return replace(delta, updates=tuple(disputed), open=()), replace(delta, updates=tuple(rest), open=())


# -- an address read into the library ----------------------------------------------------------------------------------


def read(inquiry: Inquiry, command: Read) -> Reply:
    """What stands at an address, now in the library: its first sentences, and what it changes in its story.

    UnreadableSource comes out for an address that can't be read.
    """
    articles = inquiry.doors.pages.read(command.url)
    added = inquiry.doors.intake.add(articles, [inquiry.library], inquiry.now)
    taken = [one for one in added if one.outcome != "refused"]
    if not taken:
        return Reply(notes=tuple(one.reason for one in added) or (phrase("read.nothing", url=command.url),))
    return _read_one(inquiry, taken[0]) if len(taken) == 1 else _read_many(inquiry, taken)


def _read_one(inquiry: Inquiry, added: Added) -> Reply:
    version, story = added.version, added.version.story or ""
    held = inquiry.versions(story)
    known = tuple(other for other in held if other.article.id != version.article.id)
    digest = _changes(inquiry, story, version, known)
    first = inquiry.reading.of(summed_up, inquiry.articles([version]), LEAD)
    summary = compose(first, title=title_of(version.article))
    lines = tuple(unheard(summary.lines, told_by(digest)))
    if not known:  # all of it counts as seen from now on, so the rest of it waits for "more"
        digest = replace(digest, more=tuple(unheard(digest.more, hashes(said(lines)))))
    notes = [phrase(f"read.{added.outcome}"), count("read.against", len(known))]
    if known and not digest.lines:
        notes.append(phrase("read.unchanged"))
    if version.article.excerpt:
        notes.append(phrase("read.excerpt"))
    changes = Section(phrase("read.changes"), digest=digest)
    return Reply(
        title=title_of(version.article),
        notes=tuple(notes),
        sections=((changes,) if digest.lines else ()) + ((Section(lines=lines),) if lines else ()),
        sources=(version.article, *cited(known, [digest])),
        buttons=(
            *((Button(phrase("button.more"), More()),) if digest.more else ()),
            Button(phrase("button.story"), ShowStory(story)),
            Button(phrase("button.follow"), Follow(story)),
        ),
        tellings=(_telling(inquiry, story, version, replace(digest, lines=(*digest.lines, *lines))),),
    )


def _changes(inquiry: Inquiry, story: str, version: Version, known: Sequence[Version]) -> Digest:
    """What the article changes in its story and has not been told; where it is the first one, all that waits behind it."""
    title = title_of(version.article)
    against, new = inquiry.articles(known[-KNOWN:]), inquiry.articles([version])
    delta = inquiry.reading.of(compared, against, new)
    told = inquiry.store.mark(inquiry.target, story).told
    selection = select(delta, told, muted_words(inquiry, [version]))
    digest = in_sight(selection, "short", title=title, made_at=inquiry.now)
    return digest if known else Digest(title, (), inquiry.now, (*digest.lines, *digest.more))


def _telling(inquiry: Inquiry, story: str, version: Version, digest: Digest) -> Telling:
    moves = None if inquiry.conversation.channel else inquiry.target
    telling = inquiry.told(story, digest)
    return replace(telling, moves=moves, versions=ids([version]), sentences=said(digest.lines))


def _read_many(inquiry: Inquiry, added: Sequence[Added]) -> Reply:
    """The articles of a folder, file by file: how many came, and the stories that they are in."""
    names = tuple(dict.fromkeys(one.version.story for one in added if one.version.story))
    stories = naming.stored(inquiry, names)[: naming.LISTED]
    outcomes = Counter(one.outcome for one in added)
    note = phrase("read.many", new=outcomes["new"], changed=outcomes["changed"], same=outcomes["same"])
    return Reply(notes=(note,), sections=(Section(items=naming.listed(stories, Changed)),))
