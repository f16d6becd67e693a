"""What is shown: lines of verbatim quotations under labels of ours, and the proof that they are verbatim.

`compose` puts the lead first, then the groups of `GROUPS` in their order, inside a budget of entries (a second label
of a line is an entry of its own); the rest waits in `more`. `cut` shortens an over-long sentence at a clause border.
`verify` finds each quotation again. `as_json` and `read_digest` are the form in which a digest is kept.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NoReturn, cast

from summarizers.clean import as_documents
from summarizers.errors import BrokenDigest, InvalidBudget
from summarizers.types import (
    GROUPS,
    LABELS,
    Answer,
    Delta,
    Digest,
    Group,
    Label,
    Line,
    Quotation,
    Sentence,
    Sources,
    Summary,
    Timeline,
    Update,
    Verification,
)
from summarizers.words import content_stems, stem, tokens

BUDGET = 12
FOREMOST = 3  # of the best lines, those from which the lead is taken
LONG = (
    280  # characters: one news sentence in fifty is longer, and seven of this length still fit a chat message
)
ENDLESS = (
    4_000  # what is longer is no sentence, whatever a splitter made of it, and has no clauses to look for
)
SHORTEST = 100  # a head shorter than this has lost too much to stand for the sentence
GROUP_OF: dict[Label, Group] = {label: group for group, labels in GROUPS.items() for label in labels}
QUIET: frozenset[Label] = frozenset(GROUPS["same"] + GROUPS["open"])  # alone they are no news


# --- compose ---------------------------------------------------------------------------------------------------


def compose(
    thing: Summary | Delta | Answer | Timeline,
    *,
    title: str = "",
    made_at: datetime | None = None,
    budget: int = BUDGET,
) -> Digest:
    """A digest of a summary, a delta, an answer or a timeline: at most `budget` entries, the others in `more`.

    An abstaining answer has no lines; its closest sentences are `more`. Of a delta in which nothing changed every
    line is in `more` too. Raises InvalidBudget for a budget below one.
    """
    if isinstance(budget, bool) or not isinstance(budget, int) or budget < 1:
        raise InvalidBudget(f"A digest needs a budget of at least one line, not {budget!r}.")
    if isinstance(thing, Delta):
        return _compose_delta(thing, title or thing.title, made_at, budget)
    if isinstance(thing, Timeline):
        lines = [
            Line(None, tuple(map(cut, event.sentences)), why=event.provenance)
            for event in thing.events
            if event.sentences
        ]
        return Digest(title, tuple(lines), made_at)  # asked for by its dates, so there is no second budget
    lines = [Line(None, (cut(sentence),)) for sentence in thing.sentences]
    if isinstance(thing, Answer):
        closest = tuple(Line(None, (cut(sentence),)) for sentence in thing.closest)
        return Digest(title or thing.question, tuple(lines[:budget]), made_at, (*lines[budget:], *closest))
    return Digest(title or thing.title, tuple(lines), made_at)  # its own budget was met when it was made


def _compose_delta(delta: Delta, title: str, made_at: datetime | None, budget: int) -> Digest:
    updates = plainest(delta.updates)
    taken, left = _within(updates, budget)
    if all(update.label in QUIET for update in taken):
        taken, left = [], list(updates)
    return Digest(
        title=title,
        lines=tuple(map(_line, _in_groups(taken))),
        made_at=made_at,
        more=tuple(map(_line, left)),
        same_before=sum(update.label in GROUPS["same"] for update in updates),
        still_open=_still_open(delta),
    )


def _within(updates: Sequence[Update], budget: int) -> tuple[list[Update], list[Update]]:
    """The updates that fit, the first ones first, and those that are left."""
    taken: list[Update] = []
    left: list[Update] = []
    for update in updates:
        entries = 2 if update.also else 1
        fits = entries <= budget
        (taken if fits else left).append(update)
        budget -= entries if fits else 0
    return taken, left


def _in_groups(updates: Sequence[Update]) -> list[Update]:
    """The lead, then the others by group; inside a group as they came, a leaning line under what it leans on."""
    lead = _lead(updates)
    ordered = [lead] if lead else []
    for group in GROUPS:
        ordered += _side_by_side([u for u in updates if u is not lead and GROUP_OF[u.label] == group])
    return _unrepeated(ordered)


def _lead(updates: Sequence[Update]) -> Update | None:
    """The first update that is news, of the foremost ones rather one that stands alone."""
    news = [update for update in updates if update.label not in QUIET]
    alone = [update for update in news[:FOREMOST] if not update.context and not update.speaker]
    return next(iter((*alone, *news)), None)


def _side_by_side(group: Sequence[Update]) -> list[Update]:
    """A line that leans on another one stands under it, and lines that lean on the same words together."""
    placed: list[Update] = []
    for update in group:
        _place(update, group, placed)
    return placed


def _place(update: Update, group: Sequence[Update], placed: list[Update]) -> None:
    """The update under the last line that shows what it leans on; those of its group that it needs come first."""
    if update in placed:
        return
    own = update.sentences[0]
    for other in group:
        if set(other.sentences) & set(update.context) and other.sentences[0].start < own.start:
            _place(other, group, placed)
    above = [
        at for at, other in enumerate(placed) if {*other.sentences, *other.context} & set(update.context)
    ]
    placed.insert(above[-1] + 1 if above else len(placed), update)


def _unrepeated(ordered: Sequence[Update]) -> list[Update]:
    """The lines without those sentences of their context that stand directly above."""
    found: list[Update] = []
    shown: frozenset[Sentence] = frozenset()
    for update in ordered:
        found.append(replace(update, context=tuple(s for s in update.context if s not in shown)))
        continued = shown if set(update.context) & shown else frozenset()
        shown = continued | frozenset((*update.sentences, *update.context))
    return found


def _line(update: Update) -> Line:
    return Line(
        label=update.label,
        quotations=tuple(map(cut, update.sentences)),
        prior=tuple(map(cut, update.prior)),
        context=tuple(map(cut, update.context)),
        also=update.also,
        also_prior=tuple(map(cut, update.also_prior)),
        speaker=update.speaker,
        figure=update.figure,
        why=update.why,
    )


def _still_open(delta: Delta) -> tuple[Quotation, ...]:
    announced = [s for update in delta.updates if update.label in GROUPS["open"] for s in update.sentences]
    found = {(s.document_id, s.start, s.end): s for s in (*announced, *delta.open)}
    return tuple(map(cut, found.values()))


# --- of two equal sentences the plainer --------------------------------------------------------------------------

LOADED = frozenset(
    stem(word)
    for word in """absurd alarming amazing appalling astonishing atrocious barbaric blast blasted bombshell brazen brutal
    catastrophic chilling controversial crazy cruel crushing damning dangerous defiant deplorable despicable devastating
    dictator dire disastrous disgraceful dramatic dramatically dreadful embarrassing evil explosive extraordinary extremist
    fanatic fantastic fierce finally furious ghastly glorious grim gruesome harrowing heinous heroic hideous historic
    horrible horrific horrifying huge humiliating incredible infamous inhuman insane ironically ludicrous massive
    merciless miraculous monstrous murderous mysterious nightmare notorious obviously outrageous outspoken pathetic
    puppet radical rant reckless regime remarkable ruthless savage scandalous scathing shameful shameless shocking
    sensational shockingly sickening sinister slam slammed stunning stunningly stupid surprising surprisingly terrible
    terrifying terrific thug tragic tragically tyrant unbelievable unprecedented unsurprisingly vicious vile violent
    wicked wonderful""".split()
)
TURNS = frozenset(  # words that content stems leave out, and that change what a sentence says
    """no not never none nobody nothing neither nor cannot without hardly barely may might could would should must can
    will if unless until only but about nearly almost over under more less before after""".split()
)


def plainest(updates: Sequence[Update]) -> tuple[Update, ...]:
    """The updates without those that say what another one says: the plainer takes the place of the first."""
    best: dict[object, Update] = {}
    for update in updates:
        key = _meaning(update)
        held = best.get(key)
        if held is None or _loadedness(update) < _loadedness(held):
            best[key] = update
    return tuple(best.values())


def _meaning(update: Update) -> object:
    """Equal for sentences that differ only in loaded words, marks and order of words."""
    text = _wording(update)
    stems = frozenset(content_stems(text)) - LOADED
    turns = tuple(word.folded for word in tokens(text) if word.folded in TURNS or word.folded.endswith("n't"))
    if not stems:
        return tuple((s.document_id, s.start, s.end) for s in update.sentences)
    return update.label, stems, turns, update.also


def _loadedness(update: Update) -> tuple[int, int]:
    text = _wording(update)
    return sum(word.stem in LOADED for word in tokens(text)), len(text)


def _wording(update: Update) -> str:
    return " ".join(sentence.text for sentence in update.sentences)


# --- cut ---------------------------------------------------------------------------------------------------------

# A clause that ends a sentence and may fall away: a relative or temporal one after a comma, a new main clause after
# a semicolon or with a subject of its own after "and". A list ("A, B, and C") has no such border.
BORDER = re.compile(
    r"(?:;\s|,\s(?:and\s(?=(?:he|she|they|it|there|we)\b)|(?=(?:which|who|whose|whom|where|when|as)\b)))",
    re.IGNORECASE,
)
# What a cut may never lose: negations, hedges, conditions and contrasts, and who says so.
KEPT = re.compile(
    r"\b(?:no|not|never|none|nobody|nothing|neither|nor|cannot|without|hardly|barely|rarely|fail\w*|refus\w*|den(?:y|ie)\w*|reject\w*"
    r"|may|might|could|would|should|shall|must|can|will|possibl\w*|perhaps|maybe|probabl\w*|reported\w*|alleged\w*"
    r"|apparent\w*|likely|unlikely|expect\w*|believ\w*|thought|think\w*|seem\w*|appear\w*|suggest\w*|estimat\w*|suspect\w*"
    r"|if|unless|until|provided|providing|assuming|subject|depend\w*|condition\w*|only|except|whether|once|pending"
    r"|but|however|although|though|despite|yet|instead|still|while|whereas|because"
    r"|sa(?:y|ys|id|ying)|tell\w*|told|accord\w*|claim\w*|argu\w*|announc\w*|report|reports|warn\w*|insist\w*|add(?:s|ed|ing)"
    r"|stat(?:e|es|ed|ing|ement)|declar\w*|confirm\w*|acknowledg\w*|admit\w*|accus\w*|ask\w*|promis\w*|pledg\w*|vow\w*"
    r"|describ\w*|call(?:s|ed|ing)|quot\w*|cit(?:e|es|ed|ing)|plan\w*|intend\w*|hop(?:e|es|ed|ing)|propos\w*|threaten\w*)\b"
    r"|n['’]t\b",
    re.IGNORECASE,
)
OPENS_SUBORDINATE = re.compile(
    r"[\"“‘']?(?:if|unless|although|though|while|when|as|after|before|because|since|once|until|whether|despite)\b",
    re.IGNORECASE,
)
PAIRS = (("“", "”"), ("«", "»"), ("(", ")"), ("[", "]"))
PLAIN_OPENING = re.compile(r"(?:^|[\s(])['‘](?=\S)")


def cut(sentence: Sentence, *, long: int = LONG) -> Quotation:
    """The quotation of a sentence; of one longer than `long` characters its last clauses may be left out.

    Only whole clauses fall away, never one that carries a negation, a hedge, a condition or a claimant, and never
    inside quotation marks or brackets. A sentence that can't be cut so stays whole, however long it is.
    """
    text = sentence.text
    while long < len(text) <= ENDLESS and (end := _last_border(text)):
        text = text[:end]
    shortened = len(text) < len(sentence.text)
    return _quotation(sentence, text, cut_after=shortened)


def _last_border(text: str) -> int | None:
    """Where the last clause of the text begins, if that clause may fall away."""
    last = None
    for last in BORDER.finditer(text):  # noqa: B007 - because only the last one matters
        pass
    if last is None:
        return None
    head, tail = text[: last.start()], text[last.end() :]
    return last.start() if _may_fall(head, tail, last.group()) else None


def _may_fall(head: str, tail: str, border: str) -> bool:
    resumes = "," in tail.rstrip(".,") or re.search(r"\s[–—-]\s|—|;|:", tail)
    return not (
        resumes  # a comma or a dash after the clause: the main clause may go on behind it
        or len(head) < SHORTEST
        or KEPT.search(tail)
        or not (_balanced(head) and _balanced(tail))
        or (";" in border and ";" in head)  # several semicolons part a list, not clauses
        or (OPENS_SUBORDINATE.match(head) and "," not in head and ";" not in border)
    )


def _balanced(text: str) -> bool:
    """Whether no quotation or bracket is open at the end of the text, or was open at its beginning."""
    if any(text.count(opening) != text.count(closing) for opening, closing in PAIRS) or text.count('"') % 2:
        return False
    return len(PLAIN_OPENING.findall(text)) == 0 and not _lone_closing(text)


def _lone_closing(text: str) -> bool:
    return bool(re.search(r"(?<=[.,!?])['’](?:\s|$)", text))


def _quotation(sentence: Sentence, text: str, *, cut_after: bool) -> Quotation:
    return Quotation(
        text=text,
        document=sentence.document_id,
        start=sentence.start,
        end=sentence.start + len(text),
        sha256=sha256(text),
        paragraph=sentence.paragraph,
        cut_after=cut_after,
    )


def sha256(text: str) -> str:
    """The hash of a quotation: SHA-256 of its UTF-8 bytes, in hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


