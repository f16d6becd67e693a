"""Summaries against human ones: ROUGE on single articles and on several documents, sumy's rankers and the lead beside."""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

from nltk.stem.porter import PorterStemmer
from rouge_score.rouge_scorer import RougeScorer
from rouge_score.tokenizers import Tokenizer

from bench.data import read
from summarizers.clean import clean
from summarizers.summary import summarize
from summarizers.types import Article, Document, Summary

TITLE = "Summaries (rouge-score with stemming, F1)"
WORDS = 250
SAMPLE = 50  # items for sumy's rankers, which are slow; ours on the same items beside them
OURS = ("concepts", "centroid", "lexrank", "textrank", "lead")
SUMY = tuple(f"sumy-{name}" for name in "lexrank textrank luhn lsa kl sumbasic reduction edmundson".split())

Item = tuple[list[Document], str]


class Score(NamedTuple):
    """F1 of ROUGE-1 and ROUGE-2 in percent, and the length in words."""

    one: float
    two: float
    words: float


class _CachedTokenizer(Tokenizer):  # type: ignore[misc] # which ships no types
    """rouge-score's own tokenizer with stemming, each word stemmed once."""

    def tokenize(self, text: str) -> list[str]:
        return [_stem(word) for word in re.sub(r"[^a-z0-9]+", " ", text.lower()).split()]


_porter = PorterStemmer()


@cache
def _stem(word: str) -> str:
    return str(_porter.stem(word)) if len(word) > 3 else word


SCORER = RougeScorer(["rouge1", "rouge2"], tokenizer=_CachedTokenizer())


def rows(data: Path) -> list[str]:
    several, single = multinews(data), cnn(data)
    return [
        f"{len(several)} clusters of articles, {WORDS} words           R-1    R-2  words   floor R-1 45.6, R-2 16.4",
        *_table(several, words=WORDS),
        f"{len(single)} single articles, 3 sentences            R-1    R-2  words   floor R-2 11.20 (the lead's)",
        *_table(single, sentences=3),
        *_halves(single),
    ]


def _table(items: Sequence[Item], **budget: int) -> list[str]:
    sample = items[:: max(1, len(items) // SAMPLE)][:SAMPLE]
    ours, theirs = (scores(sample, method, **budget) for method in ("concepts", "sumy-lexrank"))
    low, high = interval([a.two - b.two for a, b in zip(ours, theirs, strict=True)])
    return [
        *(_line(method, mean(scores(items, method, **budget))) for method in OURS),
        f"  {len(sample)} of them, evenly spaced:",
        *(_line(method, mean(scores(sample, method, **budget))) for method in ("concepts", "lead", *SUMY)),
        f"  concepts minus sumy-lexrank on these: R-2 {mean(ours).two - mean(theirs).two:+.2f} [{low:+.2f}, {high:+.2f}]",
    ]


def _line(name: str, result: Score) -> str:
    return f"  {name:<40}{result.one:6.2f} {result.two:6.2f} {result.words:6.1f}"


def _halves(items: Sequence[Item]) -> Iterator[str]:
    for name, half in (("the half it was tuned on", items[::2]), ("the other half", items[1::2])):
        ours, lead = (mean(scores(half, method, sentences=3)).two for method in ("concepts", "lead"))
        yield f"  concepts on {name:<25} R-2 {ours:.2f} (lead {lead:.2f})"


def scores(items: Iterable[Item], method: str, **budget: Any) -> list[Score]:
    """The scores of `summarize` by one method, end to end: cleaning, guard and all."""
    return [
        _score(summarize(documents, method=method, **budget), reference) for documents, reference in items
    ]


def _score(summary: Summary, reference: str) -> Score:
    text = "\n".join(sentence.text for sentence in summary.sentences)
    found = SCORER.score(reference, text)
    return Score(100 * found["rouge1"].fmeasure, 100 * found["rouge2"].fmeasure, len(text.split()))


def mean(found: Sequence[Score]) -> Score:
    return Score(*(fmean(column) for column in zip(*found, strict=True)))


def interval(differences: Sequence[float], draws: int = 2_000) -> tuple[float, float]:
    """The 95 % confidence interval of the mean, by percentile bootstrap over the items."""
    chance = random.Random(0)
    means = sorted(fmean(chance.choices(differences, k=len(differences))) for _ in range(draws))
    return means[int(0.025 * draws)], means[int(0.975 * draws)]


def multinews(data: Path) -> list[Item]:
    return [(_documents(item["documents"]), item["summary"]) for item in read(data, "multinews500")]


def cnn(data: Path) -> list[Item]:
    return [
        (_documents([item["article"]]), _text(item["highlights"])) for item in read(data, "cnndm_val1000")
    ]


def _text(value: str | list[str]) -> str:
    return value if isinstance(value, str) else "\n".join(value)


def _documents(texts: Sequence[str]) -> list[Document]:
    return [clean(Article(str(number), text)) for number, text in enumerate(texts)]
