"""Evidence that one sentence settles what another announced, refuses what it accepted, or denies what it says.

An announcement and its report share few words and those in another mood: what is ahead in the one is past in the
other. So each word is weighed by its mood on both sides, the words after the planning cue are looked for in the
report, and their event is matched by class or root where the words differ. Everything that depends on one sentence
alone is read once and kept with its mood.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from math import log, sqrt
from typing import cast

from summarizers.annotate import Note
from summarizers.dates import Day
from summarizers.events import base, classes_of, outcomes_of, root
from summarizers.modality import Cue, status

Idf = Callable[[str], float]
Span = tuple[date, date]
AHEAD = 10  # words after a planning cue that say what is announced
LATEST = 10  # days; the labelled pairs are no further apart
AGENT = 8  # words before it that say who
NEAR = 6  # words around a failure or refusal that say of what
FIXED = ("last", "next", "past", "previous", "yesterday")  # said in which direction
BESIDE = ("head", "class", "cover")
WEAK = frozenset(
    base(word)
    for word in """say take make come go get give people year day week month time hold part official begin start try
    attempt continue help seek set want expect need plan effort first second third final last new next another more
    also together soon possible""".split()
)  # stand between the cue and the event
LIGHT = frozenset(
    {"hold", "report", "move", "decide", "ask", "change", "return", "play", "help", "plan"}
)  # classes that say little


@dataclass(frozen=True, slots=True)
class Term:
    """A content word of a sentence: its stem, its root, and how far it is ahead and past."""

    stem: str
    root: str
    index: int
    future: float
    past: float


@dataclass(frozen=True, slots=True)
class Plan:
    """What stands after a planning cue: the stems of ten words, the roots and event classes of the first of them."""

    strength: float
    stems: tuple[str, ...]
    roots: tuple[str, ...]
    heads: tuple[str, ...]
    classes: frozenset[str]
    agents: tuple[str, ...] = ()
    cue: str = ""
    negated: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """One sentence as the comparison needs it. The maps give weights by stem or root."""

    terms: tuple[Term, ...]
    future: Mapping[str, float]
    past: Mapping[str, float]
    root_future: Mapping[str, float]
    root_past: Mapping[str, float]
    stem_of_root: Mapping[str, str]
    plans: tuple[Plan, ...]
    done_classes: frozenset[str]
    outcome_classes: frozenset[str]
    any_classes: frozenset[str]
    now_classes: frozenset[str]
    clauses: tuple[tuple[frozenset[str], float], ...]
    failed: Plan | None
    setback: Plan | None
    refused: Plan | None
    accepted: Plan | None
    denied: Plan | None
    strength: float
    ahead: tuple[Span, ...]
    behind: tuple[Span, ...]
    weekdays: frozenset[int]
    masses: dict[str, object] = field(default_factory=dict, compare=False)


def view(note: Note) -> View:
    """The sentence's own part of the evidence, read once."""
    if "promise" not in note.mood.memo:
        note.mood.memo["promise"] = _view(note)
    return cast("View", note.mood.memo["promise"])


def _view(note: Note) -> View:
    mood = note.mood
    terms = tuple(
        Term(word.stem, root(word.folded), i, mood.future[i], mood.past[i])
        for i, word in enumerate(note.words)
        if word.content and mood.asserted[i]
    )
    past = [t for t in terms if t.past >= 0.5]
    plans = tuple(_announced(note, c) for c in _best(mood.cues, mood.asserted))
    return View(
        terms=terms,
        future=_top((t.stem, t.future) for t in terms),
        past=_top((t.stem, t.past) for t in terms),
        root_future=_top((t.root, t.future) for t in terms),
        root_past=_top((t.root, t.past) for t in terms),
        stem_of_root={t.root: t.stem for t in reversed(terms)},
        plans=plans,
        done_classes=frozenset().union(*(classes_of(note.words[t.index].folded) for t in past)),
        outcome_classes=frozenset().union(*(outcomes_of(note.words[t.index].folded) for t in past)),
        any_classes=frozenset().union(*(classes_of(note.words[t.index].folded) for t in terms)),
        now_classes=frozenset().union(
            *(classes_of(note.words[t.index].folded) for t in terms if t.future < 0.3)
        )
        - LIGHT,
        clauses=_clauses(note, terms),
        failed=_around(note, "failed"),
        setback=_around(note, "setback"),
        refused=_around(note, "refused"),
        accepted=_around(note, "accepted"),
        denied=_around(note, "denied"),
        strength=max((p.strength for p in plans), default=0.0),
        ahead=_spans(note, ahead=True),
        behind=_spans(note, ahead=False),
        weekdays=frozenset(d.weekday for d in note.days if d.weekday is not None),
    )


