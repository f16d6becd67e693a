"""Speed, in CPU time: our rankers against sumy's LexRank, a comparison with 200 known articles, hostile texts.

    python -m bench.speed [ranking] [growth] [comparing] [hostile]

Both sides get the same sentences, split and tokenised, and each pays for its own stemming, weighting and ranking:
our caches of stems are emptied before every run. The sentences are made up from a seeded Zipf vocabulary of
pronounceable words. Trust the ratios of one run, not the milliseconds.
"""

from __future__ import annotations

import gc
import random
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from math import log
from statistics import median
from typing import Any

from summarizers import rank, scorer, words
from summarizers.clean import clean
from summarizers.rank import Candidate
from summarizers.select import Budget, select
from summarizers.summary import summarize
from summarizers.types import Article, Sentence

SEED = 7
REPEATS = 5
SIZES = (30, 300, 1_000, 3_000)
FLOORS = {30: 1.5, 300: 10.0, 1_000: 40.0, 3_000: 100.0}
AIMS = {30: 3.0, 300: 20.0, 1_000: 80.0, 3_000: 200.0}
GROWTH = (1_000, 10_000)
GROWTH_AT_MOST = 1.2
KNOWN, KNOWN_STORIES = 200, 10
COMPARE_AT_MOST = 150
DOUBLING = (25_000, 50_000, 100_000)
FUNCTION_WORDS = (
    "the of to and in a that is for on with as was by at from it be has an have will not are said".split()
)
SYLLABLES = [c + v + e for c in "bdfgklmnprstv" for v in "aeiou" for e in ("", "n", "r", "st")]
ENDINGS = ("", "", "", "s", "ed", "ing", "er", "tion", "ly", "ment")


def vocabulary(size: int, chance: random.Random) -> list[str]:
    words = (
        "".join(chance.choices(SYLLABLES, k=chance.randint(1, 3))) + chance.choice(ENDINGS)
        for _ in range(3 * size)
    )
    return list(dict.fromkeys(words))[:size]


def sentences(count: int, seed: int = SEED) -> list[list[str]]:
    """Made-up sentences of about 20 words, four in ten of them function words, the rest Zipfian."""
    chance = random.Random(seed)
    words = vocabulary(12_000, chance)
    weights = [1 / (rank + 10) for rank in range(len(words))]
    made = []
    for _ in range(count):
        length = chance.randint(10, 30)
        content = iter(chance.choices(words, weights, k=length))
        made.append(
            [chance.choice(FUNCTION_WORDS) if chance.random() < 0.4 else next(content) for _ in range(length)]
        )
    return made


def measure(job: Callable[[], Any], repeats: int = REPEATS) -> float:
    """The median CPU time of a job in seconds, each time from cold caches of stems and without others' garbage."""
    times = []
    for _ in range(repeats):
        forget_stems()
        gc.collect()
        begun = time.process_time()
        job()
        times.append(time.process_time() - begun)
    return median(times)


def forget_stems() -> None:
    words.stem.cache_clear()
    words._entry.cache_clear()  # noqa: SLF001 - because a cold start is what is measured


def ours(method: str, tokenised: Sequence[Sequence[str]]) -> list[int]:
    """Stem, weigh, rank and select three sentences of one article that is already split and tokenised."""
    known = {text: _word(text) for text in dict.fromkeys(text for each in tokenised for text in each)}
    candidates = [
        Candidate(Sentence("", "made-up", at, 0, 0, at), [known[w] for w in each], 0, at, len(each))
        for at, each in enumerate(tokenised)
    ]
    ranking = (
        rank.concepts(candidates, by_words=False) if method == "concepts" else rank.OWN[method](candidates)
    )
    return select(
        candidates, ranking, Budget(3, by_words=False), {at: (at,) for at in range(len(candidates))}
    )


def _word(text: str) -> words.Word:
    folded, stem, content = words._entry(text, "en")  # noqa: SLF001 - because the tokens are given
    return words.Word(text, folded, stem, 0, 0, content)


