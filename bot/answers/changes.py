"""What changed: since last seen or since a moment, in a story or in all that are followed; and what comes after it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from bot.answers import naming
from bot.answers.days import moment_words
from bot.answers.inquiry import Inquiry, among, cited, ids, in_time, moment_of, name_of, said, sentence
from bot.answers.reading import compared, datings
from bot.answers.selecting import Selection, in_sight, mutes_word, select
from bot.commands import LAST_SEEN, Changed, Follow, Length, More, MuteTopic, ShowStory, ShowTimeline, Sources
from bot.phrases import count, phrase
from bot.ports import Mark, StoredStory, Telling, Version
from bot.replies import Button, Reply, Section
from bot.since import Since, moment
from summarizers.types import Article, Digest, Update

KNOWN = 200  # versions compared with, the latest: an article seldom goes back to what is older
FIRST = 20  # articles that a first look tells, the latest; older ones count as known
SECTIONS = 3  # stories told at once
LOOKED = 6  # stories with new articles that are looked through for them
LATEST = 60  # articles told at once to who was away for long, the latest; older ones count as known


@dataclass(frozen=True, slots=True)
class Division:
    """The versions of a story that are to be told, those that they are compared with, and what to say about it."""

    new: tuple[Version, ...]
    known: tuple[Version, ...]
    looked: tuple[Version, ...]  # compared once the reply has been sent
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """What changed in a story: its digest, what there is to say about it, what it quotes, and what becomes true."""

    story: StoredStory
    digest: Digest
    notes: tuple[str, ...]
    sources: tuple[Article, ...]
    telling: Telling
    since: date  # the first day of what is new


def changed(inquiry: Inquiry, command: Changed) -> Reply:
    """What changed in the story that is named; without a name in those that are followed, or else in the latest."""
    if not command.story:
        return _in_several(inquiry, command)
    found = naming.one(inquiry, command.story, lambda story: replace(command, story=story))
    if isinstance(found, Reply):
        return found
    return _one_or_nothing(inquiry, command, found)


def _in_several(inquiry: Inquiry, command: Changed) -> Reply:
    followed = naming.followed(inquiry)
    stories = followed or inquiry.store.stories(inquiry.library, limit=naming.LATEST)
    if not stories:
        return sentence("library.empty")
    fresh = [story for story in stories if is_news(inquiry, command, story)]
    if not fresh:
        return _nothing(inquiry, command)
    note = () if followed else (phrase("changed.unfollowed"),)
    if len(fresh) == 1:
        reply = _one_or_nothing(inquiry, command, fresh[0])
    else:
        reply = _sections(inquiry, command, fresh)
    return replace(reply, notes=(*note, *reply.notes))


def _one_or_nothing(inquiry: Inquiry, command: Changed, story: StoredStory) -> Reply:
    told = _tell(inquiry, command, story, command.length or "normal")
    return _one_reply(inquiry, command, told) if told else _nothing(inquiry, command, story)


def _sections(inquiry: Inquiry, command: Changed, stories: Sequence[StoredStory]) -> Reply:
    """A section for each of the first stories that changed, in short form; the first one is "this" afterwards."""
    looked = _looked(inquiry, command, stories)
    told = [one for one in looked if one.digest.lines]
    quiet = [one for one in looked if not one.digest.lines]
    left = len(stories) - len(looked)
    notes = () if told else (phrase("changed.nothing"),)
    return Reply(
        title=phrase("changed.title") if told else "",
        notes=(*notes, phrase("changed.others", stories=count("stories", left))) if left else notes,
        sections=tuple(Section(name_of(one.story), one.notes, one.digest) for one in told),
        sources=tuple(article for one in told for article in one.sources),
        buttons=tuple(_button_of(one) for one in told),
        private=_is_private(inquiry, command),
        tellings=tuple(one.telling for one in (*quiet, *reversed(told))),
    )


def _looked(inquiry: Inquiry, command: Changed, stories: Sequence[StoredStory]) -> Sequence[Told]:
    """The first stories with what changed in them, until enough of them changed at all."""
    looked: list[Told] = []
    for story in stories[:LOOKED]:
        if sum(bool(one.digest.lines) for one in looked) < SECTIONS:
            looked += filter(None, [_tell(inquiry, command, story, command.length or "short")])
    return looked


def _button_of(told: Told) -> Button:
    return Button(name_of(told.story), Changed(told.story.id, Since(day=told.since), "full"))


def _one_reply(inquiry: Inquiry, command: Changed, told: Told) -> Reply:
    return Reply(
        title=phrase("changed.of", story=name_of(told.story)),
        notes=_notes(told),
        sections=(Section(digest=told.digest),),
        sources=told.sources,
        buttons=_buttons(inquiry, told),
        private=_is_private(inquiry, command),
        tellings=(told.telling,),
    )


def _notes(told: Told) -> tuple[str, ...]:
    return told.notes if told.digest.lines else (*told.notes, phrase("changed.nothing"))


def _buttons(inquiry: Inquiry, told: Told) -> tuple[Button, ...]:
    story = told.story.id
    more = (Button(phrase("button.more"), More()),) if told.digest.more else ()
    follow = () if _follows(inquiry, story) else (Button(phrase("button.follow"), Follow(story)),)
    return (
        *more,
        Button(phrase("button.sources"), Sources(story)),
        Button(phrase("button.timeline"), ShowTimeline(story)),
        *follow,
        Button(phrase("button.mute"), MuteTopic(story)),
    )


def _follows(inquiry: Inquiry, story: str) -> bool:
    return any(
        topic.kind == "story" and topic.value == story for topic in inquiry.store.follows(inquiry.target)
    )


def _nothing(inquiry: Inquiry, command: Changed, story: StoredStory | None = None) -> Reply:
    """That nothing changed; the digest before it stays the last one shown."""
    if story is None:
        return sentence("changed.nothing")
    at = inquiry.store.mark(inquiry.target, story.id).at
    note = (
        phrase("changed.nothing.since", story=name_of(story), since=moment_words(at))
        if at and command.since == LAST_SEEN
        else phrase("changed.nothing.in", story=name_of(story))
    )
    return Reply(notes=(note,), buttons=(Button(phrase("button.story"), ShowStory(story.id)),))


def is_news(inquiry: Inquiry, command: Changed, story: StoredStory) -> bool:
    """Whether a story that is not muted has articles that were not looked at before."""
    return not _is_muted(inquiry, story) and _has_news(inquiry, command, story)


def unseen(inquiry: Inquiry, story: StoredStory) -> int:
    """How many articles of a story that is not muted were not looked at before."""
    if _is_muted(inquiry, story):
        return 0
    mark = inquiry.store.mark(inquiry.target, story.id)
    return len(_divided(inquiry, LAST_SEEN, mark, story).looked)


def digest_of(inquiry: Inquiry, command: Changed, story: StoredStory) -> Reply | None:
    """What changed in a story; None where nothing did."""
    told = _tell(inquiry, command, story, command.length or "normal")
    return _one_reply(inquiry, command, told) if told and told.digest.lines else None


# -- one story ---------------------------------------------------------------------------------------------------------


def _has_news(inquiry: Inquiry, command: Changed, story: StoredStory) -> bool:
    start = moment(command.since, inquiry.now, UTC)
    if start is not None and story.newest < start:
        return False  # nothing has come since, so no text need be read for it
    return bool(_divided(inquiry, command.since, inquiry.store.mark(inquiry.target, story.id), story).new)


def _tell(inquiry: Inquiry, command: Changed, story: StoredStory, length: Length) -> Told | None:
    """What changed in a story, None where there is nothing that was not looked at before."""
    mark = inquiry.store.mark(inquiry.target, story.id)
    division = _divided(inquiry, command.since, mark, story)
    if not division.new:
        return None
    selection = _selected(inquiry, command.since, mark, division)
    digest = in_sight(selection, length, title=name_of(story), made_at=inquiry.now)
    notes = (*division.notes, *_muted_note(selection))
    sources = cited((*division.known, *division.new), [digest])
    first = min(moment_of(version) for version in division.new).date()
    return Told(story, digest, notes, sources, _telling(inquiry, command, story, division, digest), first)


def _muted_note(selection: Selection) -> tuple[str, ...]:
    return (phrase("changed.muted", lines=count("lines", selection.muted)),) if selection.muted else ()


def _selected(inquiry: Inquiry, since: Since, mark: Mark, division: Division) -> Selection:
    known, new = inquiry.articles(division.known), inquiry.articles(division.new)
    delta = inquiry.reading.of(compared, known, new)
    told = mark.told if since == LAST_SEEN else frozenset()  # what is asked for by its day may be told again
    return select(delta, told, muted_words(inquiry, division.new))


def _telling(
    inquiry: Inquiry, command: Changed, story: StoredStory, division: Division, digest: Digest
) -> Telling:
    channel = inquiry.conversation.channel
    private = _is_private(inquiry, command)
    moves = None if channel and private else inquiry.target
    telling = inquiry.told(story.id, digest, private=private)
    return replace(telling, moves=moves, versions=ids(division.looked), sentences=said(digest.lines))


def _is_private(inquiry: Inquiry, command: Changed) -> bool:
    """In a direct message there is nobody to post to."""
    return not command.post or inquiry.conversation.channel is None


def _divided(inquiry: Inquiry, since: Since, mark: Mark, story: StoredStory) -> Division:
    every = inquiry.versions(story.id)
    versions = _without_muted_feeds(inquiry, every)
    start = moment(since, inquiry.now, UTC)
    division = (
        _unseen(versions, mark) if start is None else _since(inquiry, versions[-(KNOWN + LATEST) :], start)
    )
    silent = len(every) - len(versions)
    note = (phrase("changed.muted_feeds", articles=count("articles", silent)),) if silent else ()
    return replace(division, notes=(*division.notes, *note))


def _unseen(versions: Sequence[Version], mark: Mark) -> Division:
    """What has not been compared yet, against what has. A first look at a big story tells its latest articles."""
    new = tuple(version for version in versions if version.article.id not in mark.versions)
    known = among(versions, mark.versions)
    most = LATEST if mark.versions else FIRST
    older, latest = new[:-most], new[-most:]
    known = in_time((*known, *older))
    notes = [
        _against(latest, mark.at, known)
        if mark.at
        else phrase("changed.first", articles=count("articles", len(latest)))
    ]
    if older:
        notes.append(phrase("changed.older", older=count("articles", len(older))))
    return Division(latest, known[-KNOWN:], new, tuple(notes))


def _since(inquiry: Inquiry, versions: Sequence[Version], start: datetime) -> Division:
    """What is of the moment or later, against what was before it, by the days that the texts prove, else by arrival."""
    proved = inquiry.reading.of(datings, inquiry.articles(versions))
    new = [version for version in versions if _begins(version, proved[version.article.id].day, start)]
    known = [version for version in versions if version not in new]
    return Division(tuple(new), tuple(known[-KNOWN:]), tuple(new), (_against(new, start, known),))


def _against(new: Sequence[Version], since: datetime, known: Sequence[Version]) -> str:
    """How many are new since when, and with how many they were compared, if with any."""
    fresh, at = count("articles.new", len(new)), moment_words(since)
    if not known:
        return phrase("changed.since", new=fresh, since=at)
    return phrase("changed.told", new=fresh, since=at, known=count("articles", len(known)))


def _begins(version: Version, proved: date | None, start: datetime) -> bool:
    if version.number > 1 or proved is None or isinstance(version.article.published, datetime):
        return moment_of(version) >= start
    return proved >= start.date()


# -- what is muted -----------------------------------------------------------------------------------------------------


def _is_muted(inquiry: Inquiry, story: StoredStory) -> bool:
    mutes = inquiry.store.mutes(inquiry.target, inquiry.now)
    return any(mute.topic.kind == "story" and mute.topic.value == story.id for mute in mutes)


def _without_muted_feeds(inquiry: Inquiry, versions: Sequence[Version]) -> tuple[Version, ...]:
    mutes = inquiry.store.mutes(inquiry.target, inquiry.now)
    feeds = [mute.topic.value for mute in mutes if mute.topic.kind == "feed"]
    return tuple(v for v in versions if not any(naming.of_feed(v.key, feed) for feed in feeds))


def muted_words(inquiry: Inquiry, versions: Sequence[Version]) -> Callable[[Update], bool]:
    """Whether an update holds a word that is muted, in its sentence or as the name of its source."""
    mutes = inquiry.store.mutes(inquiry.target, inquiry.now)
    words = [mute.topic.value for mute in mutes if mute.topic.kind == "word"]
    sources = {version.article.id: version.article.source or "" for version in versions}

    def is_muted(update: Update) -> bool:
        texts = (f"{sources.get(own.document_id, '')} | {own.text}" for own in update.sentences)
        return any(mutes_word(words, text) for text in texts)

    return is_muted
