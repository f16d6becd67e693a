"""Planned, happened, denied or uncertain, and who says it.

Cues are general English, in three strengths for plans; what they say together is learned (models `status` for a
sentence, `event_factuality` for one word of it), since fixed rules over the same cues did not carry to other topics.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import cast

from summarizers import scorer
from summarizers.events import base, classes_of, past_form
from summarizers.words import Word

STATUSES = ("happened", "planned", "denied", "uncertain", "state", "opinion")
REACH = 14  # words after a planning cue that it may speak of
FADE = 0.04  # how much less a cue says about each further word
BEYOND = 0.4  # what is left of it past a "but" or "after"

# Cues by name: phrases of words, comma between them; `plan*` is any form of "plan", irregular ones too.
_PLANS: dict[str, tuple[float, str]] = {
    "will": (1.0, "will, shall, gonna"),
    "due": (
        1.0,
        "due to, set to, about to, scheduled to, slated to, ready to, poised to, preparing to, prepared to, going to, about to, "
        "bound to, planning to, set for, scheduled for, slated for, due for, due on, due in, due at, due by, due today, "
        "due tomorrow, due this, due next, due later, set off for, scheduled on, scheduled this, scheduled next",
    ),
    "expected": (
        1.0,
        "expected to, anticipated to, projected to, forecast to, likely to, sure to, certain to, expected on, "
        "expected in, expected at, expected by, expected later, expected this, expected next, expected today, expected soon",
    ),
    "plans": (1.0, "plan* to, plan* on, plan* for, intend* to, prepare* to, prepare* for, gear* up"),
    "agreed": (
        1.0,
        "agree* to, decide* to, pledge* to, promise* to, commit* to, vow* to, swear* to, undertake* to, volunteer* to",
    ),
    "planned": (
        1.0,
        "planned, upcoming, forthcoming, scheduled, impending, looming, awaited, eventual, take place on, "
        "take effect, go into effect, will soon, would soon",
    ),
    "effort": (
        0.6,
        "plan, plans, intention, intentions, aim, aims, effort to, efforts to, bid to, attempt to, attempts to, move to, "
        "way to, deal to, deal for, proposal, proposals, proposed, deadline, draft, prospect",
    ),
    "hopes": (
        0.6,
        "hope* to, hope* that, hope* for, hope, hopes, aim* to, aim* at, aim* for, seek* to, want* to, wish* to, try* to, "
        "attempt* to, work* to, look* to, expect*, prepare*, predict*, forecast*, ready to, brace*, gear*, prospect of, talks on, "
        "talks to, in talks, consider*, weigh*, mull*, propose*, seek*, eye*, explore*, would like to",
    ),
    "calls": (
        0.6,
        "call* for, call* on, push* for, appeal* for, appeal* to, urge*, ask*, request*, demand*, order*, require*, "
        "invite*, allow*, press* for, pressure*, instruct*, tell* to, recommend*",
    ),
    "threatens": (0.6, "threaten* to, threaten* with, offer* to, threat to, threat of, threaten*, offer*"),
    "would": (0.6, "would, wouldn't, he'd, she'd, they'd, we'd, i'd, you'd"),
    "ahead": (
        0.6,
        "ahead of, tomorrow, tonight, next week, next month, next year, next day, next few, next two, next three, "
        "next monday, next tuesday, next wednesday, next thursday, next friday, next saturday, next sunday, coming days, "
        "coming weeks, coming months, coming hours, coming year, within days, within hours, within weeks, by the end, "
        "later this, later on, later today, pending, await*, wait* for, wait* to, soon, before long, yet to",
    ),
    "must": (0.6, "should, must, ought to, need* to, have to, has to"),
    "may": (0.35, "may, might, could, can, couldn't, cannot, can't"),
    "if": (0.35, "if, unless, until, provided that, possible, possibly, potential, potentially, unlikely, probably, perhaps, maybe"),
}  # fmt: skip

_FLAGS: dict[str, str] = {
    "not": "not, no, never, none, nobody, nothing, neither, nor, without, cannot, hardly, barely, no longer, no one",
    "failed": (
        "fail*, failure*, collapse*, abandon*, call* off, cancel*, cancellation*, scrap*, postpone*, postponement*, delay*, "
        "unheeded, ignore*, break* down, breakdown*, expire*, fall* through, stall*, unsuccessful, unable to, in vain, "
        "fall* short, did not, didn't, has not, hasn't, have not, haven't, had not, hadn't, was not, were not, wasn't, "
        "weren't, could not, couldn't, abort*, deadlock*, thwart*, foil*, defy*, admit* defeat, without success, "
        "without result, without agreement, without a deal, no deal, no agreement, no progress, no result, no results, "
        "no sign, no breakthrough, no settlement, no decision, hold* off, back* out, pull* out, drop* plans, shelve*, "
        "put* off, put* on hold, miss* the deadline, never came, reverse*, unsuccessfully, halt*"
    ),
    "setback": (
        "run* into, trouble, problem*, setback*, struggle*, difficulty, difficulties, stuck, defeat*, suspend*, block*, "
        "supposed to, instead, would have, walk* away, back* away, dim*, dash*, extend*, prolong*, impede*, disrupt*, hamper*, "
        "without, unable, no one, little of, forced to, drop*, withdraw*, rule* out, despite"
    ),
    "denied": (
        "deny*, denial*, dispute*, dismiss*, refute*, unaware of, contradict*, untrue, false, no evidence, no truth, "
        "no indication, rebut*, baseless, unfounded, hoax, fake, debunk*, retract*, no knowledge, not true, disavow*"
    ),
    "refused": (
        "reject*, rejection*, refuse*, refusal*, resist*, decline*, oppose*, opposition to, rebuff*, rule* out, has yet to, "
        "have yet to, had yet to, condemn*, will not, won't, would not, wouldn't, veto*, object* to, unwilling, not willing, "
        "balk*, turn* down, turn* away, snub*, spurn*, against, boycott*"
    ),
    "accepted": (
        "agree*, accept*, acceptance, endorse*, endorsement*, backs, backed, backing, support*, commit*, ready to, "
        "willing to, welcome*, approve*, in favor, in favour, pledge*, promise*, vow*, open to, prepared to, offer* to"
    ),
    "hedged": (
        "may, might, could, possibly, possible, perhaps, maybe, probably, likely, unlikely, apparently, reportedly, "
        "allegedly, alleged, suspect*, believe* to, think* to, appear* to, seem* to, seem*, rumor*, rumour*, unconfirmed, "
        "unclear, uncertain, unknown, fear*, speculate*, speculation, potential, potentially, whether, suggest*, not clear, "
        "not known, not certain, worry*, risk*, danger, some say"
    ),
    "estimate": "estimate*, at least, up to, about, around, nearly, as many as, as much as, approximately, roughly, some",
    "conditional": "if, unless, provided that, as long as, in case, would have, otherwise, in the event, were to",
    "vow": "will never, will continue, will remain, will always, will not, won't, never again, no matter, shall not",
    "believe": "believe*, think*, feel*, opinion*, view*, consider*, argue*, suggest*, guess*, suppose*, assume*, doubt*",
    "judge": (
        "important, necessary, good, bad, better, best, worse, worst, great, terrible, wrong, right, clear, clearly, "
        "obvious, obviously, unfortunately, sad, sadly, tragic, critical, critically, unacceptable, real, really, too, "
        "indeed, simply, certainly, surely, absolutely, hard, difficult, easy, fair, unfair, strong, historic, huge, "
        "enough, hate*, love*, proud, happy, responsibility, moral, justice, freedom, shame, stupid, wonderful, amazing, "
        "perfect, ridiculous, essential, crucial, dangerous, serious, deeply, truly, lesson, fault, blame*, deserve*, "
        "matter*, hero*, brave, beautiful, horrible, awful, disaster for, crazy, sense"
    ),
    "exhort": "should, must, let's, let us, need* to, have to, ought to, has to, urge*, call* on, call* for, time to, please",
    "copula": "is, are, am, it's, that's, there's, he's, she's, they're, we're, i'm, you're, isn't, aren't, what's",
    "has": "has, have, 've, i've, we've, they've, you've, hasn't, haven't",
    "had": "had, hadn't",
    "was": "was, were, wasn't, weren't, been",
    "do": "do, does, don't, doesn't",
    "did": "did, didn't",
    "lasts": (
        "remain*, stand*, lie, lies, live, lives, include*, contain*, own*, consist*, represent*, account* for, there is, "
        "there are, continue*, belong*, cost*, average*, know* as, locate*, based, lack*, face*, rely*, depend*, exist*, "
        "keep*, still, used to, cover*, hold, holds, carry, carries, make up, makes up, provides, offers, runs, operates"
    ),
    "tell": (
        "say*, tell*, according to, report*, announce*, add*, confirm*, state, stated, states, claim*, argue*, warn*, "
        "insist*, note*, explain*, write*, declare*, acknowledge*, admit*, tweet*, testify*, ask*, reply*, allege*, "
        "describe*, mention*, recall*, concede*, stress*, emphasize*, comment*, quote*, predict*"
    ),
    "act": (
        "announce*, declare*, order*, unveil*, decide*, rule, ruled, sign*, launch*, begin*, start*, vote*, pass*, appoint*, "
        "arrest*, kill*, die*, arrive*, release*, open*, close*, charge*, meet*, visit*, leave*, resign*, fire*, attack*, "
        "send*, hit*, win*, lose*, sell*, buy*, pay*, take*, come*, go, went, gone, bring*, find*, rescue*, issue*, file*, "
        "publish*, raise*, cut*, fall*, rise*, agree*, approve*, reach*, seize*, strike*, destroy*"
    ),
    "factive": "know*, realize*, realise*, see*, hear*, discover*, regret*, remember*, learn*, show*, find*, reveal*, prove*",
    "manage": "manage* to, begin* to, start* to, continue* to, succeed* in, force* to, help*, able to, happen* to, used to",
    "prevent": "prevent*, avoid*, avert*, stop*, block*, refrain*, keep from, rule* out, instead of, rather than, lack*",
    "want": "want*, wish*, desire*, hope*, need*, prefer*, like to, eager to, willing to, interested in, dream*",
    "intent": "plan*, intend*, propose*, aim*, threaten*, vow*, offer*, promise*, plot*, consider*, expect*, seek*, try*, attempt*",
    "first": "i, we, my, our, me, us, i'm, we're, i've, we've, i'd, we'd, we'll, i'll, let's",
    "second": "you, your, you're, you've",
    "they": "he, she, they, it, this, that, these, those, his, her, their, its",
    "when": "when, while, as, before, although, though, despite, because",
    "after": "after, following, since, in the wake, which, who, amid",
    "but": "but, however, yet, although, though",
    "ago": (
        "yesterday, ago, last week, last month, last year, last night, earlier, overnight, on monday, on tuesday, "
        "on wednesday, on thursday, on friday, on saturday, on sunday, previously, already, recently, in recent"
    ),
    "weekday": "monday, tuesday, wednesday, thursday, friday, saturday, sunday",
    "now": "today, now, currently, so far, this week, this month, this year",
    "quantity": "percent, million, billion, thousand, hundred, thousands, hundreds, dozens, per",
    "ask": "what, why, how, who, where",
    "generic": "always, often, usually, generally, every, typically, sometimes, normally, many, most, any, anyone, people",
    "also": "also, meanwhile, later, then, finally, eventually, immediately",
}  # fmt: skip

Phrase = tuple[tuple[str, ...], str]


def _lexicon(cues: Mapping[str, str]) -> dict[str, tuple[Phrase, ...]]:
    """Phrases by their first key; a key is a folded word, or "~" and the base of any form of a word."""
    found: dict[str, list[Phrase]] = {}
    for name, phrases in cues.items():
        for phrase in phrases.split(","):
            first, *rest = (f"~{base(w[:-1])}" if w.endswith("*") else w for w in phrase.split())
            found.setdefault(first, []).append((tuple(rest), name))
    return {first: tuple(sorted(phrases, key=lambda p: -len(p[0]))) for first, phrases in found.items()}


_LEXICON = _lexicon({**{f"plan_{name}": words for name, (_, words) in _PLANS.items()}, **_FLAGS})
_STRENGTH = {f"plan_{name}": strength for name, (strength, _) in _PLANS.items()} | {
    "plan_is_to": 1.0,
    "plan_was_to": 0.8,
    "plan_to": 0.35,
}

BE = frozenset("is are was were be been being it's he's she's they're we're i'm isn't aren't".split())
NOT_VERBS = frozenset(
    """the a an this that these those his her its their our my your all both some any each every no me him them us it
    you blame date and or but in at by of for from with as one two three""".split()
)
CLOSERS = frozenset(
    "but after although though said says despite because while when since amid following".split()
)
ADVERBS = frozenset("now also still all both already currently not widely then never once again just".split())
# After "will" these make a vow or a forecast of what lasts; before "to" those make a goal.
LASTING = frozenset("never continue remain always not be have".split())
GOALS = frozenset(
    "goal role way aim purpose idea job task point priority challenge strategy key hope dream".split()
)


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue with the words that it covers, `start` to before `end`; `strength` is that of a plan, else 0."""

    name: str
    start: int
    end: int
    strength: float = 0.0