# --- verify ------------------------------------------------------------------------------------------------------


def quotations(digest: Digest) -> tuple[Quotation, ...]:
    """Every quotation of a digest, in its order: shown, linked, as context, in `more` and still open."""
    lines = (*digest.lines, *digest.more)
    of_lines = (
        q
        for line in lines
        for part in (line.quotations, line.prior, line.context, line.also_prior)
        for q in part
    )
    return (*of_lines, *digest.still_open)


def verify(digest: Digest, articles: Sources) -> Verification:
    """Whether each quotation of the digest stands, to the character, where the digest says that it stands."""
    texts = {document.id: document.article.text for document in as_documents(articles)}
    every = quotations(digest)
    wrong = [sentence for quotation in every if (sentence := _fault(quotation, texts))]
    return Verification(ok=not wrong, checked=len(every), wrong=tuple(wrong))


def _fault(quotation: Quotation, texts: Mapping[str, str]) -> str | None:
    """A sentence that says what is wrong with a quotation, None where nothing is."""
    shown = quotation.text if len(quotation.text) <= 60 else quotation.text[:57] + "…"
    place = f"“{shown}” ({quotation.document}, {quotation.start}–{quotation.end})"
    text = texts.get(quotation.document)
    if text is None:
        return f"{place}: there is no such article."
    if not quotation.text or not 0 <= quotation.start < quotation.end <= len(text):
        return f"{place}: the article has no such place."
    if text[quotation.start : quotation.end] != quotation.text:
        return f"{place}: the article says something else there."
    if sha256(quotation.text) != quotation.sha256:
        return f"{place}: the hash is not that of the words."
    return None


