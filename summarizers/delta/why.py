"""Why a line got its label, in words read off the evidence."""

from __future__ import annotations

from summarizers import scorer
from summarizers.delta.judge import Judgement

MEANINGS = {
    "same": "says the same again",
    "figure": "gives another value of the same quantity",
    "kept": "reports what was announced",
    "broken": "reports that what was announced did not come about",
    "open": "announces the same again",
    "conflict": "cannot be right together with the other sentence",
    "differs": "tells the same with another detail",
    "position": "takes another stance on the same matter",
}


def reason(relation: str, judgement: Judgement) -> str:
    """One sentence: what the relation means, how sure the judge is where it was asked, and what was measured."""
    evidence = judgement.pair.evidence
    measured = [f"likeness in words {evidence['l_cosine']:.2f}"]
    if evidence.get("l_names"):
        measured.append(f"{evidence['l_names']:.0f} names shared")
    if judgement.pair.figure and relation == "figure":
        old, new = judgement.pair.figure
        measured.append(f"“{old}” against “{new}”")
    if evidence.get("a_undated"):
        measured.append("no dates known")
    score = judgement.scores[relation]
    if score >= scorer.weights().threshold(relation):  # a rule needs no score of the model's
        measured.insert(0, f"{score:.0%} sure")
    return f"{MEANINGS[relation]} ({', '.join(measured)})"
