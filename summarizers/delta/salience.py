"""How much a new sentence matters: named, topic-free measurements, a learned weight, and the order of showing.

Redundancy is held down by maximal marginal relevance (Carbonell & Goldstein 1998).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import exp, log

from summarizers import scorer
from summarizers.annotate import Note
from summarizers.delta.likeness import Ground, likeness
from summarizers.delta.retrieve import Shelf
from summarizers.modality import status

QUOTES = '“”"‘«»'
Scores = Mapping[str, float]


class Scene:
    """The documents that a sentence is weighed in: its own, and the words of what is known."""

    def __init__(self, new: Sequence[Note], shelf: Shelf, ground: Ground) -> None:
        self.ground = ground
        self.shelf = shelf
        self.opening = not shelf.notes
        self._own: dict[str, list[Note]] = {}
        for note in new:
            self._own.setdefault(note.sentence.document_id, []).append(note)
        self._places = {id(note): place for notes in self._own.values() for note, place in _places(notes)}
        self._bigrams = {document: _bigram_counts(notes, ground) for document, notes in self._own.items()}

    def evidence(self, note: Note, strongest: Scores, leans: float) -> dict[str, float]:
        """Measurements `s_…` of one sentence. `strongest`: the best score of each relation that it bears."""
        document = note.sentence.document_id
        own = self._own[document]
        found = dict(self._places[id(note)])
        found.update(_content(note))
        found.update({f"s_{name}": share for name, share in status(note.mood).items()})
        found.update({f"s_{name}_score": score for name, score in strongest.items()})
        found.update(self._relevance(note, own, self._bigrams[document]))
        found["s_leans"] = leans
        found["s_opening"] = float(self.opening)
        found["s_opening_first"] = found["s_position"] * found["s_opening"]
        return found

    def _relevance(
        self, note: Note, own: Sequence[Note], bigrams: Mapping[tuple[str, str], int]
    ) -> dict[str, float]:
        view = self.ground.view(note)
        lead = self.ground.view(own[0])
        repeated = sum(1 for bigram in view.bigrams if bigrams[bigram] > 1)
        stems = sorted(note.bag)
        known = sum(self.ground.idf(stem) for stem in stems if self.shelf.holding(stem))
        return {
            "s_like_lead": likeness(view.whole, lead.whole) if note is not own[0] else 0.0,
            "s_repeated": repeated / (1 + len(view.bigrams)),
            "s_known_words": known / view.whole.mass if view.whole.mass else 0.0,
            "s_rarity": view.whole.mass / (1 + len(stems)),
        }


def _bigram_counts(notes: Sequence[Note], ground: Ground) -> dict[tuple[str, str], int]:
    counts: dict[tuple[str, str], int] = {}
    for note in notes:
        for bigram in ground.view(note).bigrams:
            counts[bigram] = counts.get(bigram, 0) + 1
    return counts


def _places(notes: Sequence[Note]) -> list[tuple[Note, dict[str, float]]]:
    """Each note of a document with where it stands: news tells first what matters most."""
    paragraphs = sorted({note.sentence.paragraph for note in notes})
    ranks = {paragraph: rank for rank, paragraph in enumerate(paragraphs)}
    last = len(paragraphs) - 1
    before = 0
    found = []
    for place, note in enumerate(notes):
        rank = ranks[note.sentence.paragraph]
        found.append((note, _place(place, rank, last, first=note.sentence.paragraph != before)))
        before = note.sentence.paragraph
    return found


def _place(place: int, rank: int, last: int, *, first: bool) -> dict[str, float]:
    return {
        "s_position": 1 / (1 + 0.12 * rank),
        "s_early": float(rank < 3),
        "s_lead": float(place == 0),
        "s_second": float(place == 1),
        "s_share": rank / max(1, last),
        "s_paragraph_first": float(first),
        "s_last": float(rank == last),
    }


def _content(note: Note) -> dict[str, float]:
    text = note.sentence.text
    words = len(note.words)
    quoted = _quoted(text)
    return {
        "s_length": log(1 + words),
        "s_short": float(words < 8),
        "s_long": float(words > 40),
        "s_figures": min(3.0, len(note.figures)),
        "s_any_figure": float(bool(note.figures)),
        "s_names": min(4.0, len(note.names)),
        "s_days": float(bool(note.days)),
        "s_quoted": quoted,
        "s_bare_quotation": float(quoted > 0.8),
        "s_question": float(text.rstrip(QUOTES + " ").endswith("?")),
        "s_speaker": float(note.mood.speaker is not None),
    }


def _quoted(text: str) -> float:
    """The share of a sentence that stands inside quotation marks; an odd mark runs to the end."""
    inside = False
    count = 0
    for character in text:
        if character in "“«":
            inside = True
        elif character in "”»":
            inside = False
        elif character == '"':
            inside = not inside
        count += inside
    return count / max(1, len(text))


def importance(evidence: Mapping[str, float]) -> float:
    """The log-odds that a digest should hold the sentence."""
    share = scorer.weights().models["importance"].probability(evidence)
    return log(max(1e-9, share) / max(1e-9, 1 - share))


ALIKE = 1.2  # what likeness to a line already chosen costs, in log-odds at cosine 1
WEIGHED = 48  # lines; a digest shows 12
FAR = 700.0  # log-odds; a text of one sentence again and again falls without end
SAME_PARAGRAPH = 0.8  # a second line of a paragraph
Ranked = tuple[Note, float]


def order(ranked: Sequence[Ranked], ground: Ground) -> list[tuple[int, float]]:
    """(place in `ranked`, score 0…1) in the order of showing; `ranked` are notes with their log-odds.

    Redundancy is weighed for the first lines; what follows them is on no page, so its order is that of what is left.
    """
    left = {at: odds for at, (_, odds) in enumerate(ranked)}
    chosen: list[tuple[int, float]] = []
    while left and len(chosen) < WEIGHED:
        at = max(left, key=lambda place: (left[place], -place))
        chosen.append((at, left.pop(at)))
        for other in left:
            left[other] -= _redundancy(ranked[other][0], ranked[at][0], ground)
    chosen += sorted(left.items(), key=lambda item: (-item[1], item[0]))
    return [(at, 1 / (1 + exp(-max(-FAR, score)))) for at, score in chosen]


def _redundancy(note: Note, shown: Note, ground: Ground) -> float:
    alike = likeness(ground.view(note).whole, ground.view(shown).whole)
    a, b = note.sentence, shown.sentence
    beside = a.document_id == b.document_id and a.paragraph == b.paragraph
    return ALIKE * alike + SAME_PARAGRAPH * beside