# --- JSON --------------------------------------------------------------------------------------------------------


def as_json(digest: Digest) -> dict[str, Any]:
    """The digest as plain values for `json.dumps`; `read_digest` reads it again."""
    return {
        "title": digest.title,
        "made_at": digest.made_at.isoformat() if digest.made_at else None,
        "lines": [_line_json(line) for line in digest.lines],
        "more": [_line_json(line) for line in digest.more],
        "same_before": digest.same_before,
        "still_open": [_quotation_json(quotation) for quotation in digest.still_open],
    }


def _line_json(line: Line) -> dict[str, Any]:
    return {
        "label": line.label,
        "quotations": _quotations_json(line.quotations),
        "prior": _quotations_json(line.prior),
        "context": _quotations_json(line.context),
        "also": line.also,
        "also_prior": _quotations_json(line.also_prior),
        "speaker": line.speaker,
        "figure": list(line.figure) if line.figure else None,
        "why": line.why,
    }


def _quotations_json(found: Iterable[Quotation]) -> list[dict[str, Any]]:
    return [_quotation_json(quotation) for quotation in found]


def _quotation_json(quotation: Quotation) -> dict[str, Any]:
    return {
        "text": quotation.text,
        "document": quotation.document,
        "start": quotation.start,
        "end": quotation.end,
        "sha256": quotation.sha256,
        "paragraph": quotation.paragraph,
        "cut_before": quotation.cut_before,
        "cut_after": quotation.cut_after,
    }


