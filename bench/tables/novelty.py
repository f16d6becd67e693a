"""Novelty on annotated updates, with past-only information: is a sentence an update, or background already told?

At step t ≥ 4 (from 0) the sentences of an annotator's update are new and those of the background known; the history is
what one annotator's updates told before. Sentences with at least four distinct content stems; all events pooled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from bench.data import read
from summarizers.novelty import Bag, Index, Weighting, bag_of, flat, novelty, phrases, rarity
from summarizers.sentences import split
from summarizers.summary import KNOWN
from summarizers.words import Word, tokens

TITLE = "Novelty (average precision of telling updates from background, past only)"
FROM_STEP = 4
STEMS = 4
ANNOTATORS = range(3)
WAYS: tuple[tuple[str, Callable[[Sequence[Word]], Bag], Weighting], ...] = (
    ("stems and pairs, flat (used by summaries)", phrases, flat),
    ("stems, flat (used by retrieval)", bag_of, flat),
    ("stems, idf of the past", bag_of, rarity),
)


class Scored(NamedTuple):
    """A sentence's novelty against one annotator's history, whether it is new, and whether the same one wrote it."""

    score: float
    new: bool
    same: bool


def rows(data: Path) -> list[str]:
    events = read(data, "background_updates")
    lines = [
        f"{len(events)} events                                   AP same  AP other   floor .65 same, .62 other annotator"
    ]
    for name, counted, weighting in WAYS:
        scored = [item for event in events for item in score_event(event, counted, weighting)]
        same, other = ([s for s in scored if s.same is wanted] for wanted in (True, False))
        lines.append(f"  {name:<42} {average_precision(same):.3f}     {average_precision(other):.3f}")
        if counted is phrases:
            lines.append(
                f"    told at cosine {KNOWN}: F1 of new {f1(same, 1 - KNOWN):.3f} and {f1(other, 1 - KNOWN):.3f}"
            )
    return lines


def score_event(
    event: dict[str, Any], counted: Callable[[Sequence[Word]], Bag], weighting: Weighting
) -> Iterator[Scored]:
    """Every sentence of the later steps against the history of each annotator."""
    histories = [Index(weighting=weighting) for _ in ANNOTATORS]
    for number, step in enumerate(event["steps"]):
        if number >= FROM_STEP:
            for author in ANNOTATORS:
                for new, text in ((True, step["updates"][author]), (False, step["backgrounds"][author])):
                    bags = [counted(words) for words in sentences(text) if len(bag_of(words)) >= STEMS]
                    for reader in ANNOTATORS:
                        for score in novelty(bags, histories[reader]):
                            yield Scored(score, new, author == reader)
        for author in ANNOTATORS:
            for words in sentences(step["updates"][author]):
                histories[author].add(counted(words))


@cache
def sentences(text: str) -> list[tuple[Word, ...]]:
    lines = [line.strip() for line in text.split("\n")]
    return [tokens(line[start:end]) for line in lines if line for start, end in split(line)]


def average_precision(scored: Sequence[Scored]) -> float:
    """Precision at each new sentence, the highest novelty first; equal scores count together."""
    wanted = sum(item.new for item in scored)
    seen = right = 0
    area = 0.0
    for _, equal in groupby(sorted(scored, key=lambda item: -item.score), key=lambda item: item.score):
        news = [item.new for item in equal]
        seen += len(news)
        right += sum(news)
        area += sum(news) * right / seen
    return area / wanted


def f1(scored: Sequence[Scored], threshold: float) -> float:
    """F1 of calling new what is newer than the threshold."""
    called = [item.new for item in scored if item.score > threshold]
    return 2 * sum(called) / (len(called) + sum(item.new for item in scored))