@dataclass(frozen=True, slots=True)
class Mood:
    """How a sentence asserts.

    `future` and `past` weigh each of its words, 0…1: how far it speaks of what is ahead, of what is done. `flags`
    name what the cues outside quotations say: planned, hedged, failed, denied, refused, accepted, conditional,
    reported, quoted, negated, question, vow. `planned_at` are the stretches of characters that announce something.
    `asserted` are the words outside the attribution and dateline, `clauses` the indices at which a clause begins.
    `memo` holds what later stages compute from this sentence alone.
    """

    future: tuple[float, ...] = ()
    past: tuple[float, ...] = ()
    speaker: str | None = None
    flags: frozenset[str] = frozenset()
    planned_at: tuple[tuple[int, int], ...] = ()
    cues: tuple[Cue, ...] = ()
    quoted: tuple[bool, ...] = ()
    asserted: tuple[bool, ...] = ()
    clauses: tuple[int, ...] = ()
    evidence: Mapping[str, float] = field(default_factory=dict)
    memo: dict[str, object] = field(default_factory=dict, init=False, repr=False, compare=False)


def read_mood(text: str, words: Sequence[Word]) -> Mood:
    """The mood of a sentence; any text has one, without words it is empty."""
    if not words:
        return Mood()
    gaps = [text[a.end : b.start] for a, b in pairwise(words)] + [text[words[-1].end :]]
    quoted = _quoted(text[: words[0].start], gaps)
    clauses = _clauses(words, gaps)
    cues = tuple(_find_cues(words))
    speaker, attribution = _attribution(text, words, gaps, quoted)
    asserted = _asserted(text, words, attribution)
    future = _future(words, cues, asserted, gaps)
    past = _past(words, future, cues)
    planned_at = tuple(
        (words[c.start].start, words[_reach(words, c, gaps) - 1].end)
        for c in cues
        if c.strength >= 0.8 and asserted[c.start]
    )
    flags = _flags(text, cues, quoted, asserted, speaker)
    return Mood(
        future=future,
        past=past,
        speaker=speaker,
        flags=flags,
        planned_at=planned_at,
        cues=cues,
        quoted=quoted,
        asserted=asserted,
        clauses=clauses,
        evidence=_evidence(text, words, cues, quoted, asserted, future, past, flags),
    )