def read_digest(text: str) -> Digest:
    """The digest of a JSON text; BrokenDigest says in a sentence why it is none."""
    try:
        raw = json.loads(text, parse_constant=_no_such_number)
    except RecursionError:
        raise BrokenDigest("This is no digest: its JSON is nested too deeply.") from None
    except ValueError as error:
        reason = str(error).rstrip(".")
        raise BrokenDigest(f"This is no digest: it can't be read as JSON ({reason}).") from None
    top = _mapping(raw, "the whole")
    return Digest(
        title=_text(top.get("title") or "", "title"),
        lines=_lines(top.get("lines"), "lines"),
        made_at=_moment(top.get("made_at")),
        more=_lines(top.get("more") or [], "more"),
        same_before=_number(top.get("same_before") or 0, "same_before"),
        still_open=_quotations(top.get("still_open") or [], "still_open"),
    )


def _lines(raw: Any, where: str) -> tuple[Line, ...]:
    return tuple(
        _read_line(_mapping(item, f"{where}[{n}]"), f"{where}[{n}]")
        for n, item in enumerate(_list(raw, where))
    )


def _read_line(raw: Mapping[str, Any], where: str) -> Line:
    figure = raw.get("figure")
    if figure is not None:
        figure = tuple(_text(value, f"{where}.figure") for value in _list(figure, f"{where}.figure"))
        if len(figure) != 2:
            _broken(f"{where}.figure", "must be two wordings")
    return Line(
        label=_label(raw.get("label"), f"{where}.label"),
        quotations=_quotations(raw.get("quotations"), f"{where}.quotations"),
        prior=_quotations(raw.get("prior") or [], f"{where}.prior"),
        context=_quotations(raw.get("context") or [], f"{where}.context"),
        also=_label(raw.get("also"), f"{where}.also"),
        also_prior=_quotations(raw.get("also_prior") or [], f"{where}.also_prior"),
        speaker=_text(raw["speaker"], f"{where}.speaker") if raw.get("speaker") is not None else None,
        figure=cast("tuple[str, str] | None", figure),
        why=_text(raw.get("why") or "", f"{where}.why"),
    )