def sumys(tokenised: Sequence[Sequence[str]]) -> Callable[[], Any]:
    """The same for sumy's LexRank, ready to run: its document is built and its words are given."""
    from sumy.models.dom import ObjectDocumentModel, Paragraph
    from sumy.models.dom import Sentence as SumySentence
    from sumy.nlp.stemmers import Stemmer
    from sumy.summarizers.lex_rank import LexRankSummarizer
    from sumy.utils import get_stop_words

    class Given:
        def to_words(self, at: str) -> tuple[str, ...]:
            return tuple(tokenised[int(at)])

    document = ObjectDocumentModel(
        [Paragraph([SumySentence(str(at), Given()) for at in range(len(tokenised))])]
    )
    for sentence in document.sentences:
        assert sentence.words
    summarizer = LexRankSummarizer(Stemmer("english"))
    summarizer.stop_words = get_stop_words("english")
    return lambda: summarizer(document, 3)


def ranking_rows() -> list[str]:
    lines = ["Ranking three sentences, CPU ms (times faster than sumy's LexRank; floor, aim)"]
    for size in SIZES:
        made = sentences(size)
        repeats = REPEATS if size < 3_000 else 1
        theirs = measure(sumys(made), repeats)
        line = f"  {size:>6,} sentences   sumy {1e3 * theirs:>9.1f}"
        for method in ("concepts", "lexrank"):
            mine = measure(partial(ours, method, made))
            line += f"   {method} {1e3 * mine:>7.1f} ({theirs / mine:>6.1f}x)"
        lines.append(
            line
            + f"   floor {FLOORS[size]:g}x, aim {AIMS[size]:g}x"
            + ("" if repeats > 1 else " (sumy once)")
        )
    return lines


def growth_rows() -> list[str]:
    small, large = GROWTH
    lines = [f"Growth from {small:,} to {large:,} sentences: exponent, at most {GROWTH_AT_MOST}"]
    few, many = sentences(small), sentences(large)
    for method in ("concepts", "lexrank", "centroid", "textrank", "lead"):
        before, after = (measure(partial(ours, method, made)) for made in (few, many))
        lines.append(
            f"  {method:<10}{1e3 * before:>9.1f} ms → {1e3 * after:>9.1f} ms   {log(after / before) / log(large / small):.2f}"
        )
    return lines


def article(number: int, story: int, chance: random.Random, length: int = 30) -> Article:
    """A made-up news article: names, figures, days, announcements and quotations around Zipfian words of its story."""
    own = vocabulary(400, random.Random(1_000 + story))
    names = [word.capitalize() for word in own[:12]]
    weights = [1 / (rank + 4) for rank in range(len(own))]
    made = []
    for each in sentences(length, seed=number):
        words_ = [
            chance.choices(own, weights)[0] if w not in FUNCTION_WORDS and chance.random() < 0.6 else w
            for w in each
        ]
        words_[0] = chance.choice(names) if chance.random() < 0.7 else words_[0].capitalize()
        words_[1] = chance.choice(("said", "will", "plans to", "announced", "denied", "rejected", words_[1]))
        words_[-1] = chance.choice(
            ("on Monday", "on Thursday", f"to {chance.randint(2, 90)} {own[3]}", words_[-1])
        )
        if chance.random() < 0.3:
            words_[4] = f"{chance.randint(2, 990)} {own[chance.randint(0, 20)]}"
        text = " ".join(words_) + "."
        made.append(f"“{text}” said {chance.choice(names)}." if chance.random() < 0.15 else text)
    return Article(f"made-up-{number}", "\n\n".join(made))


