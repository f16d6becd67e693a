"""Evidence that a sentence gives a newer value of a quantity told before.

Two sentences are compared *instance* by instance, one quantity here and one there, and the pair is what its best
instance is: likeness of whole sentences is what fools a judge of figures. Two quantities are never paired unless they
can count the same thing: another unit, rate, group or state, distances, quotes of a market, one-day counts of different
days make no instance at all. A small learned model (`figure_instance`) scores the instances.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, log10, sqrt

from summarizers import scorer
from summarizers.annotate import Note
from summarizers.dates import Day
from summarizers.events import classes_of
from summarizers.figures import Figure, bounds, cue_words, same_value
from summarizers.numerals import is_trigger

Idf = Callable[[str], float]
Vector = Mapping[str, float]
MODEL = "figure_instance"
MOST = 12  # quantities of a sentence that are compared; more are a table


def quantity_evidence(new: Note, known: Note, idf: Idf) -> tuple[dict[str, float], tuple[str, str] | None]:
    """Named measurements `q_…` of the best-aligned quantities, and the wording of that (old, new) instance.

    Empty, and None, where no quantity of one sentence can be one of the other's. `q_probability` is the judgement that
    the new sentence gives a newer value.
    """
    if not new.figures or not known.figures:
        return {}, None
    found = instances(new, known, idf)
    if not found:
        return {}, None
    scored = sorted(((_score(i), -place, i) for place, i in enumerate(found)), reverse=True)
    best, _, instance = scored[0]
    evidence = dict(instance.evidence)
    evidence["q_probability"] = best
    evidence["q_logit"] = log(max(best, 1e-4) / max(1 - best, 1e-4))
    evidence["q_margin"] = best - (scored[1][0] if len(scored) > 1 else 0.0)
    evidence["q_instances"] = log(1 + len(found))
    evidence.update(_equals(found, new))
    return evidence, (instance.old.text, instance.new.text)


def reports_update(new: Note, known: Note, idf: Idf) -> tuple[float, tuple[str, str] | None]:
    """The probability that the new sentence gives a newer value, and the (old, new) wording."""
    evidence, wording = quantity_evidence(new, known, idf)
    return evidence.get("q_probability", 0.0), wording


@dataclass(frozen=True, slots=True)
class Instance:
    """A quantity of the known sentence beside one of the new sentence, and what is measured of the two."""

    old: Figure
    new: Figure
    evidence: dict[str, float]


@dataclass(frozen=True, slots=True)
class _Side:
    """A figure with the weighed words around it, up to its neighbours."""

    figure: Figure
    note: Note
    vector: Vector
    norm: float
    names: frozenset[str]


def instances(new: Note, known: Note, idf: Idf) -> list[Instance]:
    """All instances of a pair of sentences, each measured."""
    pairs = [(a, b) for a in known.figures[:MOST] for b in new.figures[:MOST] if pairable(a, b)]
    pairs = [(a, b) for a, b in pairs if not _days_apart(a, known, b, new)] if pairs else pairs
    if not pairs:
        return []
    olds = {id(a): _side(a, known, idf) for a, _ in pairs}
    news = {id(b): _side(b, new, idf) for _, b in pairs}
    shared = _pair_evidence(new, known, idf)
    sides = [(olds[id(a)], news[id(b)]) for a, b in pairs]
    likeness = [_cosine(a, b) for a, b in sides]
    found = []
    for place, (old, fresh) in enumerate(sides):
        evidence = _instance_evidence(old, fresh, idf, likeness[place])
        evidence["q_one_day_same"] = float("one_day" in old.figure.flags and "one_day" in fresh.figure.flags)
        evidence.update(shared)
        evidence.update(_place_among(pairs, likeness, place))
        evidence.update(_elsewhere(old.figure, fresh.figure, known.figures, new.figures))
        found.append(Instance(old.figure, fresh.figure, evidence))
    return found


def pairable(a: Figure, b: Figure) -> bool:
    """Whether two quantities could be values of one: same kind, unit and rate, no distance, no quote of a market.

    >>> from summarizers.words import tokens
    >>> from summarizers.figures import find_figures
    >>> def one(text): return find_figures(text, tokens(text))[0]
    >>> pairable(one("40 people died"), one("60 people died")), pairable(one("40 people died"), one("40 km of road"))
    (True, False)
    """
    if a.unit != b.unit or a.rate != b.rate or not _kinds_agree(a, b) or not _groups_agree(a, b):
        return False
    if a.kind == "points" or "distance" in a.flags or "distance" in b.flags or "earlier" in b.flags:
        return False
    return "market" not in a.flags | b.flags or ("since" in a.flags and "since" in b.flags)


APART = frozenset({"security", "child", "woman", "rebel", "press", "rescuer"})


def _groups_agree(a: Figure, b: Figure) -> bool:
    """Soldiers are not counted with civilians, nor children with people; "14 dead" may be anybody."""
    if a.group == b.group:
        return True
    if a.group and b.group:
        return not {a.group, b.group} & APART
    return not {a.group, b.group} & APART or not (a.noun and b.noun)


def _days_apart(a: Figure, known: Note, b: Figure, new: Note) -> bool:
    """Whether both are counts of one day, and of different days."""
    if not ("one_day" in a.flags and "one_day" in b.flags):
        return False
    old, fresh = _day(a, known), _day(b, new)
    if old is None or fresh is None:
        return False
    if (
        old.weekday is not None
        and old.weekday == fresh.weekday
        and {"last"} & {old.phrase[:4].lower(), fresh.phrase[:4].lower()}
    ):
        return False  # "last Tuesday" is this week's for some and the week before's for others
    if old.first and old.last and fresh.first and fresh.last:
        return old.first > fresh.last or fresh.first > old.last
    return old.weekday != fresh.weekday


def _day(figure: Figure, note: Note) -> Day | None:
    """The day phrase nearest to a figure."""
    days = [day for day in note.days if day.weekday is not None or day.precision == "day"]
    return min(
        days, key=lambda day: (max(day.start - figure.end, figure.start - day.end), day.start), default=None
    )


def _kinds_agree(a: Figure, b: Figure) -> bool:
    if a.kind == b.kind:
        return True
    return {a.kind, b.kind} == {"count", "people"} and not (a.noun and b.noun)


def _side(figure: Figure, note: Note, idf: Idf) -> _Side:
    words = [
        word
        for at, word in enumerate(note.words[figure.left : figure.right], figure.left)
        if word.content
        and not figure.first <= at < figure.last
        and not is_trigger(word.folded)
        and word.folded not in cue_words()
    ]
    vector = {word.stem: idf(word.stem) for word in words}
    norm = sqrt(sum(weight * weight for weight in vector.values()))
    return _Side(
        figure, note, vector, norm, frozenset(w.folded[:5] for w in words if w.folded[:5] in note.names)
    )


LONG_AGO = 200  # days


def _is_past(side: _Side) -> bool:
    """Whether the quantity stands beside a day long before the article: "260,000 in 1989"."""
    published = side.note.published
    if published is None:
        return False
    start, end = side.note.words[side.figure.left].start, side.note.words[side.figure.right - 1].end
    days = [day for day in side.note.days if day.last and start <= day.start < end]
    return (
        any(day.last is not None and (published - day.last).days > LONG_AGO for day in days)
        and "since" not in side.figure.flags
    )


NEAR = 6  # words on either side


def _near(a: _Side, b: _Side, idf: Idf) -> float:
    """Share of the rare words within six words of one quantity that stand as near to the other."""
    ours, theirs = _close_stems(a), _close_stems(b)
    mass = sum(map(idf, sorted(ours | theirs)))
    return sum(map(idf, sorted(ours & theirs))) / mass if mass else 0.0


def _events(side: _Side) -> frozenset[str]:
    """The classes of the events named around a duration: a 90-minute conversation and a two-hour call are talks."""
    figure = side.figure
    around = side.note.words[max(figure.left, figure.first - NEAR) : min(figure.right, figure.last + NEAR)]
    return frozenset().union(*(classes_of(word.folded) for word in around))


def _close_stems(side: _Side) -> set[str]:
    figure, words = side.figure, side.note.words
    around = (
        *words[max(figure.left, figure.first - NEAR) : figure.first],
        *words[figure.last : min(figure.right, figure.last + NEAR)],
    )
    return {word.stem for word in around if word.stem in side.vector}


def _cosine(a: _Side, b: _Side) -> float:
    dot = sum(weight * weight for stem, weight in a.vector.items() if stem in b.vector)
    return dot / (a.norm * b.norm) if dot else 0.0


def _covered(side: _Side, other: Note) -> float:
    mass = sum(side.vector.values())
    return sum(weight for stem, weight in side.vector.items() if stem in other.bag) / mass if mass else 0.0


def _middle(figure: Figure) -> float:
    low, high = bounds(figure)
    return sqrt(max(low, 1e-9) * max(high, 1e-9))


RELATED = (
    frozenset({"dead", "buried"}),
    frozenset({"spent", "paid"}),
    frozenset({"displaced", "fled"}),
    frozenset({"lost", "moved"}),
    frozenset({"raised", "paid"}),
    frozenset({"rescued", "freed"}),
)


def _instance_evidence(old: _Side, new: _Side, idf: Idf, likeness: float) -> dict[str, float]:
    a, b = old.figure, new.figure
    evidence = _values(a, b)
    evidence.update(_classes(a, b))
    evidence.update(_flag_evidence(a, b))
    evidence["q_context"] = likeness
    evidence["q_near"] = _near(old, new, idf)
    evidence["q_event_same"] = float(a.kind == "duration" and bool(_events(old) & _events(new)))
    agreements = [
        evidence[f"q_{name}_same"] - evidence[f"q_{name}_clash"] for name in ("noun", "of", "state", "group")
    ]
    evidence["q_agree"] = sum(agreements)
    evidence["q_likeness"] = likeness + 0.5 * sum(agreements)
    evidence["q_old_covered"] = _covered(old, new.note)
    evidence["q_new_covered"] = _covered(new, old.note)
    evidence["q_covered"] = min(evidence["q_old_covered"], evidence["q_new_covered"])
    evidence["q_shared"] = sum(weight for stem, weight in old.vector.items() if stem in new.vector)
    evidence["q_past_clash"] = float(_is_past(old) != _is_past(new))
    shared = old.names & new.names
    evidence["q_names_shared"] = float(len(shared))
    evidence["q_names_clash"] = float(bool(old.names) and bool(new.names) and not shared)
    evidence["q_names_old_only"] = float(len(old.names - new.note.names))
    evidence["q_names_new_only"] = float(len(new.names - old.note.names))
    return evidence


def _values(a: Figure, b: Figure) -> dict[str, float]:
    (a_low, a_high), (b_low, b_high) = bounds(a), bounds(b)
    ratio = log(_middle(b) / _middle(a))
    union = max(a_high, b_high) - min(a_low, b_low)
    return {
        "q_any": 1.0,
        "q_equal": float(same_value(a, b)),
        "q_high_equal": float(abs(log(max(b_high, 1e-9) / max(a_high, 1e-9))) < 0.01),
        "q_low_equal": float(abs(log(max(b_low, 1e-9) / max(a_low, 1e-9))) < 0.01),
        "q_ratio": max(-3.0, min(3.0, ratio)),
        "q_distance": min(4.0, abs(ratio)),
        "q_overlap": max(0.0, min(a_high, b_high) - max(a_low, b_low)) / union if union > 0 else 1.0,
        "q_above": min(3.0, log(b_low / a_high)) if 0 < a_high < b_low else 0.0,
        "q_below": min(3.0, log(a_low / b_high)) if 0 < b_high < a_low else 0.0,
        "q_magnitude": log10(1 + max(_middle(a), _middle(b))),
        "q_small": log10(1 + min(_middle(a), _middle(b))),
        "q_vague_old": float(a.vague),
        "q_vague_new": float(b.vague),
        "q_range": float(a.low < a.high and not a.vague) + float(b.low < b.high and not b.vague),
    }


def _classes(a: Figure, b: Figure) -> dict[str, float]:
    evidence = {
        f"q_kind_{kind}": float(a.kind == kind)
        for kind in ("money", "percent", "duration", "volume", "length", "ratio")
    }
    evidence["q_kind_people"] = float("people" in {a.kind, b.kind})
    for name, left, right in (
        ("noun", a.noun, b.noun),
        ("of", a.of, b.of),
        ("state", a.state, b.state),
        ("group", a.group, b.group),
    ):
        same = bool(left) and left == right
        evidence[f"q_{name}_same"] = float(same)
        evidence[f"q_{name}_clash"] = float(bool(left) and bool(right) and not same)
        evidence[f"q_{name}_one"] = float(bool(left) != bool(right))
    if evidence["q_state_clash"] and any({a.state, b.state} == pair for pair in RELATED):
        evidence["q_state_clash"], evidence["q_state_related"] = 0.0, 1.0
    evidence["q_dead"] = float(a.state == b.state == "dead")
    evidence["q_rate"] = float(bool(a.rate))
    evidence["q_bound_same"] = float(a.bound == b.bound)
    evidence["q_least"] = float(a.bound == "least") + float(b.bound == "least")
    evidence["q_most"] = float(a.bound == "most") + float(b.bound == "most")
    evidence["q_about"] = float(a.bound in {"about", "nearly"}) + float(b.bound in {"about", "nearly"})
    return evidence


FLAGS = (
    "cumulative",
    "perfect",
    "since",
    "further",
    "one_day",
    "part",
    "earlier",
    "possible",
    "feared",
    "definite",
    "rise",
    "fall",
    "today",
)


TOTALS = frozenset({"cumulative", "perfect", "since"})


def _flag_evidence(a: Figure, b: Figure) -> dict[str, float]:
    evidence = {}
    for flag in FLAGS:
        old, new = flag in a.flags, flag in b.flags
        evidence[f"q_{flag}_old"] = float(old)
        evidence[f"q_{flag}_new"] = float(new)
        evidence[f"q_{flag}_clash"] = float(old != new)
    totals = [bool(f.flags & TOTALS) and "one_day" not in f.flags for f in (a, b)]
    evidence["q_totals"] = float(all(totals))
    evidence["q_total_clash"] = float(totals[0] != totals[1])
    evidence["q_falling_total"] = float(all(totals) and a.kind == "people" and bounds(b)[1] < bounds(a)[0])
    grows = _middle(b) > _middle(a)
    evidence["q_direction"] = float(("rise" in b.flags and grows) or ("fall" in b.flags and not grows))
    return evidence


def _pair_evidence(new: Note, known: Note, idf: Idf) -> dict[str, float]:
    """What holds for every instance of the pair: likeness of the sentences, names, days.

    Not the age, nor whether the source is the same: without them it carries better to other topics (average precision
    .539 → .553), and a replay knows months where the labelled pairs know days.
    """
    shared = new.bag.keys() & known.bag.keys()
    dot = sum(idf(stem) ** 2 for stem in sorted(shared))
    mass = sqrt(sum(idf(s) ** 2 for s in new.bag) * sum(idf(s) ** 2 for s in known.bag))
    evidence = {
        "q_sentence": dot / mass if mass else 0.0,
        "q_names": float(len(new.names & known.names)),
        "q_figures_new": log(1 + len(new.figures)),
        "q_figures_old": log(1 + len(known.figures)),
    }
    evidence.update(_days(new, known))
    return evidence


def _days(new: Note, known: Note) -> dict[str, float]:
    ours = [(d.first, d.last) for d in new.days if d.first and d.last]
    theirs = [(d.first, d.last) for d in known.days if d.first and d.last]
    if not ours or not theirs:
        return {"q_days_one": float(bool(ours) != bool(theirs))}
    meet = any(a <= d and c <= b for a, b in ours for c, d in theirs)
    return {"q_days_meet": float(meet), "q_days_apart": float(not meet)}


def _place_among(
    pairs: Sequence[tuple[Figure, Figure]], likeness: Sequence[float], place: int
) -> dict[str, float]:
    """Whether each of the two is the other's nearest, by context and class."""
    a, b = pairs[place]
    here = likeness[place] + _agreement(a, b)
    rivals = [
        likeness[other] + _agreement(*pair)
        for other, pair in enumerate(pairs)
        if other != place and (pair[0] is a or pair[1] is b)
    ]
    best = max(rivals, default=0.0)
    return {
        "q_rivals": float(len(rivals)),
        "q_best": float(here >= best),
        "q_lead": here - best if rivals else 1.0,
    }