OPEN_MARKS, CLOSE_MARKS = "“«„", "”»"


def _quoted(lead: str, gaps: Sequence[str]) -> tuple[bool, ...]:
    """For each word whether it stands inside double quotation marks; a mark that only closes opened before."""
    found: list[bool] = []
    inside = seen = False
    for gap in [lead, *gaps[:-1]]:
        for mark in gap:
            if mark == '"':
                inside = not inside
            elif mark in OPEN_MARKS:
                inside = True
            elif mark in CLOSE_MARKS:
                if not inside and not seen:
                    found = [True] * len(found)
                inside, seen = False, True
        found.append(inside)
    return tuple(found)


CLAUSE_MARKS = frozenset(',;:–—()"“”')
CLAUSE_WORDS = frozenset(
    "and but after although though while when because since that which who if as before until".split()
)


def _clauses(words: Sequence[Word], gaps: Sequence[str]) -> tuple[int, ...]:
    starts = [0]
    for index in range(1, len(words)):
        marked = (
            not CLAUSE_MARKS.isdisjoint(gaps[index - 1])
            or " - " in gaps[index - 1]
            or "--" in gaps[index - 1]
        )
        if (marked or words[index].folded in CLAUSE_WORDS) and index - starts[-1] >= 3:
            starts.append(index)
    return tuple(starts)


