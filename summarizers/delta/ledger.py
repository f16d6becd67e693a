"""The promise ledger: announcements of the known documents that nothing has settled yet.

Silence settles nothing: what no later sentence reports stays open, it never *did not happen*.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from summarizers import scorer
from summarizers.annotate import Note
from summarizers.delta.likeness import Ground, likeness
from summarizers.delta.retrieve import Shelf
from summarizers.modality import status
from summarizers.references import Leaning
from summarizers.types import Sentence

LONGEST = 40  # announcements; of a story with more the latest count
REPORTED = 0.35  # likeness of a later report from which an announcement counts as settled by it
AGAIN = 0.5  # likeness from which two announcements are one


def unsettled(
    shelf: Shelf, leanings: Sequence[Leaning], settled: Collection[Sentence], ground: Ground
) -> tuple[Sentence, ...]:
    """The announcements of the shelf that stand alone and are still open, oldest first, each matter once.

    `settled` are those that the new documents settle; one that a later known sentence reports was settled before.
    """
    planned = scorer.weights().threshold("planned")
    announced = [
        note
        for note, lean in zip(shelf.notes, leanings, strict=True)
        if not lean.leans and note.mood.planned_at and status(note.mood)["planned"] >= planned
    ][-LONGEST:]
    found: list[Note] = []
    for note in reversed(announced):
        repeated = any(_alike(note, other, ground) >= AGAIN for other in found)
        if note.sentence not in settled and not repeated and not _reported(note, shelf, ground):
            found.append(note)
    return tuple(note.sentence for note in reversed(found))


def _reported(announced: Note, shelf: Shelf, ground: Ground) -> bool:
    return any(
        _alike(announced, later, ground) >= REPORTED and status(later.mood)["happened"] >= 0.5
        for later in shelf.later(announced)
    )


def _alike(a: Note, b: Note, ground: Ground) -> float:
    return likeness(ground.view(a).whole, ground.view(b).whole)
