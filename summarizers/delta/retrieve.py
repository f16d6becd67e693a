"""The few earlier sentences worth comparing with a new one: near in words, in figures, or announcing something."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from heapq import nlargest

from summarizers.annotate import Note
from summarizers.novelty import Index, rarity

NEAREST = 6  # earlier sentences near in words
ANNOUNCING = 2  # of those that announce something
COUNTING = 2  # of those that hold a figure, for a new sentence that holds one
BESIDE = 8  # sentences before it in its own article: what it denies stands there
FAINTEST = 0.05  # cosine under which two sentences share only a common word


@dataclass(frozen=True, slots=True)
class Candidates:
    """For one new sentence: earlier sentences of known documents, and those just before it in its own.

    `copy` is a known sentence in the very same words.
    """

    new: Note
    known: tuple[Note, ...]
    beside: tuple[Note, ...]
    copy: Note | None = None


class Shelf:
    """Notes of documents, oldest first, that can be searched: whole, or only those that announce or count."""

    def __init__(self, notes: Iterable[Note] = ()) -> None:
        self.notes: list[Note] = []
        self._index = Index(weighting=rarity)
        self._places: dict[int, int] = {}
        self._copies: dict[str, Note] = {}
        self._announcing: set[int] = set()
        self._counting: set[int] = set()
        self.add(notes)

    def add(self, notes: Iterable[Note]) -> None:
        """Puts the notes of a later document on the shelf."""
        for note in notes:
            place = self._index.add(note.bag)
            self.notes.append(note)
            self._places[id(note)] = place
            self._copies[note.sentence.text] = note
            if note.mood.planned_at:
                self._announcing.add(-place)
            if note.figures:
                self._counting.add(-place)

    def near(self, new: Note) -> tuple[Note, ...]:
        """The candidates for a new note, each once, the oldest first."""
        hits = self._index.hits(new.bag, FAINTEST)
        found = {-at for _, at in nlargest(NEAREST, hits)}
        found |= {-at for _, at in nlargest(ANNOUNCING, (hit for hit in hits if hit[1] in self._announcing))}
        if new.figures:
            found |= {-at for _, at in nlargest(COUNTING, (hit for hit in hits if hit[1] in self._counting))}
        return tuple(self.notes[at] for at in sorted(found))

    def copy_of(self, new: Note) -> Note | None:
        """The last sentence in the same words, if there is one."""
        return self._copies.get(new.sentence.text)

    def holding(self, stem: str) -> int:
        """How many sentences hold the stem."""
        return self._index.holding(stem)

    def later(self, note: Note) -> list[Note]:
        """The sentences near in words that stand in later documents than this one of the shelf."""
        place, document = self._places[id(note)], note.sentence.document_id
        hits = self._index.hits(note.bag, FAINTEST)
        near = [self.notes[-at] for _, at in nlargest(NEAREST, hits) if -at > place]
        return [other for other in near if other.sentence.document_id != document]


def retrieve(new: Sequence[Note], shelf: Shelf) -> list[Candidates]:
    """Candidates for each new note, in order. On the shelf are the notes of the known documents."""
    return [
        Candidates(note, shelf.near(note), _beside(at, new), shelf.copy_of(note))
        for at, note in enumerate(new)
    ]


def _beside(at: int, new: Sequence[Note]) -> tuple[Note, ...]:
    document = new[at].sentence.document_id
    return tuple(note for note in new[max(0, at - BESIDE) : at] if note.sentence.document_id == document)
