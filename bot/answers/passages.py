"""Quotations in the paragraphs that they stand in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.answers import naming
from bot.answers.inquiry import Inquiry, newest, title_of
from bot.answers.reading import cleaned, summed_up
from bot.ports import Shown
from bot.replies import Passage
from summarizers import compose
from summarizers.digest import quotations
from summarizers.types import Article, Digest, Document, Quotation

MOST = 12  # passages
LEAD, SUMMED = 3, 60  # sentences of a story of which no digest was shown, out of its latest articles
BLANKS = 2  # characters between two sentences that stand side by side


@dataclass(frozen=True, slots=True)
class Place:
    """Where quoted words stand: one sentence, or several side by side."""

    document: str
    paragraph: int
    start: int
    end: int


def passages(inquiry: Inquiry, story: str) -> tuple[Passage, ...]:
    """What the last digest of a story quotes, each in its paragraph; without a name what the last digest of all does.

    Of a story of which none was shown it is what to know first. What the library does not hold is left out.
    """
    found = naming.named(inquiry, story) if story else naming.last(inquiry)
    if len(found) != 1:
        return ()
    versions = inquiry.versions(found[0].id)
    held = {version.article.id: version.article for version in versions}
    shown = last(inquiry, found[0].id)
    digest = shown.digest if shown else Digest("", ())
    places = _places(digest, held)
    if not places:
        latest = inquiry.articles(newest(versions)[-SUMMED:])
        places = _places(compose(inquiry.reading.of(summed_up, latest, LEAD)), held)
    return tuple(_passages(inquiry, places[:MOST], held))


def seen(inquiry: Inquiry) -> list[Shown]:
    """The last digests that who asks has seen, alone and with the channel; the latest first."""
    targets = {inquiry.conversation.person, inquiry.target}
    found = [shown for target in targets if (shown := inquiry.store.shown(target))]
    return sorted(found, key=lambda shown: shown.at, reverse=True)


def last(inquiry: Inquiry, story: str) -> Shown | None:
    """The latest of them: of a story by its id, which may have become another one's, or of any."""
    named = {one.id for one in naming.stored(inquiry, (story,))} if story else set()
    return next((shown for shown in seen(inquiry) if not story or shown.story in named), None)


def _places(digest: Digest, held: Mapping[str, Article]) -> Sequence[Place]:
    """Where the lines of a digest stand, in their order; sentences that stand side by side are in one place."""
    places: list[Place] = []
    for quotation in quotations(Digest("", digest.lines)):
        if not _stands(quotation, held):
            continue
        new = Place(quotation.document, quotation.paragraph, quotation.start, quotation.end)
        beside = next((place for place in places if _touch(place, new)), None)
        if beside is None:
            places.append(new)
        else:
            joined = replace(beside, start=min(beside.start, new.start), end=max(beside.end, new.end))
            places[places.index(beside)] = joined
    return places


def _stands(quotation: Quotation, held: Mapping[str, Article]) -> bool:
    article = held.get(quotation.document)
    return article is not None and article.text[quotation.start : quotation.end] == quotation.text


def _touch(one: Place, other: Place) -> bool:
    near = other.start <= one.end + BLANKS and one.start <= other.end + BLANKS
    return (one.document, one.paragraph) == (other.document, other.paragraph) and near


def _passages(inquiry: Inquiry, places: Sequence[Place], held: Mapping[str, Article]) -> Iterator[Passage]:
    by_document: dict[str, list[Place]] = {}
    for place in places:
        by_document.setdefault(place.document, []).append(place)
    ends = {
        place: span
        for document, own in by_document.items()
        for place, span in zip(own, inquiry.reading.of(paragraphs, held[document], tuple(own)), strict=True)
    }
    for place in places:
        article, (start, end) = held[place.document], ends[place]
        yield Passage(
            ": ".join(filter(None, (article.source, article.title))) or title_of(article),
            article.url or "",
            article.text[start : place.start],
            article.text[place.start : place.end],
            article.text[place.end : end],
            place.paragraph,
        )


def paragraphs(article: Article, places: Iterable[Place]) -> tuple[tuple[int, int], ...]:
    """Where the paragraphs begin and end in which places stand; lines that are wrapped are one paragraph."""
    document = cleaned(article)
    return tuple(_paragraph(document, place) for place in places)


def _paragraph(document: Document, place: Place) -> tuple[int, int]:
    around = [p for p in document.paragraphs if p.start <= place.start and place.end <= p.end]
    return (around[0].start, around[0].end) if around else (place.start, place.end)