def _agreement(a: Figure, b: Figure) -> float:
    return (
        0.5 * (bool(a.noun) and a.noun == b.noun)
        + 0.7 * (bool(a.state) and a.state == b.state)
        - 0.7 * (bool(a.state and b.state) and a.state != b.state)
    )


def _elsewhere(a: Figure, b: Figure, known: Sequence[Figure], new: Sequence[Figure]) -> dict[str, float]:
    """The old value told again in the new sentence ("from 40 to 60"), and the new one in the old sentence."""
    again = [f for f in new if f is not b and pairable(a, f) and same_value(a, f)]
    before = [f for f in known if f is not a and pairable(f, b) and same_value(f, b)]
    return {
        "q_old_again": float(bool(again)),
        "q_old_named": float(any("earlier" in f.flags for f in again)),
        "q_new_before": float(bool(before)),
        "q_sum": float(_adds_up(a, b, known)),
    }


def _adds_up(a: Figure, b: Figure, known: Sequence[Figure]) -> bool:
    """Whether the new quantity is the sum of the parts that the old sentence names."""
    parts = [
        f for f in known if f.kind == a.kind and f.state == a.state and f.unit == a.unit and f.rate == a.rate
    ]
    total = sum(f.low for f in parts)
    if b.vague or not a.state or a.state != b.state:
        return False
    return len(parts) > 1 and all(f.low == f.high for f in parts) and abs(total - b.low) <= 0.1 * total


