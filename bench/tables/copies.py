"""Near copies made of real texts: how many are known as copies of their originals, and how many of others."""

from __future__ import annotations

import random
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from pathlib import Path

from bench import data as sets
from bot import copies
from bot.ports import Likeness, Prints
from summarizers import Article, Document, clean

TITLE = "Near copies: texts of multinews500, changed as copies are"
QUERIES = 150
MARKS = str.maketrans({'"': "“", "'": "’", "-": "–"})
FURNITURE = ("Share this article", "Subscribe to our newsletter", "Copyright. All rights reserved.")
WORD = re.compile(r"\w+")

Variant = Callable[[random.Random, str, str], str]  # the text, and one that has nothing to do with it


class Index:
    """What a store answers to `alike`, in memory."""

    def __init__(self) -> None:
        self.prints: dict[str, Prints] = {}
        self.sentences: defaultdict[int, set[str]] = defaultdict(set)
        self.bands: defaultdict[int, set[str]] = defaultdict(set)

    def add(self, key: str, prints: Prints) -> None:
        """Keeps the prints of an article."""
        self.prints[key] = prints
        for number in prints.sentences:
            self.sentences[number].add(key)
        for number in prints.bands:
            self.bands[number].add(key)

    def alike(self, prints: Prints) -> list[Likeness]:
        """The twenty articles that share most."""
        shared = Counter(key for number in prints.sentences for key in self.sentences.get(number, ()))
        bands = Counter(key for number in prints.bands for key in self.bands.get(number, ()))
        found = [
            Likeness(key, shared[key], len(self.prints[key].sentences), bands[key]) for key in shared | bands
        ]
        return sorted(found, key=lambda like: (-like.shared, -like.bands, like.key))[:20]


def rows(data: Path) -> Iterator[str]:
    """Recall and wrong originals of each variant, then the pairs found among the texts as they are."""
    texts = articles(data)
    started = time.process_time()
    documents = {key: clean(Article(key, text)) for key, text in texts.items()}
    cleaned = time.process_time()
    index = Index()
    for key, document in documents.items():
        index.add(key, copies.prints(document))
    spent = time.process_time() - cleaned
    yield f"{len(texts)} texts; cleaned {len(texts) / (cleaned - started):.0f}/s, printed {len(texts) / spent:.0f}/s"
    yield f"{'variant':26} recall   sure  wrong  sentences alone  bands alone"
    for name, variant in VARIANTS.items():
        yield f"{name:26} {_row(index, texts, variant)}"
    yield from _pairs(index, documents)


def articles(data: Path) -> dict[str, str]:
    """The texts by cluster and number; of a text that is there twice the first."""
    found: dict[str, str] = {}
    for item in sets.read(data, "multinews500"):
        for number, text in enumerate(item["documents"]):
            if len(text.split()) >= 100 and text not in found.values():
                found[f"{item['id']}/{number}"] = text
    return found


def _row(index: Index, texts: dict[str, str], variant: Variant) -> str:
    chance = random.Random(7)
    keys = chance.sample(sorted(texts), min(QUERIES, len(texts)))
    got = Counter[str]()
    for key in keys:
        stranger = texts[chance.choice([k for k in sorted(texts) if _cluster(k) != _cluster(key)])]
        own = copies.prints(clean(Article("query", variant(chance, texts[key], stranger))))
        alike = index.alike(own)
        found = copies.original_of(own, alike, "query")
        got["recall"] += found is not None and found.key == key
        got["sure"] += found is not None and found.key == key and found.sure
        got["wrong"] += found is not None and _cluster(found.key) != _cluster(key)
        got["sentences"] += any(_by_sentences(own, like) for like in alike if like.key == key)
        got["bands"] += any(like.bands for like in alike if like.key == key)
    share = {name: got[name] / len(keys) for name in ("recall", "sure", "sentences", "bands")}
    return (
        f"{share['recall']:6.3f}  {share['sure']:5.3f}  {got['wrong']:5}  "
        f"{share['sentences']:15.3f}  {share['bands']:11.3f}"
    )


def _by_sentences(own: Prints, like: Likeness) -> bool:
    return copies.likeness(own, Likeness(like.key, like.shared, like.sentences, 0)) > 0


def _cluster(key: str) -> str:
    return key.rpartition("/")[0]


def _pairs(index: Index, documents: dict[str, Document]) -> Iterator[str]:
    """Pairs that count as copies: in different clusters they are false, in one they may be syndicated."""
    found = [
        (a, like)
        for a in documents
        for like in index.alike(index.prints[a])
        if like.key < a and copies.likeness(index.prints[a], like)
    ]
    apart = [(a, like) for a, like in found if _cluster(a) != _cluster(like.key)]
    yield (
        f"as they are: {len(found)} pairs of copies, {len(apart)} of them in different clusters, "
        f"of {len(list(combinations(documents, 2)))} pairs"
    )
    for a, like in found[:40]:
        own = index.prints[a]
        yield f"  {a} {like.key}: {like.shared} of {len(own.sentences)} and {like.sentences} sentences, {like.bands} bands"


# -- variants ----------------------------------------------------------------------------------------------------------


def remarked(chance: random.Random, text: str, stranger: str) -> str:
    """Other quotes and dashes, furniture around."""
    del chance, stranger
    return "\n".join((FURNITURE[0], text.translate(MARKS), *FURNITURE[1:]))


def reworded(share: float) -> Variant:
    """A share of the words taken from another text: harsher than what an editor does."""

    def variant(chance: random.Random, text: str, stranger: str) -> str:
        others = WORD.findall(stranger)
        return WORD.sub(lambda m: chance.choice(others) if chance.random() < share else m.group(), text)

    return variant


def cut(share: float) -> Variant:
    """The first part of the text, ending with a whole line or sentence."""

    def variant(chance: random.Random, text: str, stranger: str) -> str:
        del chance, stranger
        wanted = int(len(text) * share)
        end = text.rfind(". ", 0, wanted)
        return text[: end + 1 if end > wanted // 2 else wanted]

    return variant


def topped(chance: random.Random, text: str, stranger: str) -> str:
    """Two new paragraphs on top."""
    del chance
    return "\n".join((*_sentences(stranger)[:2], text))


def doubled(chance: random.Random, text: str, stranger: str) -> str:
    """The body twice."""
    del chance, stranger
    return f"{text}\n{text}"


def _sentences(text: str) -> Sequence[str]:
    return [
        sentence.text for sentence in clean(Article("stranger", text)).sentences if len(sentence.text) > 80
    ]


VARIANTS: dict[str, Variant] = {
    "other marks, furniture": remarked,
    "2 % of words changed": reworded(0.02),
    "5 % of words changed": reworded(0.05),
    "10 % of words changed": reworded(0.10),
    "20 % of words changed": reworded(0.20),
    "cut to 70 %": cut(0.7),
    "cut to 50 %": cut(0.5),
    "cut to 30 %": cut(0.3),
    "two new paragraphs on top": topped,
    "body twice": doubled,
}
