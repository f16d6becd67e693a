"""The narrow kinds of conflict that need no knowledge of the world: a falling total, a denial of what
stands beside, and a known statement told again as disputed.

Conflict in open text is mostly opinion; on labelled pairs nothing learned finds it. A denial of something told in
another article was right in 4 of 39 cases tried, so a denial counts only against the lines of its own article.
"""

from __future__ import annotations

from summarizers.annotate import Note
from summarizers.delta.evidence import Pair
from summarizers.events import base

DENIALS = frozenset(
    base(word)
    for word in "deny denial dispute refute rebut contradict unaware baseless unfounded untrue disprove".split()
)
SAME_QUANTITY = 0.2  # probability of a changed figure from which a falling total is one
COVERED = 0.3  # share of what is denied that the other sentence says
NEAR = 4  # paragraphs; a denial follows what it denies


def falling_total(pair: Pair) -> bool:
    """A running total below the one told before: a total cannot fall, so another claimant counts."""
    return (
        pair.evidence.get("q_falling_total", 0.0) > 0
        and pair.evidence.get("q_probability", 0.0) >= SAME_QUANTITY
    )


def denies(pair: Pair) -> bool:
    """A denial of what an earlier line of the same article says."""
    a, b = pair.new.sentence, pair.known.sentence
    if a.document_id != b.document_id or not 0 <= a.paragraph - b.paragraph <= NEAR:
        return False
    return (
        _denial(pair.new) and not _denial(pair.known) and pair.evidence.get("p_denied_cover", 0.0) >= COVERED
    )


def disputes(pair: Pair) -> bool:
    """A sentence that says again what an earlier one says, and that somebody disputes it."""
    return _denial(pair.new) and not _denial(pair.known)


def _denial(note: Note) -> bool:
    return any(
        cue.name == "denied" and base(note.words[cue.start].folded) in DENIALS for cue in note.mood.cues
    )
