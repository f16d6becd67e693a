"""What is known of each sentence by itself, read once per document and kept with it.

A `Note` is the sentence with its words, names, figures, days, mood and speaker; every comparison works on notes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import cast

from summarizers import scorer
from summarizers.dates import Day, find_days
from summarizers.figures import Figure, find_figures
from summarizers.modality import Mood, read_mood
from summarizers.types import Document, Sentence
from summarizers.words import Word, language_of, tokens

NAME_LENGTH = 5  # joins spelling variants, "-ia / -ian" adjectives and most transliterations
OPENING_SENTENCES = 3  # sentences in which an article says when its event was
TITLES = frozenset(
    """president prime minister secretary senator governor mayor king queen prince princess pope chancellor general
    gen maj major col colonel capt captain lt lieutenant sgt sergeant admiral judge justice sir lord lady dr prof
    professor rev chairman chief spokesman spokeswoman spokesperson ambassador foreign defense defence state mr mrs ms
    miss monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december""".split()
)


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence and what was read off it. `bag` counts content stems, `before` those of the sentence before."""

    sentence: Sentence
    words: tuple[Word, ...]
    stems: tuple[str, ...]
    bag: Mapping[str, int]
    before: Mapping[str, int]
    names: frozenset[str]
    figures: tuple[Figure, ...]
    days: tuple[Day, ...]
    mood: Mood
    published: date | None
    source: str | None
    weekday: int | None = (
        None  # that the article's opening names: the day of its event, whatever the calendar says
    )


Kept = tuple[scorer.Weights, tuple[Note, ...]]  # notes, and the weights that they were read with


def annotate(document: Document) -> tuple[Note, ...]:
    """A note for each sentence of the document, computed once.

    Notes are told apart by identity, so threads that read a document at once all get the first ones that were kept.
    """
    weights = scorer.weights()
    kept = document.memo.get("notes")
    if kept is None:
        kept = document.memo.setdefault("notes", (weights, _annotate(document)))
    if cast("Kept", kept)[0] is not weights:
        kept = document.memo["notes"] = (weights, _annotate(document))
    return cast("Kept", kept)[1]


def _annotate(document: Document) -> tuple[Note, ...]:
    article = document.article
    language = language_of([article.language])
    inside = capitals(s.text for s in document.sentences)
    published = day_of(article.published)
    notes: list[Note] = []
    for sentence in document.sentences:
        before = notes[-1] if notes else None
        notes.append(annotate_sentence(sentence, before, published, article.source, inside, language))
    weekday = _weekday(notes[:OPENING_SENTENCES])
    return tuple(replace(note, weekday=weekday) for note in notes)


def _weekday(opening: Sequence[Note]) -> int | None:
    return next((day.weekday for note in opening for day in note.days if day.weekday is not None), None)


def annotate_sentence(
    sentence: Sentence,
    before: Note | None,
    published: date | None,
    source: str | None,
    inside: frozenset[str],
    language: str = "en",
) -> Note:
    """The note of one sentence. `inside`: words seen capitalised inside a sentence of the same text."""
    words = tokens(sentence.text, language)
    stems = tuple(word.stem for word in words if word.content)
    return Note(
        sentence=sentence,
        words=words,
        stems=stems,
        bag=Counter(stems),
        before=before.bag if before else {},
        names=frozenset(names(sentence.text, words, inside)),
        figures=find_figures(sentence.text, words),
        days=find_days(sentence.text, published=published),
        mood=read_mood(sentence.text, words),
        published=published,
        source=source,
    )


def day_of(published: date | datetime | None) -> date | None:
    """The day of a publish time, in its own zone."""
    return published.date() if isinstance(published, datetime) else published


def capitals(texts: Iterable[str]) -> frozenset[str]:
    """Words that stand capitalised inside a sentence somewhere: a first word is a name only if it is one of them."""
    found: set[str] = set()
    for text in texts:
        for index, word in enumerate(tokens(text)):
            if index and word.text[0].isupper():
                found.add(word.folded)
    return frozenset(found)


OPENING = frozenset("“\"‘'")


def names(text: str, words: tuple[Word, ...], inside: frozenset[str]) -> list[str]:
    """Names cut to five letters: capitalised words that are no titles, months, weekdays or sentence openers."""
    found = []
    for index, word in enumerate(words):
        if not word.text[0].isupper() or not word.content or word.folded in TITLES:
            continue
        opens = index == 0 or text[word.start - 1] in OPENING
        if opens and word.folded not in inside:
            continue
        found.append(word.folded[:NAME_LENGTH])
    return found