def _top(pairs: Iterable[tuple[str, float]]) -> dict[str, float]:
    found: dict[str, float] = {}
    for key, weight in pairs:
        if weight >= found.get(key, 0.0):
            found[key] = weight
    return found


def _best(cues: Sequence[Cue], asserted: Sequence[bool]) -> list[Cue]:
    """The strongest planning cues, at most three, the first of equals."""
    plans = [c for c in cues if c.strength and asserted[c.start]]
    return sorted(plans, key=lambda c: (-c.strength, c.start))[:3]


def _plan(note: Note, start: int, end: int, strength: float) -> Plan:
    words = [
        (i, w)
        for i, w in enumerate(note.words[max(0, start) : end], max(0, start))
        if w.content and note.mood.asserted[i]
    ]
    heads = [w for _, w in words if base(w.folded) not in WEAK][:3]
    first = [w for _, w in words[:4]]
    return Plan(
        strength=strength,
        stems=tuple(dict.fromkeys(w.stem for _, w in words)),
        roots=tuple(dict.fromkeys(root(w.folded) for _, w in words)),
        heads=tuple(root(w.folded) for w in heads),
        classes=frozenset().union(*(classes_of(w.folded) for w in first)) - LIGHT,
    )


def _announced(note: Note, cue: Cue) -> Plan:
    """What follows the cue, and who or what stands before it."""
    plan = _plan(note, cue.end, cue.end + AHEAD, cue.strength)
    before = _plan(note, cue.start - AGENT, cue.start, cue.strength)
    negated = any(c.name == "not" and cue.start - 2 <= c.start <= cue.end for c in note.mood.cues)
    return replace(plan, agents=before.stems, cue=cue.name, negated=negated)


def _around(note: Note, name: str) -> Plan | None:
    """The words about the first cue of that name, its own classes included; conditional ones do not count."""
    cue = next((c for c in note.mood.cues if c.name == name and not note.mood.quoted[c.start]), None)
    return _plan(note, cue.start - NEAR, cue.end + AHEAD, 1.0) if cue else None


def _clauses(note: Note, terms: Sequence[Term]) -> tuple[tuple[frozenset[str], float], ...]:
    """For each clause its stems and how far it is past."""
    inside: dict[int, list[Term]] = {}
    for term in terms:
        inside.setdefault(bisect_right(note.mood.clauses, term.index), []).append(term)
    return tuple((frozenset(t.stem for t in some), max(t.past for t in some)) for some in inside.values())


def promise_evidence(new: Note, known: Note, idf: Idf) -> dict[str, float]:
    """Named measurements, all beginning with "p_", of whether `new` settles, repeats, refuses or denies `known`."""
    s, k = view(new), view(known)
    found: dict[str, float] = {}
    _overlaps(found, s, k, idf)
    _coverage(found, new, known, s, k, idf)
    _heads(found, s, k)
    _statuses(found, new, known, s, k)
    _failures(found, s, k, idf)
    _stances(found, new, known, s, k, idf)
    _days(found, new, known)
    _joint(found)
    return found