def _find_cues(words: Sequence[Word]) -> Iterator[Cue]:
    folded = [word.folded for word in words]
    bases = [f"~{base(word)}" for word in folded]
    for index, word in enumerate(folded):
        yield from _phrases(folded, bases, index)
        if word == "to":
            yield from _infinitive(folded, index)
        elif word.endswith("'ll"):
            yield Cue("plan_will", index, index + 1, 1.0)
        elif word.endswith("n't"):
            yield Cue("not", index, index + 1)


def _phrases(folded: Sequence[str], bases: Sequence[str], index: int) -> Iterator[Cue]:
    """The longest phrase of each name that begins here."""
    seen = []
    for key in (folded[index], bases[index]):
        for rest, name in _LEXICON.get(key, ()):
            end = index + 1 + len(rest)
            if name in seen or end > len(folded):
                continue
            if all(bases[index + 1 + k] == w or folded[index + 1 + k] == w for k, w in enumerate(rest)):
                seen.append(name)
                yield _weighed(name, folded, index, end)


def _weighed(name: str, folded: Sequence[str], start: int, end: int) -> Cue:
    """The cue with its strength, halved below an announcement's where the words make it a vow, a cause or a goal."""
    strength = _STRENGTH.get(name, 0.0)
    after = folded[end] if end < len(folded) else ""
    second = folded[end + 1] if end + 1 < len(folded) else ""
    before = folded[max(0, start - 2) : start]
    if name == "plan_will" and after == "be" and (past_form(second) or second.endswith("ing")):
        return Cue(name, start, end, strength)
    if name == "plan_will" and (after in LASTING or "whether" in before):
        return Cue(name, start, end, 0.6 if after in ("be", "have", "not") else 0.35)
    if name == "plan_due" and (after in NOT_VERBS or after == "plan") and folded[end - 1] == "to":
        return Cue("because", start, end)
    if name == "plan_agreed" and after in NOT_VERBS:
        return Cue(name, start, end, 0.35)
    return Cue(name, start, end, strength)