def comparing_rows() -> list[str]:
    if not can_compare():
        return ["Comparing: left out, since no trained weights are shipped"]
    from summarizers import compare
    from summarizers.annotate import annotate
    from summarizers.references import leaning

    chance = random.Random(SEED)
    articles = [article(number, number % KNOWN_STORIES, chance) for number in range(KNOWN + 1)]
    *known, new = [clean(each) for each in articles]
    for document in (*known, new):
        annotate(document), leaning(document)
    warm = measure(lambda: compare(known, new))
    fresh = measure(lambda: compare(known, articles[-1]))
    cold = measure(lambda: compare(articles[:-1], articles[-1]), repeats=1)
    return [
        f"Comparing one article of 30 sentences with {KNOWN} known ones, CPU ms, at most {COMPARE_AT_MOST} with all annotated",
        f"  all cleaned and annotated {1e3 * warm:.0f} · the new one raw {1e3 * fresh:.0f} · all raw (once) {1e3 * cold:.0f}",
    ]


HOSTILE: Mapping[str, str] = {
    "one letter": "a",
    "empty lines": "\n",
    "blanks": " ",
    "tabs and line feeds": "\t\n \n",
    "opening quotation marks": "“",
    "straight quotation marks": '" ',
    "full stops": ".",
    "initials": "U.S. ",
    "digits and commas": "1,",
    "number words": "twenty one hundred ",
    "brackets": "([",
    "capitals": "Aa Bb ",
    "pronouns": "He said. ",
    "one sentence again and again": "The ferry of Tollby left on Monday with 40 cars. ",
    "one line again and again": "The ferry of Tollby left on Monday with 40 cars.\n\n",
    "short lines": "Share\n",
    "right to left": "خبر ",
    "no blanks, another script": "知らせ。",
    "combining marks": "e\u0301\u0323",
    "addresses": "https://a.example/b?c=d ",
    "hyphens": "-a",
    "apostrophes": "a'",
}


def hostile_rows() -> list[str]:
    lines = [
        f"Hostile texts by doubling, CPU ms at {', '.join(f'{n:,}' for n in DOUBLING)} characters; exponent of the last"
    ]
    jobs = {"clean": clean_only, "summarize": summarize_only} | (
        {"compare": compare_only} if can_compare() else {}
    )
    lines += [
        line
        for name, unit in HOSTILE.items()
        for step, job in jobs.items()
        if (line := grown(name, unit, step, job))
    ]
    return [*lines, "  (what takes less than 50 ms at the end is left out)"]


def grown(name: str, unit: str, step: str, job: Callable[[Article], Any]) -> str:
    """One line of growth, "" where there is nothing to tell; a crash is told with its name, and the rest goes on."""
    title = f"  {name:<30}{step:<10}"
    try:
        times = [max(1e-4, once(job, Article("hostile", (unit * size)[:size]))) for size in DOUBLING]
    except Exception as fault:  # noqa: BLE001 - because any crash is a finding
        return f"{title} CRASHED: {fault!r}"
    exponent = log(times[-1] / times[-2]) / log(2)
    remark = "   grows too fast" if exponent > 1.5 and times[-1] > 0.5 else ""
    if times[-1] < 0.05:
        return ""
    return title + "".join(f"{1e3 * t:>9.1f}" for t in times) + f"   {exponent:.2f}{remark}"


def once(job: Callable[[Article], Any], given: Article) -> float:
    begun = time.process_time()
    job(given)
    return time.process_time() - begun


def can_compare() -> bool:
    return {"relations", "importance"} <= scorer.weights().models.keys()


def clean_only(given: Article) -> object:
    return clean(given)


def summarize_only(given: Article) -> object:
    return summarize(given)


def compare_only(given: Article) -> object:
    from summarizers import compare

    return compare([given], [given])


ROWS: Mapping[str, Callable[[], list[str]]] = {
    "ranking": ranking_rows,
    "growth": growth_rows,
    "comparing": comparing_rows,
    "hostile": hostile_rows,
}


def main() -> None:
    for name in sys.argv[1:] or ROWS:
        print("\n".join(ROWS[name]()), flush=True)


if __name__ == "__main__":
    main()