def _quotations(raw: Any, where: str) -> tuple[Quotation, ...]:
    return tuple(
        _read_quotation(_mapping(q, f"{where}[{n}]"), f"{where}[{n}]")
        for n, q in enumerate(_list(raw, where))
    )


def _read_quotation(raw: Mapping[str, Any], where: str) -> Quotation:
    return Quotation(
        text=_text(raw.get("text"), f"{where}.text"),
        document=_text(raw.get("document"), f"{where}.document"),
        start=_number(raw.get("start"), f"{where}.start"),
        end=_number(raw.get("end"), f"{where}.end"),
        sha256=_text(raw.get("sha256"), f"{where}.sha256"),
        paragraph=_number(raw.get("paragraph") or 0, f"{where}.paragraph"),
        cut_before=raw.get("cut_before") is True,
        cut_after=raw.get("cut_after") is True,
    )


def _label(raw: Any, where: str) -> Label | None:
    if raw is not None and raw not in LABELS:
        _broken(where, "is no label of ours")
    return cast("Label | None", raw)


def _moment(raw: Any) -> datetime | None:
    if raw is None:
        return None
    try:
        return datetime.fromisoformat(_text(raw, "made_at"))
    except ValueError:
        return _broken("made_at", "must be a time such as 2025-05-19T18:00:00+00:00")


def _mapping(raw: Any, where: str) -> Mapping[str, Any]:
    return raw if isinstance(raw, dict) else _broken(where, "must be an object")


def _list(raw: Any, where: str) -> list[Any]:
    return raw if isinstance(raw, list) else _broken(where, "must be a list")


def _text(raw: Any, where: str) -> str:
    return raw if isinstance(raw, str) else _broken(where, "must be a text")


def _number(raw: Any, where: str) -> int:
    return (
        raw
        if isinstance(raw, int) and not isinstance(raw, bool)
        else _broken(where, "must be a whole number")
    )


def _broken(where: str, must: str) -> NoReturn:
    raise BrokenDigest(f"This is no digest: {where} {must}.")


def _no_such_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number of JSON")