def _infinitive(folded: Sequence[str], index: int) -> Iterator[Cue]:
    """A "to" before a verb: with a form of "be" in front it announces, alone it hardly does."""
    after = folded[index + 1] if index + 1 < len(folded) else ""
    if not after or after in NOT_VERBS or after[0].isdigit() or (index and base(folded[index - 1]) in BEGUN):
        return
    at = index - 1
    while at > 0 and folded[at] in ADVERBS:
        at -= 1
    be = folded[at] if at >= 0 else ""
    if be in BE and not (at and folded[at - 1] in GOALS):
        past = be in ("was", "were", "been")
        yield Cue("plan_was_to" if past else "plan_is_to", at, index + 1, 0.8 if past else 1.0)
    else:
        yield Cue("plan_to", index, index + 1, 0.35)


APPOSED = frozenset("the a an who whose head whom which its his her".split())
DETERMINERS = frozenset("the a an this that these those his her its their our my your some any no".split())
BEGUN = frozenset(
    map(base, "begin start continue manage resume proceed".split())
)  # "began to rain": it rains
LIGHT_VERBS = frozenset(
    map(base, "hold take make give stage conduct deliver begin start end open launch pay win".split())
)
DOING = LIGHT_VERBS | BEGUN
PRONOUNS = frozenset(
    """he she they it we i you this that these those who which one there what someone everyone people some others many
    most such another both all him her them""".split()
)
SAYING = frozenset(
    base(w)
    for w in """say tell announce add report confirm warn argue insist claim note explain tweet write declare
    acknowledge admit deny testify concede stress recall reply reveal predict""".split()
)
NOUN_BREAKS = frozenset(
    "and but that because while when after as if although though since which who where so".split()
)
AUXILIARIES = frozenset(
    "has have had also later then was were is are not did been is being would will".split()
)


def _attribution(
    text: str, words: Sequence[Word], gaps: Sequence[str], quoted: Sequence[bool]
) -> tuple[str | None, tuple[tuple[int, int], ...]]:
    """Who says it, in the sentence's words, and the stretches of words that only say so."""
    found: list[tuple[str | None, int, int]] = []
    for index, word in enumerate(words):
        if quoted[index]:
            continue
        if word.folded == "according" and index + 2 < len(words) and words[index + 1].folded == "to":
            end = _phrase_end(words, gaps, index + 2)
            found.append((_named(text, words, index + 2, end), index, end))
        elif _says(words, gaps, index):
            found.extend(_said(text, words, gaps, index))
    stretches = tuple((start, end) for _, start, end in found)
    return next((name for name, _, _ in found if name), None), stretches


def _says(words: Sequence[Word], gaps: Sequence[str], index: int) -> bool:
    """Whether the word attributes: "said", but not "reports of", "the reported cases" or "announced a plan"."""
    word = words[index].folded
    if base(word) not in SAYING or word in ("telling", "saying"):
        return False
    if word in ("said", "says", "say", "told", "tells"):
        return True
    if not past_form(word) and not word.endswith("s"):
        return False
    before, after = gaps[index - 1] if index else "", gaps[index]
    marked = (
        not CLAUSE_MARKS.isdisjoint(after) or any(mark in before for mark in '"”') or index + 1 == len(words)
    )
    that = any(w.folded == "that" for w in words[index + 1 : index + 4])
    return (marked or that) and bool(index) and words[index - 1].folded not in NOT_VERBS


def _said(
    text: str, words: Sequence[Word], gaps: Sequence[str], index: int
) -> Iterator[tuple[str | None, int, int]]:
    """The speaker of "X said" or of "…," said X."""
    end = _turned(words, gaps, index)
    if end:
        yield _named(text, words, index + 1, end), index, end
        return
    stop = index
    while stop > 0 and words[stop - 1].folded in AUXILIARIES:
        stop -= 1
    if not stop or words[stop - 1].folded in NOUN_BREAKS:
        return
    if (start := _phrase_start(words, gaps, stop)) < stop:
        first = _skip_apposition(words, gaps, start) if "," in gaps[stop - 1] else start
        end = stop if first == start else _comma_after(gaps, first, stop)
        yield _named(text, words, first, end), first, index + 1