def _joint(found: dict[str, float]) -> None:
    """Measurements that mean something only together: planned then, happened now, and the same event."""
    told = sqrt(found["p_planned_happened"])
    for name in (
        "cover",
        "head_past",
        "class_past",
        "ahead_past",
        "cover_pair",
        "day_is_article",
        "root_ahead_past",
    ):
        found[f"p_told_{name}"] = told * found.get(f"p_{name}", 0.0)
    event = max(found.get("p_head_past", 0.0), 0.7 * found.get("p_class_past", 0.0))
    found["p_event_cover"] = sqrt(event * found.get("p_cover", 0.0))
    found["p_event_agent"] = sqrt(event * found.get("p_cover_agent", 0.0))
    found["p_event_day"] = event * max(found["p_day_same"], found.get("p_day_is_article", 0.0))
    # Logs, since a report must fulfil all of it: a sum of logs is a product.
    found["p_log_planned"] = log(found["p_known_planned"] + 0.01)
    found["p_log_happened"] = log(found["p_new_happened"] + 0.01)
    found["p_log_told"] = found["p_log_planned"] + found["p_log_happened"]
    found["p_log_cover"] = log(found.get("p_cover", 0.0) + 0.02)
    found["p_log_ahead_not"] = log(found["p_ahead_not"] + 0.02)
    found["p_settles"] = found["p_log_told"] + found["p_log_cover"]
    found["p_log_open"] = found["p_log_planned"] + log(found["p_new_planned"] + 0.01)
    failure = max(
        found.get(f"p_{name}_{how}", 0.0) for name in ("failed", "setback", "refused") for how in BESIDE
    )
    found["p_breaks"] = found["p_log_planned"] + log(failure + 0.02)
    found["p_reversed"] = found["p_known_negated"] * (1 - found["p_new_negated"]) * event
    found["p_undone"] = found["p_new_negated"] * found.get("p_cover", 0.0)
    found["p_again_open"] = found["p_planned_planned"] * found["p_ahead_ahead"]
    found["p_open_day"] = found["p_planned_planned"] * found["p_day_open"]


def _mass(v: View, idf: Idf) -> float:
    if v.masses.get("idf") is not idf:
        v.masses["idf"] = idf
        v.masses["mass"] = sum(idf(stem) for stem in v.future) + 1e-9
    return cast("float", v.masses["mass"])


def _overlaps(found: dict[str, float], s: View, k: View, idf: Idf) -> None:
    """Shared words by mood on both sides: F is ahead, N is not, P is past; the known sentence first."""
    norm = sqrt(_mass(s, idf) * _mass(k, idf))
    ff = fn = nf = nn = fp = 0.0
    for stem in s.future:  # in the order of the text: a set's order would show in the last digit of the sums
        if stem not in k.future:
            continue
        weight, fk, fs = idf(stem), k.future[stem], s.future[stem]
        ff += weight * fk * fs
        fn += weight * fk * (1 - fs)
        nf += weight * (1 - fk) * fs
        nn += weight * (1 - fk) * (1 - fs)
        fp += weight * fk * s.past[stem]
    rf = rp = 0.0
    for key in s.root_future:
        if key not in k.root_future:
            continue
        weight, fk = idf(s.stem_of_root[key]), k.root_future[key]
        rf += weight * fk * (1 - s.root_future[key])
        rp += weight * fk * s.root_past[key]
    shared = ff + fn + nf + nn
    found["p_shift"] = fn / shared if shared else 0.0
    found["p_ahead_ahead"] = ff / norm
    found["p_ahead_not"] = fn / norm
    found["p_not_ahead"] = nf / norm
    found["p_not_not"] = nn / norm
    found["p_ahead_past"] = fp / norm
    found["p_root_ahead_not"] = rf / norm
    found["p_root_ahead_past"] = rp / norm


def _share(wanted: Sequence[str], there: Iterable[str] | Mapping[str, object], idf: Idf) -> float:
    """The idf share of the wanted stems that are there."""
    total = hit = 0.0
    for stem in wanted:
        weight = idf(stem)
        total += weight
        if stem in there:
            hit += weight
    return hit / total if total else 0.0


