"""`compare(known, new)`: the four steps in a row, and the updates that come of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from summarizers.annotate import Note, annotate, day_of
from summarizers.clean import as_documents
from summarizers.delta.contradict import is_denial
from summarizers.delta.decide import Claim, Verdict, copied, decide, other_day
from summarizers.delta.evidence import gather
from summarizers.delta.judge import judge
from summarizers.delta.ledger import unsettled
from summarizers.delta.likeness import Ground
from summarizers.delta.retrieve import Candidates, Shelf, retrieve
from summarizers.delta.salience import Scene, importance, order
from summarizers.references import Leaning, leaning
from summarizers.types import Delta, Document, Label, Sentence, Sources, Update

__all__ = ["Finding", "compare", "examine"]


@dataclass(frozen=True, slots=True)
class Finding:
    """A new sentence with its verdict, how it leans, and the evidence of its importance."""

    note: Note
    document: Document
    leaning: Leaning
    verdict: Verdict
    evidence: dict[str, float]


def compare(known: Sources, new: Sources, *, as_of: date | datetime | None = None) -> Delta:
    """What the new documents change against the known ones, the most important update first.

    Documents published after the day of `as_of` are left out on both sides. `new` may repeat known documents: their sentences
    come out as unchanged. Nothing known: a line that no relation ties to an earlier new document is `baseline` or
    `announced_new`.
    """
    known_documents, new_documents = _until(as_of, as_documents(known)), _until(as_of, as_documents(new))
    scene, findings = examine(known_documents, new_documents)
    ranked = [(finding.note, log_odds(finding)) for finding in findings]
    updates = [_update(findings[at], score) for at, score in order(ranked, scene.ground)]
    return Delta(tuple(updates), _open(known_documents, scene, findings))


# What a change is worth beyond the importance of its words, in log-odds: it is what the reader came for.
WORTH: Mapping[Label, float] = {
    "conflict": 1.0,
    "changed_figure": 0.5,
    "announced_happened": 0.3,
    "announced_not_happened": 0.3,
    "changed_position": 0.3,
}
BESIDE = 0.1  # what each sentence that must be shown beside a line costs it


def log_odds(finding: Finding) -> float:
    """How much a digest should hold the sentence: its importance, what its claims are worth, less what it drags in."""
    worth = max((WORTH.get(claim.label, 0.0) for claim in finding.verdict.claims), default=0.0)
    return importance(finding.evidence) + worth - BESIDE * len(_context(finding))


SETTLING = ("announced_happened", "announced_not_happened", "announced_open")


def _open(known: Sequence[Document], scene: Scene, findings: Sequence[Finding]) -> tuple[Sentence, ...]:
    claims = [claim for finding in findings for claim in finding.verdict.claims]
    settled = {sentence for claim in claims if claim.label in SETTLING for sentence in claim.prior}
    leanings = [lean for document in known for _, lean in _readable(document)]
    return unsettled(scene.shelf, leanings, settled, scene.ground)


def _until(as_of: date | datetime | None, documents: tuple[Document, ...]) -> tuple[Document, ...]:
    day = day_of(as_of)
    if day is None:
        return documents
    days = [(document, day_of(document.article.published)) for document in documents]
    return tuple(document for document, published in days if published is None or published <= day)


def examine(known: Sequence[Document], new: Sequence[Document]) -> tuple[Scene, list[Finding]]:
    """A finding for each new sentence that may be quoted, in document order; the scene they were weighed in.

    A new document is compared with the known ones and with the new ones before it: of two new articles that tell the
    same, the second only says it again.
    """
    known_notes = [note for document in known for note in annotate(document) if note.sentence.selectable]
    new_notes = [note for document in new for note, _ in _readable(document)]
    shelf = Shelf(known_notes)
    scene = Scene(new_notes, shelf, _ground(shelf, new_notes))
    before = shelf if len(new) < 2 else Shelf(known_notes)  # grows, while the scene's stays as it is
    findings: list[Finding] = []
    for place, document in enumerate(new):
        if place:
            before.add(note for note, _ in _readable(new[place - 1]))
        findings += _findings(document, before, scene)
    return scene, findings


def _findings(document: Document, shelf: Shelf, scene: Scene) -> Iterator[Finding]:
    readable = _readable(document)
    candidates = retrieve([note for note, _ in readable], shelf)
    for (note, lean), found in zip(readable, candidates, strict=True):
        verdict = _verdict(found, scene.ground, opening=scene.opening)
        evidence = scene.evidence(note, verdict.strongest, lean.probability)
        yield Finding(note, document, lean, verdict, evidence)


def _ground(shelf: Shelf, notes: Sequence[Note]) -> Ground:
    """All documents at hand; the shelf has counted its own already."""
    fresh = Counter(stem for note in notes for stem in note.bag)
    return Ground(lambda stem: shelf.holding(stem) + fresh[stem], len(shelf.notes) + len(notes))


def _readable(document: Document) -> list[tuple[Note, Leaning]]:
    pairs = zip(annotate(document), leaning(document), strict=True)
    return [(note, lean) for note, lean in pairs if note.sentence.selectable]


def _verdict(candidates: Candidates, ground: Ground, *, opening: bool) -> Verdict:
    if candidates.copy is not None and not other_day(candidates.new, candidates.copy):
        return copied(candidates.new, candidates.copy)
    known = [judge(pair) for pair in gather(candidates.new, candidates.known, ground)]
    # Of the lines beside it a sentence can only deny one; all else between them is the flow of an article.
    others = candidates.beside if is_denial(candidates.new) else ()
    beside = [judge(pair) for pair in gather(candidates.new, others, ground)]
    return decide(candidates.new, known, beside, opening=opening)


def _update(finding: Finding, score: float) -> Update:
    claims = finding.verdict.claims
    first = claims[0] if claims else None
    second = claims[1] if len(claims) > 1 else None
    return Update(
        label=first.label if first else finding.verdict.label,
        sentences=(finding.note.sentence,),
        prior=first.prior if first else (),
        figure=_figure(claims),
        why="; ".join(claim.why for claim in claims) or finding.verdict.why,
        also=_also(second),
        also_prior=second.prior if second else (),
        context=_context(finding),
        speaker=finding.leaning.refers_to if finding.leaning.leans else None,
        score=score,
    )


def _also(second: Claim | None) -> Label | None:
    return second.label if second else None


def _figure(claims: Sequence[Claim]) -> tuple[str, str] | None:
    return next((claim.figure for claim in claims if claim.figure), None)


def _context(finding: Finding) -> tuple[Sentence, ...]:
    """The sentences to show beside a leaning one; those before it are spared where a name in brackets does."""
    if not finding.leaning.leans:
        return ()
    own = finding.note.sentence.index
    needs = [at for at in finding.leaning.needs if at > own or finding.leaning.refers_to is None]
    return tuple(finding.document.sentences[at] for at in needs)