def _turned(words: Sequence[Word], gaps: Sequence[str], index: int) -> int:
    """The end of the speaker's name where it follows its verb (`"…," said Ada Brell`), else 0."""
    if not index or index + 1 >= len(words) or CLAUSE_MARKS.isdisjoint(gaps[index - 1]) or ":" in gaps[index]:
        return 0
    if not (words[index + 1].text[0].isupper() or words[index + 1].folded in DETERMINERS):
        return 0
    end = _phrase_end(words, gaps, index + 1)
    quotation = any(mark in gaps[index - 1] for mark in '"”')
    whole = end == len(words) or not CLAUSE_MARKS.isdisjoint(gaps[end - 1])
    tells = any(past_form(word.folded) for word in words[index + 1 : end])
    return end if quotation or (whole and not tells) else 0


def _phrase_end(words: Sequence[Word], gaps: Sequence[str], start: int) -> int:
    """Where the noun phrase that begins at `start` ends: at a mark, a joining word, or after twelve words."""
    for index in range(start, min(len(words), start + 12)):
        if index > start and (words[index].folded in NOUN_BREAKS or words[index].folded in AUXILIARIES):
            return index
        if not CLAUSE_MARKS.isdisjoint(gaps[index]):
            return index + 1
    return min(len(words), start + 12)


def _phrase_start(words: Sequence[Word], gaps: Sequence[str], stop: int) -> int:
    index = stop - 1
    while index > max(0, stop - 14):
        pair = words[index - 1].folded == "and" and index > 1 and words[index - 2].text[0].isupper()
        if not CLAUSE_MARKS.isdisjoint(gaps[index - 1]) or (
            words[index - 1].folded in NOUN_BREAKS and not pair
        ):
            break
        index -= 1
    return max(index, 0)


def _skip_apposition(words: Sequence[Word], gaps: Sequence[str], start: int) -> int:
    """Where the name begins that "…, the mayor of X" or "…, 54" is set beside; `start` where nothing is."""
    if start and words[start - 1].folded in ("who", "whose", "which"):
        start -= 1
    opener = words[start].folded
    beside = opener in APPOSED or opener[0].isdigit() or opener.endswith("ing")
    if not start or "," not in gaps[start - 1] or not beside:
        return start
    index = start - 1
    while index > 0 and start - index < 7 and CLAUSE_MARKS.isdisjoint(gaps[index - 1]):
        if words[index - 1].folded in NOUN_BREAKS or (
            words[index].text[0].isupper() and words[index - 1].text[0].islower()
        ):
            break
        index -= 1
    return index if words[index].text[0].isupper() or words[index].folded in DETERMINERS else start


def _comma_after(gaps: Sequence[str], first: int, stop: int) -> int:
    return next((i + 1 for i in range(first, stop) if "," in gaps[i]), stop)


def _named(text: str, words: Sequence[Word], start: int, end: int) -> str | None:
    """The phrase as written, or None where it is a pronoun or no phrase."""
    while start < end and words[start].folded in NOUN_BREAKS:
        start += 1
    while end > start and words[end - 1].folded in WEEKDAYS | {"on"}:
        end -= 1
    if start >= end or words[start].folded in PRONOUNS or end - start > 12:
        return None
    if end - start == 1 and not words[start].text[0].isupper() and not words[start].folded.endswith("s"):
        return None
    return text[words[start].start : words[end - 1].end]


WEEKDAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
DATELINE = re.compile(
    r"^[^a-z“\"]{3,60}?(?:\([^)\n]{2,40}\))?\s?[-–—]{1,2}\s|^[A-Z][\w ,.]{2,40}\([A-Z][\w ]{1,20}\)\s?[-–—]{1,2}\s"
)


def _asserted(text: str, words: Sequence[Word], attribution: Sequence[tuple[int, int]]) -> tuple[bool, ...]:
    opening = DATELINE.match(text[:120])
    after = opening.end() if opening else 0
    found = [word.start >= after for word in words]
    for start, end in attribution:
        for index in range(start, end):
            found[index] = False
    return tuple(found) if any(found) else (True,) * len(words)


def _reach(words: Sequence[Word], cue: Cue, gaps: Sequence[str]) -> int:
    """The word before which the clause of a planning cue ends."""
    for index in range(cue.end, min(len(words), cue.end + REACH)):
        if words[index].folded in CLOSERS or not {";", "—", "–"}.isdisjoint(gaps[index - 1]):
            return index
    return min(len(words), cue.end + REACH)


