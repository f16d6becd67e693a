"""Summaries against human ones: ROUGE on single articles and on several documents, sumy's rankers and the lead beside."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
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
from summarizers.types import Article, Document

TITLE = "Summaries (rouge-score with stemming, F1)"
WORDS = 250
SAMPLE = 60  # items for sumy's rankers, which are slow; ours on the same items beside them
OURS = ("concepts", "centroid", "lexrank", "textrank", "lead")
SUMY = tuple(f"sumy-{name}" for name in "lexrank textrank luhn lsa kl sumbasic reduction edmundson".split())

Item = tuple[list[Document], str]


class Score(NamedTuple):
    """Mean F1 of ROUGE-1 and ROUGE-2 in percent, and the mean length in words."""

    one: float
    two: float
    words: float


class _CachedTokenizer(Tokenizer):
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
    lines = [
        f"{len(several)} clusters of articles, {WORDS} words           R-1    R-2  words   floor R-1 45.6, R-2 16.4"
    ]
    lines += _table(several, words=WORDS)
    lines += [
        f"{len(single)} single articles, 3 sentences            R-1    R-2  words   floor R-2 11.20 (the lead's)"
    ]
    lines += _table(single, sentences=3)
    lines += [_halves(single)]
    return lines


def _table(items: Sequence[Item], **budget: int) -> list[str]:
    sample = items[:: max(1, len(items) // SAMPLE)][:SAMPLE]
    lines = [_line(method, score(items, method, **budget)) for method in OURS]
    lines.append(f"  the first of every {len(items) // len(sample)}, {len(sample)} items:")
    return lines + [_line(method, score(sample, method, **budget)) for method in ("concepts", "lead", *SUMY)]


def _line(name: str, result: Score) -> str:
    return f"  {name:<40}{result.one:6.2f} {result.two:6.2f} {result.words:6.1f}"


def _halves(items: Sequence[Item]) -> str:
    tuned, other = score(items[::2], "concepts", sentences=3), score(items[1::2], "concepts", sentences=3)
    leads = score(items[::2], "lead", sentences=3), score(items[1::2], "lead", sentences=3)
    return (
        f"  concepts R-2 by half: tuned on {tuned.two:.2f} (lead {leads[0].two:.2f}),"
        f" not tuned on {other.two:.2f} (lead {leads[1].two:.2f})"
    )


def score(items: Iterable[Item], method: str, **budget: Any) -> Score:
    """The mean scores of `summarize` by one method, end to end: cleaning, guard and all."""
    return score_texts(
        ("\n".join(s.text for s in summarize(documents, method=method, **budget).sentences), reference)
        for documents, reference in items
    )


def score_texts(pairs: Iterable[tuple[str, str]]) -> Score:
    found = []
    for text, reference in pairs:
        scores = SCORER.score(reference, text)
        found.append((scores["rouge1"].fmeasure, scores["rouge2"].fmeasure, len(text.split())))
    one, two, words = (fmean(column) for column in zip(*found, strict=True))
    return Score(100 * one, 100 * two, words)


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