def _coverage(found: dict[str, float], new: Note, known: Note, s: View, k: View, idf: Idf) -> None:
    """How much of what is announced the new sentence, its context and its best clause name.

    Where only a pronoun stands before the cue, the sentence before says who announces.
    """
    for plan in k.plans:
        if not plan.stems:
            continue
        cover = _share(plan.stems, s.future, idf) * plan.strength
        if cover > found.get("p_cover", -1.0):
            found["p_cover"] = cover
            near = sum(idf(t) for t in plan.stems if t in s.future or t in new.before)
            found["p_cover_context"] = plan.strength * near / (sum(map(idf, plan.stems)) or 1.0)
            found["p_cover_roots"] = (
                plan.strength * sum(r in s.root_future for r in plan.roots) / len(plan.roots)
            )
            found["p_cover_clause"] = plan.strength * max(
                (_share(plan.stems, stems, idf) * (0.5 + 0.5 * past) for stems, past in s.clauses),
                default=0.0,
            )
            agents = _share(plan.agents or tuple(known.before), s.future, idf)
            found["p_cover_agent"] = agents * plan.strength
            found["p_cover_both"] = sqrt(agents * cover)
            found["p_cover_pair"] = plan.strength * max(
                (
                    sqrt(_share(plan.stems, stems, idf) * _share(plan.agents, stems, idf))
                    * (0.5 + 0.5 * past)
                    for stems, past in s.clauses
                ),
                default=0.0,
            )
            found["p_cover_rare"] = plan.strength * max(
                (idf(t) for t in plan.stems if t in s.future), default=0.0
            )
            found["p_cover_size"] = sum((idf(t) for t in plan.stems if t in s.future), 0.0)
    for plan in s.plans[:1]:
        found["p_again"] = _share(plan.stems, k.future, idf) * plan.strength


def _heads(found: dict[str, float], s: View, k: View) -> None:
    """Whether the announced event is named again: by its root or class, in a past form or at all."""
    for rank, plan in enumerate(k.plans):
        weight = plan.strength * (1.0 if rank == 0 else 0.7)
        past = max((s.root_past.get(r, 0.0) for r in plan.heads), default=0.0)
        values = {
            "p_head_past": past,
            "p_head_first": s.root_past.get(plan.heads[0], 0.0) if plan.heads else 0.0,
            "p_head_any": float(any(r in s.root_past for r in plan.heads)),
            "p_head_now": max((1 - s.root_future[r] for r in plan.heads if r in s.root_future), default=0.0),
            "p_class_now": float(bool(plan.classes & s.now_classes)),
            "p_class_past": float(bool(plan.classes & s.done_classes)),
            "p_class_outcome": float(bool(plan.classes & s.outcome_classes)),
            "p_class_any": float(bool(plan.classes & s.any_classes)),
        }
        for name, value in values.items():
            found[name] = max(found.get(name, 0.0), weight * value)
    found["p_class_again"] = float(any(p.classes & q.classes for p in k.plans[:1] for q in s.plans[:1]))


def _statuses(found: dict[str, float], new: Note, known: Note, s: View, k: View) -> None:
    now, then = status(new.mood), status(known.mood)
    for name, value in now.items():
        found["p_new_" + name] = value
    for name, value in then.items():
        found["p_known_" + name] = value
    found["p_planned_happened"] = then["planned"] * now["happened"]
    found["p_planned_planned"] = sqrt(then["planned"] * now["planned"])
    found["p_planned_denied"] = then["planned"] * now["denied"]
    found["p_happened_denied"] = (then["happened"] + then["state"]) * now["denied"]
    found["p_new_strength"], found["p_known_strength"] = s.strength, k.strength
    found["p_known_flag"] = float("planned" in known.mood.flags)
    found["p_new_flag"] = float("planned" in new.mood.flags)
    found["p_flags"] = found["p_known_flag"] * (1 - found["p_new_flag"])
    found["p_known_if"] = float("conditional" in known.mood.flags)
    found["p_new_hedged"] = float("hedged" in new.mood.flags)
    found["p_known_hedged"] = float("hedged" in known.mood.flags)
    found["p_known_negated"] = float(any(plan.negated for plan in k.plans[:1]))
    found["p_new_negated"] = float("negated" in new.mood.flags)
    found["p_known_question"] = float("question" in known.mood.flags)
    found["p_new_past"] = new.mood.evidence.get("past", 0.0)


def _failures(found: dict[str, float], s: View, k: View, idf: Idf) -> None:
    """A failure or refusal in the new sentence, and whether it stands by what was announced."""
    for name, cue in (("failed", s.failed), ("setback", s.setback), ("refused", s.refused)):
        if cue is None:
            continue
        found[f"p_{name}"] = 1.0
        for plan in k.plans:
            found[f"p_{name}_head"] = max(
                found.get(f"p_{name}_head", 0.0), plan.strength * any(r in cue.roots for r in plan.heads)
            )
            found[f"p_{name}_class"] = max(
                found.get(f"p_{name}_class", 0.0), plan.strength * bool(plan.classes & cue.classes)
            )
            found[f"p_{name}_cover"] = max(
                found.get(f"p_{name}_cover", 0.0), plan.strength * _share(plan.stems, cue.stems, idf)
            )
    found["p_known_failed"] = float(k.failed is not None)