def _future(
    words: Sequence[Word], cues: Sequence[Cue], asserted: Sequence[bool], gaps: Sequence[str]
) -> tuple[float, ...]:
    weights = [0.0] * len(words)
    for cue in cues:
        if not cue.strength:
            continue
        border = _reach(words, cue, gaps)
        for k, index in enumerate(range(cue.end, min(len(words), cue.end + REACH))):
            weight = cue.strength * (1 - FADE * k) * (BEYOND if index >= border else 1.0)
            weights[index] = max(weights[index], weight)
        if cue.name in ("plan_planned", "plan_effort"):  # "the planned talks", but also "the talks planned"
            for index in range(max(0, cue.start - 3), cue.start):
                weights[index] = max(weights[index], cue.strength * 0.5)
    return tuple(w if here else 0.0 for w, here in zip(weights, asserted, strict=True))


def _past(words: Sequence[Word], future: Sequence[float], cues: Sequence[Cue]) -> tuple[float, ...]:
    """1 for a past form, .4 for -ing, less what is ahead.

    .7 for an event named after "after" or "following", in "held a vote", or in "began to vote".
    """
    weights = [_past_weight(word.folded) for word in words]
    ends = [cue.end for cue in cues if cue.name == "after"]
    ends += [i + 1 for i, w in enumerate(words) if weights[i] == 1.0 and base(w.folded) in DOING]
    for end in ends:
        for index in range(end, min(len(words), end + 4)):
            if classes_of(words[index].folded):
                weights[index] = max(weights[index], 0.7)
    return tuple(w * (1 - f) for w, f in zip(weights, future, strict=True))


def _past_weight(folded: str) -> float:
    if past_form(folded):
        return 1.0
    return 0.4 if folded.endswith("ing") and len(folded) > 5 else 0.0


_FLAG_OF = {
    "hedged": "hedged",
    "failed": "failed",
    "denied": "denied",
    "refused": "refused",
    "accepted": "accepted",
    "conditional": "conditional",
    "not": "negated",
    "vow": "vow",
}


def _flags(
    text: str, cues: Sequence[Cue], quoted: Sequence[bool], asserted: Sequence[bool], speaker: str | None
) -> frozenset[str]:
    found = {_FLAG_OF[c.name] for c in cues if c.name in _FLAG_OF and not quoted[c.start]}
    if any(c.strength >= 0.8 and asserted[c.start] for c in cues):
        found.add("planned")
    if speaker or any(c.name == "tell" and not quoted[c.start] for c in cues):
        found.add("reported")
    if any(quoted):
        found.add("quoted")
    if text.rstrip("”\"'’ )").endswith("?"):
        found.add("question")
    return frozenset(found)


def _evidence(
    text: str,
    words: Sequence[Word],
    cues: Sequence[Cue],
    quoted: Sequence[bool],
    asserted: Sequence[bool],
    future: Sequence[float],
    past: Sequence[float],
    flags: frozenset[str],
) -> dict[str, float]:
    """Named measurements of the sentence, none of them a word of its topic."""
    size = len(words)
    found: dict[str, float] = {
        "length": min(size, 60) / 20,
        "quoted": sum(quoted) / size,
        "opens_quoted": float(quoted[0]),
        "attributed": 1 - sum(asserted) / size,
        "future": sum(future) / size,
        "past": sum(past) / size,
        "future_max": max(future),
        "past_forms": min(4.0, sum(1 for p, here in zip(past, asserted, strict=True) if p >= 0.6 and here)),
        "digits": min(4.0, sum(1.0 for w in words if w.text[0].isdigit())),
        "capitals": sum(1 for w in words[1:] if w.text[0].isupper()) / size,
        "question": float("question" in flags),
        "exclaims": float("!" in text),
        "events": sum(1 for w in words if w.content and classes_of(w.folded)) / size,
    }
    for cue in cues:
        place = "q_" if quoted[cue.start] else ("c_" if asserted[cue.start] else "a_")
        found[place + cue.name] = 1.0
        early = 1 - cue.start / size
        found["early_" + cue.name] = max(found.get("early_" + cue.name, 0.0), early)
    found.update(_predicate(words, cues, asserted, past))
    return found


FINITE = frozenset(
    """plan_will plan_would plan_may plan_must copula has had was do did plan_is_to plan_was_to plan_expected plan_due
    plan_plans plan_agreed""".split()
)


