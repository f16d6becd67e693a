"""The narrow kinds of conflict that need no knowledge of the world.

A falling total, a denial of what stands beside, and a known statement told again as disputed.

Conflict in open text is mostly opinion; on labelled pairs nothing learned finds it. A denial of something told in
another article was right in 4 of 39 cases tried, so a denial counts only against the lines of its own article.
"""

from __future__ import annotations

from summarizers.annotate import Note
from summarizers.delta.evidence import Pair
from summarizers.delta.promises import WEAK, view
from summarizers.events import base, root

DENIALS = frozenset(
    base(word)
    for word in "deny denial dispute refute rebut contradict unaware baseless unfounded untrue disprove".split()
)
SAME_MATTER = 0.2  # likeness in words from which two totals are those of one matter
COVERED = 0.3  # share of what is denied that the other sentence says
TOLD_OF = 0.5  # share of what was announced that the other sentence speaks of
REACH = 3  # words after a "not" among which its verb stands
NEAR = 4  # paragraphs; a denial follows what it denies


def falling_total(pair: Pair) -> bool:
    """A running total of people below the one told before: a total cannot fall, so another claimant counts."""
    measured = pair.evidence
    if not measured.get("q_falling_total") or not measured.get("q_state_same"):
        return False
    return not measured.get("q_group_clash") and measured["l_cosine"] >= SAME_MATTER


def denies(pair: Pair) -> bool:
    """A denial of what an earlier line of the same article says."""
    a, b = pair.new.sentence, pair.known.sentence
    if a.document_id != b.document_id or not 0 <= a.paragraph - b.paragraph <= NEAR:
        return False
    return (
        is_denial(pair.new)
        and not is_denial(pair.known)
        and pair.evidence.get("p_denied_cover", 0.0) >= COVERED
    )


def disputes(pair: Pair) -> bool:
    """A sentence that says again what an earlier one says, and that somebody disputes it."""
    return is_denial(pair.new) and not is_denial(pair.known)


def undoes(pair: Pair) -> bool:
    """One sentence says of the very verb that the other announces that it is not so: "will reopen", "did not reopen".

    The other way round ("will not sail", "sailed") it counts as well.
    """
    plan = next(iter(view(pair.known).plans), None)
    if plan is None or not plan.heads:
        return False
    verb = plan.heads[0]
    if plan.negated:
        return verb not in _negated(pair.new) and any(verb == root(word.folded) for word in pair.new.words)
    return verb in _negated(pair.new)


def breaks(pair: Pair) -> bool:
    """What was announced for a day did not happen on it, in the same words: silence of the day would prove nothing."""
    plan = next(iter(view(pair.known).plans), None)
    measured = pair.evidence
    same_words = measured.get("p_weekday_same") and measured.get("p_cover", 0.0) >= TOLD_OF
    return bool(plan and not plan.negated and same_words) and undoes(pair)


def _negated(note: Note) -> set[str]:
    """The roots of the words that a "not" or a "never" denies: the first telling one after it."""
    return {
        root(word.folded)
        for cue in note.mood.cues
        if cue.name == "not" and not note.mood.quoted[cue.start]
        for word in [
            w for w in note.words[cue.end : cue.end + REACH] if w.content and base(w.folded) not in WEAK
        ][:1]
    }


def is_denial(note: Note) -> bool:
    """Whether somebody denies or disputes something in the sentence."""
    return any(
        cue.name == "denied" and base(note.words[cue.start].folded) in DENIALS for cue in note.mood.cues
    )
