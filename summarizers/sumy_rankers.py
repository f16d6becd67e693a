"""sumy's rankers by name (https://github.com/miso-belica/sumy), fed with our sentences and our words.

The only file that imports sumy, and only when one of its rankers is asked for: with nltk and numpy it takes 0.3 s
and 50 MB. No nltk data is needed, since nothing is split here.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from importlib import import_module
from itertools import groupby
from typing import Any

from summarizers.rank import Candidate, Ranking, Relevance
from summarizers.words import STOP_WORDS, Word, content_stems, stem, tokens

CLASSES: Mapping[str, tuple[str, str]] = {
    "sumy-lexrank": ("lex_rank", "LexRankSummarizer"),
    "sumy-lsa": ("lsa", "LsaSummarizer"),
    "sumy-textrank": ("text_rank", "TextRankSummarizer"),
    "sumy-luhn": ("luhn", "LuhnSummarizer"),
    "sumy-kl": ("kl", "KLSummarizer"),
    "sumy-sumbasic": ("sum_basic", "SumBasicSummarizer"),
    "sumy-reduction": ("reduction", "ReductionSummarizer"),
    "sumy-edmundson": ("edmundson", "EdmundsonSummarizer"),
}
# Sentences that are handed over; later ones rank last. KL is cubic (13.7 s at 300), the others quadratic in time
# (LexRank 4 s at 1,000) or, LSA, in memory.
AT_MOST: Mapping[str, int] = {"sumy-kl": 150}
OTHERS_AT_MOST = 1_000
DIGITS = 6  # ratings equal so far are ties: LSA's differ in the last digits with the order of a set
STIGMA = frozenset({"hardly", "impossible"})  # Edmundson 1969 names them


def ranking(method: str, candidates: Sequence[Candidate], title: str = "", language: str = "en") -> Ranking:
    """A ranking in the order of sumy's ratings, ties by place: ratings of two methods have no common scale."""
    rated = ratings(method, candidates, title, language)
    order = sorted(range(len(rated)), key=lambda at: (-_rounded(rated[at]), at))
    scores = [0.0] * len(rated)
    for place, at in enumerate(order):
        scores[at] = 1.0 / (1.0 + place)
    return Relevance(scores)


def ratings(
    method: str, candidates: Sequence[Candidate], title: str = "", language: str = "en"
) -> list[float]:
    """Sumy's rating of each candidate, the larger the better; all equal where it finds nothing to rank by."""
    known = candidates[: AT_MOST.get(method, OTHERS_AT_MOST)]
    rated = _rate(method, known, title, language)
    if not all(math.isfinite(value) for value in rated):  # 0/0: no two sentences are linked
        rated = [0.0] * len(known)
    return [*rated, *[-math.inf] * (len(candidates) - len(known))]


def _rounded(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def _rate(method: str, candidates: Sequence[Candidate], title: str, language: str) -> list[float]:
    from sumy.models.dom import ObjectDocumentModel, Paragraph, Sentence  # noqa: PLC0415 - because it costs 0.3 s

    edmundson = method == "sumy-edmundson"
    made = _edmundson(candidates, title, language) if edmundson else _summarizer(method, language)
    theirs = [
        Sentence(str(at), _Words(c.words)) for at, c in enumerate(candidates)
    ]  # equal texts would be one key
    heading = (
        [Sentence("title", _Words(tokens(title, language)), is_heading=True)] if edmundson and title else []
    )
    paragraphs = [Paragraph(heading), *(Paragraph(block) for block in _paragraphs(candidates, theirs))]
    place = {id(sentence): at for at, sentence in enumerate(theirs)}
    rated = [math.nan] * len(theirs)

    def collect(infos: Iterable[Any]) -> list[Any]:
        for info in infos:
            rated[place[id(info.sentence)]] = float(info.rating)
        return []

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of 0/0 and of fewer words than sentences: `ratings` sees to both
        made(ObjectDocumentModel(paragraphs), collect)
    return rated


class _Words:
    """A tokenizer in sumy's sense that knows one sentence."""

    def __init__(self, words: Sequence[Word]) -> None:
        self._words = tuple(word.folded for word in words if word.folded)

    def to_words(self, _sentence: str) -> tuple[str, ...]:
        return self._words


def _paragraphs(candidates: Sequence[Candidate], theirs: Sequence[Any]) -> Iterator[list[Any]]:
    """Their sentences by our paragraphs, for the one method that looks at paragraphs."""
    together = groupby(
        zip(candidates, theirs, strict=True), key=lambda pair: (pair[0].document, pair[0].sentence.paragraph)
    )
    for _, pairs in together:
        yield [sentence for _, sentence in pairs]


def _summarizer(method: str, language: str) -> Any:
    module, name = CLASSES[method]
    made = getattr(import_module(f"sumy.summarizers.{module}"), name)(partial(stem, language=language))
    made.stop_words = STOP_WORDS.get(language, frozenset())
    return made


def _edmundson(candidates: Sequence[Candidate], title: str, language: str) -> Any:
    """Edmundson with the title's words as bonus, without a title those of the first sentence; it wants no empty set."""
    made = _summarizer("sumy-edmundson", language)
    opening = " ".join(word.folded for word in candidates[0].words) if candidates else ""
    made.bonus_words = frozenset(content_stems(title, language) or content_stems(opening, language)) or STIGMA
    made.stigma_words = STIGMA
    made.null_words = STOP_WORDS.get(language, frozenset()) or STIGMA
    return made
