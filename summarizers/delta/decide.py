"""Judgements → updates: thresholds, precedence, the promise ledger, one line's labels.

A relation is reported above the threshold that is shipped with the weights, set for precision on topics that the
model had not seen; below it a line is only *new*. A missed change costs a line, a false one the reader's trust.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from summarizers import scorer
from summarizers.annotate import Note
from summarizers.delta.judge import Judgement
from summarizers.delta.why import reason
from summarizers.modality import status
from summarizers.types import Label, Sentence

# In this order the first relation above its threshold names the line; a later one may be its second label.
PRECEDENCE = ("broken", "kept", "figure", "conflict", "position", "same", "open", "differs")
LABELS: Mapping[str, Label] = {
    "figure": "changed_figure",
    "kept": "announced_happened",
    "broken": "announced_not_happened",
    "open": "announced_open",
    "conflict": "conflict",
    "differs": "differs",
    "position": "changed_position",
}
# A line that says an old fact again and settles something else carries both; these may stand second.
SECOND = frozenset({"figure", "kept", "broken"})
BESIDE = frozenset({"conflict", "differs"})  # what two sentences of the new articles can be to each other
NEVER = 2.0  # a threshold that no probability reaches


@dataclass(frozen=True, slots=True)
class Claim:
    """A relation that passed: its label, the sentence on the other side, and why."""

    label: Label
    prior: tuple[Sentence, ...]
    figure: tuple[str, str] | None
    why: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a new sentence is: its claims in order of precedence (none: simply new), and the best scores."""

    label: Label
    claims: tuple[Claim, ...]
    strongest: Mapping[str, float]
    why: str


def decide(new: Note, known: Sequence[Judgement], beside: Sequence[Judgement], *, opening: bool) -> Verdict:
    """The verdict on one new sentence. `opening`: nothing is known of the story yet."""
    thresholds = scorer.weights().thresholds
    strongest = {name: max((j.scores[name] for j in known), default=0.0) for name in PRECEDENCE}
    claims = []
    for relation in PRECEDENCE:
        pool = [*known, *beside] if relation in BESIDE else list(known)
        found = _passing(relation, pool, thresholds.get(relation, NEVER))
        if found and _holds(relation, new, found[0]):
            claims.append(_claim(relation, new, found))
    label, why = _plain_label(new, opening=opening, planned_from=thresholds.get("planned", NEVER))
    return Verdict(label, tuple(_compatible(claims)), strongest, why)


def _passing(relation: str, judgements: Sequence[Judgement], threshold: float) -> list[Judgement]:
    passing = [j for j in judgements if j.scores[relation] >= threshold]
    return sorted(passing, key=lambda j: -j.scores[relation])


def _holds(relation: str, new: Note, judgement: Judgement) -> bool:
    """What the label promises beyond the score: a plan is never told as a fact, a change has two values."""
    if relation == "kept":
        moods = status(new.mood)
        return moods["planned"] + moods["uncertain"] < 0.5
    if relation == "figure":
        return judgement.pair.figure is not None
    return True


def _claim(relation: str, new: Note, found: Sequence[Judgement]) -> Claim:
    best = found[0]
    label = LABELS.get(relation) or _said_again(new, best.pair.known)
    figure = best.pair.figure if relation == "figure" else None
    return Claim(label, (best.pair.known.sentence,), figure, reason(relation, best))


def _said_again(new: Note, known: Note) -> Label:
    independent = new.source and known.source and new.source != known.source
    return "corroborated" if independent else "unchanged"


def _compatible(claims: Sequence[Claim]) -> list[Claim]:
    """The first claim and at most one more that tells another fact."""
    if len(claims) < 2:
        return list(claims)
    first = claims[0]
    second = [c for c in claims[1:] if c.label in {"changed_figure"} and c.label != first.label]
    return [first, *second[:1]]


def _plain_label(new: Note, *, opening: bool, planned_from: float) -> tuple[Label, str]:
    if status(new.mood)["planned"] >= planned_from:
        return "announced_new", "it announces what is still ahead; no earlier sentence does"
    if opening:
        return "baseline", "nothing of this story was known before"
    return "new", "no earlier sentence says so"

