"""Judgements → updates: thresholds, precedence, the promise ledger, one line's labels.

A relation is reported above the threshold that is shipped with the weights, set for precision on topics that the
model had not seen; below it a line is only *new*. A missed change costs a line, a false one the reader's trust.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from summarizers import scorer
from summarizers.annotate import NAME_LENGTH, OPENING_SENTENCES, Note
from summarizers.delta.contradict import breaks, denies, disputes, falling_total, undoes
from summarizers.delta.evidence import Pair
from summarizers.delta.judge import Judgement
from summarizers.delta.quantities import pairable
from summarizers.delta.why import reason
from summarizers.figures import Figure, same_value
from summarizers.modality import status
from summarizers.types import Label, Sentence

# In this order the first relation that passes names the line; a later one may be its second label.
PRECEDENCE = ("conflict", "broken", "kept", "figure", "position", "same", "open", "differs")
LABELS: Mapping[str, Label] = {
    "figure": "changed_figure",
    "kept": "announced_happened",
    "broken": "announced_not_happened",
    "open": "announced_open",
    "conflict": "conflict",
    "differs": "differs",
    "position": "changed_position",
}
# What may stand second: a line that settles an announcement may also change a figure, and the other way round.
SECOND: frozenset[Label] = frozenset({"changed_figure", "announced_happened", "announced_not_happened"})
SETTLING = frozenset({"kept", "broken", "open"})  # what can only become of an announcement
NEARLY = 0.7  # of the best score
PLAN = 0.5  # status probability from which a sentence announces
HAPPENED = 0.4  # status probability from which a sentence reports what happened
TOLD = 0.2  # likeness in words from which an equal value of a like quantity is the same quantity


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


def copied(new: Note, known: Note) -> Verdict:
    """The verdict on a sentence that a known document has word for word: nothing in it is news."""
    label = _said_again(new, known)
    claim = Claim(label, (known.sentence,), None, "says it again word for word")
    return Verdict(label, (claim,), dict.fromkeys(PRECEDENCE, 0.0) | {"same": 1.0}, claim.why)


def decide(new: Note, known: Sequence[Judgement], beside: Sequence[Judgement], *, opening: bool) -> Verdict:
    """The verdict on one new sentence. `opening`: nothing is known of the story yet."""
    threshold = scorer.weights().threshold
    found: dict[str, Judgement] = {}
    for relation in PRECEDENCE:
        passing = [j for j in known if j.scores[relation] >= threshold(relation)]
        passing = [j for j in passing if _holds(relation, new, j.pair)]
        if passing:
            found[relation] = _latest(relation, passing) if relation == "figure" else _best(relation, passing)
    if (undone := _first(known, _is_undone)) is not None:
        found.setdefault("broken", undone)
    _contradictions(found, known, beside)
    _told_before(found, new, known)
    _disputed(found)
    if "same" in found and "kept" in found and found["same"].scores["same"] > found["kept"].scores["kept"]:
        del found["kept"]  # told again in the words of the announcement: no news of it
    claims = [_claim(relation, new, found[relation]) for relation in PRECEDENCE if relation in found]
    label, why = _plain_label(new, opening=opening, planned_from=threshold("planned"))
    strongest = {name: max((j.scores[name] for j in known), default=0.0) for name in PRECEDENCE}
    return Verdict(label, _compatible(claims), strongest, why)


def _best(relation: str, judgements: Sequence[Judgement]) -> Judgement:
    return max(judgements, key=lambda judgement: judgement.scores[relation])


def _latest(relation: str, judgements: Sequence[Judgement]) -> Judgement:
    """The last told of those nearly as sure as the best: a value is compared with the one before it."""
    best = _best(relation, judgements).scores[relation]
    return [judgement for judgement in judgements if judgement.scores[relation] >= NEARLY * best][-1]


def _holds(relation: str, new: Note, pair: Pair) -> bool:
    """What the label promises beyond the score: a plan is never told as a fact, a change has two values."""
    if relation in SETTLING and not _announces(pair.known):
        return False
    if relation in {"kept", "same"} and undoes(pair):
        return False
    if relation == "open":
        return _announces(new)
    if relation == "kept":
        moods = status(new.mood)
        return moods["planned"] + moods["uncertain"] < 0.5 and _same_parties(new, pair.known)
    if relation == "figure":
        return pair.figure is not None
    if relation == "same":
        return not other_day(new, pair.known) and not _plan_and_fact(new, pair.known)
    return True


def _is_undone(pair: Pair) -> bool:
    return _announces(pair.known) and breaks(pair)


def _announces(note: Note) -> bool:
    """Whether a sentence speaks of what is still ahead."""
    return bool(note.mood.planned_at) or "planned" in note.mood.flags or status(note.mood)["planned"] >= PLAN


def _same_parties(new: Note, known: Note) -> bool:
    """Whether a party of the announcement is named in the report or just before it, where any is named at all.

    Whoever only says so is no party.
    """
    words = zip(known.words, known.mood.asserted, strict=True)
    parties = known.names & {word.folded[:NAME_LENGTH] for word, asserted in words if asserted}
    told = new.names | {stem[:NAME_LENGTH] for stem in new.before}
    return not parties or not new.names or not parties.isdisjoint(told)


def _plan_and_fact(new: Note, known: Note) -> bool:
    """Whether one sentence announces and the other reports: in the same words they still say different things."""
    mine, theirs = status(new.mood), status(known.mood)
    return any(
        a["planned"] >= PLAN and b["happened"] >= HAPPENED for a, b in ((mine, theirs), (theirs, mine))
    )


def other_day(new: Note, known: Note) -> bool:
    """Whether two sentences report what happened on different days: equal words are then those of another event."""
    mine, theirs = _weekdays(new), _weekdays(known)
    happened = all(status(note.mood)["happened"] >= HAPPENED for note in (new, known))
    return bool(mine and theirs) and happened and mine.isdisjoint(theirs)


def _weekdays(note: Note) -> set[int]:
    """The weekdays that a sentence names; at the opening of its article, else, the one that the opening names."""
    named = {day.weekday for day in note.days if day.weekday is not None}
    opens = note.sentence.index < OPENING_SENTENCES and note.weekday is not None
    return named or ({note.weekday} if opens and note.weekday is not None else set())


def other_event(new: Note, known: Note) -> bool:
    """Whether an equal length of time is that of another event: the two articles open with different weekdays."""
    if new.weekday is None or known.weekday is None or new.weekday == known.weekday:
        return False
    lengths = [figure for figure in new.figures if figure.kind == "duration"]
    return _gives(known, lengths)


def _contradictions(
    found: dict[str, Judgement], known: Sequence[Judgement], beside: Sequence[Judgement]
) -> None:
    """A falling total or a denial is a conflict, whatever else the pair looked like."""
    for pool, rule in ((known, falling_total), (beside, denies)):
        if (judgement := _first(pool, rule)) is not None:
            found["conflict"] = judgement
            if "figure" in found and rule is falling_total:
                del found["figure"]


def _disputed(found: dict[str, Judgement]) -> None:
    """What is told again as disputed is a conflict with the sentence that told it first."""
    if "same" in found and disputes(found["same"].pair):
        found["conflict"] = found.pop("same")


def _first(pool: Sequence[Judgement], rule: Callable[[Pair], bool]) -> Judgement | None:
    return next((judgement for judgement in pool if rule(judgement.pair)), None)


def _told_before(found: dict[str, Judgement], new: Note, known: Sequence[Judgement]) -> None:
    """A value that some earlier sentence gives already is no change, though an older one gives another."""
    if "figure" not in found or (values := found["figure"].pair.figure) is None:
        return
    fresh = [figure for figure in new.figures if figure.text == values[1]]
    again = [j for j in known if j.pair.evidence["l_cosine"] >= TOLD and _gives(j.pair.known, fresh)]
    if again:
        del found["figure"]
        found.setdefault("same", max(again, key=lambda j: j.scores["same"]))


def _gives(known: Note, fresh: Sequence[Figure]) -> bool:
    return any(
        pairable(old, figure) and same_value(old, figure) and old.state == figure.state
        for old in known.figures
        for figure in fresh
    )


def _claim(relation: str, new: Note, judgement: Judgement) -> Claim:
    pair = judgement.pair
    label = LABELS.get(relation) or _said_again(new, pair.known)
    figure = pair.figure if relation == "figure" else None
    return Claim(label, (pair.known.sentence,), figure, reason(relation, judgement))


def _said_again(new: Note, known: Note) -> Label:
    if other_event(new, known):
        return "unchanged_figure"
    independent = new.source and known.source and new.source != known.source
    return "corroborated" if independent else "unchanged"


def _compatible(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """The first claim and at most one more that tells another fact."""
    second = [claim for claim in claims[1:] if claim.label in SECOND and claim.label != claims[0].label]
    return (*claims[:1], *second[:1])


def _plain_label(new: Note, *, opening: bool, planned_from: float) -> tuple[Label, str]:
    if status(new.mood)["planned"] >= planned_from:
        return "announced_new", "it announces what is still ahead; no earlier sentence does"
    if opening:
        return "baseline", "nothing of this story was known before"
    return "new", "no earlier sentence says so"
