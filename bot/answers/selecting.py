"""What of a delta is told: nothing twice, nothing that is muted, and no more at once than fits in sight. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.answers.inquiry import hashes, said
from bot.commands import Length
from bot.replies import SIGHT
from summarizers.digest import QUIET, compose, cut
from summarizers.types import GROUPS, Delta, Digest, Line, Quotation, Update
from summarizers.words import fold_words

SETTLED = frozenset(GROUPS["happened"] + GROUPS["not_happened"])
HELD = 60  # lines that wait at most: who reads eight times "more" reads the articles instead


@dataclass(frozen=True, slots=True)
class Selection:
    """What of a delta may be told, how many updates muted words took out, and how many were told before."""

    delta: Delta
    muted: int = 0
    told: int = 0


def select(delta: Delta, told: frozenset[str], is_muted: Callable[[Update], bool]) -> Selection:
    """The updates that are neither muted nor made of told sentences only; of equal sentences the first that is news."""
    audible = [update for update in delta.updates if not is_muted(update)]
    news_first = sorted(audible, key=lambda update: update.label in QUIET)
    kept: list[Update] = []
    heard = told
    for update in news_first:
        own = hashes(cut(sentence) for sentence in update.sentences)
        if not own <= heard:
            kept.append(update)
            heard |= own
    chosen = tuple(update for update in audible if any(update is other for other in kept))
    muted = len(delta.updates) - len(audible)
    return Selection(replace(delta, updates=chosen), muted, len(audible) - len(chosen))


def in_sight(selection: Selection, length: Length, *, title: str, made_at: datetime) -> Digest:
    """The digest with the foremost lines in sight and the others in `more`, what is news before what is said again.

    What a line in sight shows beside it has been told, so it does not wait for "more".
    """
    digest = compose(selection.delta, title=title, made_at=made_at, budget=SIGHT[length])
    lines = once(digest.lines)
    earlier = earlier_of(lines)
    waiting = (
        line
        for line in digest.more
        if line.label not in GROUPS["new"] or not hashes(line.quotations) <= earlier
    )
    held = unheard(sorted(waiting, key=lambda line: line.label in QUIET), told_by(digest))
    return replace(
        digest,
        lines=lines,
        more=tuple(held[:HELD]),
        same_before=digest.same_before + selection.told,
    )


def once(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines without those that others show already: plainly new ones, and announcements that came about or did not.

    They stand beside a line above, or are what another one changes. What is below such a one, of the same article, may
    lean on it, and gets it beside.
    """
    earlier, settled = earlier_of(lines), earlier_of(line for line in lines if line.label in SETTLED)
    kept: list[Line] = []
    beside: frozenset[str] = frozenset()
    above: tuple[Quotation, ...] = ()
    for line in lines:
        shown = beside | earlier if line.label in GROUPS["new"] else settled
        if line.label in GROUPS["new"] + GROUPS["planned"] and hashes(line.quotations) <= shown:
            above = () if hashes(line.quotations) <= beside else line.quotations
            continue
        kept.append(replace(line, context=above) if _may_lean(line, above) else line)
        beside |= hashes(kept[-1].context)
        above = ()
    return tuple(kept)


def _may_lean(line: Line, above: Sequence[Quotation]) -> bool:
    """Whether a line that shows nothing beside it comes soon after other words in their article."""
    if not above or line.context:
        return False
    first, before = line.quotations[0], above[-1]
    return first.document == before.document and 0 <= first.paragraph - before.paragraph <= 1


def earlier_of(lines: Iterable[Line]) -> frozenset[str]:
    """What the sentences that lines change are known by."""
    return hashes(quoted for line in lines for quoted in (*line.prior, *line.also_prior))


def unheard(lines: Sequence[Line], told: frozenset[str]) -> list[Line]:
    """The lines that are not made of told sentences only, none of them twice."""
    kept: list[Line] = []
    heard = told
    for line in lines:
        own = hashes(line.quotations)
        if not own <= heard:
            kept.append(line)
            heard |= own
    return kept


def grouped(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Lines in the order of the groups of a digest."""
    order = {label: place for place, labels in enumerate(GROUPS.values()) for label in labels}
    return tuple(sorted(lines, key=lambda line: order[line.label] if line.label else -1))


def mutes_word(words: Iterable[str], text: str) -> bool:
    """Whether a text holds one of the muted words, whole and folded: "mar" mutes no "market"."""
    folded = f" {fold_words(text)} "
    return any(f" {fold_words(word)} " in folded for word in words if fold_words(word))


def told_by(digest: Digest) -> frozenset[str]:
    """What the sentences in sight are known by."""
    return hashes(said(digest.lines))
