"""What to know now: the sentences of one or several documents that say most within a budget."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from summarizers import rank, sumy_rankers
from summarizers.clean import as_documents
from summarizers.errors import UnknownMethod
from summarizers.novelty import Index, novelty, phrases
from summarizers.rank import Candidate, Ranking
from summarizers.references import Leaning, leaning
from summarizers.select import budget_of, select, without_repeats
from summarizers.types import Document, Sources, Summary
from summarizers.words import Word, language_of, tokens

METHODS: tuple[str, ...] = ("concepts", *rank.OWN, *sumy_rankers.CLASSES)
KNOWN = 0.26  # cosine of stems and pairs from which a sentence counts as told: best F1 over annotated updates, past only
TOGETHER = 6  # sentences that may stand together for the sake of one; a longer chain is not worth its room


def summarize(
    documents: Sources,
    *,
    sentences: int | None = None,
    words: int | None = None,
    method: str = "concepts",
    told: Sources = (),
) -> Summary:
    """The summary of the documents within a number of sentences (3 by default) or of words.

    Sentences come in the order of the documents; none repeats another, and one that leans on its neighbour comes
    with it or not at all; where that leaves none, a document begins as it begins for its readers. With `told`, only what
    those documents have not said yet: it may be empty.

    Raises InvalidBudget for a budget that is not positive, or for two; UnknownMethod for a method not in `METHODS`.
    """
    budget = budget_of(sentences, words)
    if method not in METHODS:
        raise UnknownMethod(f"There is no method {method!r}. Take one of: {', '.join(METHODS)}.")
    shown, before = as_documents(documents), _all_candidates(as_documents(told))
    candidates = without_repeats([c for c in _all_candidates(shown) if c.sentence.selectable])
    ranking = _ranking(method, candidates, before, shown, by_words=budget.by_words)
    wanted = _fresh(candidates, before)
    units = _units(shown, candidates, wanted) or _beginnings(candidates, wanted)
    chosen = select(candidates, ranking, budget, units, worthless=not before)
    return Summary(tuple(candidates[at].sentence for at in chosen), method, _title(shown))


def _ranking(
    method: str,
    candidates: Sequence[Candidate],
    told: Sequence[Candidate],
    documents: Sequence[Document],
    *,
    by_words: bool,
) -> Ranking:
    if method == "concepts":
        return rank.concepts(candidates, by_words=by_words, told=told)
    if method in rank.OWN:
        return rank.OWN[method](candidates)
    return sumy_rankers.ranking(method, candidates, _title(documents), _language(documents))


def _all_candidates(documents: Sequence[Document]) -> list[Candidate]:
    return [
        Candidate(sentence, words, number, sentence.index, len(sentence.text.split()))
        for number, document in enumerate(documents)
        for sentence, words in zip(document.sentences, _words(document), strict=True)
    ]


def _words(document: Document) -> tuple[tuple[Word, ...], ...]:
    """The words of each sentence, computed once per document."""
    if "words" not in document.memo:
        language = language_of([document.article.language])
        document.memo["words"] = tuple(tokens(s.text, language) for s in document.sentences)
    return cast("tuple[tuple[Word, ...], ...]", document.memo["words"])


def _fresh(candidates: Sequence[Candidate], told: Sequence[Candidate]) -> list[int]:
    """The candidates that say something else than what was told."""
    if not told:
        return list(range(len(candidates)))
    known = Index(phrases(c.words) for c in told)
    new = novelty((phrases(c.words) for c in candidates), known)
    return [at for at, value in enumerate(new) if value > 1.0 - KNOWN]


def _units(
    documents: Sequence[Document], candidates: Sequence[Candidate], wanted: Iterable[int]
) -> dict[int, tuple[int, ...]]:
    """With each wanted candidate those that must stand with it; without those that need what can't be shown."""
    place = {(c.document, c.sentence.index): at for at, c in enumerate(candidates)}
    leanings = [leaning(document) for document in documents]
    units = {}
    for at in wanted:
        number = candidates[at].document
        needed = _needed(leanings[number], candidates[at].sentence.index)
        members = None if needed is None else [place.get((number, index)) for index in needed]
        if members is not None and None not in members:
            units[at] = tuple(m for m in members if m is not None)
    return units


def _beginnings(candidates: Sequence[Candidate], wanted: Iterable[int]) -> dict[int, tuple[int, ...]]:
    """The first candidate of each document, by itself, where it is wanted."""
    first: dict[int, int] = {}
    for at, candidate in enumerate(candidates):
        first.setdefault(candidate.document, at)
    return {at: (at,) for at in wanted if first[candidates[at].document] == at}


def _needed(leanings: Sequence[Leaning], at: int) -> tuple[int, ...] | None:
    """A sentence and all it leans on, first to last; None where that is unknown or takes too much room."""
    found: set[int] = set()
    waiting = [at]
    while waiting:
        index = waiting.pop()
        if index in found:
            continue
        found.add(index)
        if len(found) > TOGETHER or (leanings[index].leans and not leanings[index].needs):
            return None
        waiting.extend(leanings[index].needs)
    return tuple(sorted(found))


def _title(documents: Sequence[Document]) -> str:
    return next((document.article.title for document in documents if document.article.title), "")


def _language(documents: Sequence[Document]) -> str:
    return language_of(document.article.language for document in documents)