def _equals(found: Sequence[Instance], new: Note) -> dict[str, float]:
    """Quantities that are the same in both sentences: what tells a repeated fact from a changed one."""
    equal = [i for i in found if i.evidence["q_equal"]]
    agreeing = [i for i in found if not i.evidence["q_state_clash"] and not i.evidence["q_noun_clash"]]
    matched = {i.new.start for i in equal}
    return {
        "q_equals": float(len(matched)),
        "q_equals_share": len(matched) / len(new.figures),
        "q_equal_context": max((i.evidence["q_context"] for i in equal), default=0.0),
        "q_equal_agrees": float(any(i.evidence["q_equal"] for i in agreeing)),
        "q_unequal_agrees": float(any(not i.evidence["q_equal"] for i in agreeing)),
    }


def _score(instance: Instance) -> float:
    """The probability that the new quantity is a newer value of the old one; none where it says the old one again."""
    if vetoed(instance):
        return 0.0
    model = scorer.weights().models.get(MODEL)
    return model.probability(instance.evidence) if model else hand_score(instance.evidence)


def vetoed(instance: Instance) -> bool:
    """What is no newer value whatever a model says: another state, a repeated value, a sum told, a total that fell.

    A toll cannot fall: a lower one is another claimant's, or an older one's.
    """
    evidence = instance.evidence
    if evidence["q_state_clash"] or evidence["q_falling_total"] or evidence["q_sum"]:
        return True
    a, b = instance.old, instance.new
    points = a.low == a.high and b.low == b.high
    if evidence["q_high_equal"] and (evidence["q_low_equal"] or a.bound == b.bound == "most"):
        return True
    return bool(points and evidence["q_equal"])


# Used until a model is trained: what must agree weighs most, likeness of the words around comes after.
HAND = {
    "q_equal": -4.0, "q_state_clash": -3.0, "q_noun_clash": -1.5, "q_group_clash": -2.0, "q_of_clash": -1.5,
    "q_state_same": 1.0, "q_noun_same": 0.7, "q_context": 2.0, "q_sentence": 1.5, "q_further_clash": -1.5,
    "q_one_day_new": -1.0, "q_part_clash": -1.5, "q_days_apart": -0.5, "q_old_named": 2.0, "q_direction": 0.7,
    "q_names_clash": -0.7, "q_earlier_old": -1.0, "q_earlier_new": -1.5, "q_new_before": -1.0, "q_distance": -0.3,
}  # fmt: skip


def hand_score(evidence: Mapping[str, float]) -> float:
    """A score without training, 0…1."""
    raw = -3.0 + sum(weight * evidence.get(name, 0.0) for name, weight in HAND.items())
    return 1.0 / (1.0 + exp(-raw))