def _stances(found: dict[str, float], new: Note, known: Note, s: View, k: View, idf: Idf) -> None:
    """Refusal against acceptance of one matter by one party; a denial of what the known sentence says."""
    shared = len(new.names & known.names)
    for name, now, then in (
        ("refused_accepted", s.refused, k.accepted),
        ("accepted_refused", s.accepted, k.refused),
        ("refused_refused", s.refused, k.refused),
        ("accepted_accepted", s.accepted, k.accepted),
    ):
        if now and then:
            found[f"p_{name}"] = float(shared > 0)
            found[f"p_{name}_matter"] = _share(now.stems, then.stems, idf) * (shared > 0)
    if s.denied:
        found["p_denied"] = 1.0
        found["p_denied_cover"] = _share(s.denied.stems, k.future, idf)
        found["p_denied_class"] = float(bool(s.denied.classes & k.any_classes))
    if k.denied:
        found["p_known_denied_cover"] = _share(k.denied.stems, s.future, idf)
    negated = ("negated" in new.mood.flags) - ("negated" in known.mood.flags)
    found["p_negated_now"], found["p_negated_then"] = float(negated > 0), float(negated < 0)
    found["p_same_speaker"] = float(new.mood.speaker is not None and new.mood.speaker == known.mood.speaker)


def _days(found: dict[str, float], new: Note, known: Note) -> None:
    """The days announced, looking ahead, against the days reported, looking back, and the articles' own days."""
    ahead = view(known).ahead
    told = view(new).behind
    found["p_day_named"] = float(bool(ahead))
    found["p_day_same"] = float(any(_meet(a, b) for a in ahead for b in told))
    found["p_day_apart"] = float(bool(ahead and told) and not found["p_day_same"])
    found["p_day_open"] = float(any(_meet(a, b) for a in ahead for b in view(new).ahead))
    if ahead and new.published:
        _article_day(found, ahead, new.published)
    if known.published and told:
        since = any(last >= known.published for _, last in told)
        found["p_day_since"], found["p_day_before"] = float(since), float(not since)
    now, then = view(new).weekdays, view(known).weekdays
    found["p_weekday_same"] = float(bool(now & then))
    found["p_weekday_apart"] = float(bool(now and then) and not now & then)


def _article_day(found: dict[str, float], ahead: Sequence[Span], day: date) -> None:
    """Where the new article's day lies from the announced one: on it or the day after, later, or before it."""
    late = min((day - last).days for _, last in ahead)
    early = max((first - day).days for first, _ in ahead)
    exact = any((last - first).days <= 1 for first, last in ahead)
    found["p_day_is_article"] = float(late <= 1 and early <= 0)
    found["p_day_just_now"] = float(late <= 1 and early <= 0 and exact)
    found["p_day_over"] = float(late > 1)
    found["p_day_ahead"] = float(early > 0)
    found["p_day_late"] = log(1 + max(0, min(late, LATEST)))


def _meet(a: Span, b: Span) -> bool:
    return a[0] <= b[1] and b[0] <= a[1]


def _spans(note: Note, *, ahead: bool) -> tuple[Span, ...]:
    """The dated days of a sentence read as an announcement's (from its article's day on) or as a report's (up to it).

    "Thursday" and "18 July" are the next ones in the first reading, the last ones in the second; without a publish
    date there is only what the text proves.
    """
    found = []
    for day in note.days:
        span = _toward(day, note.published, ahead=ahead)
        if span and (
            note.published is None or (span[1] >= note.published if ahead else span[0] <= note.published)
        ):
            found.append(span)
    return tuple(found)


def _toward(day: Day, published: date | None, *, ahead: bool) -> Span | None:
    if not day.first or not day.last:
        return None
    first, last = day.first, day.last
    if published is None or day.phrase.lower().startswith(FIXED):
        return first, last
    if day.rule == "weekday":
        step = timedelta(days=7)
    elif day.rule in ("month", "day_month"):
        step = timedelta(days=365)
    else:
        return first, last
    if ahead and last < published:
        return first + step, last + step
    if not ahead and first > published:
        return first - step, last - step
    return first, last