def _predicate(
    words: Sequence[Word], cues: Sequence[Cue], asserted: Sequence[bool], past: Sequence[float]
) -> Iterator[tuple[str, float]]:
    """The first finite verb of what is asserted, the next one, and whether a denial stands by the first."""
    kinds: dict[int, str] = {}
    for index, weight in enumerate(past):
        if weight >= 0.5 and asserted[index]:
            kinds[index] = "past"
    for cue in cues:
        if cue.name in FINITE and asserted[cue.start]:
            kinds[cue.start] = cue.name
    order = sorted(kinds)
    if not order:
        yield "verb1_none", 1.0
        return
    for rank, index in enumerate(order[:2], 1):
        yield f"verb{rank}_{kinds[index]}", 1.0
    first = order[0]
    yield "verb1_at", first / len(words)
    for cue in cues:
        if abs(cue.start - first) <= 3 and cue.name in (
            "not",
            "failed",
            "denied",
            "refused",
            "hedged",
            "accepted",
            "act",
        ):
            yield "by_verb1_" + cue.name, 1.0
    if kinds[first] in ("was", "has", "had", "copula"):
        nearby = range(first + 1, min(len(words), first + 4))
        yield "verb1_participle", float(any(past[i] >= 0.5 for i in nearby))
        yield "verb1_progress", float(any(words[i].folded.endswith("ing") for i in nearby))


def status(mood: Mood) -> dict[str, float]:
    """How likely it is that the sentence tells what happened, is planned, denied, uncertain, a state, an opinion."""
    key = f"status:{id(scorer.weights())}"
    if key not in mood.memo:
        model = scorer.weights().models.get("status")
        mood.memo[key] = model.probabilities(mood.evidence) if model else _plain_status(mood)
    return cast("dict[str, float]", mood.memo[key])


def _plain_status(mood: Mood) -> dict[str, float]:
    """A rule for where no weights are: the strongest cue wins."""
    order = (
        ("question" in mood.flags, "opinion"),
        ("denied" in mood.flags or "failed" in mood.flags, "denied"),
        ("planned" in mood.flags, "planned"),
        ("hedged" in mood.flags, "uncertain"),
        (any(w >= 0.6 for w in mood.past), "happened"),
        (True, "state"),
    )
    best = next(name for holds, name in order if holds)
    return {name: 0.7 if name == best else 0.06 for name in STATUSES}


def happened(words: Sequence[Word], mood: Mood, index: int) -> float:
    """How likely it is that the event which the word at `index` names has taken place."""
    model = scorer.weights().models.get("event_factuality")
    evidence = word_evidence(words, mood, index)
    return model.probability(evidence) if model else _plain_happened(evidence)


def _plain_happened(evidence: Mapping[str, float]) -> float:
    unreal = any(
        evidence.get(f"near_{name}")
        for name in ("not", "plan_will", "plan_would", "plan_may", "if", "intent", "want")
    )
    return 0.2 if unreal else 0.85


def word_evidence(words: Sequence[Word], mood: Mood, index: int) -> dict[str, float]:
    """Named measurements of one event word: its form, and the cues around it by distance."""
    word = words[index].folded
    clause = max((start for start in mood.clauses if start <= index), default=0)
    found: dict[str, float] = {
        "own_past": float(past_form(word)),
        "own_ing": float(word.endswith("ing")),
        "own_s": float(word.endswith("s") and not past_form(word)),
        "own_noun": float(word.endswith(("ion", "ment", "ing", "ence", "ance", "al", "ity"))),
        "own_capital": float(words[index].text[0].isupper()),
        "future": mood.future[index],
        "past": mood.past[index],
        "quoted": float(mood.quoted[index]),
        "asserted": float(mood.asserted[index]),
        "question": float("question" in mood.flags),
        "place": index / len(words),
    }
    for cue in mood.cues:
        gap = index - cue.end + 1
        if cue.start <= index < cue.end:
            found["own_" + cue.name] = 1.0
        elif 0 < gap <= 4:
            found["near_" + cue.name] = 1.0
            if gap <= 2:
                found["next_" + cue.name] = 1.0
        elif gap > 4:
            found[("clause_" if cue.start >= clause else "far_") + cue.name] = 1.0
        elif cue.start - index <= 3:
            found["after_" + cue.name] = 1.0
    found.update(_neighbours(words, index))
    return found


PREPOSITIONS = frozenset("of in on at for by from with about into over against under between during".split())


def _neighbours(words: Sequence[Word], index: int) -> Iterator[tuple[str, float]]:
    before = words[index - 1].folded if index else ""
    second = words[index - 2].folded if index > 1 else ""
    after = words[index + 1].folded if index + 1 < len(words) else ""
    yield "prev_determiner", float(before in DETERMINERS or second in DETERMINERS)
    yield "prev_preposition", float(before in PREPOSITIONS)
    yield "prev_to", float(before == "to")
    yield "prev_past", float(past_form(before)) if before else 0.0
    yield "prev_pronoun", float(before in PRONOUNS)
    yield "prev_none", float(not before)
    yield "next_preposition", float(after in PREPOSITIONS)
    yield "next_to", float(after == "to")
    yield "next_that", float(after == "that")
