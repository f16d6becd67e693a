"""A pair of sentences → named, topic-free measurements: words, figures, promises, age, and its place among its rivals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from summarizers.annotate import Note
from summarizers.delta.likeness import Ground, likeness_evidence
from summarizers.delta.promises import promise_evidence
from summarizers.delta.quantities import quantity_evidence

OLD = 10  # days; the labelled pairs are no further apart, so months count as ten days
RIVALRY = (
    "l_cosine",
    "l_wide",
    "l_mass",
    "l_clauses",
    "l_dense",
    "p_cover",
    "p_cover_context",
    "p_ahead_past",
    "p_root_ahead_past",
    "p_head_past",
    "p_settles",
    "p_known_planned",
    "p_class_past",
    "p_cover_clause",
    "q_logit",
)  # ranked among the candidates


@dataclass(frozen=True, slots=True)
class Pair:
    """A new sentence, an earlier one, and what was measured on them."""

    new: Note
    known: Note
    evidence: dict[str, float]
    figure: tuple[str, str] | None = None


def gather(new: Note, candidates: Sequence[Note], ground: Ground) -> list[Pair]:
    """The evidence of one new sentence with each of its candidates."""
    pairs = [_pair(new, known, ground) for known in candidates]
    for name in RIVALRY:
        _rank(name, pairs)
    return pairs


def _pair(new: Note, known: Note, ground: Ground) -> Pair:
    evidence = likeness_evidence(ground.view(new), ground.view(known), ground)
    evidence.update(promise_evidence(new, known, ground.idf))
    measured, figure = quantity_evidence(new, known, ground.idf)
    evidence.update(measured)
    evidence.update(_age(new, known))
    return Pair(new, known, evidence, figure)


def _age(new: Note, known: Note) -> dict[str, float]:
    if new.published is None or known.published is None:
        return {"a_undated": 1.0}
    days = max(0, min(OLD, (new.published - known.published).days))
    return {"a_days": log(1 + days), "a_same_day": float(days == 0), "a_next_day": float(days == 1)}


def _rank(name: str, pairs: Sequence[Pair]) -> None:
    values = sorted((pair.evidence.get(name, 0.0) for pair in pairs), reverse=True)
    for pair in pairs:
        value = pair.evidence.get(name, 0.0)
        rival = values[0] if value < values[0] else (values[1] if len(values) > 1 else 0.0)
        pair.evidence["r_" + name] = float(sum(other > value for other in values))
        pair.evidence["m_" + name] = value - rival
