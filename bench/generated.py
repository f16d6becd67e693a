"""Made-up news without end, from a seed: articles of 500 words about stories that begin, go on for days and stop.

Stories have as many articles as those of multinews500 have; words are pronounceable, drawn by Zipf's law. A story has
topic words and names of its own and shares others with the stories of its field; an article uses some of them, much
or little. So cosines of one story lie, as in that set, between near nothing and .5 (median .27, there .31), and the
highest of different stories come near .1.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import accumulate

from bench.speed import FUNCTION_WORDS, SEED, vocabulary
from summarizers.types import Article

SIZES = {
    1: 15,
    2: 130,
    3: 69,
    4: 22,
    5: 7,
    6: 3,
    7: 1,
    8: 2,
    9: 1,
}  # articles of a story → how many such stories
WORDS = 500  # of an article
SENTENCE = 20
VOCABULARY = 40_000
TOPIC, NAMES = 60, 6  # words of a story's own: from the whole vocabulary alike, so mostly rare ones
FIELDS, FIELD = 40, 120  # fields, and the words of each, of which a story takes as many as it has of its own
FUNCTION, NAMED = (
    0.4,
    0.25,
)  # the share of function words in an article, and that of names in what tells its story
TELLING = (0.02, 0.32)  # least and largest share of the words that tell the story; the rest is anybody's
PACE = 1.5  # days from one article of a story to the next, in the mean
A_DAY = 1_000  # articles


@dataclass(frozen=True, slots=True)
class Made:
    """An article, the number of its story, and when it comes (in days)."""

    article: Article
    story: int
    day: float


def stream(count: int, *, seed: int = SEED, a_day: float = A_DAY) -> Iterator[Made]:
    """So many articles, in the order in which they come. The same seed makes the same ones."""
    chance = random.Random(seed)
    voice = _Voice(chance)
    coming: list[tuple[float, int, _Topic]] = []
    for number, (day, story, topic) in zip(
        range(count), _arrivals(chance, voice, coming, a_day), strict=False
    ):
        yield Made(Article(f"made-{number}", voice.text(topic)), story, day)


@dataclass(frozen=True, slots=True, order=True)
class _Topic:
    words: tuple[str, ...]
    names: tuple[str, ...]


class _Voice:
    """Draws topics and texts."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._words = vocabulary(VOCABULARY, chance)
        self._weights = list(accumulate(1 / (rank + 10) for rank in range(len(self._words))))
        self._fields = [chance.sample(self._words, FIELD) for _ in range(FIELDS)]

    def topic(self) -> _Topic:
        own = self._chance.sample(self._words, TOPIC + NAMES)
        shared = self._chance.sample(self._chance.choice(self._fields), TOPIC)
        return _Topic((*own[NAMES:], *shared), tuple(word.capitalize() for word in own[:NAMES]))

    def text(self, topic: _Topic) -> str:
        """Sentences, five to a paragraph."""
        words = self._draw(topic)
        lines = [self._sentence(words[at : at + SENTENCE]) for at in range(0, len(words), SENTENCE)]
        return "\n\n".join(" ".join(lines[at : at + 5]) for at in range(0, len(lines), 5))

    def _draw(self, topic: _Topic) -> list[str]:
        side = self._chance.sample(topic.words, TOPIC)  # each article tells a side of its story
        telling = self._chance.uniform(*TELLING)
        shares = (FUNCTION, telling * (1 - NAMED), telling * NAMED, 1 - FUNCTION - telling)
        kinds = self._chance.choices("fonb", shares, k=WORDS)
        anybody = iter(self._chance.choices(self._words, cum_weights=self._weights, k=kinds.count("b")))
        own = {"f": FUNCTION_WORDS, "o": side, "n": topic.names}
        return [next(anybody) if kind == "b" else self._chance.choice(own[kind]) for kind in kinds]

    @staticmethod
    def _sentence(words: list[str]) -> str:
        return f"{words[0].capitalize()} {' '.join(words[1:])}."


def _arrivals(
    chance: random.Random, voice: _Voice, coming: list[tuple[float, int, _Topic]], a_day: float
) -> Iterator[tuple[float, int, _Topic]]:
    """Days, story numbers and topics of articles, by day, without end."""
    sizes, weights = list(SIZES), list(SIZES.values())
    a_story = sum(size * n for size, n in SIZES.items()) / sum(weights)
    begins, story = 0.0, 0
    while True:
        while coming and coming[0][0] <= begins:
            yield heappop(coming)
        topic, day = voice.topic(), begins
        for _ in range(chance.choices(sizes, weights)[0]):
            heappush(coming, (day, story, topic))
            day += chance.expovariate(1 / PACE)
        begins += chance.expovariate(a_day / a_story)
        story += 1
